"""When a scheduled report is due, and which rows it then tells of (engine reports). Days are of `default_timezone`."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from dateutil.relativedelta import relativedelta

from honeyguide.engine import config

NOW, DAILY, WEEKLY, MONTHLY = "NOW", "DAILY", "WEEKLY", "MONTHLY"
UNITS = {NOW: "Once, now", DAILY: "Every day", WEEKLY: "Every week", MONTHLY: "Every month"}
DAYS = {
    "MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday", "SU": "Sunday",
    "WEEK_DAYS": "Working days",
}  # fmt: skip
WORKING = range(5)
LAST = "-1"
REACH = {
    NOW: relativedelta(years=10),
    DAILY: relativedelta(days=1),
    WEEKLY: relativedelta(days=7),
    MONTHLY: relativedelta(months=1),
}


@dataclass(frozen=True, slots=True)
class Schedule:
    """`day` is one of DAYS, `frequency` "1" or "-1": the first or last such day of a month."""

    unit: str
    day: str = ""
    frequency: str = ""

    def after(self, moment: datetime) -> datetime:
        """The first due moment after this one: a midnight, or for NOW the moment itself."""
        if self.unit == NOW:
            return moment
        zone = zone_of_schedules()
        return datetime.combine(next(self._days(moment.astimezone(zone).date())), time.min, zone)

    def upcoming(self, moment: datetime, number: int = 5) -> list[date]:
        """The next days on which it is sent."""
        day = moment.astimezone(zone_of_schedules()).date()
        return [day] if self.unit == NOW else list(islice(self._days(day), number))

    def rows(self, due: datetime) -> tuple[datetime, datetime]:
        """First and last moment of the rows that are sent then."""
        local = due.astimezone(zone_of_schedules())
        return local - REACH[self.unit], local - timedelta(seconds=1)

    def _days(self, after: date) -> Iterator[date]:
        """Every due day later than that one."""
        if self.unit == MONTHLY:
            month = after.replace(day=1)
            while True:
                if (day := self._of_month(month)) > after:
                    yield day
                month += relativedelta(months=1)
        day = after
        while True:
            day += timedelta(days=1)
            if self.unit == DAILY or self._fits(day):
                yield day

    def _of_month(self, first: date) -> date:
        step = 1
        day = first
        if self.frequency == LAST:
            day, step = first + relativedelta(months=1) - timedelta(days=1), -1
        while not self._fits(day):
            day += timedelta(days=step)
        return day

    def _fits(self, day: date) -> bool:
        return day.weekday() in WORKING if self.day == "WEEK_DAYS" else day.weekday() == list(DAYS).index(self.day)


def read_schedule(unit: str | None, day: str | None, frequency: str | None) -> Schedule | None:
    """None for what is no complete schedule."""
    if unit not in UNITS:
        return None
    if unit in (WEEKLY, MONTHLY) and day not in DAYS:
        return None
    if unit == MONTHLY and str(frequency) not in ("1", LAST):
        return None
    return Schedule(unit, day or "", str(frequency or ""))


def zone_of_schedules() -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(config.get("default_timezone") or "UTC")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
