"""The search over everything: what each screen's own search finds, grouped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from honeyguide.engine.api.listing import read_listing
from honeyguide.engine.resource import Invalid, Refused
from honeyguide.engine.ui.guard import may
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.registry import menu, screens
from honeyguide.engine.ui.screen import SIGNED_IN, Page, Pages, Screen

SHOWN = 5


@dataclass(frozen=True)
class Found:
    """A screen's first finds as (title, path), and where all of them are."""

    screen: Screen
    items: list[tuple[str, str]]
    more: str


def search_everywhere(request: HttpRequest, text: str) -> Iterator[Found]:
    """Groups in the order of the menu. A screen that does not understand the search has no group."""
    places = {entry.path: position for position, entry in enumerate(menu())}
    for screen in sorted(screens(), key=lambda screen: places.get(screen.path, len(places))):
        if "list" in screen.standard and may(request.user, screen.resource.rights.level("view")):
            try:
                items = first_of(request, screen, text)
            except (Invalid, Refused):
                continue
            if items:
                query = urlencode({"search": text})
                yield Found(screen, [_shown(screen, item) for item in items], f"{screen.path}?{query}")


def first_of(request: HttpRequest, screen: Screen, text: str) -> list[Any]:
    call = call_of(request, screen.resource, query={"search": text, "limit": str(SHOWN), "start": "0"})
    listing = read_listing(call, screen.resource)
    if screen.read:
        return list(screen.read(listing, call).items)
    return list(screen.resource.store.page(listing.where, listing.order, 0, SHOWN)[1])


def _shown(screen: Screen, item: Any) -> tuple[str, str]:
    return screen.title(item), f"{screen.path}/{'view' if 'view' in screen.standard else 'edit'}/{item.pk}"


def search_view(request: HttpRequest) -> HttpResponse:
    """A page of its own, and the list below the box at the top while someone types."""
    text = request.GET.get("search", "").replace("\x00", "").strip()[:200]
    context = {"title": "Search", "search": text, "groups": list(search_everywhere(request, text)) if text else []}
    return render(request, "ui/search_results.html" if "HX-Request" in request.headers else "ui/search.html", context)


PAGES = Pages(Page(path="search", view=search_view, right=SIGNED_IN))
