"""E-mails in the browser: the web view of a sent one, and the public preview."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from honeyguide.engine.delivery.sealed import unseal
from honeyguide.engine.events import EventType
from honeyguide.engine.tracking.views import record, show_message
from honeyguide.engine.ui.middleware import FRAME_POLICY
from honeyguide.features.emails import services
from honeyguide.features.emails.models import Email


def view(request: HttpRequest, sealed: str) -> HttpResponse:
    """A sent message, as its recipient got it; counts as an open."""
    message = unseal(sealed)
    html = services.shown_in_browser(message) if message is not None else None
    if html is None:
        return show_message(request, "Not found", "This e-mail was not found.", status=404)
    record(request, EventType.EMAIL_OPENED, message, viewed=True)
    return _foreign(html)


def preview(request: HttpRequest, email_id: int) -> HttpResponse:
    """A published e-mail whose author made its preview public."""
    email = Email.objects.filter(pk=email_id, is_published=True, public_preview=True).first()
    if email is None:
        raise Http404
    return _foreign(services.preview(email).html)


def _foreign(html: str) -> HttpResponse:
    """HTML that somebody wrote: it may look as it likes and runs nothing."""
    response = HttpResponse(html)
    response["Content-Security-Policy"] = FRAME_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response


VIEW = path("email/view/<str:sealed>", view)
PREVIEW = path("email/preview/<int:email_id>", preview)
