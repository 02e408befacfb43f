"""Which declared route answers a request, for figures and traces: few names, and never an address that somebody made up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

KEY = "honeyguide.route"  # in the WSGI environment, where the web server's wrappers find it


def noting(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, installed only when somebody looks: puts down the route once Django has found it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        route = request.resolver_match.route if request.resolver_match else ""
        if route and not route.startswith("^"):  # a pattern of many routes, of which the view knows the one
            note(request, f"/{route}")

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def note(request: HttpRequest, route: str) -> None:
    """Puts the route down by hand, where a view does its own routing."""
    request.environ[KEY] = route  # type: ignore[attr-defined]


def route_of(environ: dict[str, Any]) -> str:
    """The route, or "none" for an address that has none, or a caller who did not come so far."""
    return environ.get(KEY, "none")
