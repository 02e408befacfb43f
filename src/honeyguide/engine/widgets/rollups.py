"""Counts per hour, kept by the worker, so that figures of long times need not go over millions of rows.

A source that has a name is counted hour by hour when nothing narrows it. The last hour is never kept, and the two days before
are counted anew each time, since what happened is sometimes told late. What was counted stays when the rows themselves are
cleaned up.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db import transaction

from honeyguide.engine.sql import execute, one, rows
from honeyguide.engine.widgets.period import Asked
from honeyguide.engine.widgets.source import Source

HOUR = timedelta(hours=1)
LATE = timedelta(hours=48)
LEAST = timedelta(hours=2)  # shorter spans are counted as they are
KEPT = Source("roll_ups", "hour", "source = %(source)s", "coalesce(sum(number), 0)::bigint")
EVERYBODY = {"mine": None, "limit": None}

# One pass: the rows of a source per hour.
PER_HOUR = """
    SELECT date_trunc('hour', {at}, 'UTC') AS hour, {measure} FROM {table}
    WHERE {at} >= %(since)s AND {at} < %(until)s AND {where} GROUP BY 1
"""
# One pass: what was counted takes the place of what was known of these hours.
FORGET = "DELETE FROM roll_ups WHERE source = %s AND hour >= %s"
KEEP = "INSERT INTO roll_ups (source, hour, number) SELECT %s, * FROM unnest(%s::timestamptz[], %s::bigint[])"
REMEMBER = """
    INSERT INTO roll_up_states (source, condition, until) VALUES (%s, %s, %s)
    ON CONFLICT (source) DO UPDATE SET condition = EXCLUDED.condition, until = EXCLUDED.until
"""
# One pass: up to when the source is counted by this condition, and the last hour that may be.
STATE = """
    SELECT (SELECT until FROM roll_up_states WHERE source = %s AND condition = %s),
           date_trunc('hour', now() - interval '1 hour', 'UTC')
"""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def keep(source: Source) -> int:
    """Counts what has come since the last time; returns how many hours were counted, 0 when there are none to count.

    The first time it goes over everything. It counts outside of any transaction, so that readers of the event log do not wait for
    it; of two workers who do so at once, each writes the same.
    """
    until, last = one(STATE, (source.name, _fingerprint(source)))
    if until is not None and until >= last:
        return 0
    since = until - LATE if until else BEGINNING
    params = {**EVERYBODY, **source.params, "since": since, "until": last}
    counted = rows(source.sql(PER_HOUR), params)
    with transaction.atomic():
        execute(FORGET, (source.name, since))
        execute(KEEP, (source.name, [hour for hour, _ in counted], [number for _, number in counted]))
        execute(REMEMBER, (source.name, _fingerprint(source), last))
    return max(len(counted), 1)


def parts(asked: Asked, source: Source) -> list[tuple[Asked, Source]]:
    """Where the figures come from: the hours that are kept, and before and after these the rows themselves."""
    is_plain = source.name and asked.mine is None and not any(value is not None for value in source.params.values())
    if not is_plain or asked.until - asked.since < LEAST or not _has_whole_hours(asked):
        return [(asked, source)]
    until, _ = one(STATE, (source.name, _fingerprint(source)))
    first, last = _next_hour(asked.since), min(_hour(asked.until), until or asked.since)
    if first >= last:
        return [(asked, source)]
    found = [(replace(asked, since=first, until=last), replace(KEPT, params={"source": source.name}))]
    if asked.since < first:
        found.append((replace(asked, until=first), source))
    if last < asked.until:
        found.append((replace(asked, since=last), source))
    return found


def _fingerprint(source: Source) -> str:
    return hashlib.sha256(source.sql(PER_HOUR).encode()).hexdigest()


def _has_whole_hours(asked: Asked) -> bool:
    """Whether hours of the caller's zone are hours of the world's."""
    return all(not (moment.utcoffset() or HOUR) % HOUR for moment in (asked.since, asked.last))


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _next_hour(moment: datetime) -> datetime:
    return _hour(moment) if _hour(moment) == moment else _hour(moment) + HOUR
