"""The visits of one landing page and the downloads of one asset, found without reading everybody's.

An index of a partitioned table cannot be made beside writers, those of its partitions can; the table's own then only names them.
"""

from typing import Any

from django.db import migrations

COLUMNS = "(object_id, at) WHERE object_id IS NOT NULL AND type IN (60, 75)"
PARTITIONS = """
    SELECT inhrelid::regclass::text FROM pg_inherits
    WHERE inhparent = 'events'::regclass AND inhrelid NOT IN (
        SELECT i.indrelid FROM pg_inherits h JOIN pg_index i ON i.indexrelid = h.inhrelid
        WHERE h.inhparent = to_regclass('events_object'))
    ORDER BY 1
"""


def make_index(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX IF NOT EXISTS events_object ON ONLY events {COLUMNS}")
        cursor.execute(PARTITIONS)
        for (partition,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX IF EXISTS {partition}_object")  # what an interrupted run left is not valid
            cursor.execute(f"CREATE INDEX CONCURRENTLY {partition}_object ON {partition} {COLUMNS}")
            cursor.execute(f"ALTER INDEX events_object ATTACH PARTITION {partition}_object")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("honeyguide", "0023_form_submissions")]
    operations = [migrations.RunPython(make_index, migrations.RunPython.noop)]
