"""Settings → API: what can be called, and a place to try it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from honeyguide.engine import config
from honeyguide.engine.access import tokens
from honeyguide.engine.resource import NotFound
from honeyguide.engine.ui.screen import SIGNED_IN, Menu, Page, Pages
from honeyguide.features.api_tester.calls import calls, resources

FIRST = "contacts"
TOKEN_NAME = "API tester"
TOKEN_LIFE = timedelta(minutes=10)


def api_view(request: HttpRequest, resource: str = FIRST) -> HttpResponse:
    """The calls of one resource."""
    labels = dict(resources())
    if resource not in labels:
        raise NotFound("The API has no such resource.")
    context = {
        "title": "API",
        "resource": resource,
        "label": labels[resource],
        "resources": resources(),
        "calls": calls(resource),
        "switched_on": config.get("api_enabled"),
    }
    return render(request, "api_tester/api.html", context)


def token_view(request: HttpRequest) -> HttpResponse:
    """A token for the calls that the page makes: they are made as any client's, and may what the user may."""
    token = tokens.issue_personal(
        request.user, name=TOKEN_NAME, scopes="read write", lifetime=TOKEN_LIFE, instead_of_namesake=True
    )
    return JsonResponse({"token": token, "seconds": int(TOKEN_LIFE.total_seconds())})


def go_view(request: HttpRequest) -> HttpResponse:
    """Where the list of resources leads without a script."""
    return redirect(f"/s/api/{quote(request.GET.get('resource') or FIRST)}")


MENU = Menu(label="API", path="/s/api", icon="api-app", order=41, right=SIGNED_IN, admin=True)
PAGES = Pages(
    Page(path="api", view=api_view, right=SIGNED_IN),
    Page(path="api/go", view=go_view, right=SIGNED_IN),
    Page(path="api/token", view=token_view, right=SIGNED_IN, methods=("POST",)),
    Page(path="api/<path:resource>", view=api_view, right=SIGNED_IN),
)
