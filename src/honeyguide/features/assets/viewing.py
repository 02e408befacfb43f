"""The numbers of assets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from honeyguide.engine.sql import rows
from honeyguide.engine.ui.charts import Chart, per_day
from honeyguide.features.assets import queries
from honeyguide.features.assets.models import Asset


def chart(asset: Asset, *, days: int = 30) -> Chart:
    """Downloads per day, and how many contacts made them."""
    zone = timezone.get_current_timezone_name()
    names = {"asset": asset.pk, "since": datetime.now(UTC) - timedelta(days=days), "zone": zone}
    found = rows(queries.PER_DAY, names)
    return per_day("Downloads", found, ("Downloads", "Contacts"), last=timezone.localdate(), days=days)
