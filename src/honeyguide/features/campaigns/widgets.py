"""What the dashboard knows of campaigns."""

from __future__ import annotations

from collections.abc import Callable

from honeyguide.engine.widgets import Asked, Data, Source, Widget, in_time, line
from honeyguide.features.campaigns.models import LogState

ADDED = Source(
    "campaign_contacts",
    "date_added",
    "NOT manually_removed AND (%(campaign)s::bigint IS NULL OR campaign_id = %(campaign)s)"
    " AND (%(mine)s::bigint IS NULL OR campaign_id IN (SELECT id FROM campaigns WHERE created_by = %(mine)s))",
)


DONE = Source(
    "campaign_log",
    "at",
    f"state = {LogState.DONE:d}"
    " AND (%(mine)s::bigint IS NULL OR campaign_id IN (SELECT id FROM campaigns WHERE created_by = %(mine)s))",
)


def events_in_time(asked: Asked) -> Data:
    """Steps done, of all contacts."""
    return line(asked, {"Events triggered": in_time(asked, DONE)})


def contacts_in_time(asked: Asked) -> Data:
    source = Source(ADDED.table, ADDED.at, ADDED.where, params={"campaign": asked.number("campaignId")})
    return line(asked, {"Contacts added": in_time(asked, source)})


def _widget(type_: str, title: str, data: Callable[[Asked], Data]) -> Widget:
    right, others = "campaign:campaigns:viewown", "campaign:campaigns:viewother"
    return Widget(type=type_, title=title, group="Campaign Widgets", right=right, others=others, data=data)


EVENTS = _widget("events.in.time", "Events triggered in time", events_in_time)
CONTACTS = _widget("leads.added.in.time", "Leads added in time", contacts_in_time)
