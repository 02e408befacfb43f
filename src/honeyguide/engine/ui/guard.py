"""Who may see a page, and what becomes of a refusal: one wrapper around every view of the admin pages."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect

from honeyguide.engine import config
from honeyguide.engine.access.permissions import allows
from honeyguide.engine.audit import acting
from honeyguide.engine.resource import Denied, Invalid, NotFound, Refused
from honeyguide.engine.resource.races import after_races
from honeyguide.engine.tracking.visitors import address_of
from honeyguide.engine.ui.screen import ADMIN, PUBLIC, SIGNED_IN

PASSWORD_PAGE = "/s/account"
LONGEST_WAY_BACK = 2_000  # characters; no page of ours has a longer address


def may(user: Any, right: str) -> bool:
    """Whether the user holds a permission name, or one of the rights of `screen`."""
    if right == PUBLIC:
        return True
    if not user.is_authenticated:
        return False
    if right == SIGNED_IN:
        return True
    return user.role.is_admin if right == ADMIN else allows(user, right)


def guarded(view: Callable[..., HttpResponse], right: str, methods: tuple[str, ...]) -> Callable[..., HttpResponse]:
    """The view, called only for those whom `right` allows, in their time zone, with errors as pages. A POST without the
    session's token never gets there."""

    @csrf_protect
    def checked(request: HttpRequest, **values: Any) -> HttpResponse:
        if right != PUBLIC and not request.user.is_authenticated:
            return to_login(request)
        if not may(request.user, right):
            return problem(request, Denied())
        method = "GET" if request.method == "HEAD" else request.method
        if method not in methods:
            return HttpResponseNotAllowed(methods)
        user = request.user if request.user.is_authenticated else None
        with timezone.override(zone_of(request.user)), acting(user, address_of(request)):
            try:
                return after_races(lambda: view(request, **values))
            except (Invalid, Refused) as error:
                return problem(request, error)

    checked.__wrapped__ = view  # for `honeyguide routes`
    return checked


def zone_of(user: Any) -> zoneinfo.ZoneInfo:
    """The user's time zone, else the configured one, else UTC."""
    for name in (getattr(user, "timezone", ""), config.get("default_timezone")):
        try:
            if name:
                return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            continue
    return zoneinfo.ZoneInfo("UTC")


def to_login(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": settings.LOGIN_URL})
    asked = request.get_full_path()
    back = f"?{urlencode({'next': asked})}" if len(asked) <= LONGEST_WAY_BACK else ""
    return redirect(f"{settings.LOGIN_URL}{back}")


def problem(request: HttpRequest, error: Invalid | Refused) -> HttpResponse:
    """A refusal as a page, or as a short text where a part of a page was asked for."""
    if request.headers.get("HX-Request"):
        return HttpResponse(error.message, status=error.code, content_type="text/plain; charset=utf-8")
    template = {NotFound: "404.html", Denied: "403.html"}.get(type(error), "400.html")
    return render(request, template, {"message": error.message}, status=error.code)
