"""What other features do with assets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from honeyguide.engine.delivery.compile import Attachment
from honeyguide.engine.resource.models import is_live
from honeyguide.features.assets.models import Asset
from honeyguide.features.files import storage


def attachments(given: Any) -> tuple[Attachment, ...]:
    """The files of these assets, as they go with an e-mail. Those that are not live, are elsewhere or are gone stay out."""
    found = []
    for asset in chosen(given):
        path = (
            storage.find("media", asset.file_name or "")
            if asset.storage_location == "local" and is_live(asset)
            else None
        )
        if path is not None:
            name = f"{asset.alias}{path.suffix}"
            found.append(Attachment(name, asset.mime or "application/octet-stream", path, path.stat().st_mtime))
    return tuple(found)


def chosen(given: Any) -> Iterable[Asset]:
    """The assets that a list of ids names, in its order; whatever else stands in it is left out."""
    texts = [str(one) for one in given if isinstance(one, (int, str))] if isinstance(given, list) else []
    ids = [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 19]
    found = Asset.objects.in_bulk(ids) if ids else {}
    return [found[number] for number in dict.fromkeys(ids) if number in found]
