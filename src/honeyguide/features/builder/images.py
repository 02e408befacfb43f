"""The images that the builder offers, and those that are uploaded in it."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.engine.resource import Refused
from honeyguide.features.files import storage

EXTENSIONS = ("png", "jpg", "jpeg", "gif", "webp")
MAX_BYTES = 10 * 1024 * 1024
SHOWN = 300


def images() -> list[dict[str, str]]:
    """The newest images, with the address that mails need and the name of each."""
    return [shown(path) for path in storage.newest("images", EXTENSIONS, SHOWN)]


def add(upload: Any) -> dict[str, str]:
    """Stores an uploaded image. Raises `Refused` for what is none or too big."""
    extension = (upload.name or "").rpartition(".")[2].lower()
    if extension not in EXTENSIONS:
        raise Refused(f"Images end in {', '.join(EXTENSIONS)}.")
    if upload.size > MAX_BYTES:
        raise Refused("Images may have 10 MB; recipients will thank you for much less.")
    return shown(storage.keep(upload, "images"))


def shown(path: str) -> dict[str, str]:
    return {"name": path, "address": f"{site_url()}/media/images/{path}"}
