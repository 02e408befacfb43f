"""Pages of what is held about a contact, and of what was erased."""

from __future__ import annotations

import tempfile
from itertools import islice
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from honeyguide.engine.ui import messages
from honeyguide.engine.ui.screen import ADMIN, Menu, Page, Pages
from honeyguide.features.contacts.rows import Row
from honeyguide.features.contacts.screens import find
from honeyguide.features.privacy import services
from honeyguide.features.privacy.models import Erasure

WORD = "ERASE"
SHOWN = 100
IN_MEMORY = 4 * 1024 * 1024  # bytes of an export; a bigger one is a file


def contact_view(request: HttpRequest, contact_id: int) -> HttpResponse:
    """What is held, with the ways to take it along and to erase it."""
    row = find(request, contact_id, "delete")
    if request.method != "POST":
        return _page(request, row)
    if request.POST.get("word", "").strip() != WORD:
        return _page(
            request, row, error=f"Please type {WORD} to erase this contact.", reason=request.POST.get("reason", "")
        )
    erasure = services.erase(row.id, reason=request.POST.get("reason", ""), by=request.user)
    messages.success(
        request, f"Contact {row.id} was erased: {sum(erasure.counts.values())} rows. Record {erasure.pk} tells of it."
    )
    return redirect("/s/contacts")


def _page(request: HttpRequest, row: Row, **more: Any) -> HttpResponse:
    context = {"title": f"Privacy: {row.title}", "item": row, "held": services.held(row.id), "word": WORD, **more}
    return render(request, "privacy/contact.html", context, status=422 if more else 200)


def export_view(request: HttpRequest, contact_id: int) -> HttpResponse:
    row = find(request, contact_id, "delete")
    out = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the response closes it
    services.export(row.id, out, by=request.user)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"contact-{row.id}.zip", content_type="application/zip")


def list_view(request: HttpRequest) -> HttpResponse:
    """The newest records, whether all of them are as they were signed, and whether an address was erased."""
    address = request.GET.get("address", "").strip()
    context = {
        "title": "Erasures",
        "records": list(islice(Erasure.objects.order_by("-pk").iterator(), SHOWN)),
        "count": Erasure.objects.count(),
        "broken": services.broken(),
        "address": address,
        "found": services.erased(address) if address else None,
    }
    return render(request, "privacy/list.html", context)


MENU = Menu(label="Erasures", path="/s/erasures", icon="shield-lock", order=97, right=ADMIN, admin=True)
PAGES = Pages(
    Page(
        path="contacts/privacy/<int:contact_id>",
        view=contact_view,
        right="lead:leads:deleteown",
        methods=("GET", "POST"),
    ),
    Page(path="contacts/privacy/<int:contact_id>/export", view=export_view, right="lead:leads:deleteown"),
    Page(path="erasures", view=list_view, right=ADMIN),
)
