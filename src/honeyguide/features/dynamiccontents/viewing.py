"""The numbers of dynamic content, and the campaigns that show it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from honeyguide.engine.sql import rows
from honeyguide.engine.ui.charts import Chart, per_day
from honeyguide.features.dynamiccontents import queries
from honeyguide.features.dynamiccontents.models import DynamicContent


def chart(item: DynamicContent, *, days: int = 30) -> Chart:
    """How often it was shown per day, and to how many contacts."""
    zone = timezone.get_current_timezone_name()
    names = {"item": item.pk, "since": datetime.now(UTC) - timedelta(days=days), "zone": zone}
    found = rows(queries.PER_DAY, names)
    return per_day("Shown", found, ("Shown", "Contacts"), last=timezone.localdate(), days=days)


def links(item: DynamicContent) -> list[tuple[str, int, int]]:
    """Address, clicks and contacts of the links in it, the most clicked first."""
    return rows(queries.LINKS, {"item": item.pk})


def campaigns(item: DynamicContent) -> list[tuple[int, str]]:
    """Id and name of the campaigns with a step that shows it."""
    return rows(queries.CAMPAIGNS, {"item": str(item.pk)})
