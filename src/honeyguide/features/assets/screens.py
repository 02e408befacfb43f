"""Pages of assets: list, upload, figures, how to lead to them."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.http import content_disposition_header

from honeyguide.engine import config
from honeyguide.engine.api import standard
from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.engine.resource import Invalid, NotFound, Refused
from honeyguide.engine.ui.forms import sent
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.screen import Column, Menu, Page, Pages, Screen, Section
from honeyguide.engine.ui.tags import bytes_size, number, when
from honeyguide.features.assets.addresses import path_of
from honeyguide.features.assets.models import Asset
from honeyguide.features.assets.resource import ASSETS
from honeyguide.features.assets.viewing import chart
from honeyguide.features.files import storage

MEGABYTE = 1024 * 1024


def show_title(asset: Asset) -> str:
    where = asset.extension or "file" if asset.storage_location == "local" else "remote"
    return format_html(
        '<a href="/s/assets/view/{}">{}</a><div class="text-secondary small">{}</div>', asset.pk, asset.title, where
    )


def show_size(asset: Asset) -> str:
    return bytes_size(asset.size) if asset.size >= 0 else "–"


def detail(request: HttpRequest, asset: Asset) -> dict[str, Any]:
    return {"chart": chart(asset), "address": site_url() + path_of(asset), "size": show_size(asset)}


def file_view(request: HttpRequest, asset_id: int) -> HttpResponse:
    """The file, for who works here: it is not counted, and kept as a file whatever it is."""
    call = call_of(request, ASSETS)
    asset = standard.find(ASSETS, asset_id, call)
    standard.check(ASSETS, call, "view", asset)
    found = storage.find("media", asset.file_name or "")
    if found is None or asset.storage_location != "local":
        raise NotFound("There is no file of this asset here.")
    response = FileResponse(found.open("rb"), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, f"{asset.alias}{found.suffix}")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def prepare_form(request: HttpRequest, asset: Asset | None) -> dict[str, Any]:
    return {
        "location": request.POST.get("storageLocation") or (asset.storage_location if asset else "local"),
        "remote_path": request.POST.get("remotePath", (asset.remote_path if asset else "") or ""),
        "extensions": ", ".join(storage.extensions()),
        "accept": ",".join(f".{one}" for one in storage.extensions()),
        "most": config.get("max_size"),
    }


def collect_form(request: HttpRequest, asset: Asset | None) -> dict[str, Any]:
    params = sent(request, SCREEN)
    remote = request.POST.get("storageLocation") == "remote"
    params["storageLocation"] = "remote" if remote else "local"
    if remote:
        params["remotePath"] = request.POST.get("remotePath", "").replace("\x00", "").strip()
    return params


def save(request: HttpRequest, asset: Asset | None, params: dict[str, Any]) -> Asset:
    """Stores the upload and then the asset; the file does not stay without it."""
    upload = request.FILES.get("upload") if params["storageLocation"] == "local" else None
    name = _kept(upload) if upload else None
    given = params | ({"file": name} if name else {})
    try:
        if asset is None:
            call = call_of(request, ASSETS, method="POST", params=given)
            return standard.create(ASSETS, given, call)[0]
        return standard.update(ASSETS, asset, given, call_of(request, ASSETS, method="PATCH", params=given))
    except (Invalid, Refused) as error:
        if name:
            storage.remove("media", name)
        raise error if isinstance(error, Invalid) else Invalid({"upload": [error.message]}) from None


def _kept(upload: Any) -> str:
    most = int(config.get("max_size"))
    if upload.size > most * MEGABYTE:
        raise Invalid({"upload": [f"The file is too big: at most {most} MB (max_size)."]})
    try:
        return storage.keep(upload, "media")
    except Refused as error:
        raise Invalid({"upload": [error.message]}) from None


MENU = Menu(label="Assets", path="/s/assets", icon="download", order=44, right="asset:assets:viewown")
SCREEN = Screen(
    resource=ASSETS,
    slug="assets",
    icon="download",
    one="asset",
    many="Assets",
    title=lambda asset: asset.title,
    columns=[
        Column(label="Title", show=show_title, sort="title"),
        Column(label="Size", show=show_size, css="hg-num"),
        Column(label="Downloads", show=lambda a: number(a.download_count), sort="downloadCount", css="hg-num"),
        Column(
            label="Contacts", show=lambda a: number(a.unique_download_count), sort="uniqueDownloadCount", css="hg-num"
        ),
        Column(label="Modified", show=lambda a: when(a.date_modified or a.date_added, "ago"), sort="dateModified"),
        Column(label="ID", show=lambda a: a.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Asset", fields=["title", "alias", "description"]),
        Section(title="File", template="assets/file.html"),
        Section(title="Publishing", fields=["isPublished", "publishUp", "publishDown"], aside=True),
        Section(title="Kind", fields=["category", "language", "disallow"], aside=True),
    ],
    labels={
        "alias": "Address",
        "isPublished": "Published",
        "publishUp": "From",
        "publishDown": "Until",
        "disallow": "Keep search engines out",
    },
    help={"alias": "Part of the file's address and its name for who keeps it; made from the title when empty."},
    initial={"isPublished": True, "language": "en", "disallow": True},
    tip="An asset is a file that you give away: who takes it is counted, found by segments and waited for by campaigns.",
    search_help=[("lang:de", "in this language")],
    detail=detail,
    detail_template="assets/detail.html",
    form_template="assets/form.html",
    prepare_form=prepare_form,
    collect_form=collect_form,
    save=save,
    standard=("list", "new", "view", "edit", "delete"),
)
PAGES = Pages(Page(path="assets/file/<int:asset_id>", view=file_view, right="asset:assets:viewown"))
