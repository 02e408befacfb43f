"""The pages that every screen has: list, new, view, edit, clone, delete, batch delete, publish switch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from honeyguide.engine.api import standard
from honeyguide.engine.audit.log import of_item
from honeyguide.engine.resource import Denied, Invalid, Refused
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.forms import form_view
from honeyguide.engine.ui.lists import call_of, list_view
from honeyguide.engine.ui.screen import Page, Screen

MAX_BATCH = 1000


def standard_pages(screen: Screen) -> Iterator[Page]:
    level = screen.resource.rights.level
    both = ("GET", "POST")

    def page(path: str, view: Callable[..., HttpResponse], action: str, methods: tuple[str, ...] = ("GET",)) -> Page:
        return Page(
            path=f"{screen.slug}{path}", view=partial(view, screen=screen), right=level(action), methods=methods
        )

    offered = {
        "list": [page("", list_view, "view")],
        "new": [page("/new", form_view, "create", both)],
        "view": [page("/view/<int:item_id>", detail_view, "view")],
        "edit": [
            page("/edit/<int:item_id>", form_view, "edit", both),
            page("/publish/<int:item_id>", publish_view, "edit", ("POST",)),
        ],
        "clone": [page("/clone/<int:item_id>", partial(form_view, clone=True), "create", both)],
        "delete": [
            page("/delete/<int:item_id>", delete_view, "delete", ("POST",)),
            page("/batchDelete", batch_delete_view, "delete", ("POST",)),
        ],
    }
    for name in screen.standard:
        yield from offered[name]


def detail_view(request: HttpRequest, screen: Screen, item_id: int) -> HttpResponse:
    resource, call = screen.resource, call_of(request, screen.resource)
    item = standard.find(resource, item_id, call)
    standard.check(resource, call, "view", item)
    context = {
        "screen": screen,
        "item": item,
        "title": screen.title(item),
        "audit": partial(of_item, *resource.audited_as, item_id),
        "may_edit": "edit" in screen.standard and may_touch(call, screen, "edit", item),
        "may_delete": "delete" in screen.standard and may_touch(call, screen, "delete", item),
        "may_clone": "clone" in screen.standard and call.may(resource.rights.level("create")),
    }
    if screen.detail:
        context |= screen.detail(request, item)
    return render(request, screen.detail_template, context)


def may_touch(call: Any, screen: Screen, action: str, item: Any) -> bool:
    try:
        standard.check(screen.resource, call, action, item)
    except Denied:
        return False
    return True


def delete_view(request: HttpRequest, screen: Screen, item_id: int) -> HttpResponse:
    resource, call = screen.resource, call_of(request, screen.resource, method="DELETE")
    item = standard.find(resource, item_id, call)
    standard.check(resource, call, "delete", item)
    name = screen.title(item)
    try:
        resource.store.delete(item, call)
    except (Refused, Invalid) as error:
        messages.error(request, f"“{name}” was not deleted. {error.message}")
        return redirect(f"{screen.path}/view/{item_id}" if "view" in screen.standard else screen.path)
    messages.success(request, f"“{name}” has been deleted.")
    return redirect(screen.path)


def batch_delete_view(request: HttpRequest, screen: Screen) -> HttpResponse:
    resource, call = screen.resource, call_of(request, screen.resource, method="DELETE")
    items = resource.store.get_many(checked_ids(request))
    deleted, kept = 0, []
    for item in items.values():
        try:
            standard.check(resource, call, "delete", item)
            resource.store.delete(item, call)
            deleted += 1
        except (Refused, Invalid) as error:
            kept.append(f"“{screen.title(item)}”: {error.message}")
    if deleted:
        messages.success(request, f"{deleted} {screen.one if deleted == 1 else screen.many.lower()} deleted.")
    for text in kept[:5]:
        messages.error(request, f"Not deleted: {text}")
    return redirect(request.POST.get("back") if _is_local(request.POST.get("back")) else screen.path)


def publish_view(request: HttpRequest, screen: Screen, item_id: int) -> HttpResponse:
    """Flips the switch of a row; answers with the switch as it is now, and why when it did not move."""
    resource = screen.resource
    params = {"isPublished": request.POST.get("published") == "1"}
    call = call_of(request, resource, method="PATCH", params=params)
    item = standard.find(resource, item_id, call)
    standard.check(resource, call, "edit", item)
    problem = ""
    try:
        item = standard.update(resource, item, params, call)
    except (Invalid, Refused) as error:
        problem = error.message
        item = standard.find(resource, item_id, call)
    return render(request, "ui/publish.html", {"screen": screen, "item": item, "problem": problem, "may_publish": True})


def checked_ids(request: HttpRequest) -> list[int]:
    """The ids of the rows checked in a list, at most MAX_BATCH."""
    given = request.POST.getlist("ids") or request.GET.getlist("ids")
    return [int(text) for text in given if text.isdecimal() and len(text) < 19][:MAX_BATCH]


def _is_local(path: str | None) -> bool:
    return bool(path) and path.startswith("/s/") and "\\" not in path and not path.startswith("//")
