"""The span of days that a page of figures shows: as asked for, else as last asked for, else the configured one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import HttpRequest
from django.utils import timezone

from honeyguide.engine import config
from honeyguide.engine.dates import to_datetime

FIRST, LAST = date(1970, 1, 1), date(2200, 12, 31)
KEPT = "span"  # in the session: one span for all pages of figures


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days of the reader's time zone, both included."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first, time.min))

    @property
    def until(self) -> datetime:
        """The last moment."""
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time.min)) - timedelta(
            microseconds=1
        )

    @property
    def unit(self) -> str:
        """The unit of time that shows the span in a readable number of points (`engine.widgets.period.UNITS`)."""
        days = (self.last - self.first).days
        return next(unit for unit, most in (("H", 1), ("d", 31), ("W", 100), ("m", 1000), ("Y", 10**9)) if days <= most)

    @property
    def query(self) -> dict[str, str]:
        """What `engine.widgets.ask` takes."""
        return {
            "dateFrom": self.first.isoformat(),
            "dateTo": self.last.isoformat(),
            "timeUnit": self.unit,
            "timezone": timezone.get_current_timezone_name(),
        }


def read_span(request: HttpRequest) -> Span:
    """From `from` and `to`; what is no date counts as not given. Asked for, it is kept for the session."""
    asked = _day(request.GET.get("from")), _day(request.GET.get("to"))
    kept = request.session.get(KEPT) or []
    before = tuple(map(_day, kept)) if len(kept) == 2 else (None, None)
    fallback = default_span()
    first = asked[0] or before[0] or fallback.first
    last = asked[1] or before[1] or fallback.last
    span = Span(min(first, last), max(first, last))
    if any(asked):
        request.session[KEPT] = [span.first.isoformat(), span.last.isoformat()]
    return span


def default_span() -> Span:
    """Up to today, from where `default_daterange_filter` says."""
    today = timezone.localdate()
    start = to_datetime(str(config.get("default_daterange_filter") or "-1 month"))
    return Span(min(timezone.localtime(start).date(), today) if start else today - timedelta(days=30), today)


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None
