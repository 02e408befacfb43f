"""What the system page asks the database about itself."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.sql import one, rows

DATABASE = """
    SELECT current_setting('server_version'), pg_database_size(current_database()), pg_postmaster_start_time(),
           (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
           current_setting('max_connections')::int
"""

# One pass: the largest tables with their indexes; rows are PostgreSQL's estimate.
TABLES = """
    SELECT relname, greatest(reltuples, 0)::bigint, pg_total_relation_size(c.oid) AS size
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind = 'r' AND nspname = current_schema()
    ORDER BY size DESC LIMIT 10
"""

# One pass: background jobs by task and state.
JOBS = """
    SELECT task_name, count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing'),
           count(*) FILTER (WHERE status = 'succeeded'), count(*) FILTER (WHERE status = 'failed')
    FROM procrastinate_jobs GROUP BY task_name ORDER BY task_name LIMIT 50
"""

# One pass per reader: how many events it has not read yet (counted up to ten thousand) and how old the first of them is.
CONSUMERS = """
    SELECT consumer, waiting.count, waiting.oldest
    FROM event_cursors c, LATERAL (
        SELECT count(*), min(at) AS oldest FROM (
            SELECT at FROM events
            WHERE xid >= c.xid::text::xid8 AND (xid > c.xid::text::xid8 OR id > c.event_id)
            LIMIT 10000
        ) unread
    ) waiting
    ORDER BY consumer
"""

OUTBOX = "SELECT state, count(*), min(queued_at), min(due_at) FROM outbox GROUP BY state ORDER BY state"

WORKERS = "SELECT id, started_at, host, pid, trouble FROM workers ORDER BY id DESC LIMIT 20"


def database() -> dict[str, Any]:
    return dict(zip(("version", "size", "started_at", "connections", "most"), one(DATABASE), strict=True))


def tables() -> list[tuple[str, int, int]]:
    return rows(TABLES)


def jobs() -> list[tuple[str, int, int, int, int]]:
    return rows(JOBS)


def consumers() -> list[tuple]:
    return rows(CONSUMERS)


def outbox() -> list[dict[str, Any]]:
    """Every state with how many messages are in it, also those with none."""
    found = {row[0]: row[1:] for row in rows(OUTBOX)}
    shown = []
    for state in OutboxState:
        count, oldest, due = found.get(state.value, (0, None, None))
        shown.append({"state": state.label, "name": state.name, "count": count, "oldest": oldest, "due": due})
    return shown


def workers() -> list[tuple]:
    return rows(WORKERS)
