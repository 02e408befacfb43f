"""A campaign as a file: taken along, and brought back after a look at what it would change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from honeyguide.engine.api import standard
from honeyguide.engine.resource import Denied
from honeyguide.engine.resource.slugs import slug
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.guard import may
from honeyguide.engine.ui.lists import call_of
from honeyguide.features.campaigns.files.applying import Change, apply, plan
from honeyguide.features.campaigns.files.document import MOST_BYTES, BadFile, read, written
from honeyguide.features.campaigns.files.exporting import document_of
from honeyguide.features.campaigns.files.parts import PARTS
from honeyguide.features.campaigns.models import Campaign
from honeyguide.features.campaigns.pages.found import campaign_for
from honeyguide.features.campaigns.resource import CAMPAIGNS


def export_view(request: HttpRequest, campaign_id: int) -> HttpResponse:
    campaign = campaign_for(request, campaign_id)
    document = document_of(campaign)
    _require_to_read(request, document)
    response = HttpResponse(written(document), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug(campaign.name) or "campaign"}.yaml"'
    return response


def import_view(request: HttpRequest) -> HttpResponse:
    """Takes a file, shows what it would change, and changes it when that was seen."""
    call_of(request, CAMPAIGNS).require(CAMPAIGNS.rights.level("view"))
    context: dict[str, Any] = {"title": "Campaign from a file"}
    if request.method != "POST":
        return render(request, "campaigns/import.html", context)
    upload = request.FILES.get("file")
    text = upload.read(MOST_BYTES + 1) if upload else request.POST.get("text", "")
    try:
        document = read(text)
        _require_to_read(request, document)
        changes = plan(document)
        if "apply" in request.POST:
            _require_to_write(request, document, changes)
            campaign, done = apply(document, by=request.user)
            told = f"{len(done)} changes were made." if done else "It was as the file says already."
            messages.success(request, f"“{campaign.name}”: {told}")
            return redirect(f"/s/campaigns/view/{campaign.pk}")
    except BadFile as error:
        return render(request, "campaigns/import.html", context | {"problems": error.problems}, status=422)
    context |= {
        "changes": changes,
        "text": text.decode() if isinstance(text, bytes) else text,
        "name": document["campaign"]["name"],
    }
    return render(request, "campaigns/import.html", context)


def _require_to_read(request: HttpRequest, document: dict[str, Any]) -> None:
    """A file tells of what comes along whoever made it. Raises `Denied`."""
    _require(request, *(part.rights.level("view", mine=False) for part in PARTS if document.get(part.section)))


def _require_to_write(request: HttpRequest, document: dict[str, Any], changes: Sequence[Change]) -> None:
    """The rights to make or change what the file does. Raises `Denied`."""
    call = call_of(request, CAMPAIGNS)
    existing = Campaign.objects.filter(name=document["campaign"]["name"]).first()
    if existing is None:
        call.require(CAMPAIGNS.rights.level("create"))
    else:
        standard.check(CAMPAIGNS, call, "edit", existing)
    levels, parts = {"create": "create", "change": "edit"}, {part.word: part for part in PARTS}
    wanted = [(parts[one.kind], levels[one.action]) for one in changes if one.kind in parts]
    _require(request, *(part.rights.level(level, mine=False) for part, level in wanted))


def _require(request: HttpRequest, *rights: str) -> None:
    """Every one of the rights. Raises `Denied`."""
    if not all(may(request.user, right) for right in rights):
        raise Denied()
