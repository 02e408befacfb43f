"""What pages that carry our script ask for: the script, the call that tells of a visit, and the pixel for who has no script."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from honeyguide.engine.api.cors import cors_headers, preflight
from honeyguide.engine.delivery.sealed import unseal
from honeyguide.engine.events import EventType
from honeyguide.engine.resource.errors import Invalid
from honeyguide.engine.tracking import visitors
from honeyguide.engine.tracking.hits import Visit, writer
from honeyguide.engine.tracking.views import PIXEL
from honeyguide.engine.ui import assets
from honeyguide.features.focus import giving
from honeyguide.features.visits import reading
from honeyguide.features.visits.services import Visitor, known_visitor, new_visitor

DEVICE_COOKIE, CONTACT_COOKIE = "mautic_device_id", "mtc_id"
YEAR = 365 * 24 * 3600
LONGEST_AGENT = 300
ASK_AGAIN = (1500, 4000)  # milliseconds after which the script asks what campaigns made of the visit


def script(request: HttpRequest) -> HttpResponse:
    """`mtc.js`: the same for everybody."""
    response = HttpResponse(_script(), content_type="application/javascript; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@cache
def _script() -> bytes:
    return (assets.ROOT / "honeyguide/mtc.js").read_bytes()


@csrf_exempt
def event(request: HttpRequest) -> HttpResponse:
    """The script tells of a visit; it is told who the visitor is."""
    if request.method == "OPTIONS":
        return preflight(request)
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST, OPTIONS"})
    visitor = note_visit(request, reading.read(request))
    if visitor is None:
        return answer(request, {"success": 0})
    told = {"success": 1, **named(visitor), "events": shown_to(visitor)}
    if giving.are_given():
        told["ask_again"] = ASK_AGAIN
    return answer(request, told, visitor)


def events(request: HttpRequest) -> HttpResponse:
    """What campaigns want to show to a visitor since the visit was answered. A machine, or who works here, sees nothing."""
    if request.method == "OPTIONS":
        return preflight(request)
    visitor = None
    if is_tracked(request) and not visitors.is_machine(request):
        visitor = visitor_of(request) or known_visitor(request.GET.get("mautic_device_id", "").replace("\0", ""))
    return answer(request, {"events": shown_to(visitor) if visitor else {}})


def shown_to(visitor: Visitor) -> dict[str, object]:
    items = giving.take(visitor.contact)
    return {"focus": items} if items else {}


def pixel(request: HttpRequest) -> HttpResponse:
    """The same for pages without script. Whoever asks gets the same picture."""
    visitor = note_visit(request, reading.read(request))
    response = HttpResponse(PIXEL, content_type="image/gif")
    response["Cache-Control"] = "no-store, private"
    return with_cookies(response, visitor)


def who(request: HttpRequest) -> HttpResponse:
    """Who the visitor is, as their cookies tell."""
    if request.method == "OPTIONS":
        return preflight(request)
    visitor = visitor_of(request)
    return answer(request, named(visitor) if visitor else {}, visitor)


def visitor_of(request: HttpRequest) -> Visitor | None:
    """Who asks, when their cookie tells; nothing is noted."""
    return known_visitor(request.COOKIES.get(DEVICE_COOKIE, "").replace("\0", ""))


def is_tracked(request: HttpRequest) -> bool:
    """Not who works here (and so carries the cookie of the admin pages), nor the addresses that are not to be tracked."""
    works_here = settings.SESSION_COOKIE_NAME in request.COOKIES
    return not works_here and not visitors.is_untracked(visitors.address_of(request))


def note_visit(
    request: HttpRequest,
    asked: reading.Asked,
    *,
    kind: EventType = EventType.PAGE_HIT,
    about: int | None = None,
    code: int = 200,
    known_only: bool = False,
) -> Visitor | None:
    """Hands a visit to the writer; returns who came, None for whoever is not to be tracked.

    `about` is the landing page, or the asset of a download; `code` is the status it was answered with. Machines are noted,
    but are no contacts; with `known_only` neither are people who were never seen before.
    """
    if not is_tracked(request):
        return None
    address = visitors.address_of(request)
    agent = request.META.get("HTTP_USER_AGENT", "").replace("\0", "")[:LONGEST_AGENT]
    said = asked.payload() | {"agent": agent, "ip": visitors.stored_address(address), "code": code}
    if about and kind == EventType.PAGE_HIT:
        said["page_id"] = about
    message = unseal(asked.query.get("ct", ""))
    if visitors.is_machine(request):
        writer.add(Visit(None, said | {"bot": True}, kind, about, message))
        return None
    device = request.COOKIES.get(DEVICE_COOKIE, "").replace("\0", "") or asked.device
    try:
        visitor = known_visitor(device)
        if visitor is None and known_only:
            writer.add(Visit(None, said, kind, about, message))
            return None
        visitor = visitor or new_visitor(agent=agent, address=said["ip"], url=asked.url)
    except Invalid:
        return None  # some field of contacts is required, so nobody can be one without saying anything
    writer.add(Visit(visitor.contact, said | {"device": visitor.device}, kind, about, message))
    return visitor


def with_cookies(response: HttpResponse, visitor: Visitor | None) -> HttpResponse:
    """Lets the browser know who it is. Pages of other sites must get the cookies too, so they need a secure connection."""
    if visitor:
        response.set_cookie(DEVICE_COOKIE, visitor.device, max_age=YEAR, secure=True, samesite="None")
        response.set_cookie(CONTACT_COOKIE, str(visitor.contact), secure=True, samesite="None")
    return response


def named(visitor: Visitor) -> dict[str, object]:
    """Who the visitor is, as the script keeps it."""
    return {"id": visitor.contact, "sid": visitor.device, "device_id": visitor.device}


def answer(request: HttpRequest, told: dict[str, object], visitor: Visitor | None = None) -> HttpResponse:
    """JSON for a script on a page of any site that may ask."""
    response = JsonResponse(told, headers={"Cache-Control": "no-store, private", **cors_headers(request)})
    return with_cookies(response, visitor)


SCRIPT = path("mtc.js", script)
EVENT = path("mtc/event", event)
EVENTS = path("mtc/events", events)
WHO = path("mtc", who)
PIXEL_OF_PAGES = path("mtracking.gif", pixel)
