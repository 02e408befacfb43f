"""The contacts behind every number of a campaign: who is in it, waits at a step, has done it, or failed and why."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from honeyguide.features.campaigns import page_queries
from honeyguide.features.campaigns.models import Campaign, LogState
from honeyguide.features.campaigns.pages.found import campaign_for

PAGE_SIZE = 50
SHOWN = {
    "members": "In the campaign",
    "left": "Left",
    "pending": "Waiting",
    "done": "Done",
    "failed": "Failed",
    "cancelled": "Called off",
}
NARROWER = {"yes": "Took “yes”", "no": "Took “no”", "retried": "Tried again", "noted": "Done with a note"}
COLOURS = {
    LogState.SCHEDULED: "blue",
    LogState.WAITING: "azure",
    LogState.DONE: "green",
    LogState.FAILED: "red",
    LogState.CANCELLED: "secondary",
}


def people_view(request: HttpRequest, campaign_id: int) -> HttpResponse:
    campaign = campaign_for(request, campaign_id)
    steps = {event.pk: event for event in campaign.events.all()}
    chosen = request.GET.get("step", "")
    step = steps.get(int(chosen)) if chosen.isdecimal() and len(chosen) < 19 else None
    show = request.GET.get("show", "members")
    show = show if show in SHOWN or show in NARROWER else "members"
    found = _members if show in ("members", "left") else _entries
    context = {
        "title": f"Contacts of {campaign.name}",
        "campaign": campaign,
        "step": step,
        "show": show,
        "shown": SHOWN | ({show: NARROWER[show]} if show in NARROWER else {}),
        **found(request, campaign, show, [step.pk] if step else list(steps)),
    }
    for entry in context.get("entries", ()):
        entry["step"] = steps.get(entry["entry"].step_id)
    return render(request, "campaigns/people.html", context)


def _members(request: HttpRequest, campaign: Campaign, show: str, step_ids: list[int]) -> dict[str, Any]:
    before = _key(request, 1)
    gone = show == "left"
    found = page_queries.members(campaign.pk, gone=gone, before=before and before[0], limit=PAGE_SIZE + 1)
    last = found[PAGE_SIZE - 1].contact_id if len(found) > PAGE_SIZE else None
    return {"members": found[:PAGE_SIZE], "next": last}


def _entries(request: HttpRequest, campaign: Campaign, show: str, step_ids: list[int]) -> dict[str, Any]:
    found = page_queries.entries(step_ids, show, before=_key(request, 3), limit=PAGE_SIZE + 1)
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    shown = [
        {"entry": one, "state": LogState(one.state).label, "colour": COLOURS[LogState(one.state)]}
        for one in found[:PAGE_SIZE]
    ]
    return {"entries": shown, "next": f"{last.step_id}-{last.contact_id}-{last.rotation}" if last else None}


def _key(request: HttpRequest, length: int) -> list[int] | None:
    """Where the page before ended; None for the first page and for what makes no sense."""
    parts = request.GET.get("before", "").split("-")
    if len(parts) != length or not all(part.isdecimal() and len(part) < 19 for part in parts):
        return None
    return [int(part) for part in parts]
