"""Whether a consumer has something to read, asked without writing anything (locking its cursor would)."""

from honeyguide.engine.events.log import Consumer
from honeyguide.engine.sql import scalar

# One pass: is there a row of the log after the cursor and below the oldest transaction still running?
PENDING = """
    SELECT EXISTS (
        SELECT FROM events
        WHERE (xid, id) > (
            coalesce((SELECT xid FROM event_cursors WHERE consumer = %(consumer)s), 0)::text::xid8,
            coalesce((SELECT event_id FROM event_cursors WHERE consumer = %(consumer)s), 0)
        )
        AND xid < pg_snapshot_xmin(pg_current_snapshot())
    )
"""


def has_pending(consumer: Consumer) -> bool:
    return scalar(PENDING, {"consumer": consumer.name})


# One pass: is there a committed row that consumers may not read yet, because an older transaction still runs?
HELD_BACK = "SELECT EXISTS (SELECT FROM events WHERE xid >= pg_snapshot_xmin(pg_current_snapshot()))"


def is_held_back() -> bool:
    return scalar(HELD_BACK)
