"""Answers to browsers of other sites (contract conventions 1, engine tracking 6)."""

from __future__ import annotations

from fnmatch import fnmatchcase

from django.http import HttpRequest, HttpResponse

from honeyguide.engine import config

ALLOWED = {
    "Access-Control-Allow-Headers": "Origin, X-Requested-With, Content-Type, Authorization",
    "Access-Control-Allow-Methods": "PUT, GET, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Max-Age": "36000",
}


def allowed_origin(request: HttpRequest) -> str | None:
    """The request's origin when its site may call, else None."""
    origin = request.META.get("HTTP_ORIGIN")
    if not origin:
        return None
    if not config.get("cors_restrict_domains"):
        return origin
    return origin if is_listed(origin) else None


def is_listed(origin: str) -> bool:
    """Whether the site is one of those that the configuration names."""
    return any(fnmatchcase(origin.lower(), str(domain).lower()) for domain in config.get("cors_valid_domains"))


def cors_headers(request: HttpRequest, *, asked: bool = False) -> dict[str, str]:
    """Headers for an ordinary answer (only to XHR) or, with `asked`, for a preflight."""
    if "HTTP_ORIGIN" not in request.META:
        return {}
    if not asked and request.META.get("HTTP_X_REQUESTED_WITH") != "XMLHttpRequest":
        return {}
    origin = allowed_origin(request)
    return {"Access-Control-Allow-Origin": origin, **ALLOWED, "Vary": "Origin"} if origin else {}


def preflight(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(status=204)
    if "HTTP_ACCESS_CONTROL_REQUEST_HEADERS" in request.META:
        for name, value in cors_headers(request, asked=True).items():
            response.headers[name] = value
    return response
