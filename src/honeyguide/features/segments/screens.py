"""Segments: list with freshness, filter editor with live count and plan, detail with members."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from honeyguide.engine import config
from honeyguide.engine.api import standard
from honeyguide.engine.resource import Invalid, Refused
from honeyguide.engine.segmenting.errors import InvalidFilter
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.charts import Chart, per_day
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.screen import Column, Menu, Page, Pages, Screen, Section
from honeyguide.engine.ui.tags import icon, number, when
from honeyguide.features.contacts import rows as contact_rows
from honeyguide.features.contacts.rows import Row
from honeyguide.features.segments import page_queries, services
from honeyguide.features.segments.filter_editing import filter_catalogue, in_words, read_filters
from honeyguide.features.segments.models import Segment
from honeyguide.features.segments.preview import explain, preview
from honeyguide.features.segments.resource import SEGMENTS
from honeyguide.features.segments.usage import usage

SHOWN_MEMBERS = 25
BOTH = ("GET", "POST")


# --- list -----------------------------------------------------------------------------------------------------------


def warnings(segment: Segment) -> list[tuple[str, str, str]]:
    """(icon, colour, text) of what is worth knowing about a segment's last build."""
    found = []
    if segment.build_error:
        found.append(("alert-circle", "red", segment.build_error))
    if segment.last_built_at is None:
        found.append(("hourglass", "orange", "Not built yet; the worker does it within seconds."))
    elif segment.last_built_at < timezone.now() - timedelta(hours=config.get("segment_rebuild_time_warning")):
        found.append(("alert-triangle", "red", "The last full build was long ago. Is the worker running?"))
    if (segment.last_built_seconds or 0) >= config.get("segment_build_time_warning"):
        found.append(("clock", "orange", f"The last build took {segment.last_built_seconds:.0f} seconds."))
    return found


def show_warnings(segment: Segment) -> str:
    return format_html_join(
        "",
        ' <span class="text-{}" title="{}">{}<span class="visually-hidden">{}</span></span>',
        ((colour, text, icon(name), text) for name, colour, text in warnings(segment)),
    )


def show_name(segment: Segment) -> str:
    return format_html(
        '<a href="/s/segments/view/{}">{}</a>{}<div class="text-secondary small">{}</div>',
        segment.pk, segment.name, show_warnings(segment), segment.alias,
    )  # fmt: skip


def show_count(segment: Segment) -> str:
    if segment.contact_count is None:
        return "–"
    return format_html('<a href="/s/contacts?search=segment:{}">{}</a>', segment.alias, number(segment.contact_count))


def show_freshness(segment: Segment) -> str:
    return when(segment.last_built_at, "ago") or "never"


# --- detail ---------------------------------------------------------------------------------------------------------


def members(segment: Segment) -> list[Row]:
    ids = page_queries.newest_members(segment.pk, limit=SHOWN_MEMBERS)
    by_id = contact_rows.read(ids)
    return [by_id[i] for i in ids if i in by_id]


def chart(segment: Segment) -> Chart:
    found = page_queries.changes_per_day(segment.pk, zone=timezone.get_current_timezone_name())
    return per_day("Members", found, ("Joined", "Left"), last=timezone.localdate())


def detail(request: HttpRequest, segment: Segment) -> dict[str, Any]:
    return {
        "members": members(segment),
        "chart": chart(segment),
        "filters": in_words(segment.filters),
        "usage": {kind: found for kind, found in usage(segment.pk).items() if found},
        "warnings": warnings(segment),
        "more_template": "segments/more.html",
    }


# --- form -----------------------------------------------------------------------------------------------------------


def prepare_form(request: HttpRequest, segment: Segment | None) -> dict[str, Any]:
    given = request.POST.get("filters")
    stored = orjson.dumps(segment.filters or []).decode() if segment else "[]"
    return {"catalogue": filter_catalogue(), "filters": given if given is not None else stored}


def collect_form(request: HttpRequest, segment: Segment | None) -> dict[str, Any]:
    return {
        "name": request.POST.get("name", ""),
        "publicName": request.POST.get("publicName", ""),
        "alias": request.POST.get("alias", ""),
        "description": request.POST.get("description", ""),
        "category": request.POST.get("category", ""),
        "isPublished": "isPublished" in request.POST,
        "isGlobal": "isGlobal" in request.POST,
        "isPreferenceCenter": "isPreferenceCenter" in request.POST,
        "filters": read_filters(request.POST),
    }


def preview_view(request: HttpRequest) -> HttpResponse:
    """Whom the filters would match now."""
    context: dict[str, Any] = {}
    try:
        filters = complete(read_filters(request.POST))
        context["incomplete"] = not filters
        if filters:
            found = preview(filters, limit=6)
            by_id = contact_rows.read(found.sample_ids)
            context |= {"found": found, "sample": [by_id[i] for i in found.sample_ids if i in by_id]}
    except (InvalidFilter, Invalid) as error:
        context["problem"] = error.message
    except DatabaseError as error:
        context["problem"] = f"The database cannot answer this: {str(error).splitlines()[0][:200]}"
    return render(request, "segments/preview.html", context)


def complete(filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that have a value already, or need none: while someone types, the others are left out."""
    return [
        one
        for one in filters
        if one.get("operator") in ("empty", "!empty")
        or (one.get("properties") or {}).get("filter", one.get("filter")) not in (None, "", [])
    ]


def explain_view(request: HttpRequest) -> HttpResponse:
    context: dict[str, Any] = {}
    try:
        context["told"] = explain(complete(read_filters(request.POST)))
    except (InvalidFilter, Invalid) as error:
        context["problem"] = error.message
    except DatabaseError as error:
        context["problem"] = f"The database cannot answer this: {str(error).splitlines()[0][:200]}"
    return render(request, "segments/explain.html", context)


def rebuild_view(request: HttpRequest, segment_id: int) -> HttpResponse:
    call = call_of(request, SEGMENTS)
    segment = standard.find(SEGMENTS, segment_id, call)
    standard.check(SEGMENTS, call, "edit", segment)
    change = services.rebuild(segment)
    if change.error:
        messages.error(request, f"The build failed: {change.error}")
    elif change.skipped:
        messages.warning(request, "The worker is building this segment right now.")
    else:
        messages.success(request, f"Built: {number(change.added)} joined, {number(change.removed)} left.")
    return redirect(f"/s/segments/view/{segment_id}")


def member_view(request: HttpRequest, segment_id: int, action: str) -> HttpResponse:
    """Adds or removes one contact by hand."""
    call = call_of(request, SEGMENTS)
    segment = standard.find(SEGMENTS, segment_id, call)
    standard.check(SEGMENTS, call, "edit", segment)
    text = request.POST.get("contact", "")
    if action not in ("add", "remove") or not text.isdecimal() or len(text) > 18:
        raise Refused()
    act = services.add_contacts if action == "add" else services.remove_contacts
    act(segment, contact_ids=[int(text)], by=request.user)
    messages.success(
        request, "Added to the segment." if action == "add" else "Removed from the segment; builds keep it out."
    )
    back = request.POST.get("back", "")
    return redirect(back if back.startswith("/s/contacts/view/") else f"/s/segments/view/{segment_id}")


MENU = Menu(
    label="Segments", path="/s/segments", icon="filter", order=30, right="lead:lists:viewown", shortcut="Shift+G"
)
SCREEN = Screen(
    resource=SEGMENTS,
    slug="segments",
    icon="filter",
    one="segment",
    many="Segments",
    title=lambda segment: segment.name,
    columns=[
        Column(label="Name", show=show_name, sort="name"),
        Column(label="Contacts", show=show_count, css="hg-num"),
        Column(label="Last built", show=show_freshness),
        Column(label="Modified", show=lambda s: when(s.date_modified or s.date_added, "ago"), sort="dateModified"),
        Column(label="Created by", show=lambda s: s.created_by_user),
        Column(label="ID", show=lambda s: s.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Details", fields=["name", "description"]),
        Section(title="Publishing", fields=["isPublished", "isGlobal", "isPreferenceCenter"], aside=True),
        Section(title="Names", fields=["alias", "publicName", "category"], aside=True),
    ],
    labels={
        "isGlobal": "Visible to other users",
        "isPreferenceCenter": "In the preference centre",
        "publicName": "Public name",
        "isPublished": "Published",
    },
    help={"alias": "Made from the name when empty.", "publicName": "Shown to contacts in the preference centre."},
    initial={"isPublished": True, "isGlobal": True},
    tip="A segment holds the contacts that its filters match, and stays up to date by itself.",
    search_help=[("name:word", "name contains"), ("is:global", "visible to all"), ("is:mine", "made by you")],
    detail=detail,
    detail_template="segments/detail.html",
    form_template="segments/form.html",
    prepare_form=prepare_form,
    collect_form=collect_form,
)
PAGES = Pages(
    Page(path="segments/preview", view=preview_view, right="lead:lists:viewown", methods=("POST",)),
    Page(path="segments/explain", view=explain_view, right="lead:lists:viewown", methods=("POST",)),
    Page(path="segments/rebuild/<int:segment_id>", view=rebuild_view, right="lead:lists:viewown", methods=("POST",)),
    Page(
        path="segments/member/<int:segment_id>/<str:action>",
        view=member_view,
        right="lead:lists:viewown",
        methods=("POST",),
    ),
)
