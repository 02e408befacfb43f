"""Assets as visitors download them."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import path
from django.utils.http import content_disposition_header

from honeyguide.engine import config
from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.engine.events import EventType
from honeyguide.engine.resource.models import is_live
from honeyguide.engine.tracking.views import is_web_address, show_message
from honeyguide.features.assets.addresses import path_of
from honeyguide.features.assets.models import Asset
from honeyguide.features.files import storage
from honeyguide.features.visits import reading
from honeyguide.features.visits.public import note_visit, with_cookies

NAMED_BY_ID = re.compile(r"([1-9]\d{0,17}):?(.*)", re.DOTALL)
# What a browser may show by itself: nothing in such a file can run under the name of this server.
HARMLESS = frozenset(
    ("aac", "avif", "flac", "gif", "jpeg", "jpg", "m4a", "mov", "mp3", "mp4", "mpeg", "mpg", "ogg", "pdf", "png", "tif", "tiff",
     "txt", "wav", "webm", "webp")
)  # fmt: skip
CLOSED = 403
NOTED_AS_CLOSED = 401  # as the reference notes downloads of assets that are not published


def download(request: HttpRequest, name: str) -> HttpResponse:
    """The file of the asset with this `id:alias`, or the way to where it is."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    asset = _find(name)
    if asset is None:
        return _missing(request)
    if f"{asset.pk}:{asset.alias}" != name:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponse(
            status=301, headers={"Location": quote(path_of(asset), safe="/:") + (f"?{query}" if query else "")}
        )
    if not is_live(asset):
        closed = show_message(request, "Not available", "This file is not available at the moment.", status=CLOSED)
        return _noted(request, asset, closed, NOTED_AS_CLOSED)
    response = _remote(asset) if asset.storage_location == "remote" else _local(request, asset)
    return _noted(request, asset, response or _missing(request), 200 if response else 404)


def _find(name: str) -> Asset | None:
    """By `id:anything`, by id or by alias."""
    if len(name) > 300 or "\0" in name:
        return None
    numbered = NAMED_BY_ID.fullmatch(name)
    found = Asset.objects.filter(pk=int(numbered[1])).first() if numbered else None
    return found or Asset.objects.filter(alias=name).first()


def _remote(asset: Asset) -> HttpResponse | None:
    """The visitor's browser fetches it: this server never calls the address of a remote asset."""
    target = asset.remote_path or ""
    if not is_web_address(target):
        return None
    return HttpResponse(status=302, headers={"Location": quote(target, safe="%/:=&?~#+!$,;'@()*[]|")})


def _local(request: HttpRequest, asset: Asset) -> HttpResponse | None:
    file = storage.find("media", asset.file_name or "")
    if file is None:
        return None
    shown = _is_shown(file, asked="stream" in request.GET)
    response = FileResponse(file.open("rb"), content_type=asset.mime or "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(not shown, f"{asset.alias}{file.suffix}")
    return response


def _is_shown(file: Path, *, asked: bool) -> bool:
    """Whether the browser may show it: when it is configured so, or asked for, and harmless."""
    extension = file.suffix.lstrip(".").lower()
    return extension in HARMLESS and (asked or extension in config.get("streamed_extensions"))


def _missing(request: HttpRequest) -> HttpResponse:
    return show_message(request, "Not found", "There is no such file.", status=404)


def _noted(request: HttpRequest, asset: Asset, response: HttpResponse, code: int) -> HttpResponse:
    asked = reading.of_page(request, site_url() + path_of(asset), asset.title)
    visitor = note_visit(request, asked, kind=EventType.ASSET_DOWNLOADED, about=asset.pk, code=code)
    if asset.disallow:
        response["X-Robots-Tag"] = "noindex, nofollow"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return with_cookies(response, visitor)


DOWNLOAD = path("asset/<path:name>", download)
