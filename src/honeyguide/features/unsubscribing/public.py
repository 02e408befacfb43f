"""Unsubscribing and subscribing again. Asking (GET) changes nothing, because scanners follow every link; POST does it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from honeyguide.engine import config
from honeyguide.engine.delivery.sealed import is_signed, unseal
from honeyguide.engine.resource.models import is_live
from honeyguide.engine.sql import execute, one, scalar
from honeyguide.engine.tracking.views import show_message
from honeyguide.features.contacts import services as contacts
from honeyguide.features.contacts.services import Row
from honeyguide.features.emails import services as emails
from honeyguide.features.emails.models import Email
from honeyguide.features.forms.models import Form
from honeyguide.features.unsubscribing import preferences, queries

ONE_CLICK = "One-Click"
UNSUBSCRIBED = "We are sorry to see you go! {address} will no longer receive emails from us."
RESUBSCRIBED = "{address} has been re-subscribed."
ASKING = "Do you want {address} to receive no more emails from us?"
MISSING = "This address was not found."


@dataclass(frozen=True, slots=True)
class Asker:
    """Who follows the link of a message. `message` is None when only the signed address is known."""

    sealed: str
    address: str
    message: int | None = None
    contact_id: int | None = None
    email_id: int | None = None

    def contact(self) -> Row | None:
        """The contact the message went to, or the one it was merged into; the first with that address."""
        number = self.contact_id and contacts.resolve(self.contact_id)
        number = number or scalar(queries.CONTACT_OF_ADDRESS, (self.address,))
        return contacts.read([number]).get(number) if number else None

    def email(self) -> Email | None:
        return Email.objects.filter(pk=self.email_id).first() if self.email_id else None


@csrf_exempt
def unsubscribe(request: HttpRequest, sealed: str, address: str = "", signature: str = "") -> HttpResponse:
    """The question, or the page of preferences where the configuration says so. Mail programs POST
    `List-Unsubscribe=One-Click`."""
    asker = _asker(sealed, address, signature)
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == ONE_CLICK:
        return _one_click(asker)
    if asker is None:
        return show_message(request, "Not found", MISSING, status=404)
    if config.get("show_contact_preferences") and (contact := asker.contact()):
        return preferences.show(request, contact, asker.email(), asker.message)
    if request.method != "POST":
        return show_message(request, "Unsubscribe", ASKING.format(address=asker.address), button="Unsubscribe")
    leave(asker, "User unsubscribed.")
    back = f"/email/resubscribe/{sealed}"
    done = _configured("unsubscribe_message", UNSUBSCRIBED, asker.address, back)
    more = {"link": back, "link_text": "Subscribe again", "frame": _form_of(asker.email())}
    return show_message(request, "Unsubscribed", done, **more)


@csrf_exempt
def resubscribe(request: HttpRequest, sealed: str) -> HttpResponse:
    """Opens the channel again."""
    asker = _asker(sealed)
    if asker is None:
        return show_message(request, "Not found", MISSING, status=404)
    if request.method != "POST":
        question = f"Do you want {asker.address} to receive our emails?"
        return show_message(request, "Subscribe again", question, button="Subscribe")
    execute(queries.RESUBSCRIBE, {"message": asker.message})
    back = f"/email/unsubscribe/{sealed}"
    done = _configured("resubscribe_message", RESUBSCRIBED, asker.address, back)
    return show_message(request, "Subscribed", done, link=back, link_text="Unsubscribe")


def leave(asker: Asker, how: str) -> None:
    """No more e-mails to who asks."""
    if not (asker.message and emails.record_unsubscribe(asker.message, how)):
        emails.record_unsubscribed_address(
            asker.address, how
        )  # the message is gone; the signature proves there was one


def _one_click(asker: Asker | None) -> HttpResponse:
    if asker is None:
        return HttpResponse("Not found.", status=404, content_type="text/plain")
    leave(asker, "Unsubscribed by mail program.")
    return HttpResponse("You are unsubscribed.", content_type="text/plain")


def _asker(sealed: str, address: str = "", signature: str = "") -> Asker | None:
    """Where a message went, when its hash is ours; the address in the URL, when that is signed."""
    message = unseal(sealed)
    found = one(queries.MESSAGE, (message,)) if message is not None else None
    signed = address if address and signature and is_signed(address, signature) else ""
    if found:
        number, known, contact, email = found
        return Asker(sealed, signed or known or "your address", number, contact, email)
    return Asker(sealed, signed) if signed else None


def _form_of(email: Email | None) -> str:
    """Where the form is that the e-mail asks who leaves to fill in: a survey, most often."""
    number = email.unsubscribe_form_id if email else None
    form = Form.objects.filter(pk=number).first() if number else None
    return f"/form/embed/{form.pk}" if form and is_live(form) else ""


def _configured(parameter: str, default: str, address: str, url: str) -> str:
    """A configured text, which may hold |URL| and |EMAIL|; it is shown as text, never as HTML."""
    text = config.get(parameter)
    return text.replace("|EMAIL|", address).replace("|URL|", url) if text else default.format(address=address)


UNSUBSCRIBE = path("email/unsubscribe/<str:sealed>", unsubscribe)
UNSUBSCRIBE_SIGNED = path("email/unsubscribe/<str:sealed>/<path:address>/<str:signature>", unsubscribe)
RESUBSCRIBE = path("email/resubscribe/<str:sealed>", resubscribe)
