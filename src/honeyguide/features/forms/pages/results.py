"""What visitors sent: a list that can be narrowed, its export, one submission, and deleting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from honeyguide.engine.audit import record
from honeyguide.engine.resource import Invalid, NotFound
from honeyguide.engine.sql import Clause
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.standard import checked_ids
from honeyguide.features.contacts import rows as contact_rows
from honeyguide.features.exports.writing import PRINTED, pieces
from honeyguide.features.forms import services, submissions, uploads
from honeyguide.features.forms.pages.found import form_for
from honeyguide.features.forms.pages.narrowing import Narrowing
from honeyguide.features.forms.public import as_download
from honeyguide.features.forms.resource import FORMS
from honeyguide.features.pages.models import Page as LandingPage

PAGE_SIZE, BATCH = 50, 2000
OWN_HEADINGS = ("Submission ID", "Contact ID", "Date submitted", "IP address", "Referrer")


def results_view(request: HttpRequest, form_id: int) -> HttpResponse:
    """The newest first, or as asked for; `before` is the id after which a page goes on."""
    form = form_for(request, form_id)
    fields, narrowing = submissions.stored_fields(form), Narrowing.of(form, request.GET)
    found = narrowing.page(request.GET.get("before", ""), PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    contacts = contact_rows.read({one.contact_id for one in shown if one.contact_id})
    context = {
        "title": f"Results of {form.name}",
        "form": form,
        "heads": narrowing.heads(fields),
        "narrowing": narrowing,
        "rows": [
            (one, contacts.get(one.contact_id or 0), [(field, one.results.get(field.alias, "")) for field in fields])
            for one in shown
        ],
        "next": shown[-1].id if len(found) > PAGE_SIZE else None,
    }
    return render(request, "forms/results.html", context)


def result_view(request: HttpRequest, submission_id: int) -> HttpResponse:
    """One submission with all that was sent."""
    found = _submission(submission_id)
    form = form_for(request, found.form_id)
    context = {
        "title": f"Submission {found.id} of {form.name}",
        "form": form,
        "one": found,
        "contact": contact_rows.read({found.contact_id}).get(found.contact_id) if found.contact_id else None,
        "page": LandingPage.objects.filter(pk=found.page_id).first() if found.page_id else None,
        "answers": [(field, found.results.get(field.alias, "")) for field in submissions.stored_fields(form)],
        "may_delete": call_of(request, FORMS).may_touch(FORMS, "edit", form),
    }
    return render(request, "forms/result.html", context)


def file_view(request: HttpRequest, submission_id: int, alias: str) -> HttpResponse:
    """A file that was sent."""
    found = _submission(submission_id)
    form = form_for(request, found.form_id)
    field = next((one for one in form.fields.all() if one.alias == alias and one.type == "file"), None)
    path = uploads.find(field, found.results.get(alias) or "") if field else None
    if path is None:
        raise NotFound("The file is no more.")
    return as_download(path)


def export_view(request: HttpRequest, form_id: int) -> HttpResponse:
    """Streams what the list is narrowed to, in constant memory."""
    form, format = form_for(request, form_id), request.POST.get("format", "csv")
    if format not in PRINTED:
        raise Invalid({"format": "This value is not valid."})
    fields, narrowing = submissions.stored_fields(form), Narrowing.of(form, request.POST)
    where = narrowing.where
    record("form", "form", form.pk, "export", {"format": format}, by=request.user)
    lines = pieces(format, form.name, [*OWN_HEADINGS, *(field.label for field in fields)], _lines(where, fields))
    response = StreamingHttpResponse(lines, content_type=PRINTED[format])
    name = f"{form.alias or 'form'}-{timezone.localdate():%Y-%m-%d}.{format}"
    response["Content-Disposition"] = f'{"inline" if format == "html" else "attachment"}; filename="{name}"'
    return response


def delete_view(request: HttpRequest, form_id: int) -> HttpResponse:
    """Deletes the checked submissions; their contacts stay."""
    form = form_for(request, form_id, "edit")
    count = services.delete_submissions(form, checked_ids(request), by=request.user)
    messages.success(request, f"Deleted {count} submission{'' if count == 1 else 's'}.")
    return redirect(f"/s/forms/results/{form_id}")


def _submission(submission_id: int) -> submissions.Submission:
    if found := submissions.read([min(submission_id, 2**63 - 1)]).get(submission_id):
        return found
    raise NotFound()


def _lines(where: Clause, fields: list[Any]) -> Iterator[list[Any]]:
    after = 0
    while found := submissions.page(where & Clause("s.id > %s", (after,)), Clause("s.id"), 0, BATCH):
        after = found[-1].id
        for one in found:
            own = [one.id, one.contact_id, f"{one.date_submitted:%Y-%m-%d %H:%M:%S}", one.ip_address, one.referer]
            yield [*own, *(one.results.get(field.alias, "") for field in fields)]
