"""Campaigns as people draw them: one that is not finished may be kept, and what is saved replaces what there was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from honeyguide.engine.resource.store import ModelStore
from honeyguide.features.campaigns.models import Campaign
from honeyguide.features.campaigns.resource import CAMPAIGNS, CampaignStore


class DraftStore(CampaignStore):
    """As over REST, except that steps and sources may still be missing, and that a change names all that is left."""

    def create(self, values: dict[str, Any], call: Any) -> tuple[Any, bool]:
        return ModelStore.create(self, values, call)

    def update(self, item: Campaign, values: dict[str, Any], call: Any) -> Campaign:
        return ModelStore.update(self, item, values, call)


DRAFTS = replace(CAMPAIGNS, store=DraftStore)
