"""What pages that carry a focus item ask for: its script, the pixel that tells of a view, the way of its link."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import path

from honeyguide.engine.delivery.links import tagged
from honeyguide.engine.events import EventType
from honeyguide.engine.resource.models import is_live
from honeyguide.engine.tracking.views import PIXEL, show_message
from honeyguide.features.focus.markup import link_of
from honeyguide.features.focus.models import FocusItem
from honeyguide.features.focus.showing import script
from honeyguide.features.visits import reading
from honeyguide.features.visits.public import note_visit, with_cookies

UTM = (
    ("utmSource", "utm_source"),
    ("utmMedium", "utm_medium"),
    ("utmCampaign", "utm_campaign"),
    ("utmContent", "utm_content"),
)


def show_script(request: HttpRequest, item_id: int) -> HttpResponse:
    """The same for everybody; nothing for an item that is not live."""
    item = _live(item_id)
    code = script(item) if item else ""
    response = HttpResponse(code, content_type="application/javascript; charset=utf-8", status=200 if item else 404)
    response["Cache-Control"] = "public, max-age=60"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def view(request: HttpRequest, item_id: int) -> HttpResponse:
    """Whoever asks gets the same picture."""
    response = HttpResponse(PIXEL, content_type="image/gif", headers={"Cache-Control": "no-store, private"})
    item = _live(item_id)
    if item is None:
        return response
    return _noted(request, response, EventType.FOCUS_VIEWED, item)


def click(request: HttpRequest, item_id: int) -> HttpResponse:
    """Leads to the link of the item as it is stored, and nowhere else."""
    item = _live(item_id)
    target = link_of(item) if item else ""
    if item is None or not target:
        return show_message(request, "Not found", "This link leads nowhere.", status=404)
    given = item.utm_tags if isinstance(item.utm_tags, dict) else {}
    target = tagged(target, [(name, str(given[key])) for key, name in UTM if given.get(key)])
    response = HttpResponse(status=302, headers={"Cache-Control": "no-store, private", "X-Robots-Tag": "noindex"})
    response["Location"] = quote(target, safe="%/:=&?~#+!$,;'@()*[]|")
    return _noted(request, response, EventType.FOCUS_CLICKED, item)


def _noted(request: HttpRequest, response: HttpResponse, kind: EventType, item: FocusItem) -> HttpResponse:
    """Seeing an item makes nobody a contact: a browser that keeps our cookie from other sites would be a new one each time."""
    visitor = note_visit(request, reading.read(request), kind=kind, about=item.pk, known_only=True)
    return with_cookies(response, visitor)


def _live(item_id: int) -> FocusItem | None:
    item = FocusItem.objects.filter(pk=item_id).first() if item_id < 2**63 else None
    return item if item and is_live(item) else None


SCRIPT = path("focus/<int:item_id>.js", show_script)
VIEW = path("focus/<int:item_id>/viewpixel.gif", view)
CLICK = path("focus/<int:item_id>/click", click)
