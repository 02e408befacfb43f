"""What recipients touch: pixel and links. No sessions, no cookies; hits are recorded after the answer."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from honeyguide.engine.channels.dispatches import values_of
from honeyguide.engine.delivery import tokens
from honeyguide.engine.delivery.content import content
from honeyguide.engine.delivery.recipients import Recipient
from honeyguide.engine.delivery.sealed import CONTACT, DISPATCH, unseal
from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import one
from honeyguide.engine.tracking import agents, queries, visitors
from honeyguide.engine.tracking.hits import Follow, Hit, Visit, writer
from honeyguide.engine.ui.middleware import CONTENT_POLICY

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def pixel(request: HttpRequest, sealed: str) -> HttpResponse:
    """An open. Whoever asks gets the same picture."""
    message = unseal(sealed)
    if message is not None:
        record(request, EventType.EMAIL_OPENED, message)
    response = HttpResponse(PIXEL, content_type="image/gif")
    response["Cache-Control"] = "no-store, private"
    return response


def redirect(request: HttpRequest, token: str) -> HttpResponse:
    """A click: leads to the URL stored when the message was written, and nowhere else."""
    link = find_link(token)
    if link is None:
        return show_message(request, "Not found", "This link does not exist.", status=404)
    link_id, url, item_id = link
    sealed = request.GET.get("ct", "")
    message, dispatch, contact = unseal(sealed), unseal(sealed, DISPATCH), unseal(sealed, CONTACT)
    target = _filled(url, message, dispatch, contact)
    if not is_web_address(target):
        return show_message(request, "Not found", "This link leads nowhere.", status=404)
    if message is not None:
        record(request, EventType.EMAIL_CLICKED, message, link=link_id)
    elif dispatch is not None:
        record_follow(request, dispatch, link_id)
    elif contact is not None:
        record_content_click(request, contact, link_id, item_id)
    extra = request.GET.copy()
    if contact is not None or not target.startswith(f"{site_url()}/"):  # our own pages and files are to know who comes
        extra.pop("ct", None)
    if extra:
        target = _with_query(target, extra.urlencode())
    response = HttpResponse(status=302)
    response["Location"] = quote(target, safe="%/:=&?~#+!$,;'@()*[]|")
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def record(
    request: HttpRequest, kind: EventType, message: int, *, link: int | None = None, viewed: bool = False
) -> None:
    """Hands a hit to the writer, unless its sender is not to be tracked."""
    _hand_over(request, Hit(kind, message, link=link, viewed=viewed))


def record_follow(request: HttpRequest, dispatch: int, link: int) -> None:
    """The same for a click in a text message or notification, whose channel knows the type of the event."""
    _hand_over(request, Follow(EventType.SMS_CLICKED, dispatch, link=link))


def record_content_click(request: HttpRequest, contact: int, link: int, item: int | None) -> None:
    """The same for a click in dynamic content that the contact saw on a page; machines do not count."""
    address = visitors.address_of(request)
    if visitors.is_untracked(address) or visitors.is_machine(request):
        return
    agent, kept = agents.label(request.META.get("HTTP_USER_AGENT", "")), visitors.stored_address(address)
    said = {"link": link, "agent": agent, "ip": kept}
    writer.add(Visit(contact, {k: v for k, v in said.items() if v}, EventType.DYNAMIC_CONTENT_CLICKED, item))


def _hand_over(request: HttpRequest, hit: Hit) -> None:
    address = visitors.address_of(request)
    if visitors.is_untracked(address):
        return
    hit.agent = agents.label(request.META.get("HTTP_USER_AGENT", ""))
    hit.address = visitors.stored_address(address)
    hit.bot = visitors.is_machine(request)
    writer.add(hit)


@lru_cache(maxsize=20_000)
def _cached_link(token: str) -> tuple[int, str, int | None]:
    found = one(queries.FIND_LINK, (token,))
    if found is None:
        raise LookupError(token)  # is not cached: the link may be made later
    return found


def find_link(token: str) -> tuple[int, str, int | None] | None:
    """Id and URL of a stored link, and the id of what it stands in. They never change, so each is read once per process."""
    try:
        return _cached_link(token)
    except LookupError:
        return None


def is_web_address(url: str) -> bool:
    """Whether a redirect may lead there: http, https or ftp, with a host, without control characters."""
    if any(ord(character) < 32 or character == "\x7f" for character in url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https", "ftp") and bool(parts.hostname)
    except ValueError:
        return False


def _filled(url: str, message: int | None, dispatch: int | None, contact: int | None) -> str:
    """The URL with its contact tokens replaced; a URL that is one token is that field's value."""
    if "{" not in url and "%7b" not in url.lower():
        return url
    return tokens.fill(tokens.in_url(url), Recipient("", _values(message, dispatch, contact)))


def _values(message: int | None, dispatch: int | None, contact: int | None) -> Mapping[str, Any]:
    """The field values of whoever the message went to, or who read the page."""
    if contact is not None:
        found = one(queries.VALUES, (contact,))
        return orjson.loads(found[0]) if found else {}
    if dispatch is not None:
        return values_of(dispatch)
    return (content().values(message) if message is not None else None) or {}


def _with_query(url: str, query: str) -> str:
    start, mark, fragment = url.partition("#")
    return f"{start}{'&' if '?' in start else '?'}{query}{mark}{fragment}"


def show_message(request: HttpRequest, title: str, text: str, *, status: int = 200, **context: str) -> HttpResponse:
    response = render(request, "public/message.html", {"title": title, "text": text, **context}, status=status)
    response["Content-Security-Policy"] = CONTENT_POLICY
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
