"""The numbers of landing pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from honeyguide.engine.sql import rows
from honeyguide.engine.ui.charts import Chart, per_day
from honeyguide.features.pages import queries

PAUSE = timedelta(minutes=30)  # after so long without a visit the next one begins anew


@dataclass(frozen=True)
class Behaviour:
    """How a page was read: `entries` are visits with which somebody came, `bounces` those of them who saw nothing else; `seconds`
    is the mean time before the next page, of who went on."""

    visits: int = 0
    entries: int = 0
    bounces: int = 0
    seconds: float = 0.0

    @property
    def stayed(self) -> str:
        minutes, seconds = divmod(round(self.seconds), 60)
        return f"{minutes}:{seconds:02}"


def behaviour(page_ids: Sequence[int], *, days: int = 30) -> dict[int, Behaviour]:
    """Of each page that was visited in that time."""
    names = {"pages": list(page_ids), "since": datetime.now(UTC) - timedelta(days=days), "pause": PAUSE}
    return {number: Behaviour(*told) for number, *told in rows(queries.BEHAVIOUR, names)}


def chart(page_ids: Sequence[int], *, days: int = 30) -> Chart:
    """Visits and visitors per day."""
    zone = timezone.get_current_timezone_name()
    names = {"pages": list(page_ids), "since": datetime.now(UTC) - timedelta(days=days), "zone": zone}
    found = rows(queries.PER_DAY, names)
    return per_day("Visits", found, ("Visits", "Visitors"), last=timezone.localdate(), days=days)
