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
from honeyguide.features.contacts import page_queries
from honeyguide.features.contacts.pages import undo
from honeyguide.features.contacts.pages.lookups import given_id
from honeyguide.features.contacts.pages.undo import Done
from honeyguide.features.segments.models import Segment
from honeyguide.features.tags import clean_name


def _tags(request: HttpRequest, ids: list[int]) -> tuple[str, Done]:
    add, remove = (
        [tag for tag in map(clean_name, request.POST.get(name, "").split(",")) if tag] for name in ("add", "remove")
    )
    return "The tags of {} have been changed.", undo.change_tags(ids, add=add, remove=remove)


def _segments(request: HttpRequest, ids: list[int]) -> tuple[str, Done]:
    add, remove = (
        Segment.objects.filter(
            pk__in=[int(v) for v in request.POST.getlist(name) if v.isdecimal() and len(v) < 19][:100]
        )
        for name in ("add", "remove")
    )
    done = undo.change_segments(ids, add=add, remove=remove, by=request.user)
    return "The segments of {} have been changed.", done


def _owner(request: HttpRequest, ids: list[int]) -> tuple[str, Done]:
    done = undo.change_owner(ids, given_id(request, "owner", optional=True), by=request.user)
    return "{} have got this owner.", done


def _stage(request: HttpRequest, ids: list[int]) -> tuple[str, Done]:
    done = undo.change_stage(ids, given_id(request, "stage", optional=True), by=request.user)
    return "{} are at this stage now.", done


def _do_not_contact(request: HttpRequest, ids: list[int]) -> tuple[str, Done]:
    comments = request.POST.get("comments", "").replace("\x00", "")[:1000]
    return "{} will get no more e-mail.", undo.stop_mail(ids, comments=comments, by=request.user)


ACTIONS: dict[str, tuple[str, Callable[[HttpRequest, list[int]], tuple[str, Done]]]] = {
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
    text, done = ACTIONS[action][1](request, ids)
    how_many = f"{len(ids)} contact{'s' if len(ids) > 1 else ''}"
    messages.success(request, text.format(how_many), undo_at="/s/contacts/batch/undo", undo=done)
    return redirect("/s/contacts")


def take_back(request: HttpRequest) -> HttpResponse:
    undo.take_back(messages.sent_back(request), by=request.user)
    messages.success(request, "That was undone.")
    return redirect("/s/contacts")


def editable(request: HttpRequest, ids: list[int]) -> list[int]:
    from honeyguide.features.contacts.screens import SCREEN

    call = call_of(request, SCREEN.resource)
    found = SCREEN.resource.store.get_many(ids)
    return [item.pk for item in found.values() if may_touch(call, SCREEN, "edit", item)]
