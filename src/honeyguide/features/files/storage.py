"""Where uploaded files lie: `media/images` (public) and `media/files` in the data directory."""

from __future__ import annotations

import heapq
import re
import secrets
from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.conf import settings

from honeyguide.engine import config
from honeyguide.engine.resource import NotFound, Refused

FOLDERS = {"images": "images", "media": "files"}
# A browser would run what is in them, under the name of this server.
NEVER = frozenset(("htm", "html", "js", "mjs", "php", "sh", "shtml", "svg", "swf", "xht", "xhtml", "xml", "xsl"))
NAME = re.compile(r"[\w -][\w .-]{0,190}")


class NotAcceptable(Refused):
    code = 406


def root(kind: str) -> Path:
    """The folder of a kind of files; 406 for another kind than `images` and `media`."""
    if kind not in FOLDERS:
        raise NotAcceptable(f"{kind} not found. Only media or images options are possible.")
    return settings.DATA_DIR / "media" / FOLDERS[kind]


def folder(kind: str, subfolder: str = "") -> Path:
    """A folder or one of its subfolders, `a/b` or `a.b`."""
    parts = [part for part in re.split(r"[./\\]", subfolder) if part]
    if not all(NAME.fullmatch(part) for part in parts):
        raise NotAcceptable(f"{subfolder} doesn't exist in the {kind} dir.")
    return root(kind).joinpath(*parts)


def names(kind: str, subfolder: str = "") -> list[str]:
    """The files and folders in a folder, by name; hidden ones left out."""
    path = folder(kind, subfolder)
    if not path.is_dir():
        if subfolder:
            raise NotAcceptable(f"{subfolder} doesn't exist in the {kind} dir.")
        return []
    return sorted(entry.name for entry in path.iterdir() if not entry.name.startswith("."))


def newest(kind: str, extensions: Collection[str], most: int) -> list[str]:
    """The paths below the folder of files with these extensions, the newest first."""
    path = root(kind)
    found = [f for f in path.rglob("*") if f.suffix.lower().lstrip(".") in extensions and f.is_file()]
    recent = heapq.nlargest(most, found, key=lambda file: file.stat().st_mtime)
    return [file.relative_to(path).as_posix() for file in recent]


def extensions() -> list[str]:
    """The ends of names that uploads may have."""
    configured = (str(one).lower().lstrip(".") for one in config.get("allowed_extensions"))
    return [one for one in configured if one not in NEVER]


def keep(upload: Any, kind: str, subfolder: str = "") -> str:
    """Stores an upload under a name of its own, which is returned. 406 for an extension that is not allowed."""
    extension = Path(upload.name or "").suffix.lower().lstrip(".")
    if extension not in extensions():
        raise NotAcceptable(f"The uploaded file can have only these extensions: {','.join(extensions())}.")
    path = folder(kind, subfolder)
    path.mkdir(parents=True, exist_ok=True)
    name = f"{secrets.token_hex(16)}.{extension}"
    with open(path / name, "wb") as file:
        for piece in upload.chunks():
            file.write(piece)
    return name


def find(kind: str, name: str, subfolder: str = "") -> Path | None:
    """The stored file of that name, or None."""
    if not NAME.fullmatch(name):
        return None
    path = folder(kind, subfolder) / name
    return path if path.is_file() else None


def remove(kind: str, name: str, subfolder: str = "") -> None:
    path = find(kind, name, subfolder)
    if path is None:
        raise NotFound("File does not exist")
    path.unlink()
