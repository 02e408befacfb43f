"""The preference centre: what a recipient wants to get, on our own page or on a landing page made for it (engine
emails.md 10). Which parts it has, the configuration says, and on a landing page also its slots and tokens."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import escape

from honeyguide.engine import config
from honeyguide.engine.resource.models import is_live
from honeyguide.engine.sql import execute
from honeyguide.engine.ui.middleware import CONTENT_POLICY
from honeyguide.features.contacts import services as contacts
from honeyguide.features.contacts import wishes
from honeyguide.features.contacts.services import Row
from honeyguide.features.contacts.wishes import Parts, Wishes
from honeyguide.features.emails.models import Email
from honeyguide.features.emails.services import reader, record_unsubscribe
from honeyguide.features.pages import choosing, rendering
from honeyguide.features.pages.models import Page
from honeyguide.features.pages.public import answer
from honeyguide.features.unsubscribing import queries

CHANNEL = "email"
SAVED = "Your preferences have been saved."
WRONG = "Please look at what is marked below. Nothing has been saved."
BUTTON = "saveprefsbutton"
# What stands where a token or slot of a landing page is, beside the button, the message and the contact's number.
SECTIONS = ("segmentlist", "categorylist", "channelfrequency", "preferredchannel")


def show(request: HttpRequest, contact: Row, email: Email | None, message: int | None) -> HttpResponse:
    """The page, and what was sent from it. `message` is the one whose link was followed."""
    parts = _parts()
    shown, said = wishes.current(contact, names=_channels(contact), public=True), ""
    if request.method == "POST":
        before, shown = shown, wishes.sent(request.POST, shown, parts)
        said = WRONG if shown.wrong else SAVED
        if not shown.wrong:
            _save(contact, before, shown, message)
            shown = wishes.current(contacts.read([contact.id])[contact.id], names=_channels(contact), public=True)
    context = {"wishes": shown, "parts": parts, "periods": wishes.PERIODS, "said": said, "wrong": shown.wrong}
    status = 422 if shown.wrong else 200
    page = _page_of(email, contact)
    return _own(request, context, status) if page is None else _on_page(request, page, contact, context, status)


def _parts() -> Parts:
    return Parts(
        frequency=bool(config.get("show_contact_frequency")),
        pauses=bool(config.get("show_contact_pause_dates")),
        preferred=bool(config.get("show_contact_preferred_channels")),
        segments=bool(config.get("show_contact_segments")),
        categories=bool(config.get("show_contact_categories")),
    )


def _channels(contact: Row) -> list[str]:
    """E-mail, and text messages for who has a number."""
    return list(wishes.LABELS) if contact.fields.get("mobile") or contact.fields.get("phone") else [CHANNEL]


def _save(contact: Row, before: Wishes, after: Wishes, message: int | None) -> None:
    wishes.save(contact, before, after, reason=contacts.UNSUBSCRIBED, comments="User changed their preferences.")
    was, now = (next(c for c in each.channels if c.name == CHANNEL).contactable for each in (before, after))
    if message and was and not now:  # the e-mail that made them leave is to know
        record_unsubscribe(message, "User changed their preferences.")
    elif message and now and not was:
        execute(queries.RESUBSCRIBE, {"message": message})


# --- how it looks ---------------------------------------------------------------------------------------------------


def _own(request: HttpRequest, context: dict, status: int) -> HttpResponse:
    response = render(request, "unsubscribing/page.html", context, status=status)
    response["Content-Security-Policy"] = CONTENT_POLICY
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _page_of(email: Email | None, contact: Row) -> Page | None:
    """The landing page that the e-mail names, in the contact's language; None when it cannot serve: then ours does."""
    number = email.preference_center_id if email else None
    page = Page.objects.select_related("category").filter(pk=number).first() if number else None
    if page is None or not is_live(page) or BUTTON not in rendering.source(page):
        return None
    locale = str(contact.fields.get("preferred_locale") or "")
    family = choosing.translations(page)
    better = choosing.translation(family, [locale]) if locale and len(family) > 1 else None
    return better if better is not None and BUTTON in rendering.source(better) else page


def _on_page(request: HttpRequest, page: Page, contact: Row, context: dict, status: int) -> HttpResponse:
    """The inputs belong to one form by its id, wherever they stand in the page."""
    pieces: dict[str, Callable[[str], str]] = {name: _section(name, context) for name in SECTIONS}
    pieces[BUTTON] = _section("button", context)
    pieces["successmessage"] = lambda argument: escape(context["said"])
    pieces["leadidentifier"] = lambda argument: str(contact.id)
    html = rendering.rendered(page, reader(contact.id), visitor=contact.id, more=pieces)
    response = answer(request, rendering.at_end(html, '<form method="post" id="honeyguide-preferences"></form>'))
    response.status_code = status
    response["X-Robots-Tag"] = "noindex"
    return response


def _section(name: str, context: dict) -> Callable[[str], str]:
    return lambda argument: render_to_string(f"unsubscribing/{name}.html", context)
