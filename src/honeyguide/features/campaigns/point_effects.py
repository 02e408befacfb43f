"""Campaigns that contacts come into and leave when they have the points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from honeyguide.features.campaigns import services
from honeyguide.features.campaigns.models import Campaign
from honeyguide.features.points.models import PointTriggerEvent
from honeyguide.features.points.properties import numbers, of
from honeyguide.features.points.triggering import Effect


def change_campaigns(event: PointTriggerEvent, contact_ids: Sequence[int]) -> Iterable[int]:
    """By hand, in the sense that the campaign's segments leave it so."""
    add, remove = numbers(of(event).get("addTo")), numbers(of(event).get("removeFrom"))
    known = set(Campaign.objects.filter(pk__in={*add, *remove}).values_list("pk", flat=True))
    for campaign_id in add:
        if campaign_id in known:
            services.add_contacts(campaign_id, contact_ids)
    for campaign_id in remove:
        if campaign_id in known:
            services.remove_contacts(campaign_id, contact_ids)
    return ()


CHANGE = Effect("campaign.changecampaign", change_campaigns)
