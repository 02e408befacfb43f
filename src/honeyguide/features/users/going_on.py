"""Where a person goes after signing in."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from honeyguide.engine.oauth2.views import TARGET


def safe_target(request: HttpRequest) -> str:
    """The page of ours that was asked for, else the dashboard."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None) or not target.startswith("/s/"):
        return settings.LOGIN_REDIRECT_URL
    return target


def go_on(request: HttpRequest, target: str, *, needs_code: bool = False) -> HttpResponse:
    """To the second step of signing in, to the application whose request waits, or to the page."""
    if needs_code:
        return redirect(f"/s/login/code?{urlencode({'next': target})}")
    return redirect(request.session.pop(TARGET, None) or target)
