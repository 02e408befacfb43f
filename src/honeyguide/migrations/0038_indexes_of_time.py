"""What happened in a span of time, found without reading all: rows lie in the order of time, so a few bytes per block are enough.

An index of a partitioned table cannot be made beside writers, those of its partitions can; the table's own then only names them.
"""

from typing import Any

from django.db import migrations

HOW = "USING brin ({}) WITH (pages_per_range = 32, autosummarize = on)"
PARTITIONS = """
    SELECT inhrelid::regclass::text FROM pg_inherits
    WHERE inhparent = 'events'::regclass AND inhrelid NOT IN (
        SELECT i.indrelid FROM pg_inherits h JOIN pg_index i ON i.indexrelid = h.inhrelid
        WHERE h.inhparent = to_regclass('events_time'))
    ORDER BY 1
"""


def make_indexes(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX IF NOT EXISTS events_time ON ONLY events {HOW.format('at')}")
        cursor.execute(PARTITIONS)
        for (partition,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX IF EXISTS {partition}_time")  # what an interrupted run left is not valid
            cursor.execute(f"CREATE INDEX CONCURRENTLY {partition}_time ON {partition} {HOW.format('at')}")
            cursor.execute(f"ALTER INDEX events_time ATTACH PARTITION {partition}_time")
        for column in ("sent_at", "read_at"):
            cursor.execute(f"DROP INDEX IF EXISTS outbox_{column}")
            cursor.execute(f"CREATE INDEX CONCURRENTLY outbox_{column} ON outbox {HOW.format(column)}")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("honeyguide", "0037_roll_ups")]
    operations = [migrations.RunPython(make_indexes, migrations.RunPython.noop)]
