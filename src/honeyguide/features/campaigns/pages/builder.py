"""The canvas on which the steps of a campaign are drawn: its page, and what it saves, keeps and asks."""

from __future__ import annotations

from typing import Any

import orjson
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from honeyguide.engine.api import standard
from honeyguide.engine.resource import Denied, Invalid, Refused
from honeyguide.engine.resource.fields import iso
from honeyguide.engine.ui.lists import call_of
from honeyguide.features.campaigns import drawing, page_queries
from honeyguide.features.campaigns.drafting import DRAFTS
from honeyguide.features.campaigns.loops import refuse_endless
from honeyguide.features.campaigns.models import Campaign
from honeyguide.features.campaigns.pages.found import campaign_for
from honeyguide.features.campaigns.rehearsal import TooSlow, rehearse
from honeyguide.features.campaigns.resource import SOURCES

MAX_CHOICES = 1000
MAX_BYTES = 2_000_000
SECONDS = 30
NUL = rb"\u0000"  # a character that no text of the database can hold


def builder_view(request: HttpRequest, campaign_id: int) -> HttpResponse:
    campaign = campaign_for(request, campaign_id)
    draft = drawing.draft_of(campaign)
    may_edit = _may_edit(request, campaign)
    data = {
        "campaign": {"id": campaign.pk, "name": campaign.name, "isPublished": campaign.is_published},
        "path": f"/s/campaigns/builder/{campaign.pk}",
        "stored": drawing.drawing_of(campaign),
        "draft": draft.drawing if draft and may_edit else None,
        "draftOf": {"at": iso(draft.date_saved), "by": draft.saved_by.name if draft.saved_by else ""}
        if draft
        else None,
        "kinds": drawing.kinds(),
        "sources": {name: _choices(name) for name in SOURCES},
        "figures": _figures(campaign),
        "mayEdit": may_edit,
    }
    return render(request, "campaigns/builder.html", {"title": campaign.name, "item": campaign, "data": data})


def _may_edit(request: HttpRequest, campaign: Campaign) -> bool:
    try:
        campaign_for(request, campaign.pk, "edit")
    except Denied:
        return False
    return True


def _choices(name: str) -> list[list[Any]]:
    found = SOURCES[name].objects.order_by("name")
    found = found.filter(form_type="campaign") if name == "forms" else found
    return [[one.pk, one.name] for one in found[:MAX_CHOICES]]


def _figures(campaign: Campaign) -> dict[str, dict[str, int]]:
    return {
        str(number): {"done": one.done, "yes": one.yes, "no": one.no, "pending": one.pending, "failed": one.failed}
        for number, one in page_queries.figures(campaign.pk).items()
    }


def sent(request: HttpRequest) -> dict[str, Any]:
    """The drawing in the body. Raises `Refused` (400) for what is none."""
    if len(request.body) > MAX_BYTES:
        raise Refused("The drawing is too big.")
    try:
        found = {} if NUL in request.body else drawing.parts_of(orjson.loads(request.body or b"{}"))
    except orjson.JSONDecodeError:
        found = {}
    if not found:
        raise Refused("The drawing cannot be read.")
    return found


def save_view(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Makes the drawing the campaign's, by the way that REST writes; answers with what is stored now."""
    campaign = campaign_for(request, campaign_id, "edit")
    try:
        params = sent(request)
        with transaction.atomic():
            call = call_of(request, DRAFTS, method="PATCH", params=params)
            standard.update(DRAFTS, campaign, params, call)
            drawing.drop_draft(campaign)
    except (Invalid, Refused) as error:
        return JsonResponse({"error": error.message}, status=error.code)
    return JsonResponse({"stored": drawing.drawing_of(campaign_for(request, campaign_id, "edit"))})


def draft_view(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Keeps the drawing as a draft; without a body, throws the draft away."""
    campaign = campaign_for(request, campaign_id, "edit")
    if not request.body:
        drawing.drop_draft(campaign)
        return JsonResponse({"draft": None})
    try:
        kept = drawing.keep_draft(campaign, sent(request), by=request.user)
    except Refused as error:
        return JsonResponse({"error": error.message}, status=error.code)
    return JsonResponse({"draft": iso(kept.date_saved)})


def rehearse_view(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """How many would come to each step of the drawing, by the keys of the canvas. Nothing is kept of it."""
    campaign = campaign_for(request, campaign_id)
    try:
        call = call_of(request, DRAFTS, method="PATCH")
        plan, segments, keys = drawing.planned(campaign, sent(request), call)
        refuse_endless(plan)
        found = rehearse(campaign, plan=plan, segments=segments, seconds=SECONDS)
    except TooSlow as error:
        return JsonResponse({"error": str(error)}, status=503)
    except (Invalid, Refused) as error:
        return JsonResponse({"error": error.message}, status=error.code)
    steps: dict[str, dict[str, Any]] = {}
    for visit in found.visits:
        if visit.round == 1:
            steps[keys[visit.step.id]] = {
                "count": visit.count, "yes": visit.yes, "no": visit.no, "maybe": visit.maybe, "hindered": visit.hindered,
                "first": iso(visit.first_at), "last": iso(visit.last_at), "problem": visit.problem,
                "reasons": visit.reasons,
            }  # fmt: skip
    return JsonResponse({"entering": found.entering, "waiting": found.waiting, "steps": steps})
