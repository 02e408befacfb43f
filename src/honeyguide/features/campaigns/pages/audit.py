"""What a campaign did with one contact and plans for it: when, by which path, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from honeyguide.engine.dates import to_datetime
from honeyguide.engine.resource import NotFound, Refused
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.forms import utc_text
from honeyguide.engine.ui.lists import call_of
from honeyguide.features.campaigns import page_queries, planned, services
from honeyguide.features.campaigns.models import CampaignEvent, LogState
from honeyguide.features.campaigns.page_queries import Passage
from honeyguide.features.campaigns.pages.found import campaign_for
from honeyguide.features.campaigns.pages.people import COLOURS
from honeyguide.features.campaigns.resource import CAMPAIGNS, visible_contact
from honeyguide.features.contacts import rows as contact_rows

SAID = {
    LogState.SCHEDULED: "planned",
    LogState.WAITING: "waits for the contact",
    LogState.DONE: "done",
    LogState.FAILED: "failed for good",
    LogState.CANCELLED: "called off",
}
PLANNABLE = (LogState.SCHEDULED, LogState.FAILED, LogState.CANCELLED)


def audit_view(request: HttpRequest, campaign_id: int, contact_id: int) -> HttpResponse:
    campaign = campaign_for(request, campaign_id)
    number = visible_contact(str(contact_id), call_of(request, CAMPAIGNS))
    steps = {event.pk: event for event in campaign.events.all()}
    contact = contact_rows.read([number])[number]
    context = {
        "title": f"{contact.title} in {campaign.name}",
        "campaign": campaign,
        "contact": contact,
        "membership": page_queries.membership(campaign.pk, number),
        "passages": [told(one, steps.get(one.step_id)) for one in page_queries.way(campaign.pk, number)],
    }
    return render(request, "campaigns/audit.html", context)


def told(one: Passage, step: CampaignEvent | None) -> dict[str, Any]:
    """A step of the way, in words. What a condition saw is its reason; of an action, why it did nothing."""
    state = LogState(one.state)
    asks = step is not None and step.event_type == "condition" and state == LogState.DONE
    why = f"saw “{one.note}”" if asks and one.note is not None else one.note or ""
    if step is not None and step.event_type == "decision" and state == LogState.DONE:
        why = why or ("the contact acted" if one.taken else "the time was up")
    return {
        "step": step,
        "one": one,
        "said": "tried again" if state == LogState.SCHEDULED and one.failures else SAID[state],
        "colour": COLOURS[state],
        "why": why,
        "may_plan": step is not None and step.event_type != "decision" and state in PLANNABLE,
    }


def planned_view(request: HttpRequest, campaign_id: int, contact_id: int) -> HttpResponse:
    """Gives a step of the contact another time, tries it again, or calls it off."""
    campaign = campaign_for(request, campaign_id)
    number = visible_contact(str(contact_id), call_of(request, CAMPAIGNS), "edit")
    step_id, rotation = (_number(request.POST.get(name, "")) for name in ("step", "rotation"))
    step = campaign.events.filter(pk=step_id).first()
    if step is None:
        raise NotFound()
    try:
        if request.POST.get("do") == "call-off":
            planned.call_off(step, number, rotation, by=request.user)
            messages.success(request, f"“{step.name}” is called off for the contact.")
        else:
            due = planned.plan_again(step, number, rotation, _moment(request.POST.get("due", "")))
            messages.success(request, f"“{step.name}” is planned for {timezone.localtime(due):%-d %b %Y, %H:%M}.")
    except Refused as error:
        messages.error(request, error.message)
    return redirect(f"/s/campaigns/view/{campaign.pk}/contacts/{number}")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _moment(text: str) -> datetime | None:
    """Raises `Refused` for what is no time; nothing is now."""
    if not text.strip():
        return None
    moment = to_datetime(utc_text(text))
    if moment is None:
        raise Refused("When? Give a day and a time.")
    return moment


def membership_view(request: HttpRequest, campaign_id: int, contact_id: int) -> HttpResponse:
    """Puts a contact in, or takes it out, by hand."""
    campaign = campaign_for(request, campaign_id)
    number = visible_contact(str(contact_id), call_of(request, CAMPAIGNS), "edit")
    if request.POST.get("in") == "1":
        begun = services.add_contacts(campaign.pk, [number])
        messages.success(request, "The campaign begins for the contact." if begun else "The contact is in it already.")
    else:
        services.remove_contacts(campaign.pk, [number])
        messages.success(request, "The contact was taken out; what was planned is called off.")
    return redirect(f"/s/campaigns/view/{campaign.pk}/contacts/{number}")


def campaigns_view(request: HttpRequest, contact_id: int) -> HttpResponse:
    """The part of a contact's page that names its campaigns."""
    call = call_of(request, CAMPAIGNS)
    number = visible_contact(str(contact_id), call)
    others = call.may(CAMPAIGNS.rights.level("view", mine=False))
    found = page_queries.campaigns_of(number, created_by=None if others else request.user.pk)
    return render(request, "campaigns/of_contact.html", {"contact_id": number, "campaigns": found})
