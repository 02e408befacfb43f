"""Dynamic content over REST (contract resource-dynamiccontents)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from honeyguide.engine.resource import Resource, Rights
from honeyguide.engine.resource.content_fields import Language, UtmTags, speaks
from honeyguide.engine.resource.fields import Boolean, DateTime, ReadOnly, Structure, Text, iso
from honeyguide.engine.resource.references import Category, Reference, nested, show_category
from honeyguide.engine.resource.store import ModelStore
from honeyguide.features.dynamiccontents.models import DynamicContent

SHAPE = (
    ("id", "id"), ("name", "name"), ("category", lambda item: show_category(item.category)),
    ("publishUp", lambda item: iso(item.publish_up)), ("publishDown", lambda item: iso(item.publish_down)),
    ("sentCount", "sent_count"), ("content", "content"), ("utmTags", "utm_tags"), ("filters", "filters"),
    ("isCampaignBased", "is_campaign_based"), ("slotName", "slot_name"),
)  # fmt: skip


def show_parent(item: DynamicContent | None) -> dict[str, Any] | None:
    return nested(item, SHAPE)


def show_children(children: Any) -> list[Any]:
    return [nested(child, SHAPE) for child in children.all()]


def slots_need_filters(value: Callable[[str], Any]) -> dict[str, str]:
    """What no campaign gives out is found by its slot and chosen by its filters."""
    if value("is_campaign_based"):
        return {}
    missing = {} if value("slot_name") else {"slotName": "Please enter a slot name."}
    return missing if value("filters") else missing | {"filters": "At least one filter is required."}


class DynamicContentStore(ModelStore):
    children = ("variant_children",)

    def create(self, values: dict[str, Any], call: Any) -> tuple[Any, bool]:
        return super().create(values | {"slot_name": values.get("slot_name") or ""}, call)

    def update(self, item: DynamicContent, values: dict[str, Any], call: Any) -> DynamicContent:
        if "is_campaign_based" in values:  # a PUT without it means no
            values["is_campaign_based"] = bool(values["is_campaign_based"])
        return super().update(item, values, call)


DYNAMIC_CONTENTS = Resource(
    name="dynamiccontents",
    one="dynamicContent",
    many="dynamicContents",
    label="Dynamic content",
    example={"name": "Greeting", "content": "Good day!", "isCampaignBased": True},
    model=DynamicContent,
    rights=Rights("dynamiccontent:dynamiccontents"),
    keyed=True,
    fields=[
        ReadOnly("id"),
        Text("name", required="A name is required."),
        Category("dynamicContent"),
        DateTime("publishUp"),
        DateTime("publishDown"),
        ReadOnly("sentCount", default=0, kind="integer"),
        Reference("variantParent", "DynamicContent", show_parent),
        ReadOnly("variantChildren", render=show_children, default=list),
        Text("content", max_length=None),
        UtmTags(),
        Structure("filters", default=list),
        Boolean("isCampaignBased", default=True, reset=None),
        Text("slotName"),
        Language(hidden=True),
        Reference("translationParent", "DynamicContent", show_parent, hidden=True),
        Text("description", html=True, hidden=True),
    ],
    rules=[slots_need_filters],
    store=DynamicContentStore,
    order=[("lower(dynamic_contents.name)", "ASC")],
    search=["name"],
    commands={"lang": speaks("dynamic_contents")},
)
