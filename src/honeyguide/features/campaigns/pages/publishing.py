"""Before a campaign is published: who, how many, when, and what would stand in the way."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from honeyguide.engine.api import standard
from honeyguide.engine.resource import Invalid, NotFound, Refused
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.lists import call_of
from honeyguide.features.campaigns.drafting import DRAFTS
from honeyguide.features.campaigns.models import Campaign
from honeyguide.features.campaigns.pages.found import campaign_for
from honeyguide.features.campaigns.rehearsal import TooSlow, rehearse
from honeyguide.features.campaigns.resource import CAMPAIGNS, may_see_all, visible_contact

SECONDS = 30  # that a statement may take while somebody looks at the page


def rehearsal_view(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """With everybody or, by `?contact=`, with one contact: a page, and the part of one that asks for it."""
    campaign = campaign_for(request, campaign_id)
    asked = request.GET.get("contact", "").strip()
    context: dict[str, Any] = {"title": f"Rehearsal of {campaign.name}", "item": campaign, "asked": asked}
    part = "HX-Request" in request.headers
    if part or asked:
        context |= _found(campaign, asked, call_of(request, CAMPAIGNS))
    return render(request, "campaigns/rehearsal.html" if part else "campaigns/rehearsal_page.html", context)


def _found(campaign: Campaign, asked: str, call: Any) -> dict[str, Any]:
    try:
        contact_id = visible_contact(asked, call) if asked else None
        found = rehearse(campaign, contact_id=contact_id, seconds=SECONDS)
    except NotFound:
        return {"problem": f"There is no contact {asked[:40]}."}
    except TooSlow as error:
        return {"problem": f"{error} On the server, honeyguide campaigns rehearse -i {campaign.pk} takes its time."}
    messages_sent = [visit for visit in found.visits if visit.step.type == "email.send"]
    return {
        "found": found,
        "alone": contact_id,
        "samples": contact_id is not None or may_see_all(call),
        "emails": sum(visit.count - visit.hindered for visit in messages_sent if not visit.maybe),
        "perhaps": sum(visit.count - visit.hindered for visit in messages_sent if visit.maybe),
        "problems": [visit for visit in found.visits if visit.problem],
    }


def publishing_view(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The dialog that publishes, or takes back."""
    campaign = campaign_for(request, campaign_id, "publish")
    if request.method == "GET":
        return render(request, "campaigns/publishing.html", {"item": campaign})
    params = {"isPublished": request.POST.get("published") == "1"}
    try:
        standard.update(DRAFTS, campaign, params, call_of(request, DRAFTS, method="PATCH", params=params))
    except (Invalid, Refused) as error:
        messages.error(request, f"Not published. {error.message}")
        return redirect(f"/s/campaigns/view/{campaign_id}")
    told = "is published; contacts come in within seconds." if params["isPublished"] else "is stopped; everybody waits."
    messages.success(request, f"“{campaign.name}” {told}")
    return redirect(f"/s/campaigns/view/{campaign_id}")
