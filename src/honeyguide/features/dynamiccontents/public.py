"""The slots of web pages, as `mtc.js` asks for them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from honeyguide.engine.api.cors import cors_headers, preflight
from honeyguide.engine.tracking import visitors
from honeyguide.features.dynamiccontents.services import content_for
from honeyguide.features.visits.public import answer, is_tracked, visitor_of


def slot(request: HttpRequest, name: str) -> HttpResponse:
    """The content for a visitor who is known; 204 leaves what stands there."""
    if request.method == "OPTIONS":
        return preflight(request)
    visitor = visitor_of(request) if is_tracked(request) and not visitors.is_machine(request) else None
    content = content_for(name, visitor.contact) if visitor else None
    if content is None:
        return HttpResponse(status=204, headers={"Cache-Control": "no-store, private", **cors_headers(request)})
    return answer(
        request,
        {"content": content, "id": visitor.contact, "sid": visitor.device, "device_id": visitor.device},
        visitor,
    )


SLOT = path("dwc/<path:name>", slot)
