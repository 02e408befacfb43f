"""What sites ask for: the script that asks visitors, the service worker that shows notifications, who begins and who ceases."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from honeyguide.engine.api.cors import preflight
from honeyguide.engine.channels.channel import Unready
from honeyguide.engine.resource.errors import Invalid, Refused
from honeyguide.engine.tracking import visitors
from honeyguide.engine.ui import assets
from honeyguide.features.notifications import keys, services
from honeyguide.features.notifications.subscribing import read as read_subscription
from honeyguide.features.visits.public import DEVICE_COOKIE, LONGEST_AGENT, answer
from honeyguide.features.visits.services import known_visitor, new_visitor

LONGEST_BODY = 20_000
LONGEST_DEVICE = 200


@cache
def _file(name: str) -> bytes:
    return (assets.ROOT / "honeyguide" / name).read_bytes()


def script(request: HttpRequest) -> HttpResponse:
    """`push.js` with our public key; nothing while notifications are switched off."""
    if not services.is_enabled():
        return _javascript(b"", status=404)
    try:
        key = keys.public_key()
    except Unready:
        return _javascript(b"", status=404)
    return _javascript(_file("push.js").replace(b"__KEY__", key.encode()))


def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; for pages of our own it may serve the whole host."""
    response = _javascript(_file("push-worker.js"))
    response["Service-Worker-Allowed"] = "/"
    return response


def _javascript(code: bytes, *, status: int = 200) -> HttpResponse:
    response = HttpResponse(code, content_type="application/javascript; charset=utf-8", status=status)
    response["Cache-Control"] = "public, max-age=300"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@csrf_exempt
def subscribe(request: HttpRequest) -> HttpResponse:
    """A browser shows notifications to whoever is at it."""
    if request.method != "POST":
        return _not_post(request)
    given = _read(request)
    if not services.is_enabled() or visitors.is_machine(request):
        return answer(request, {"success": False})
    device = given.get("device")
    device = device if isinstance(device, str) else ""
    known = request.COOKIES.get(DEVICE_COOKIE, "") or device
    agent = request.META.get("HTTP_USER_AGENT", "").replace("\0", "")[:LONGEST_AGENT]
    address = visitors.stored_address(visitors.address_of(request))
    try:
        visitor = known_visitor(known.replace("\0", "")[:LONGEST_DEVICE])
        if visitor is None:
            read_subscription(given.get("subscription"))  # who brings none is no new contact
            visitor = new_visitor(agent=agent, address=address, url="")
        services.subscribe(visitor.contact, given.get("subscription"))
    except (Invalid, Refused):
        return answer(request, {"success": False})
    return answer(request, {"success": True}, visitor)


@csrf_exempt
def unsubscribe(request: HttpRequest) -> HttpResponse:
    """A browser ceases; its endpoint, which only it and its push service know, proves who asks."""
    if request.method != "POST":
        return _not_post(request)
    endpoint = _read(request).get("endpoint")
    if isinstance(endpoint, str) and endpoint and "\0" not in endpoint:
        services.unsubscribe(endpoint[:LONGEST_BODY])
    return answer(request, {"success": True})


def _not_post(request: HttpRequest) -> HttpResponse:
    if request.method == "OPTIONS":
        return preflight(request)
    return HttpResponse(status=405, headers={"Allow": "POST, OPTIONS"})


def _read(request: HttpRequest) -> dict[str, Any]:
    """The JSON of a call; nothing for what is none, or too long."""
    if len(request.body) > LONGEST_BODY:
        return {}
    try:
        given = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return {}
    return given if isinstance(given, dict) else {}


SCRIPT = path("notification/push.js", script)
WORKER = path("notification/worker.js", worker)
SUBSCRIBE = path("notification/subscribe", subscribe)
UNSUBSCRIBE = path("notification/unsubscribe", unsubscribe)
