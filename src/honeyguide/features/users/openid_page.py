"""To the OpenID Connect provider and back: signing in by it, and connecting one's account with it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from honeyguide.engine import config
from honeyguide.engine.access import throttle
from honeyguide.engine.access.second_factor import waiting
from honeyguide.engine.access.sign_in import TOO_MANY, let_in
from honeyguide.engine.resource import NotFound
from honeyguide.engine.tracking.visitors import address_of
from honeyguide.engine.ui import messages
from honeyguide.features.users import identities, openid
from honeyguide.features.users.going_on import go_on, safe_target
from honeyguide.features.users.models import OpenIdentity

KEPT = "openid"  # in the session: what `begin` wants to see again
BACK = "/s/login/openid/back"
PATH = "/s/account/openid"


def begin_view(request: HttpRequest) -> HttpResponse:
    """Sends the browser to the provider. Who is signed in connects the account, anybody else signs in."""
    if not openid.is_offered():
        raise NotFound("Signing in by a provider is not set up.")
    address = address_of(request)
    if not throttle.may_try(f"openid:{address}", address):
        return _problem(request, TOO_MANY, 429)
    site = (settings.SITE_URL or config.get("site_url") or request.build_absolute_uri("/")).rstrip("/")
    try:
        place, kept = openid.begin(site + BACK)
    except openid.Refused as error:
        return _problem(request, str(error), 502)
    request.session[KEPT] = kept | {"next": safe_target(request)}
    return redirect(place)


def back_view(request: HttpRequest) -> HttpResponse:
    """The provider sent the browser back. What the session keeps is used up by it."""
    kept = request.session.pop(KEPT, None)
    given = {name: request.GET.get(name, "")[:4096] for name in ("state", "code", "error", "error_description")}
    try:
        identity = openid.finish(kept, given)
        if request.user.is_authenticated:
            identities.connect(request.user, identity)
            messages.success(request, "Your account is connected.")
            return redirect(PATH)
        user = identities.user_of(identity)
    except openid.Refused as error:
        return _problem(request, str(error), 422)
    address = address_of(request)
    throttle.succeeded(f"openid:{address}", address)
    let_in(request, user)
    return go_on(request, kept["next"], needs_code=waiting(request) is not None)


def connected_view(request: HttpRequest) -> HttpResponse:
    """Account: with whom at the provider it is connected."""
    found = OpenIdentity.objects.filter(user=request.user).first()
    context = {
        "title": "Single sign-on",
        "found": found,
        "label": config.get("openid_label"),
        "offered": openid.is_offered(),
    }
    return render(request, "users/openid.html", context)


def disconnect_view(request: HttpRequest) -> HttpResponse:
    identities.disconnect(request.user)
    messages.success(request, "Your account is not connected any more.")
    return redirect(PATH)


def _problem(request: HttpRequest, text: str, status: int) -> HttpResponse:
    if request.user.is_authenticated:
        messages.error(request, text)
        return redirect(PATH)
    context = {"title": "Sign in", "problem": text, "next": safe_target(request), "openid": config.get("openid_label")}
    return render(request, "users/login.html", context, status=status)
