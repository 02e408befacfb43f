"""Dates as the API and field values take them.

Input may be anything that the reference's parser understands in practice: ISO dates and times, RFC 2822, dates with month
names, Unix time with `@`, `now`, `today`, `tomorrow`, `yesterday`, and offsets like `+1 day` or `-2 weeks`. Stored shapes are
`Y-m-d`, `Y-m-d H:i:s` (UTC) and `H:i:s`.
"""

import re
from datetime import UTC, datetime, timedelta

from dateutil import parser
from dateutil.relativedelta import relativedelta

MAX_LENGTH = 100  # no date is longer; what finds dates in text takes very long for long texts
OFFSET = re.compile(r"([+-]?\d+)\s*(second|sec|minute|min|hour|day|week|fortnight|month|year)s?(\s+ago)?")
WORDS = {"now": 0, "today": 0, "midnight": 0, "tomorrow": 1, "yesterday": -1, "noon": 0}


def to_datetime(text: str) -> datetime | None:
    """The moment a text means, in UTC; None when it means none. A text without zone is UTC."""
    text = text.strip()
    if not text or len(text) > MAX_LENGTH or not re.search(r"[1-9a-z]", text, re.I) or re.match(r"0000-00-00", text):
        return None
    try:
        moment = _relative(text.lower()) or _absolute(text)
    except (ValueError, OverflowError):
        return None
    return moment


def _absolute(text: str) -> datetime | None:
    if re.fullmatch(r"@-?\d{1,11}", text):
        return datetime.fromtimestamp(int(text[1:]), UTC)
    if re.fullmatch(r"\d+", text) and len(text) not in (8, 14):  # a bare number is no date
        return None
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    moment = parser.parse(text, default=midnight)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def _relative(text: str) -> datetime | None:
    """`today`, `tomorrow +2 hours`, `+1 day`, `-3 months`, `2 weeks ago`; None for anything else."""
    word, _, rest = text.partition(" ")
    now = datetime.now(UTC).replace(microsecond=0)
    if word in WORDS:
        if word != "now":
            now = now.replace(hour=12 if word == "noon" else 0, minute=0, second=0) + timedelta(days=WORDS[word])
    else:
        rest = text
    consumed = OFFSET.sub("", rest).strip()
    if consumed or (not rest and word not in WORDS):
        return None
    for number, unit, ago in OFFSET.findall(rest):
        amount = int(number) * (-1 if ago else 1)
        unit = {"sec": "second", "min": "minute"}.get(unit, unit)
        if unit == "fortnight":
            unit, amount = "week", amount * 2
        now += relativedelta(**{f"{unit}s": amount})
    return now


def parse_date(text: str) -> str | None:
    moment = to_datetime(text)
    return moment.isoformat(" ")[:10] if moment else None


def parse_datetime(text: str) -> str | None:
    moment = to_datetime(text)
    return moment.isoformat(" ")[:19] if moment else None


def parse_time(text: str) -> str | None:
    if re.fullmatch(r"0{1,2}:00(:00)?", text.strip()):
        return "00:00:00"
    moment = to_datetime(text)
    return moment.strftime("%H:%M:%S") if moment else None
