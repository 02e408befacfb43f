"""When a scheduled report is due, and which rows it then tells of (engine reports)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice

from dateutil.relativedelta import relativedelta

NOW, DAILY, WEEKLY, MONTHLY = "NOW", "DAILY", "WEEKLY", "MONTHLY"
UNITS = {NOW: "Once, now", DAILY: "Every day", WEEKLY: "Every week", MONTHLY: "Every month"}
DAYS = {
    "MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday", "SU": "Sunday",
    "WEEK_DAYS": "Working days",
}  # fmt: skip
WEEKDAYS = list(DAYS)
WORKING = range(5)
FIRST, LAST = "1", "-1"
FREQUENCIES = {FIRST: "first", LAST: "last"}
REACH = {
    NOW: relativedelta(years=10),
    DAILY: relativedelta(days=1),
    WEEKLY: relativedelta(days=7),
    MONTHLY: relativedelta(months=1),
}


@dataclass(frozen=True, slots=True)
class Schedule:
    """`day` is one of DAYS, `frequency` one of FREQUENCIES: the first or last such day of a month. Days are those of `zone`."""

    unit: str
    day: str = ""
    frequency: str = ""
    zone: tzinfo = UTC

    def after(self, moment: datetime) -> datetime:
        """The first due moment after this one: the beginning of a day, or for NOW the moment itself."""
        if self.unit == NOW:
            return moment
        return self._start(next(self._days(moment.astimezone(self.zone).date())))

    def upcoming(self, moment: datetime, number: int = 5) -> list[date]:
        """The next days on which it is sent."""
        day = moment.astimezone(self.zone).date()
        return [day] if self.unit == NOW else list(islice(self._days(day), number))

    def rows(self, due: datetime) -> tuple[datetime, datetime]:
        """First and last moment of the rows that are sent then: whole days up to the second before it is due."""
        first = due.astimezone(self.zone).date() - REACH[self.unit]
        return self._start(first), (due.astimezone(UTC) - timedelta(seconds=1)).astimezone(self.zone)

    @property
    def words(self) -> str:
        """`Every month, on the last Friday`."""
        day = DAYS.get(self.day, "").replace("Working days", "working day")
        if self.unit == WEEKLY:
            return f"Every {day}"
        if self.unit == MONTHLY:
            return f"Every month, on the {FREQUENCIES[self.frequency]} {day}"
        return UNITS[self.unit]

    def _start(self, day: date) -> datetime:
        """The first moment of a day. Where clocks go forward at midnight that is one o'clock."""
        return datetime.combine(day, time.min, self.zone).astimezone(UTC).astimezone(self.zone)

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
        return day.weekday() in WORKING if self.day == "WEEK_DAYS" else day.weekday() == WEEKDAYS.index(self.day)


def read_schedule(unit: str | None, day: str | None, frequency: str | None, zone: tzinfo) -> Schedule | None:
    """None for what is no complete schedule."""
    if unit not in UNITS:
        return None
    if unit in (WEEKLY, MONTHLY) and day not in DAYS:
        return None
    if unit == MONTHLY and str(frequency) not in FREQUENCIES:
        return None
    return Schedule(unit, day or "", str(frequency or ""), zone)
