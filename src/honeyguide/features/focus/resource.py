"""Focus items over REST (contract resource-focus)."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.resource import Action, NotFound, Resource, Rights
from honeyguide.engine.resource.content_fields import Shaped, Url, UtmTags
from honeyguide.engine.resource.fields import Choice, DateTime, Integer, ReadOnly, Text
from honeyguide.engine.resource.given import TEXT, having
from honeyguide.engine.resource.references import Category
from honeyguide.engine.resource.store import ModelStore, stamp_modified
from honeyguide.features.focus.markup import script
from honeyguide.features.focus.models import FocusItem

PROPERTIES = {
    "bar": dict.fromkeys(("allow_hide", "push_page", "sticky", "size", "placement")),
    "modal": {"placement": None},
    "notification": {"placement": None},
    "page": [],
    "animate": None,
    "link_activation": None,
    "colors": dict.fromkeys(("primary", "text", "button", "button_text")),
    "content": dict.fromkeys(("headline", "tagline", "link_text", "link_url", "link_new_window", "font", "css")),
    "when": None,
    "timeout": None,
    "frequency": None,
    "stop_after_conversion": None,
    "stop_after_close": None,
}


class FocusStore(ModelStore):
    """The reference notes who made an item as the one who changed it last."""

    def create(self, values: dict[str, Any], call: Any) -> tuple[Any, bool]:
        item, created = super().create(values, call)
        stamp_modified(item, call.user, touched=False)
        return item, created


def show_script(call: Any) -> Any:
    item = FOCUS.store.get(call.path["id"])
    if item is None:
        raise NotFound()
    call.require(FOCUS.rights.level("view"), FOCUS.rights.level("view", mine=False))
    return {"js": script(item)}


FOCUS = Resource(
    name="focus",
    one="focus",
    many="focus",
    label="Focus items",
    example={"name": "Autumn sale", "type": "notice", "style": "bar"},
    model=FocusItem,
    rights=Rights("focus:items"),
    keyed=True,
    fields=[
        ReadOnly("id"),
        Text("name", required="A name is required."),
        Category("plugin:focus"),
        Text("description", html=True),
        Choice("type", ("form", "link", "notice"), required="Use the builder to select what the focus should be."),
        Url("website"),
        Choice(
            "style",
            ("bar", "modal", "notification", "page"),
            required="Use the builder to select what style should be used.",
        ),
        DateTime("publishUp"),
        DateTime("publishDown"),
        Shaped("properties", PROPERTIES),
        UtmTags(),
        Integer("form", attribute="form_id"),
        ReadOnly("htmlMode"),
        Text("html", html=True),
        Text("editor", html=True),
        ReadOnly("cache"),
        Choice("html_mode", ("basic", "editor", "html"), hidden=True),
    ],
    checked_first=["type", "style"],
    store=FocusStore,
    order=[("lower(focus_items.name)", "ASC")],
    search=["name"],
    actions=[
        Action("POST", "{id}/js", show_script, "The script that shows a focus item on a page", gives=having(js=TEXT))
    ],
)
