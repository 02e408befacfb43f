"""Uploaded files over REST (contract resource-themes-files)."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.resource import Action, Resource, Rights
from honeyguide.engine.resource.given import DONE, KEYED, Given, having
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


DIRECTORY = Given(name="dir", text="`images` or `media`, with a subfolder after a dot.", place="path", example="images")
SUBFOLDER = Given(name="subdir", text="A subfolder.", place="query")
FILE = Given(name="file", text="The name of the file.", place="path", example="logo.png")

FILES = Resource(
    name="files",
    one="file",
    many="files",
    label="Files",
    model=None,
    rights=Rights("asset:assets"),
    refuses={406: "There is no such folder, or files of this kind are not taken."},
    fields=[],
    standard=(),
    actions=[
        Action(
            "GET", "{dir}", list_files, "Files and folders", takes=[DIRECTORY, SUBFOLDER], gives=having(files=KEYED)
        ),
        Action(
            "POST",
            "{dir}/new",
            add_file,
            "Upload a file",
            takes=[DIRECTORY, SUBFOLDER],
            gives=having(file=KEYED),
            file="file",
        ),
        Action(
            "DELETE",
            "{dir}/{file}/delete",
            remove_file,
            "Delete a file",
            takes=[DIRECTORY, FILE, SUBFOLDER],
            gives=DONE,
        ),
    ],
)
