"""`/metrics`, for who has the token (`HONEYGUIDE_METRICS_TOKEN`); without one it is not there."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from honeyguide.engine.access.proofs import is_secret


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    token = settings.METRICS_TOKEN
    if not token:
        return HttpResponse("Not found\n", status=404, content_type="text/plain")
    if not is_secret(f"Bearer {token}", request.headers.get("Authorization", "")):
        headers = {"WWW-Authenticate": "Bearer"}
        return HttpResponse("The token is missing or wrong.\n", status=401, content_type="text/plain", headers=headers)
    from honeyguide.features.system.metrics import text

    return HttpResponse(
        text(), content_type="text/plain; version=0.0.4; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


METRICS = path("metrics", show)
