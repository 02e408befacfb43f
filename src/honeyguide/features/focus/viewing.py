"""The numbers of focus items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from honeyguide.engine.sql import one, rows
from honeyguide.engine.ui.charts import Chart, per_day
from honeyguide.features.focus import queries
from honeyguide.features.focus.models import FocusItem


@dataclass(frozen=True, slots=True)
class Figures:
    """`contacts` is how many contacts have seen it."""

    views: int = 0
    contacts: int = 0
    clicks: int = 0


def figures(item: FocusItem) -> Figures:
    found = one(queries.TOTALS, {"items": [item.pk]})
    return Figures(*found[1:]) if found else Figures()


def chart(item: FocusItem, *, days: int = 30) -> Chart:
    """Views and clicks per day."""
    zone = timezone.get_current_timezone_name()
    names = {"item": item.pk, "since": datetime.now(UTC) - timedelta(days=days), "zone": zone}
    labels = ("Views", "Clicks")
    return per_day("Views and clicks", rows(queries.PER_DAY, names), labels, last=timezone.localdate(), days=days)
