"""What a caller asks of a widget: a span of time, in which zone and unit, and how much."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from honeyguide.engine.dates import to_datetime
from honeyguide.engine.delivery.phpdates import format_date
from honeyguide.engine.resource.errors import Refused

# Unit -> (SQL's name, step, PHP letters of a label).
UNITS: dict[str, tuple[str, relativedelta, str]] = {
    "s": ("second", relativedelta(seconds=1), "H:i:s"),
    "i": ("minute", relativedelta(minutes=1), "H:i"),
    "H": ("hour", relativedelta(hours=1), "M j ga"),
    "d": ("day", relativedelta(days=1), "M j, y"),
    "W": ("week", relativedelta(weeks=1), "\\W\\e\\e\\k W"),
    "m": ("month", relativedelta(months=1), "M Y"),
    "Y": ("year", relativedelta(years=1), "Y"),
}
MAX_POINTS = 50_000
MAX_ROWS = 1000
HEIGHT = 300  # pixels of a widget, of which the frame takes FRAME
FRAME = 80
ROW = 35


@dataclass(frozen=True)
class Asked:
    """`since` to `last` in the caller's zone; rows count from `since` up to, not including, `until`.

    `mine` is the user whose items alone are counted, null for everyone's.
    """

    user: Any
    since: datetime
    last: datetime
    until: datetime
    unit: str
    date_format: str
    limit: int
    height: int
    filters: Mapping[str, Any]
    datasets: tuple[str, ...]
    mine: int | None = None

    @property
    def params(self) -> dict[str, Any]:
        """For SQL: %(since)s, %(until)s, %(limit)s, %(mine)s."""
        return {"since": self.since, "until": self.until, "limit": self.limit, "mine": self.mine}

    @property
    def zone(self) -> str:
        return str(self.since.tzinfo)

    @property
    def points_unit(self) -> str:
        """The unit that figures are counted in follows from the span, whatever the labels' (as the reference does)."""
        days = (self.last - self.since).days
        return next(unit for unit, most in (("H", 1), ("d", 31), ("W", 100), ("m", 1000), ("Y", 10**9)) if days <= most)

    def points(self, unit: str) -> list[datetime]:
        """The start of every unit from `since` to `last`, without zone. Raises `Refused` when they are too many."""
        step, at = UNITS[unit][1], floor(self.since.replace(tzinfo=None), unit)
        last, found = self.last.replace(tzinfo=None), []
        while at <= last or not found:
            found.append(at)
            at += step
            if len(found) > MAX_POINTS:
                raise Refused(f"More than {MAX_POINTS} points are too many; ask for a shorter time or a longer unit.")
        return found

    def labels(self) -> list[str]:
        letters = self.date_format or UNITS[self.unit][2]
        return [format_date(point, letters) for point in self.points(self.unit)]

    def number(self, name: str) -> int | None:
        """A filter that is an id."""
        text = str(self.filters.get(name) or "")
        return int(text) if text.isdecimal() and len(text) < 19 else None

    def words(self, name: str) -> list[str]:
        given = self.filters.get(name) or []
        given = list(given.values()) if isinstance(given, dict) else given
        return [str(word) for word in (given if isinstance(given, list) else [given])]


def floor(moment: datetime, unit: str) -> datetime:
    """The start of the unit that holds the moment."""
    zeros = {"i": 1, "H": 2, "d": 3, "W": 3, "m": 3, "Y": 3}.get(unit, 0)
    moment = moment.replace(microsecond=0, **dict.fromkeys(("second", "minute", "hour")[:zeros], 0))
    if unit == "W":
        return moment - timedelta(days=moment.weekday())
    if unit in ("m", "Y"):
        return moment.replace(day=1, **({"month": 1} if unit == "Y" else {}))
    return moment


def ask(given: Mapping[str, Any], *, user: Any, mine: int | None = None) -> Asked:
    """From query parameters. Raises `Refused` for a unit that there is not; other nonsense counts as not given."""
    unit = _text(given.get("timeUnit")) or "Y"
    if unit not in UNITS:
        raise Refused(f"Unit '{unit}' is not supported. Use one of these: {', '.join(UNITS)}")
    zone = _zone(_text(given.get("timezone")))
    since, last = (_moment(given.get(name), zone) for name in ("dateFrom", "dateTo"))
    whole_day = (last.hour, last.minute, last.second) == (0, 0, 0)
    height = min(_number(given.get("height"), HEIGHT), 10_000) - FRAME
    filters = given.get("filter")
    datasets = given.get("dataset") or []
    datasets = list(datasets.values()) if isinstance(datasets, dict) else datasets
    return Asked(
        user=user,
        since=since,
        last=last,
        until=last + timedelta(days=1) if whole_day else last + timedelta(seconds=1),
        unit=unit,
        date_format=_text(given.get("dateFormat"))[:50],
        limit=min(_number(given.get("limit"), max(1, round((height - FRAME) / ROW - 1))), MAX_ROWS),
        height=height,
        filters=filters if isinstance(filters, dict) else {},
        datasets=tuple(str(name) for name in (datasets if isinstance(datasets, list) else [datasets])),
        mine=mine,
    )


def _text(raw: Any) -> str:
    return raw.replace("\x00", "") if isinstance(raw, str) else ""


def _number(raw: Any, default: int) -> int:
    text = _text(raw)
    return int(text) if text.isdecimal() and len(text) < 9 and int(text) else default


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name or "UTC")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return zoneinfo.ZoneInfo("UTC")


def _moment(raw: Any, zone: zoneinfo.ZoneInfo) -> datetime:
    """A text without zone is a time of the caller's zone."""
    moment = to_datetime(_text(raw)[:100]) if raw else datetime.now(UTC).astimezone(zone).replace(tzinfo=UTC)
    moment = moment or datetime.now(UTC)
    return moment.replace(tzinfo=zone, year=min(max(moment.year, 1970), 2200))
