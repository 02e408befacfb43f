"""Files that visitors send: checked, kept outside anything that is served, and given out again by name.

They lie in `<folder>/<form>/<field>/`, under a name that nobody can guess followed by what the visitor called them.
"""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings

from honeyguide.engine import config
from honeyguide.features.forms.choices import properties_of

MEGABYTE = 1024 * 1024
MOST_MEGABYTES, LONGEST_NAME = 6, 100
NAME = re.compile(r"[0-9a-f]{32}_[A-Za-z0-9_-]{1,100}(\.[a-z0-9]{1,16})?")
UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def root() -> Path:
    return Path(config.get("form_upload_dir") or settings.DATA_DIR / "forms")


def problem(field: Any, upload: Any) -> str:
    """What is wrong with a file, for the visitor; empty when it can be taken."""
    most = most_bytes(field)
    if upload.size > most:
        return f"This file is too big. It may have {most // MEGABYTE} MB."
    extension = _extension(upload.name)
    allowed = _extensions(properties_of(field).get("allowed_file_extensions"))
    if extension in _extensions(config.get("blacklisted_extensions")) or (allowed and extension not in allowed):
        return (
            f"Files that end with .{extension} are not taken."
            if extension
            else "Files without an ending are not taken."
        )
    return ""


def most_bytes(field: Any) -> int:
    """How big a file of the field may be."""
    raw = str(properties_of(field).get("allowed_file_size") or "")
    megabytes = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 5 and int(raw) else MOST_MEGABYTES
    return megabytes * MEGABYTE


def new_name(upload: Any) -> str:
    """The name that an upload will be kept under."""
    stem = UNSAFE.sub("_", Path(upload.name or "").stem)[:LONGEST_NAME].strip("_") or "file"
    extension = _extension(upload.name)
    return f"{secrets.token_hex(16)}_{stem}{f'.{extension}' if extension else ''}"


@contextmanager
def kept(fields: Iterable[Any], values: Mapping[str, Any], files: Mapping[str, Any]) -> Iterator[None]:
    """Writes the files that were taken, under the names that are their fields' answers; when what follows fails, they go."""
    written: list[Path] = []
    try:
        for field in fields:
            if field.type == "file" and field.save_result is not False and values.get(field.alias):
                path = _folder(field) / values[field.alias]
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                written.append(path)
                _write(path, files[field.alias])
        yield
    except BaseException:
        remove(written)
        raise


def _write(path: Path, upload: Any) -> None:
    with open(path, "xb") as file:
        for piece in upload.chunks():
            file.write(piece)
    path.chmod(0o600)


def find(field: Any, name: str) -> Path | None:
    """The kept file of that name, or None."""
    path = _folder(field) / name
    return path if NAME.fullmatch(name) and path.is_file() else None


def shown_name(name: str) -> str:
    """What the visitor called it, nearly."""
    return name.partition("_")[2] if NAME.fullmatch(name) else name


def remove(paths: Iterable[Path]) -> None:
    for path in paths:
        with suppress(FileNotFoundError):
            path.unlink()


def remove_all(form_id: int, field_id: int | None = None) -> None:
    """The files of a form, or of one of its fields."""
    folder = root() / str(form_id)
    shutil.rmtree(folder / str(field_id) if field_id else folder, ignore_errors=True)


def _folder(field: Any) -> Path:
    return root() / str(field.form_id) / str(field.pk)


def _extension(name: str | None) -> str:
    return re.sub(r"[^a-z0-9]", "", Path(name or "").suffix.lower())[:16]


def _extensions(given: Any) -> set[str]:
    listed = given.split(",") if isinstance(given, str) else given if isinstance(given, list) else []
    return {str(one).strip().lower().lstrip(".") for one in listed if str(one).strip()}
