"""Marketing messages over REST (contract resource-messages)."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.resource import Resource, Rights
from honeyguide.engine.resource.fields import INVALID, Boolean, DateTime, Field, Integer, ReadOnly, Text
from honeyguide.engine.resource.references import Category
from honeyguide.engine.resource.store import ModelStore
from honeyguide.features.messages.models import CHANNELS, Message

ALWAYS = ("email", "sms")  # every message has these, if only switched off


def parse_channels(raw: Any) -> list[dict[str, Any]]:
    """A map by channel, or a list of entries that name their channel."""
    if raw in (None, ""):
        return []
    named = raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else None
    if named is None:
        raise ValueError(INVALID)
    return [_parse_channel(key, entry) for key, entry in named]


def _parse_channel(key: Any, entry: Any) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise ValueError(INVALID)
    channel = entry.get("channel", key)
    if channel not in CHANNELS:
        raise ValueError(INVALID)
    properties = entry.get("properties")
    return {
        "channel": channel,
        "channel_id": Integer("channelId").parse(entry.get("channelId")),
        "is_enabled": Boolean("isEnabled").parse(entry.get("isEnabled")),
        "properties": properties if isinstance(properties, dict) else [],
    }


def show_channels(channels: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": channel.pk,
            "channel": channel.channel,
            "channelId": channel.channel_id,
            "channelName": channel.channel_name,
            "isEnabled": channel.is_enabled,
        }
        for channel in channels.all()
    ]


class MessageStore(ModelStore):
    """A channel keeps its row; one that is not sent is switched off."""

    children = ("channels",)

    def _save(self, item: Message, values: dict[str, Any]) -> None:
        if "channels" in values:
            known = {} if item.pk is None else dict(item.channels.values_list("channel", "id"))
            off = {"channel_id": None, "is_enabled": False, "properties": []}
            wanted = {channel: {"channel": channel, **off} for channel in (*ALWAYS, *known)}
            wanted |= {entry["channel"]: entry for entry in values["channels"]}
            values["channels"] = [entry | {"id": known.get(channel)} for channel, entry in wanted.items()]
        super()._save(item, values)


MESSAGES = Resource(
    name="messages",
    one="message",
    many="messages",
    label="Marketing messages",
    example={"name": "Welcome", "description": "By whatever channel they like."},
    model=Message,
    rights=Rights("channel:messages"),
    fields=[
        ReadOnly("id"),
        Text("name", required="A name is required."),
        Text("description", html=True),
        DateTime("publishUp", brief=False),
        DateTime("publishDown", brief=False),
        Field(
            name="channels",
            parse=parse_channels,
            render=show_channels,
            default=list,
            reset=list,
            brief=False,
            relation=True,
            kind="children",
        ),
        Category("messages", brief=False),
    ],
    store=MessageStore,
    search=["name"],
    standard_commands=False,
)
