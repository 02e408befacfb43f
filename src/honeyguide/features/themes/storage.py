"""The themes there are: the built-in one, and those uploaded into the data directory."""

from __future__ import annotations

import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import orjson
from django.conf import settings

from honeyguide.engine.resource import NotFound, Refused

BUILT_IN = Path(__file__).parent / "built_in"
KEY = re.compile(r"[A-Za-z0-9][\w-]{0,100}")
ALLOWED = frozenset(
    ("json", "twig", "css", "js", "htm", "html", "txt", "jpg", "jpeg", "png", "gif", "mjml", "svg", "woff", "woff2")
)
MAX_BYTES = 32 * 1024 * 1024
# Keys of themes that come with the reference. Content that was made elsewhere may name them.
ELSEWHERE = (
    "aurora", "brienz", "cards", "confirmme", "fresh-center", "fresh-fixed", "fresh-left", "fresh-wide", "goldstar",
    "neopolitan", "oxygen", "paprika", "skyline", "sparse", "sunday", "trulypersonal", "vibrant", "mautic_code_mode",
)  # fmt: skip


def uploaded_folder() -> Path:
    return settings.DATA_DIR / "themes"


def themes() -> dict[str, dict[str, Any]]:
    """The configuration of every theme, by key. One whose configuration cannot be read is left out."""
    found = {}
    for folder in _folders():
        config = _read_config(folder / "config.json")
        if config is not None:
            found[folder.name] = config
    return dict(sorted(found.items()))


def known(key: str) -> bool:
    """Whether content may name this theme."""
    return key in ELSEWHERE or key in themes()


def page(key: str) -> str:
    """The HTML of a landing page in this theme; empty when it has none that can be shown as it is."""
    return html(key, "page")


def html(key: str, what: str) -> str:
    """The theme's HTML of a `page` or an `email`; empty when it has none that can be shown as it is."""
    folder = next((f for f in _folders() if f.name == key), None)
    source = folder / "html" / f"{what}.html" if folder else None
    return source.read_text(encoding="utf-8", errors="replace") if source and source.is_file() else ""


def archive(key: str) -> bytes:
    """The theme as a zip file."""
    folder = next((f for f in _folders() if f.name == key), None)
    if folder is None:
        raise NotFound(f"{key} not found!")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                packed.write(path, path.relative_to(folder))
    return target.getvalue()


def install(name: str, content: bytes) -> None:
    """Unpacks an uploaded zip as the theme of that name. 400 when it is none; then nothing is changed."""
    key = PurePosixPath(name).name.removesuffix(".zip").strip()
    if not name.endswith(".zip") or not KEY.fullmatch(key):
        raise Refused("Upload failed as the file extension is not in the list of allowed extensions (zip).")
    if (BUILT_IN / key).is_dir():
        raise Refused(f"{key} is the default theme and therefore cannot be overwritten.")
    uploaded_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=uploaded_folder(), prefix=".") as unpacked:
        _unpack(content, Path(unpacked))
        target = uploaded_folder() / key
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(unpacked, target)


def remove(key: str) -> None:
    if not KEY.fullmatch(key):
        raise NotFound()
    folder = uploaded_folder() / key
    if (BUILT_IN / key).is_dir():
        raise Refused(f"{key} is a default theme and therefore cannot be removed.")
    if not folder.is_dir():
        raise NotFound()
    shutil.rmtree(folder)


def _unpack(content: bytes, target: Path) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = [m for m in packed.infolist() if not m.is_dir()]
            if sum(m.file_size for m in members) > MAX_BYTES:
                raise Refused("The theme is too big.")
            if "config.json" not in {m.filename for m in members}:
                raise Refused(
                    "The theme you tried to install is missing the following required files and thus could not be "
                    "installed: config.json"
                )
            for member in members:
                path = PurePosixPath(member.filename)
                if path.is_absolute() or ".." in path.parts or path.suffix.lstrip(".").lower() not in ALLOWED:
                    continue
                destination = target.joinpath(*path.parts)
                destination.parent.mkdir(parents=True, exist_ok=True)
                destination.write_bytes(packed.read(member))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise Refused("The uploaded file is not a theme.") from error
    if _read_config(target / "config.json") is None:
        raise Refused("The theme's config.json cannot be read.")


def _folders() -> Iterator[Path]:
    for parent in (BUILT_IN, uploaded_folder()):
        if parent.is_dir():
            yield from (f for f in parent.iterdir() if f.is_dir() and KEY.fullmatch(f.name))


def _read_config(path: Path) -> dict[str, Any] | None:
    try:
        config = orjson.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(config, dict) or not isinstance(config.get("name"), str):
        return None
    return {"builder": ["legacy"], **config} if "builder" not in config else config
