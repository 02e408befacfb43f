"""Assets over REST (contract resource-assets)."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from honeyguide.engine.resource import Refused, Resource, Rights
from honeyguide.engine.resource.content_fields import Language, is_web_address, speaks
from honeyguide.engine.resource.fields import Boolean, Choice, DateTime, ReadOnly, Text
from honeyguide.engine.resource.references import KEEP, Category
from honeyguide.engine.resource.slugs import slug, unique
from honeyguide.engine.resource.store import ModelStore
from honeyguide.features.assets.models import Asset
from honeyguide.features.files import storage


def remote_needs_address(value: Callable[[str], Any]) -> dict[str, str]:
    if value("storage_location") != "remote":
        return {}
    if not value("remote_path"):
        return {"remotePath": "A remote URL must be specified when remote storage is selected."}
    return {} if is_web_address(value("remote_path")) else {"remotePath": "The remote should be a valid URL."}


class AssetStore(ModelStore):
    """A new asset needs its file: the name of an upload, or the address of a remote one. Every edit is a revision."""

    def create_from(self, params: Any, call: Any) -> tuple[Any, bool]:
        if not _text(params, "file") and not _text(params, "remotePath"):
            raise Refused("File of the asset is required.")
        return super().create_from(_with_remote_path(params, None), call)

    def update_from(self, item: Asset, params: Any, call: Any) -> Any:
        return super().update_from(item, _with_remote_path(params, item), call)

    def create(self, values: dict[str, Any], call: Any) -> tuple[Any, bool]:
        item, created = super().create(values, call)
        item.alias = self._alias(item)
        _describe(item)
        return item, created

    @transaction.atomic
    def update(self, item: Asset, values: dict[str, Any], call: Any) -> Asset:
        if values.get("file_name") is None:
            values.pop("file_name", None)
        item.revision += 1
        self.assign(
            item, {name: values[name] for name in ("storage_location", "file_name", "remote_path") if name in values}
        )
        _describe(item)
        if "alias" in values:
            values["alias"] = self._alias(
                Asset(pk=item.pk, alias=values["alias"] or "", title=values.get("title", item.title))
            )
        return super().update(item, values, call)

    def delete(self, item: Asset, call: Any) -> None:
        """Its file goes too, unless another asset gives it out."""
        super().delete(item, call)
        name = item.file_name
        if name and storage.find("media", name) and not Asset.objects.filter(file_name=name).exists():
            transaction.on_commit(lambda: storage.remove("media", name))

    def render(self, item: Asset, call: Any, **selected: Any) -> Any:
        shown = super().render(item, call, **selected)
        if "downloadUrl" in shown:
            shown["downloadUrl"] = f"{call.site}/asset/{item.pk}:{item.alias}"
        return shown

    def render_deleted(self, item: Asset, call: Any, shown: Any) -> Any:
        return super().render_deleted(item, call, shown) | {"downloadUrl": f"{call.site}/asset/:{item.alias}"}

    def _alias(self, item: Asset) -> str:
        wanted = slug(item.alias or item.title)
        others = Asset.objects.exclude(pk=item.pk)
        return unique(wanted, lambda alias: others.filter(alias=alias).exists())


def _text(params: Any, name: str) -> str:
    raw = params.get(name) if isinstance(params, dict) else None
    return raw.strip() if isinstance(raw, str) else ""


def _with_remote_path(params: Any, item: Asset | None) -> Any:
    """Remote assets may send their address as `file`."""
    location = _text(params, "storageLocation") or (item.storage_location if item else "local")
    if location == "remote" and _text(params, "file"):
        return {**params, "remotePath": params["file"], "file": ""}
    return params


def _describe(item: Asset) -> None:
    """Takes extension, type and size from the file. 400 when there is no such upload."""
    if item.storage_location == "remote":
        path = urlsplit(item.remote_path or "").path
        item.extension, item.mime, item.size = PurePosixPath(path).suffix.lstrip(".").lower(), "", -1
        return
    found = storage.find("media", item.file_name) if item.file_name else None
    if found is None:
        raise Refused(f"File {item.file_name or ''} was not found in the asset directory.")
    item.extension = found.suffix.lstrip(".").lower()
    item.mime = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    item.size = found.stat().st_size


ASSETS = Resource(
    name="assets",
    one="asset",
    many="assets",
    label="Assets",
    example={
        "title": "Price list",
        "storageLocation": "remote",
        "file": "https://shop.example/prices.pdf",
        "language": "en",
    },
    model=Asset,
    rights=Rights("asset:assets"),
    fields=[
        ReadOnly("id"),
        Text("title", required="Assset Title is required.", reset=KEEP),
        Text("alias"),
        Category("asset"),
        Text("description", html=True, tracked=False),
        Language(required="A value is required.", reset=None, brief=False),
        DateTime("publishUp", brief=False),
        DateTime("publishDown", brief=False),
        ReadOnly("downloadCount", default=0, brief=False, kind="integer"),
        ReadOnly("uniqueDownloadCount", default=0, brief=False, kind="integer"),
        ReadOnly("revision", default=1, brief=False, kind="integer"),
        ReadOnly("extension", brief=False),
        ReadOnly("mime", brief=False),
        ReadOnly("size", brief=False, kind="integer"),
        ReadOnly("downloadUrl", attribute="pk", brief=False),
        Choice("storageLocation", ("local", "remote"), default="local", reset=KEEP, brief=False),
        Boolean("disallow", default=True, brief=False),
        Text("file", attribute="file_name", reset=KEEP, hidden=True),
        Text("remotePath", max_length=None, reset=KEEP, hidden=True),
    ],
    rules=[remote_needs_address],
    store=AssetStore,
    order=[("lower(assets.title)", "ASC")],
    search=["title", "alias"],
    commands={"lang": speaks("assets")},
)
