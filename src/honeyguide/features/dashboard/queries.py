"""What the dashboard counts. Dear answers are kept for a while per process, so that many open dashboards cost as one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import one, rows, scalar

KEPT_TIMES = 50  # as long as finding the answer took: at most a fiftieth of a process's time goes into counting
T = TypeVar("T")
_kept: dict[Any, tuple[float, Any]] = {}
_lock = threading.Lock()


def kept(function: Callable[..., T]) -> Callable[..., T]:
    """The function; its answer stands for KEPT_TIMES as long as it took to find."""

    @wraps(function)
    def ask(*args: Any) -> T:
        key = (function.__name__, args)
        found = _kept.get(key)
        if found and time.monotonic() < found[0]:
            return found[1]
        with _lock:
            started = time.monotonic()
            value = function(*args)
            _kept[key] = (started + (time.monotonic() - started) * KEPT_TIMES, value)
        return value

    return ask


# One pass: all contacts and the known ones.
CONTACTS = "SELECT count(*), count(date_identified) FROM contacts"

# One pass: what became of every message of marketers' e-mails.
MAILS = """
    SELECT count(*) FILTER (WHERE state = %(sent)s), count(read_at), count(*) FILTER (WHERE click_count > 0),
           count(unsubscribed_at), count(bounced_at), count(*) FILTER (WHERE state = %(unknown)s),
           count(*) FILTER (WHERE state <= %(attempting)s)
    FROM outbox
"""

# One pass: contacts added per day, and how many of them are known.
CONTACTS_PER_DAY = """
    SELECT (date_added AT TIME ZONE %(zone)s)::date AS day, count(*), count(date_identified)
    FROM contacts WHERE date_added >= now() - interval '31 days' GROUP BY day
"""

# One pass: messages by the day they were sent, first opened and clicked.
MAILS_PER_DAY = """
    SELECT day, sum(sent)::int, sum(opened)::int, sum(clicked)::int FROM (
        SELECT (sent_at AT TIME ZONE %(zone)s)::date AS day, 1 AS sent, 0 AS opened, 0 AS clicked
        FROM outbox WHERE state = %(state)s AND sent_at >= now() - interval '31 days'
        UNION ALL
        SELECT (read_at AT TIME ZONE %(zone)s)::date, 0, 1, 0 FROM outbox WHERE read_at >= now() - interval '31 days'
        UNION ALL
        SELECT (at AT TIME ZONE %(zone)s)::date, 0, 0, 1
        FROM events WHERE type = %(clicked)s AND at >= now() - interval '31 days'
    ) AS figures GROUP BY day
"""

# One pass: the latest entries of the log with the names of whom and what they are about.
RECENT = """
    SELECT e.at, e.type, e.contact_id,
           coalesce(nullif(concat_ws(' ', c.fields ->> 'firstname', c.fields ->> 'lastname'), ''), c.fields ->> 'email'),
           CASE WHEN e.type IN (30, 31) THEN s.name WHEN e.type BETWEEN 40 AND 48 THEN m.name END,
           CASE WHEN e.type IN (30, 31) THEN '/s/segments/view/' || s.id
                WHEN e.type BETWEEN 40 AND 48 THEN '/s/emails/view/' || m.id END
    FROM (SELECT * FROM events ORDER BY xid DESC, id DESC LIMIT %(limit)s) e
    LEFT JOIN contacts c ON c.id = e.contact_id
    LEFT JOIN segments s ON e.type IN (30, 31) AND s.id = e.object_id
    LEFT JOIN outbox o ON e.type BETWEEN 40 AND 48 AND o.id = e.object_id
    LEFT JOIN emails m ON m.id = o.email_id
    ORDER BY e.xid DESC, e.id DESC
"""

# How far someone has come: is there any contact, segment, e-mail, sent message, opened message.
STEPS = """
    SELECT EXISTS (SELECT 1 FROM contacts), EXISTS (SELECT 1 FROM segments), EXISTS (SELECT 1 FROM emails),
           EXISTS (SELECT 1 FROM outbox WHERE state = %(sent)s), EXISTS (SELECT 1 FROM outbox WHERE read_at IS NOT NULL)
"""


@kept
def contact_counts() -> tuple[int, int]:
    return one(CONTACTS)


@kept
def mail_counts() -> dict[str, int]:
    names = ("sent", "opened", "clicked", "unsubscribed", "bounced", "unknown", "waiting")
    states = {"sent": OutboxState.SENT, "unknown": OutboxState.UNKNOWN, "attempting": OutboxState.ATTEMPTING}
    return dict(zip(names, one(MAILS, {name: int(state) for name, state in states.items()}), strict=True))


@kept
def segment_count() -> int:
    return scalar("SELECT count(*) FROM segments WHERE is_published")


@kept
def contacts_per_day(zone: str) -> list[tuple[date, int, int]]:
    return rows(CONTACTS_PER_DAY, {"zone": zone})


@kept
def mails_per_day(zone: str) -> list[tuple[date, int, int, int]]:
    return rows(MAILS_PER_DAY, {"zone": zone, "state": int(OutboxState.SENT), "clicked": int(EventType.EMAIL_CLICKED)})


def recent_events(limit: int = 12) -> list[tuple]:
    return rows(RECENT, {"limit": limit})


def steps_done() -> tuple[bool, ...]:
    return one(STEPS, {"sent": int(OutboxState.SENT)})
