"""The list page of a screen: search, sorting, paging, rows with checks and menus.

Search and order are the API's (`engine.api.listing`), so a search that works on one works on the other. The page size and
order a user last chose for a list stay with their session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property

from honeyguide.engine import config
from honeyguide.engine.api.call import Call
from honeyguide.engine.api.listing import Listing, read_listing
from honeyguide.engine.resource import Refused, Resource
from honeyguide.engine.ui.guard import may
from honeyguide.engine.ui.screen import Column, Screen, Slice

PAGE_SIZES = (5, 10, 15, 20, 25, 30, 50, 100)
MAX_PAGE = 10_000

# What every search box understands; screens add their own.
SEARCH_HELP = (
    ('"two words"', "exactly this text"),
    ("!word", "without this word"),
    ("one or two", "either; group with ( )"),
    ("ids:1,2", "these ids"),
)


def call_of(
    request: HttpRequest,
    resource: Resource,
    *,
    method: str = "GET",
    params: Any = None,
    query: dict[str, Any] | None = None,
) -> Call:
    """A page's request as the API call that it stands for."""
    return Call(
        request=request, method=method, user=request.user, params=params or {}, query=query or {}, resource=resource
    )


@dataclass
class ListPage:
    """What the template of a list shows."""

    screen: Screen
    listing: Listing
    slice: Slice
    search: str
    sort: str
    descending: bool
    page: int
    limit: int

    @cached_property
    def first(self) -> int:
        return self.listing.start + 1 if self.slice.items else 0

    @property
    def last(self) -> int:
        return self.listing.start + len(self.slice.items)

    @property
    def has_next(self) -> bool:
        return self.slice.has_next if self.slice.total is None else self.last < self.slice.total

    @property
    def sizes(self) -> tuple[int, ...]:
        return PAGE_SIZES

    @cached_property
    def columns(self) -> Sequence[Column]:
        return self.screen.shown_columns

    @cached_property
    def headers(self) -> list[dict[str, Any]]:
        """Each column with the state of its sorting."""
        return [
            {
                "column": column,
                "state": ("descending" if self.descending else "ascending") if self._sorts(column) else "",
                "next": f"-{column.sort}" if self._sorts(column) and not self.descending else column.sort,
            }
            for column in self.columns
        ]

    def _sorts(self, column: Column) -> bool:
        return bool(column.sort) and column.sort == self.sort

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        return [{"item": item, "cells": self._cells(item)} for item in self.slice.items]

    def _cells(self, item: Any) -> list[dict[str, Any]]:
        return [{"html": column.show(item), "css": column.css, "label": column.label} for column in self.columns]


def read_page(request: HttpRequest, screen: Screen) -> ListPage:
    """The page that the query string asks for. A search or order that makes no sense is dropped, not refused."""
    search = request.GET.get("search", "").replace("\x00", "")[:2000]
    sort, limit = _kept(request, screen)
    page = _number(request.GET.get("page"), 1, MAX_PAGE)
    descending = sort.startswith("-")
    name = sort.removeprefix("-")
    query: dict[str, Any] = {"search": search, "limit": str(limit), "start": str((page - 1) * limit)}
    if name:
        query |= {"orderBy": name, "orderByDir": "DESC" if descending else "ASC"}
    call = call_of(request, screen.resource, query=query)
    try:
        listing = read_listing(call, screen.resource)
    except Refused as error:
        if error.code == 403 or not name:
            raise
        call.query.pop("orderBy")
        listing = read_listing(call, screen.resource)
    if screen.read:
        found = screen.read(listing, call)
    else:
        total, items = screen.resource.store.page(listing.where, listing.order, listing.start, listing.limit)
        found = Slice(items, total)
    return ListPage(screen, listing, found, search, name, descending, page, limit)


def _kept(request: HttpRequest, screen: Screen) -> tuple[str, int]:
    """Order and page size: as asked now, else as last chosen for this list."""
    kept = request.session.get(f"list:{screen.slug}", {})
    sortable = {column.sort for column in screen.shown_columns if column.sort}
    sort = request.GET.get("sort", kept.get("sort", ""))
    if sort.removeprefix("-") not in sortable:
        sort = ""
    default = kept.get("limit") or config.get("default_pagelimit")
    limit = _number(request.GET.get("limit"), default, PAGE_SIZES[-1])
    if limit not in PAGE_SIZES:
        limit = default
    if {"sort", "limit"} & request.GET.keys():
        request.session[f"list:{screen.slug}"] = {"sort": sort, "limit": limit}
    return sort, limit


def _number(text: str | None, default: int, most: int) -> int:
    return min(max(int(text), 1), most) if text and text.isdecimal() and len(text) < 10 else default


def list_view(request: HttpRequest, screen: Screen) -> HttpResponse:
    shown = read_page(request, screen)
    rights = screen.resource.rights
    batch = [b for b in screen.batch if may(request.user, b.right)]
    return render(
        request,
        screen.list_template,
        {
            "screen": screen,
            "list": shown,
            "title": screen.many,
            "search_help": (*screen.search_help, *SEARCH_HELP),
            "may_create": "new" in screen.standard and may(request.user, rights.level("create")),
            "may_edit": "edit" in screen.standard and may(request.user, rights.level("edit")),
            "may_delete": "delete" in screen.standard and may(request.user, rights.level("delete")),
            "may_publish": screen.publish_switch
            and screen.resource.stamps
            and "edit" in screen.standard
            and may(request.user, rights.level("publish" if rights.publish else "edit")),
            "may_clone": "clone" in screen.standard,
            "batch": batch,
            "buttons": screen.buttons(request) if screen.buttons else (),
        },
    )
