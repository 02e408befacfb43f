"""Looking at an e-mail before it is sent: as it is stored or as it is being written, with labels or as a contact."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from honeyguide.engine.delivery.plaintext import from_html
from honeyguide.engine.ui.frames import framed
from honeyguide.features.emails import services
from honeyguide.features.emails.models import Email

MAX_HTML = 2 * 1024 * 1024


def contact_id(request: HttpRequest) -> int | None:
    text = request.POST.get("contact") or request.GET.get("contact") or ""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def draft(request: HttpRequest) -> Email:
    """The e-mail as the editor's form has it, not stored."""
    return Email(
        name="",
        subject=request.POST.get("subject", "")[:1000],
        custom_html=request.POST.get("customHtml", "")[:MAX_HTML],
        plain_text=request.POST.get("plainText", "")[:MAX_HTML],
    )


def draft_view(request: HttpRequest) -> HttpResponse:
    shown = services.preview(draft(request), contact_id(request))
    return framed(shown.html or "<p style='font-family:sans-serif;color:#666;padding:2rem'>Nothing written yet.</p>")


def plain_text_view(request: HttpRequest) -> HttpResponse:
    """The text part that would be made from the editor's HTML."""
    text = from_html(request.POST.get("customHtml", "")[:MAX_HTML])
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
