"""Signing a person in with name and password: the one way for every page that asks for them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.http import HttpRequest

from honeyguide.engine.access import sessions, throttle
from honeyguide.engine.audit import record
from honeyguide.engine.tracking.visitors import address_of

REMEMBER_SECONDS = 365 * 24 * 3600
WRONG = "User name or password is wrong."
TOO_MANY = "Too many tries. Please wait a quarter of an hour."
MAX_PASSWORD = 4096


def sign_in(request: HttpRequest, name: str, password: str, *, remember: bool = False) -> str:
    """Starts a session of the user, under a new key. Returns what was wrong, the same for every reason; "" when nothing was."""
    name = name.replace("\x00", "")[:191]
    address = address_of(request)
    if not throttle.may_try(name, address):
        return TOO_MANY
    user = authenticate(request, username=name, password=password[:MAX_PASSWORD])
    if user is None:
        return WRONG
    throttle.succeeded(name, address)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.set_expiry(REMEMBER_SECONDS if remember else 0)
    request.session[sessions.SINCE] = user.last_login.isoformat()
    request.session[sessions.ADDRESS] = address
    request.session[sessions.AGENT] = request.META.get("HTTP_USER_AGENT", "")[: sessions.LONGEST_AGENT]
    user.last_active = user.last_login  # which Django has just noted
    user.save(update_fields=["last_active"])
    record("user", "security", user.pk, "login", {"username": user.username}, by=user)
    return ""
