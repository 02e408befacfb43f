"""Where e-mail providers tell what became of messages. Only who proves who they are is heard; what is told twice is done once."""

from __future__ import annotations

import logging

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from honeyguide.engine import config
from honeyguide.engine.access.proofs import is_secret
from honeyguide.features.inbox import acting
from honeyguide.features.inbox.callbacks import PROVIDERS, Provider, Told

logger = logging.getLogger(__name__)
MOST_BYTES = 8 << 20
LONGEST_KEY = 300


@csrf_exempt
def callback(request: HttpRequest) -> HttpResponse:
    """Events of whatever provider the form of the call is of."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    told, problem = _told(request)
    if told is None:
        return _plain(problem, 400)
    provider = next((each for each in PROVIDERS if each.recognises(told)), None)
    if provider is None:
        return _plain("No e-mail provider is known that calls like this.", 404)
    if refusal := provider.refusal(told):
        logger.warning("A callback in the name of %s was refused: %s", provider.name, refusal)
        return _plain(refusal, 403)
    if trouble := provider.greet(told):
        logger.warning("%s: %s", provider.name, trouble)
        return _plain(trouble, 502)
    return _plain(f"{_act(provider, told)} events taken.", 200)


def _act(provider: Provider, told: Told) -> int:
    """Each event in a transaction of its own: when one fails the provider repeats the call, and the others stay done."""
    taken = 0
    for event in provider.events(told):
        key = f"{provider.name}:{event.key}"[:LONGEST_KEY]
        taken += acting.act(event.notice, source=provider.name, key=key, trusted=True) is not None
    return taken


def _told(request: HttpRequest) -> tuple[Told | None, str]:
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length[:12]) > MOST_BYTES:
        return None, "The call is too large."
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return None, "The call is too large."
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None, "The call is no JSON."
    return Told(
        {name.lower(): value for name, value in request.headers.items()},
        body,
        said,
        is_secret(config.get("mailer_callback_secret"), request.GET.get("secret", "")),
    ), ""


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text.encode("utf-8", "replace"), status=status, content_type="text/plain; charset=utf-8")


CALLBACK = path("mailer/callback", callback)
