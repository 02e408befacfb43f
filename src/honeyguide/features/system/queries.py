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

# One pass per queue, by the index of what waits in it: how much, and for how long the oldest is overdue.
WAITING = f"""
    SELECT 'emails', count(*), extract(epoch FROM now() - min(due_at) FILTER (WHERE due_at < now()))::float8
    FROM outbox WHERE state = {OutboxState.PENDING}
    UNION ALL
    SELECT channel, count(*), extract(epoch FROM now() - min(due_at) FILTER (WHERE due_at < now()))::float8
    FROM dispatches WHERE state = {OutboxState.PENDING} GROUP BY channel
    UNION ALL
    SELECT 'webhooks', count(*), extract(epoch FROM now() - min(date_added))::float8 FROM webhook_queue WHERE failed_at IS NULL
    UNION ALL
    SELECT 'jobs', count(*), extract(epoch FROM now() - min(scheduled_at) FILTER (WHERE scheduled_at < now()))::float8
    FROM procrastinate_jobs WHERE status = 'todo'
"""
SIZES = """
    SELECT pg_database_size(current_database()),
           (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()), (SELECT count(*) FROM workers)
"""

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


def waiting() -> list[tuple[str, int, float | None]]:
    """What waits in each queue, and the seconds since its oldest was due."""
    return rows(WAITING)


def sizes() -> tuple[int, int, int]:
    """Bytes of the database, connections to it, workers that send."""
    return one(SIZES)
