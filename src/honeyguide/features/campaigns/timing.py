"""When a step is due, as a SQL expression, so that one statement plans any number of contacts each in their own time zone.

The rules are those of engine campaigns.md 5: an interval is added, then the hour or the range of hours moves the time on, then
the weekdays do, on the clock of the contact. PostgreSQL's time zones take care of days of 23 and 25 hours.
"""

from __future__ import annotations

from functools import cache

from honeyguide.engine import config
from honeyguide.engine.sql import Clause, rows
from honeyguide.features.campaigns.steps import Timing

UNITS = {"i": "mins", "h": "hours", "d": "days", "m": "months", "y": "years"}
LONGEST = {"i": 100 * 366 * 24 * 60, "h": 100 * 366 * 24, "d": 100 * 366, "m": 1200, "y": 100}  # a hundred years
EVERY_DAY = 7


def is_personal(timing: Timing) -> bool:
    """Whether the time depends on the contact's time zone."""
    in_hours = timing.hour is not None or (timing.start is not None and timing.stop is not None)
    return timing.mode == "interval" and (in_hours or bool(_offsets(timing)))


def waits(timing: Timing) -> bool:
    """Whether it takes time each time. A date is waited for only once."""
    return timing.mode == "interval" and (timing.interval > 0 or is_personal(timing))


def is_at_once(timing: Timing) -> bool:
    """Whether it is due in the moment it counts from, for everybody."""
    return not waits(timing) and (timing.mode != "date" or timing.date is None)


def due(timing: Timing, since: str, zone: str) -> Clause:
    """The moment, from the SQL expressions of what it counts from and of the contact's time zone."""
    if timing.mode == "date" and timing.date is not None:
        return Clause(f"greatest(%s::timestamptz, {since})", (timing.date,))
    if timing.mode != "interval":
        return Clause(since)
    unit = timing.unit if timing.unit in UNITS else "d"
    amount = min(max(timing.interval, 0), LONGEST[unit])
    moment = Clause(f"({since} + make_interval({UNITS[unit]} => %s::int))", (amount,))
    if not is_personal(timing):
        return moment
    local = Clause(f"({moment.text} AT TIME ZONE {zone})", moment.params)
    for narrow in (_hours, _weekdays):
        local = narrow(timing, local)
    return Clause(f"({local.text} AT TIME ZONE {zone})", local.params)


def _hours(timing: Timing, local: Clause) -> Clause:
    """At the hour, today or else tomorrow; or within the hours, else at their next beginning."""
    if timing.hour is not None:
        first, last = timing.hour, timing.hour
        inside = "t.local::time = %s::time"
    elif timing.start is not None and timing.stop is not None:
        first, last = sorted((timing.start, timing.stop))
        inside = "t.local::time >= %s::time AND t.local::time < %s::time"
    else:
        return local
    bounds = (first,) if timing.hour is not None else (first, last)
    return Clause(
        f"(SELECT CASE WHEN {inside} THEN t.local WHEN t.local::time < %s::time THEN t.local::date + %s::time "
        f"ELSE t.local::date + 1 + %s::time END FROM (SELECT {local.text}) AS t (local))",
        (*bounds, first, first, first, *local.params),
    )


def _weekdays(timing: Timing, local: Clause) -> Clause:
    """On the next allowed day, at the same time."""
    if not (offsets := _offsets(timing)):
        return local
    return Clause(
        "(SELECT t.local + make_interval(days => (%s::int[])[extract(dow FROM t.local)::int + 1]) "
        f"FROM (SELECT {local.text}) AS t (local))",
        (offsets, *local.params),
    )


def _offsets(timing: Timing) -> list[int]:
    """For each day of the week how many days it is to an allowed one; nothing when every day is."""
    allowed = {day for day in timing.days if 0 <= day < EVERY_DAY}
    if len(allowed) in (0, EVERY_DAY):
        return []
    return [next(n for n in range(EVERY_DAY) if (day + n) % EVERY_DAY in allowed) for day in range(EVERY_DAY)]


def zone_of_contact() -> Clause:
    """The contact's time zone when PostgreSQL knows it, else the configured one."""
    fallback = config.get("default_timezone")
    known = zones()
    return Clause(
        "CASE WHEN contacts.fields ->> 'timezone' = ANY(%s::text[]) THEN contacts.fields ->> 'timezone' ELSE %s::text END",
        (list(known), fallback if fallback in known else "UTC"),
    )


@cache
def zones() -> tuple[str, ...]:
    """The names of all time zones that PostgreSQL knows."""
    return tuple(row[0] for row in rows("SELECT name FROM pg_timezone_names ORDER BY name"))
