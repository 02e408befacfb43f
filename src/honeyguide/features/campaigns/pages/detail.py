"""The page of a campaign: its figures, and its steps as a tree with what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from honeyguide.engine.ui.charts import per_day
from honeyguide.features.campaigns import page_queries
from honeyguide.features.campaigns import plan as plans
from honeyguide.features.campaigns.models import Campaign
from honeyguide.features.campaigns.page_queries import Figures
from honeyguide.features.campaigns.plan import Plan
from honeyguide.features.campaigns.steps import Step
from honeyguide.features.campaigns.telling import timing_in_words

ICONS = {"action": "bolt", "condition": "git-branch", "decision": "user-question"}
DEEPEST = 60  # levels that are drawn


def detail(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    plan = plans.of_campaign(campaign.pk)
    found = page_queries.figures(campaign.pk)
    inside, ever, failed = page_queries.in_short([campaign.pk])[campaign.pk]
    days = page_queries.changes_per_day(campaign.pk, zone=timezone.get_current_timezone_name())
    return {
        "more_template": "campaigns/more.html",
        "tree": tree(plan, found, plan.roots(campaign.pk)),
        "steps": len(plan.steps),
        "inside": inside,
        "ever": ever,
        "failed": failed,
        "pending": sum(one.pending for one in found.values()),
        "done": sum(one.done for one in found.values()),
        "next_at": min((one.next_at for one in found.values() if one.next_at), default=None),
        "state": state_of(campaign),
        "chart": per_day("Contacts", days, ("Came in", "Left"), last=timezone.localdate()),
        "segments": campaign.lists.all(),
        "forms": campaign.forms.all(),
    }


def tree(plan: Plan, found: Mapping[int, Figures], steps: Any, level: int = 1) -> list[dict[str, Any]]:
    """The steps with their figures, words for their times, and the steps below them."""
    return [
        {
            "step": step,
            "icon": ICONS.get(step.kind, "bolt"),
            "when": timing_in_words(step.timing) if step.kind != "decision" else "",
            "figures": found.get(step.id, Figures()),
            "below": tree(plan, found, _below(plan, step), level + 1) if level < DEEPEST else [],
        }
        for step in steps
    ]


def _below(plan: Plan, step: Step) -> list[Step]:
    return [one for path in (None, "yes", "no") for one in plan.following.get((step.id, step.campaign_id, path), ())]


def state_of(campaign: Campaign) -> tuple[str, str]:
    """Whether it runs, in words, and the colour of that."""
    now = timezone.now()
    if not campaign.is_published:
        return "Unpublished", "secondary"
    if campaign.publish_up and campaign.publish_up > now:
        return "Runs later", "blue"
    if campaign.publish_down and campaign.publish_down <= now:
        return "Over", "secondary"
    return "Running", "green"
