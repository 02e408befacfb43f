"""A log that was restored from a dump into another server.

Rows and cursors keep the numbers of the transactions of the server that wrote them. In a server that has not come so far,
consumers would take new events for old ones. So the numbers are made small, which they can be at any time: only which
events each consumer has read must stay the same.
"""

from __future__ import annotations

from django.db import transaction

from honeyguide.engine.sql import execute, scalar

# Rows that a server wrote itself are always older than the next transaction that it will begin.
NEXT = "pg_snapshot_xmax(pg_current_snapshot())"
IS_AHEAD = f"""
    SELECT EXISTS (SELECT FROM event_cursors WHERE xid::text::xid8 >= {NEXT})
        OR EXISTS (SELECT FROM events WHERE xid >= {NEXT})
"""
# One pass: an event's number becomes how many cursors stand before it, so that between two cursors all have one number and
# keep the order of their ids. What was written here since the restore, which is what has the highest ids, nobody has read.
RENUMBER_EVENTS = f"""
    WITH cursors AS MATERIALIZED (
        SELECT DISTINCT xid::text::xid8 AS xid, event_id FROM event_cursors
    ), brought AS MATERIALIZED (
        SELECT coalesce((SELECT max(id) FROM events WHERE xid >= {NEXT}), (SELECT max(event_id) FROM cursors)) AS last_id
    )
    UPDATE events SET xid = (
        SELECT count(*) FROM cursors
        WHERE events.id > brought.last_id OR events.xid > cursors.xid
           OR (events.xid = cursors.xid AND events.id > cursors.event_id)
    )::text::xid8
    FROM brought
"""
# One pass: each cursor stands behind all that has its number.
RENUMBER_CURSORS = """
    WITH ranked AS (
        SELECT consumer, dense_rank() OVER (ORDER BY xid, event_id) - 1 AS rank FROM event_cursors
    )
    UPDATE event_cursors SET xid = rank, event_id = greatest((SELECT max(id) FROM events), event_cursors.event_id)
    FROM ranked WHERE ranked.consumer = event_cursors.consumer
"""


def adopt() -> bool:
    """Renumbers the log if it came from a server that was further on; returns whether it did."""
    if not scalar(IS_AHEAD):
        return False
    with transaction.atomic():
        execute("LOCK TABLE event_cursors IN EXCLUSIVE MODE")  # consumers wait, and so does another process that adopts
        if not scalar(IS_AHEAD):
            return False
        execute(RENUMBER_EVENTS)
        execute(RENUMBER_CURSORS)
    return True
