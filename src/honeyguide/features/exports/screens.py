"""Exporting what a list shows, or the checked rows, as CSV or XLSX."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from honeyguide.engine.api.listing import read_listing
from honeyguide.engine.resource import Invalid, Resource
from honeyguide.engine.sql import Clause
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.screen import Page, Pages
from honeyguide.engine.ui.standard import checked_ids
from honeyguide.features.companies.resource import COMPANIES
from honeyguide.features.contacts.resource import CONTACTS
from honeyguide.features.exports.services import export_companies, export_contacts

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
EXPORTS = {"contacts": export_contacts, "companies": export_companies}


def export_view(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Asks for the format; then streams the rows that this user may see, in constant memory."""
    search = (request.POST.get("search") or request.GET.get("search") or "").replace("\x00", "")[:2000]
    ids = checked_ids(request)
    if request.method == "GET":
        return render(request, "exports/dialog.html", {"plural": resource.name, "search": search, "ids": ids})
    kind = request.POST.get("format", "csv")
    if kind not in TYPES:
        raise Invalid({"format": "This value is not valid."})
    where = read_listing(call_of(request, resource, query={"search": search}), resource).where
    if ids:
        where &= Clause(f"{resource.model._meta.db_table}.id = ANY(%s)", (ids,))
    pieces = EXPORTS[resource.name](where, format=kind)
    response = StreamingHttpResponse(pieces, content_type=TYPES[kind])
    name = f"{resource.name}-{timezone.localdate():%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


PAGES = Pages(
    *(
        Page(
            path=f"{resource.name}/export",
            view=partial(export_view, resource=resource),
            right="lead:export:enable",
            methods=("GET", "POST"),
        )
        for resource in (CONTACTS, COMPANIES)
    )
)
