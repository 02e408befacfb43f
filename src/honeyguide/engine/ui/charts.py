"""Line charts: figures per day, drawn by uPlot and readable as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True)
class Chart:
    """`series` maps a label to one figure per day of `days`."""

    title: str
    days: Sequence[date]
    series: Mapping[str, Sequence[int]]

    @property
    def data(self) -> dict[str, Any]:
        return {
            "days": [day.isoformat() for day in self.days],
            "series": [{"label": label, "values": list(values)} for label, values in self.series.items()],
        }

    @property
    def rows(self) -> list[tuple[date, tuple[int, ...]]]:
        return list(zip(self.days, zip(*self.series.values(), strict=True), strict=True))

    @property
    def totals(self) -> dict[str, int]:
        return {label: sum(values) for label, values in self.series.items()}


def per_day(title: str, rows: Iterable[Sequence[Any]], labels: Sequence[str], *, last: date, days: int = 30) -> Chart:
    """A chart of the `days` days up to `last` from rows of (day, figure, ...); days without a row are zero."""
    by_day = {row[0]: row[1:] for row in rows}
    shown = [last - timedelta(days=back) for back in reversed(range(days))]
    series = {label: [by_day[day][at] if day in by_day else 0 for day in shown] for at, label in enumerate(labels)}
    return Chart(title, shown, series)
