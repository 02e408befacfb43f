"""Signing a person in with name and password, or as a provider has named them, and a code where one is wanted: the one way
for every page that asks."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, get_user_model, login
from django.http import HttpRequest

from honeyguide.engine.access import second_factor, sessions, throttle
from honeyguide.engine.audit import record
from honeyguide.engine.tracking.visitors import address_of

REMEMBER_SECONDS = 365 * 24 * 3600
WRONG = "User name or password is wrong."
TOO_MANY = "Too many tries. Please wait a quarter of an hour."
WRONG_CODE = "This code is wrong, or was used before."
STARTED_TOO_LONG_AGO = "That took too long. Please sign in again."
MAX_PASSWORD = 4096
MAX_CODE = 64


def sign_in(request: HttpRequest, name: str, password: str, *, remember: bool = False) -> str:
    """Starts a session of the user, under a new key; of one with a second factor only after `finish`.

    Returns what was wrong, the same for every reason; "" when nothing was.
    """
    name = name.replace("\x00", "")[:191]
    address = address_of(request)
    if not throttle.may_try(name, address):
        return TOO_MANY
    user = authenticate(request, username=name, password=password[:MAX_PASSWORD])
    if user is None:
        return WRONG
    throttle.succeeded(name, address)
    let_in(request, user, remember=remember)
    return ""


def let_in(request: HttpRequest, user: Any, *, remember: bool = False) -> None:
    """Starts a session of a user whose identity is proven; of one with a second factor only after `finish`."""
    if user.has_second_factor:
        second_factor.wait_for_code(request, user, remember=remember)
    else:
        _start(request, user, remember=remember)


def finish(request: HttpRequest, code: str) -> str:
    """Starts the session of who has shown the password, when the code is right. Returns what was wrong."""
    waits = second_factor.waiting(request)
    user = get_user_model().objects.filter(pk=waits["user"], is_published=True).first() if waits else None
    if user is None or user.get_session_auth_hash() != waits["password"]:
        return STARTED_TOO_LONG_AGO
    name, address = f"code:{user.pk}", address_of(request)
    if not throttle.may_try(name, address):
        return TOO_MANY
    if not second_factor.is_right(user, code[:MAX_CODE]):
        return WRONG_CODE
    throttle.succeeded(name, address)
    del request.session[second_factor.WAITING]
    _start(request, user, remember=waits["remember"])
    return ""


def _start(request: HttpRequest, user: Any, *, remember: bool) -> None:
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.set_expiry(REMEMBER_SECONDS if remember else 0)
    request.session[sessions.SINCE] = user.last_login.isoformat()
    request.session[sessions.ADDRESS] = address_of(request)
    request.session[sessions.AGENT] = request.META.get("HTTP_USER_AGENT", "")[: sessions.LONGEST_AGENT]
    user.last_active = user.last_login  # which Django has just noted
    user.save(update_fields=["last_active"])
    record("user", "security", user.pk, "login", {"username": user.username}, by=user)
