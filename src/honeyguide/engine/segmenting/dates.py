"""Date values of filters: absolute, words (`last week`), intervals (`-3 days`, `first day of next month`), anniversaries.

Everything here is wall-clock time without a zone; `today` is the date where the filter is asked. Months are added as the
reference adds them: 31 January +1 month is 2 or 3 March.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` until before `end`. `gt` and `lte` look at the end when the period is `whole` (a word), at the start
    when it is one date or moment."""

    start: datetime
    end: datetime
    whole: bool


@dataclass(frozen=True, slots=True)
class Anniversary:
    """A day of every year."""

    month: int
    day: int


ABSOLUTE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
UNITS = r"(sec|second|min|minute|hour|day|week|fortnight|month|year)s?"
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
TOKEN = re.compile(
    rf"(?P<edge>first|last) day of\b|(?P<word>now|today|midnight|tomorrow|yesterday)\b"
    rf"|(?P<number>[+-]? ?\d{{1,6}}) ?(?P<unit>{UNITS})\b(?P<ago> ago\b)?"
    rf"|(?P<step>next|last|previous|this) (?P<step_unit>{UNITS})\b"
    rf"|(?P<month>{'|'.join(MONTHS)})\b|(?P<year>\d{{4}})\b"
)
STEPS = {"next": 1, "last": -1, "previous": -1, "this": 0}
DAYS = {"now": 0, "today": 0, "midnight": 0, "tomorrow": 1, "yesterday": -1}
SECONDS = {"sec": 1, "second": 1, "min": 60, "minute": 60, "hour": 3600}
DAY = timedelta(days=1)


def today_in(zone: str, now: datetime) -> date:
    return now.astimezone(ZoneInfo(zone)).date()


def to_instant(wall: datetime, zone: str) -> datetime:
    """The moment at which clocks of the zone show `wall`. A time that a clock change skips is the moment of the change,
    one that happens twice its first."""
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def read_date(text: str, today: date) -> Period | Anniversary | None:
    """What the text means on the day `today`; None when it means no date."""
    text = " ".join(text.lower().split())
    try:
        return _anniversary(text, today) or _word(text, today) or _absolute(text) or _interval(text, today)
    except (ValueError, OverflowError):
        return None


def is_relative(text: str) -> bool:
    """Whether the meaning changes as time goes by."""
    return not ABSOLUTE.fullmatch(text.strip()) and read_date(text, date(2024, 6, 15)) is not None


def _anniversary(text: str, today: date) -> Anniversary | None:
    word, _, rest = text.partition(" ")
    if word not in ("anniversary", "birthday"):
        return None
    day = _shift(rest, today) if rest else today
    return Anniversary(day.month, day.day)


def _word(text: str, today: date) -> Period | None:
    if text in ("today", "tomorrow", "yesterday"):
        return _days(today + DAYS[text] * DAY, 1)
    step, _, unit = text.partition(" ")
    if step not in ("last", "this", "next"):
        return None
    if unit == "week":
        return _days(today - today.weekday() * DAY + 7 * STEPS[step] * DAY, 7)
    if unit == "month":
        first = _month(today.year, today.month + STEPS[step])
        return _days(first, monthrange(first.year, first.month)[1])
    if unit == "year":
        first = date(today.year + STEPS[step], 1, 1)
        return _days(first, (date(first.year + 1, 1, 1) - first).days)
    return None


def _days(first: date, count: int) -> Period:
    start = datetime.combine(first, time())
    return Period(start, start + count * DAY, whole=True)


def _absolute(text: str) -> Period | None:
    if not (match := ABSOLUTE.fullmatch(text.upper())):
        return None
    parts = [int(part or 0) for part in match.groups()]
    start = datetime(*parts)  # noqa: DTZ001 wall-clock time
    return Period(start, start + (DAY if match[4] is None else timedelta(seconds=1)), whole=False)


def _interval(text: str, today: date) -> Period | None:
    if not (text.startswith(("+", "-")) or text.endswith(" ago") or " day of " in f" {text} "):
        return None
    start = datetime.combine(_shift(text, today), time())
    return Period(start, start + DAY, whole=False)


def _shift(text: str, today: date) -> date:
    """The date after walking the intervals of the text from `today`. ValueError for anything else."""
    years = months = days = seconds = 0
    edge, month, year, at = None, today.month, today.year, 0
    while at < len(text):
        if not (token := TOKEN.match(text, at)):
            raise ValueError(text)
        at = token.end() + (text[token.end() : token.end() + 1] == " ")
        edge = token["edge"] or edge
        if token["word"]:
            days += DAYS[token["word"]]
        elif token["month"]:
            month = MONTHS.index(token["month"]) + 1
        elif token["year"]:
            year = int(token["year"])
        elif unit := token["unit"] or token["step_unit"]:
            amount = STEPS[token["step"]] if token["step"] else int(token["number"].replace(" ", ""))
            amount *= -1 if token["ago"] else 1
            unit = unit.removesuffix("s")
            if unit == "year":
                years += amount
            elif unit == "month":
                months += amount
            elif unit in SECONDS:
                seconds += amount * SECONDS[unit]
            else:
                days += amount * {"day": 1, "week": 7, "fortnight": 14}[unit]
    first = _month(year + years, month + months)
    day = {"first": 1, "last": monthrange(first.year, first.month)[1], None: today.day}[edge]
    return (datetime.combine(first, time()) + timedelta(days=day - 1 + days, seconds=seconds)).date()


def _month(year: int, month: int) -> date:
    """The first day of a month, where month 13 is January of the next year."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
