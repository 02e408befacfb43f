"""Files between their upload and the start of their import: on disk, known only to the session that sent them."""

from __future__ import annotations

import re
import secrets
import time
from pathlib import Path
from typing import Any

from django.conf import settings

KEPT_SECONDS = 24 * 3600
TOKEN = re.compile(r"[0-9a-f]{32}")


def keep_upload(upload: Any) -> str:
    """Writes an uploaded file to disk in pieces; returns the token by which it is found again."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _forget_old(folder)
    token = secrets.token_hex(16)
    with open(folder / token, "wb") as file:
        for piece in upload.chunks(1024 * 1024):
            file.write(piece)
    return token


def upload_path(token: str) -> Path | None:
    """Where the file of a token lies; None when it is unknown or was forgotten."""
    path = _folder() / token
    return path if TOKEN.fullmatch(token) and path.is_file() else None


def _folder() -> Path:
    return settings.DATA_DIR / "uploads"


def _forget_old(folder: Path) -> None:
    for path in folder.iterdir():
        if time.time() - path.stat().st_mtime > KEPT_SECONDS:
            path.unlink(missing_ok=True)
