"""Pages of marketing messages: list, form with a block for each channel, what each channel has sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html

from honeyguide.engine.api import standard
from honeyguide.engine.resource import Invalid
from honeyguide.engine.sql import rows
from honeyguide.engine.ui.forms import sent
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.screen import Column, Menu, Screen, Section
from honeyguide.engine.ui.tags import when
from honeyguide.features.campaigns.parameters import items_of
from honeyguide.features.messages import queries
from honeyguide.features.messages.models import CHANNELS, Message
from honeyguide.features.messages.resource import MESSAGES

BASE = "/s/messages"


@dataclass(frozen=True)
class Kind:
    """A channel as pages show it; `path` is where its items are."""

    channel: str
    label: str
    icon: str
    path: str


KINDS = (
    Kind("email", "E-mail", "mail", "/s/emails"),
    Kind("sms", "Text message", "device-mobile", "/s/sms"),
    Kind("notification", "Notification", "bell", "/s/notifications"),
)
CHOOSE = "Please choose what this channel sends."
NONE_CHOSEN = "Please switch on at least one channel."


def show_name(message: Message) -> str:
    return format_html('<a href="{}/view/{}">{}</a>', BASE, message.pk, message.name)


def show_channels(message: Message) -> str:
    on = {channel.channel for channel in message.channels.all() if channel.is_enabled}
    return ", ".join(kind.label for kind in KINDS if kind.channel in on) or "none"


def detail(request: HttpRequest, message: Message) -> dict[str, Any]:
    stored = {channel.channel: channel for channel in message.channels.all()}
    others = [(name, one.channel_id) for name, one in stored.items() if name != "email" and one.channel_id]
    names = {
        "message": message.pk,
        "email": stored["email"].channel_id if "email" in stored else None,
        "channels": [channel for channel, _ in others],
        "items": [item for _, item in others],
    }
    counts = {channel: figures for channel, *figures in rows(queries.FIGURES, names)}
    shown = [(kind, stored.get(kind.channel), counts.get(kind.channel, [0, 0, 0])) for kind in KINDS]
    return {"kinds": shown, "campaigns": rows(queries.CAMPAIGNS, {"message": message.pk})}


def prepare_form(request: HttpRequest, message: Message | None) -> dict[str, Any]:
    if request.method == "POST":
        chosen = {
            kind.channel: (f"on-{kind.channel}" in request.POST, request.POST.get(kind.channel, "")) for kind in KINDS
        }
    else:
        stored = message.channels.all() if message else []
        chosen = {one.channel: (one.is_enabled, str(one.channel_id or "")) for one in stored}
    return {
        "kinds": [
            (kind, *chosen.get(kind.channel, (False, "")), [(str(pk), name) for pk, name in items_of(_model(kind))])
            for kind in KINDS
        ],
        "choose": CHOOSE,
    }


def _model(kind: Kind) -> str:
    return CHANNELS[kind.channel].__name__


def collect_form(request: HttpRequest, message: Message | None) -> dict[str, Any]:
    channels = {}
    for kind in KINDS:
        item = request.POST.get(kind.channel, "")
        is_on = f"on-{kind.channel}" in request.POST
        channels[kind.channel] = {"isEnabled": is_on, "channelId": item if item.isdecimal() else None}
    return sent(request, SCREEN) | {"channels": channels}


def save(request: HttpRequest, message: Message | None, params: dict[str, Any]) -> Message:
    """As the API does, and besides: what is switched on has something to send."""
    wrong = {
        kind.channel: [CHOOSE]
        for kind in KINDS
        if params["channels"][kind.channel]["isEnabled"] and not params["channels"][kind.channel]["channelId"]
    }
    if not any(channel["isEnabled"] for channel in params["channels"].values()):
        wrong["channels"] = [NONE_CHOSEN]
    if wrong:
        raise Invalid(wrong)
    call = call_of(request, MESSAGES, method="PATCH" if message else "POST", params=params)
    if message is None:
        return standard.create(MESSAGES, params, call)[0]
    return standard.update(MESSAGES, message, params, call)


MENU = Menu(label="Marketing messages", path=BASE, icon="message", order=39, right="channel:messages:viewown")
SCREEN = Screen(
    resource=MESSAGES,
    slug="messages",
    icon="message",
    one="marketing message",
    many="Marketing messages",
    title=lambda message: message.name,
    columns=[
        Column(label="Name", show=show_name, sort="name"),
        Column(label="Channels", show=show_channels),
        Column(label="Modified", show=lambda m: when(m.date_modified or m.date_added, "ago"), sort="dateModified"),
        Column(label="Created by", show=lambda m: m.created_by_user),
        Column(label="ID", show=lambda m: m.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Message", fields=["name", "description"]),
        Section(title="Channels", template="messages/channels.html"),
        Section(title="Publishing", fields=["isPublished", "publishUp", "publishDown"], aside=True),
        Section(title="Kind", fields=["category"], aside=True),
    ],
    labels={"isPublished": "Published", "publishUp": "From", "publishDown": "Until"},
    initial={"isPublished": True},
    tip="The same thing to say in several channels: campaigns send it to each contact by the one they like best.",
    detail=detail,
    detail_template="messages/detail.html",
    prepare_form=prepare_form,
    collect_form=collect_form,
    save=save,
)
