"""Uploaded files over REST (contract resource-themes-files)."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.resource import Action, Resource, Rights
from honeyguide.features.files import storage

FIRST_KEY = 3  # the reference numbers the entries of a directory scan: ".", "..", a hidden file, then these


def list_files(call: Any) -> Any:
    kind, subfolder = _place(call)
    found = storage.names(kind, subfolder)
    return {"files": {str(number): name for number, name in enumerate(found, FIRST_KEY)} or []}


def add_file(call: Any) -> Any:
    kind, subfolder = _place(call)
    storage.root(kind)
    shown: Any = []
    for upload in call.request.FILES.values():
        name = storage.keep(upload, kind, subfolder)
        shown = {"name": name}
        if kind == "images":
            path = "/".join(filter(None, (*subfolder.replace(".", "/").split("/"), name)))
            shown = {"link": f"{call.site}/media/images/{path}", "name": name}
    return {"file": shown}


def remove_file(call: Any) -> Any:
    kind, subfolder = _place(call)
    storage.remove(kind, call.path["file"], subfolder)
    return {"success": True}


def _place(call: Any) -> tuple[str, str]:
    """The kind of files and the subfolder: `images`, `images.flags`, or `images?subdir=flags`."""
    kind, _, rest = call.path["dir"].partition(".")
    asked = call.parameter("subdir")
    return kind, asked if isinstance(asked, str) and asked else rest


FILES = Resource(
    name="files",
    one="file",
    many="files",
    label="Files",
    model=None,
    rights=Rights("asset:assets"),
    fields=[],
    standard=(),
    actions=[
        Action("GET", "{dir}", list_files, "Files and folders"),
        Action("POST", "{dir}/new", add_file, "Upload a file"),
        Action("DELETE", "{dir}/{file}/delete", remove_file, "Delete a file"),
    ],
)
