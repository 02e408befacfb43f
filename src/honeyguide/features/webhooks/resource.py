"""Webhooks over REST (contract resource-webhooks)."""

from __future__ import annotations

import secrets
from typing import Any

from honeyguide.engine.resource import Action, Resource, Rights
from honeyguide.engine.resource.content_fields import Url
from honeyguide.engine.resource.fields import Choice, ReadOnly, Structure, Text
from honeyguide.engine.resource.given import OBJECT, having
from honeyguide.engine.resource.references import Category
from honeyguide.engine.resource.store import ModelStore
from honeyguide.features.webhooks.event_types import EVENT_TYPES
from honeyguide.features.webhooks.models import Webhook

BAD_URL = "A valid URL is required."


def parse_triggers(raw: Any) -> list[str]:
    """Names of event types. Unknown ones are kept; what is no list counts as none."""
    listed = list(raw.values()) if isinstance(raw, dict) else raw if isinstance(raw, list) else []
    return list(dict.fromkeys(name.replace("\x00", "") for name in listed if isinstance(name, str) and name))


class WebhookStore(ModelStore):
    """A hook always has a secret. PATCH adds triggers, PUT replaces them."""

    def create(self, values: dict[str, Any], call: Any) -> tuple[Any, bool]:
        return super().create(values | {"secret": values.get("secret") or secrets.token_hex(32)}, call)

    def update(self, item: Webhook, values: dict[str, Any], call: Any) -> Webhook:
        if "secret" in values:
            values["secret"] = values["secret"] or secrets.token_hex(32)
        if call.method == "PATCH" and "triggers" in values:
            values["triggers"] = list(dict.fromkeys([*item.triggers, *values["triggers"]]))
        return super().update(item, values, call)


def list_triggers(call: Any) -> Any:
    return {
        "triggers": {
            name: {"label": label, "description": description} for name, (label, description) in EVENT_TYPES.items()
        }
    }


WEBHOOKS = Resource(
    name="hooks",
    one="hook",
    many="hooks",
    label="Webhooks",
    example={
        "name": "Our shop",
        "webhookUrl": "https://shop.example/in",
        "triggers": ["mautic.lead_post_save_new"],
    },
    model=Webhook,
    rights=Rights("webhook:webhooks"),
    keyed=True,
    fields=[
        ReadOnly("id"),
        Text("name", required="A name is required."),
        Text("description", html=True),
        Url("webhookUrl", required=BAD_URL, invalid=BAD_URL),
        Text("secret"),
        Choice("eventsOrderbyDir", ("ASC", "DESC"), invalid="The value you selected is not a valid choice."),
        Category("Webhook"),
        Structure("triggers", parse=parse_triggers, default=list, reset=list),
    ],
    store=WebhookStore,
    order=[("lower(webhooks.name)", "ASC")],
    search=["name"],
    actions=[
        Action("GET", "triggers", list_triggers, "What a webhook can be told about", gives=having(triggers=OBJECT))
    ],
)
