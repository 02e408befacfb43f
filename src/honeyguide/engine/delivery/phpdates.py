"""Dates written by PHP's format letters, which configuration and {today|...} tokens use."""

from collections.abc import Callable
from datetime import datetime

from dateutil.relativedelta import relativedelta

from honeyguide.engine.dates import OFFSET


def _ordinal(moment: datetime) -> str:
    if 11 <= moment.day <= 13:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(moment.day % 10, "th")


def _is_leap(moment: datetime) -> bool:
    return moment.year % 4 == 0 and (moment.year % 100 != 0 or moment.year % 400 == 0)


def _month_days(moment: datetime) -> int:
    return (moment.replace(day=1) + relativedelta(months=1, days=-1)).day


def _offset(moment: datetime) -> str:
    text = f"{moment:%z}" or "+0000"
    return f"{text[:3]}:{text[3:5]}"


LETTERS: dict[str, Callable[[datetime], object]] = {
    "d": lambda m: f"{m.day:02}",
    "D": lambda m: f"{m:%a}",
    "j": lambda m: m.day,
    "l": lambda m: f"{m:%A}",
    "N": lambda m: m.isoweekday(),
    "S": _ordinal,
    "w": lambda m: m.isoweekday() % 7,
    "z": lambda m: m.timetuple().tm_yday - 1,
    "W": lambda m: f"{m.isocalendar().week:02}",
    "F": lambda m: f"{m:%B}",
    "m": lambda m: f"{m.month:02}",
    "M": lambda m: f"{m:%b}",
    "n": lambda m: m.month,
    "t": _month_days,
    "L": lambda m: int(_is_leap(m)),
    "o": lambda m: m.isocalendar().year,
    "Y": lambda m: f"{m.year:04}",
    "y": lambda m: f"{m.year % 100:02}",
    "a": lambda m: "am" if m.hour < 12 else "pm",
    "A": lambda m: "AM" if m.hour < 12 else "PM",
    "g": lambda m: m.hour % 12 or 12,
    "G": lambda m: m.hour,
    "h": lambda m: f"{m.hour % 12 or 12:02}",
    "H": lambda m: f"{m.hour:02}",
    "i": lambda m: f"{m.minute:02}",
    "s": lambda m: f"{m.second:02}",
    "u": lambda m: f"{m.microsecond:06}",
    "v": lambda m: f"{m.microsecond // 1000:03}",
    "e": lambda m: getattr(m.tzinfo, "key", "UTC"),
    "I": lambda m: int(bool(m.dst())),
    "O": lambda m: f"{m:%z}" or "+0000",
    "P": _offset,
    "T": lambda m: f"{m:%Z}" or "UTC",
    "U": lambda m: int(m.timestamp()),
    "c": lambda m: f"{m:%Y-%m-%dT%H:%M:%S}{_offset(m)}",
    "r": lambda m: f"{m:%a, %d %b %Y %H:%M:%S} {f'{m:%z}' or '+0000'}",
}


def format_date(moment: datetime, form: str) -> str:
    """`moment` in PHP's letters; a backslash keeps the next character as it is."""
    written, escaped = [], False
    for letter in form:
        if escaped or (letter not in LETTERS and letter != "\\"):
            written.append(letter)
            escaped = False
        elif letter == "\\":
            escaped = True
        else:
            written.append(str(LETTERS[letter](moment)))
    return "".join(written)


def shift(moment: datetime, offsets: str) -> datetime:
    """`moment` moved by `+1 day`, `-2 weeks +3 hours` ...; unchanged when the text says nothing or too much."""
    for number, unit, ago in OFFSET.findall(offsets.lower()):
        amount = int(number) * (-1 if ago else 1)
        unit = {"sec": "second", "min": "minute"}.get(unit, unit)
        if unit == "fortnight":
            unit, amount = "week", amount * 2
        try:
            moment += relativedelta(**{f"{unit}s": amount})
        except (OverflowError, ValueError):
            return moment
    return moment
