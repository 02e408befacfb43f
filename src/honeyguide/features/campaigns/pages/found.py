"""The campaign that a page is about, if the user may do there what the page does."""

from __future__ import annotations

from django.http import HttpRequest

from honeyguide.engine.api import standard
from honeyguide.engine.ui.lists import call_of
from honeyguide.features.campaigns.models import Campaign
from honeyguide.features.campaigns.resource import CAMPAIGNS


def campaign_for(request: HttpRequest, campaign_id: int, action: str = "view") -> Campaign:
    """Raises `NotFound` or `Denied`. `action`: view, edit, publish or delete."""
    call = call_of(request, CAMPAIGNS)
    campaign = standard.find(CAMPAIGNS, min(campaign_id, 2**63 - 1), call)
    standard.check(CAMPAIGNS, call, action, campaign)
    return campaign
