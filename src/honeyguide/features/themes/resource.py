"""Themes over REST (contract resource-themes-files)."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.api.call import Answer
from honeyguide.engine.resource import Action, Refused, Resource, Rights
from honeyguide.engine.resource.given import DONE, OBJECT, Given, having
from honeyguide.features.themes import storage


def list_themes(call: Any) -> Any:
    call.require("core:themes:view")
    return {
        "themes": {
            key: {"name": config["name"], "key": key, "config": config, "visibility": {"hidden": False}}
            for key, config in storage.themes().items()
        }
    }


def get_theme(call: Any) -> Any:
    call.require("core:themes:view")
    key = call.path["theme"]
    disposition = {"Content-Disposition": f'attachment; filename="{key}.zip"'}
    return Answer(storage.archive(key), content_type="application/zip", headers=disposition)


def add_theme(call: Any) -> Any:
    call.require("core:themes:create")
    upload = call.request.FILES.get("file")
    if upload is None:
        raise Refused("File was not found in the request.")
    storage.install(upload.name or "", upload.read())
    return {"success": True}


def remove_theme(call: Any) -> Any:
    call.require("core:themes:delete")
    storage.remove(call.path["theme"])
    return {"success": True}


THEMES = Resource(
    name="themes",
    one="theme",
    many="themes",
    label="Themes",
    model=None,
    rights=Rights("core:themes", own=False),
    fields=[],
    standard=(),
    actions=[
        Action("GET", "", list_themes, "All themes", gives=having(themes=OBJECT)),
        Action(
            "GET",
            "{theme}",
            get_theme,
            "A theme as a zip file",
            takes=[Given(name="theme", text="The key of the theme.", place="path", example="blank")],
            media="application/zip",
        ),
        Action("POST", "new", add_theme, "Upload a theme", gives=DONE, file="file"),
        Action(
            "DELETE",
            "{theme}/delete",
            remove_theme,
            "Delete a theme",
            takes=[Given(name="theme", text="The key of the theme.", place="path", example="blank")],
            gives=DONE,
        ),
    ],
)
