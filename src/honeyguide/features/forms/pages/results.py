"""What visitors sent: a list with search, its export, and deleting."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from honeyguide.engine.resource import Invalid, NotFound
from honeyguide.engine.sql import Clause
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.standard import checked_ids
from honeyguide.features.contacts import rows as contact_rows
from honeyguide.features.exports.writing import FORMATS, csv_pieces, write_xlsx
from honeyguide.features.forms import services, submissions, uploads
from honeyguide.features.forms.models import Form
from honeyguide.features.forms.pages.found import form_for
from honeyguide.features.forms.public import as_download

PAGE_SIZE, BATCH, SLICE = 50, 2000, 64 * 1024
OWN_HEADINGS = ("Submission ID", "Contact ID", "Date submitted", "IP address", "Referrer")


def results_view(request: HttpRequest, form_id: int) -> HttpResponse:
    """The newest first; `before` is the id after which a page goes on."""
    form = form_for(request, form_id)
    search, fields = _search(request), submissions.stored_fields(form)
    where, before = _where(form, search), request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        where &= Clause("s.id < %s", (int(before),))
    found = submissions.page(where, "s.id DESC", 0, PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    contacts = contact_rows.read({one.contact_id for one in shown if one.contact_id})
    context = {
        "title": f"Results of {form.name}",
        "form": form,
        "fields": fields,
        "search": search,
        "rows": [
            (one, contacts.get(one.contact_id or 0), [(field, one.results.get(field.alias, "")) for field in fields])
            for one in shown
        ],
        "next": shown[-1].id if len(found) > PAGE_SIZE else None,
    }
    return render(request, "forms/results.html", context)


def file_view(request: HttpRequest, submission_id: int, alias: str) -> HttpResponse:
    """A file that was sent."""
    found = submissions.read([min(submission_id, 2**63 - 1)]).get(submission_id)
    if found is None:
        raise NotFound()
    form = form_for(request, found.form_id)
    field = next((one for one in form.fields.all() if one.alias == alias and one.type == "file"), None)
    path = uploads.find(field, found.results.get(alias) or "") if field else None
    if path is None:
        raise NotFound("The file is no more.")
    return as_download(path)


def export_view(request: HttpRequest, form_id: int) -> HttpResponse:
    """Streams what the search finds, in constant memory."""
    form, kind = form_for(request, form_id), request.POST.get("format", "csv")
    if kind not in FORMATS:
        raise Invalid({"format": "This value is not valid."})
    fields = submissions.stored_fields(form)
    headings = [*OWN_HEADINGS, *(field.label for field in fields)]
    lines = _lines(form, fields, _search(request))
    pieces = csv_pieces(headings, lines) if kind == "csv" else _xlsx(headings, lines)
    response = StreamingHttpResponse(pieces, content_type=FORMATS[kind])
    response["Content-Disposition"] = (
        f'attachment; filename="{form.alias or "form"}-{timezone.localdate():%Y-%m-%d}.{kind}"'
    )
    return response


def delete_view(request: HttpRequest, form_id: int) -> HttpResponse:
    """Deletes the checked submissions; their contacts stay."""
    form = form_for(request, form_id, "edit")
    count = services.delete_submissions(form, checked_ids(request), by=request.user)
    messages.success(request, f"Deleted {count} submission{'' if count == 1 else 's'}.")
    return redirect(f"/s/forms/results/{form_id}")


def _search(request: HttpRequest) -> str:
    given = request.POST if request.method == "POST" else request.GET
    return given.get("search", "").replace("\x00", "").strip()[:200]


def _where(form: Form, search: str) -> Clause:
    where = Clause("s.form_id = %s", (form.pk,))
    return where & submissions.matching(search) if search else where


def _lines(form: Form, fields: list[Any], search: str) -> Iterator[list[Any]]:
    where, after = _where(form, search), 0
    while found := submissions.page(where & Clause("s.id > %s", (after,)), "s.id", 0, BATCH):
        after = found[-1].id
        for one in found:
            own = [one.id, one.contact_id, f"{one.date_submitted:%Y-%m-%d %H:%M:%S}", one.ip_address, one.referer]
            yield [*own, *(one.results.get(field.alias, "") for field in fields)]


def _xlsx(headings: list[str], lines: Iterator[list[Any]]) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory(prefix="honeyguide-export-") as directory:
        path = Path(directory) / "results.xlsx"
        write_xlsx(path, headings, lines)
        with open(path, "rb") as made:
            while piece := made.read(SLICE):
                yield piece
