"""What can be done to the checked contacts: a dialog that asks for the rest, then one bulk statement each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from honeyguide.engine.resource import Denied, NotFound
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.standard import checked_ids, may_touch
from honeyguide.features.contacts import page_queries, services
from honeyguide.features.contacts.pages.lookups import given_id
from honeyguide.features.segments import services as segment_services
from honeyguide.features.segments.models import Segment


def _tags(request: HttpRequest, ids: list[int]) -> str:
    add = [tag.strip() for tag in request.POST.get("add", "").replace("\x00", "").split(",") if tag.strip()]
    remove = [tag.strip() for tag in request.POST.get("remove", "").replace("\x00", "").split(",") if tag.strip()]
    services.modify_tags(ids, add=add, remove=remove)
    return "The tags of {} have been changed."


def _segments(request: HttpRequest, ids: list[int]) -> str:
    for name, act in (("add", segment_services.add_contacts), ("remove", segment_services.remove_contacts)):
        for segment in Segment.objects.filter(
            pk__in=[int(v) for v in request.POST.getlist(name) if v.isdecimal()][:100]
        ):
            act(segment, contact_ids=ids, by=request.user)
    return "The segments of {} have been changed."


def _owner(request: HttpRequest, ids: list[int]) -> str:
    services.set_owner(ids, given_id(request, "owner", optional=True), by=request.user)
    return "{} have got this owner."


def _stage(request: HttpRequest, ids: list[int]) -> str:
    services.set_stage(ids, given_id(request, "stage", optional=True), by=request.user)
    return "{} are at this stage now."


def _do_not_contact(request: HttpRequest, ids: list[int]) -> str:
    comments = request.POST.get("comments", "").replace("\x00", "")[:1000]
    services.set_do_not_contact(ids, "email", 3, by=request.user, comments=comments)
    return "{} will get no more e-mail."


ACTIONS: dict[str, tuple[str, Callable[[HttpRequest, list[int]], str]]] = {
    "tags": ("Change tags", _tags),
    "segments": ("Change segments", _segments),
    "owner": ("Change owner", _owner),
    "stage": ("Change stage", _stage),
    "dnc": ("Do not contact", _do_not_contact),
}


def dialog(request: HttpRequest, action: str) -> HttpResponse:
    if action not in ACTIONS:
        raise NotFound()
    context: dict[str, Any] = {"action": action, "dialog_title": ACTIONS[action][0], "ids": checked_ids(request)}
    match action:
        case "tags":
            context["tags"] = page_queries.names("tags", "tag")
        case "segments":
            context["segments"] = page_queries.names("segments")
        case "owner":
            context["owners"] = page_queries.names("users", "concat_ws(' ', first_name, last_name)")
        case "stage":
            context["stages"] = page_queries.names("stages")
    return render(request, "contacts/batch.html", context)


def run(request: HttpRequest, action: str) -> HttpResponse:
    """Does it to those that the user may edit; says how many those are."""
    if action not in ACTIONS:
        raise NotFound()
    ids = editable(request, checked_ids(request))
    if not ids:
        raise Denied()
    text = ACTIONS[action][1](request, ids)
    messages.success(request, text.format(f"{len(ids)} contact{'s' if len(ids) > 1 else ''}"))
    return redirect("/s/contacts")


def editable(request: HttpRequest, ids: list[int]) -> list[int]:
    from honeyguide.features.contacts.screens import SCREEN

    call = call_of(request, SCREEN.resource)
    found = SCREEN.resource.store.get_many(ids)
    return [item.pk for item in found.values() if may_touch(call, SCREEN, "edit", item)]
