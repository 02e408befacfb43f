"""What happened to contacts, as the API's activity feed and the contact page tell it, read from the event log and from the
log of campaigns.

Contract resource-contacts "Activity": pages are cut per type of event, events of one second stand in the order in which they
happened, and `total` counts all types.
"""

from __future__ import annotations

import math
from typing import Any

from honeyguide.engine.sql import ALL, Clause
from honeyguide.features.contacts.timeline.reading import KINDS, NO_FILTERS, TYPES, Filters, read_events, read_filters
from honeyguide.features.contacts.timeline.telling import told

__all__ = ["KINDS", "TYPES", "Filters", "activity", "read_filters"]


def activity(
    contact_id: int | None,
    *,
    filters: Filters = NO_FILTERS,
    order: tuple[str, str] = ("timestamp", "DESC"),
    page: int = 1,
    limit: int = 25,
    only: Clause = ALL,
    site_url: str = "",
) -> dict[str, Any]:
    """The answer of the activity calls: of one contact, or (None) of all that `only` allows."""
    happened, totals = read_events(contact_id, filters=filters, page=page, limit=limit, only=only)
    events = told(happened, site_url)
    key, direction = order
    if key in ("timestamp", "eventLabel"):
        events.sort(key=lambda event: _sort_key(event, key), reverse=direction == "DESC")
    most = max(totals.values(), default=0)
    return {
        "events": events,
        "filters": filters.shown(),
        "order": list(order),
        "types": TYPES,
        "total": sum(totals.values()),
        "page": page,
        "limit": limit,
        "maxPages": float(math.ceil(most / limit)) if most else 1,
    }


def _sort_key(event: dict[str, Any], key: str) -> str:
    value = event[key]
    return value["label"] if isinstance(value, dict) else str(value)
