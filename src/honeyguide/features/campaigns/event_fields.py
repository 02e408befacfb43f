"""The fields of a campaign event, and events inside one another (contract resource-campaigns)."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from honeyguide.engine.dates import parse_time
from honeyguide.engine.resource.fields import (
    INVALID,
    Choice,
    DateTime,
    Field,
    Integer,
    ReadOnly,
    Structure,
    Text,
    text_of,
)

NESTED = 2  # levels below an event of a campaign; an event by itself shows one


def Hour(name: str) -> Field:
    """A time of day. It goes out as a moment of the first day of 1970."""

    def parse(raw: Any) -> time | None:
        text = text_of(raw).strip()
        found = parse_time(text) if text else None
        if text and found is None:
            raise ValueError(INVALID)
        return time.fromisoformat(found) if found else None

    def render(hour: time | None) -> str | None:
        return f"1970-01-01T{hour:%H:%M:%S}+00:00" if hour else None

    return Field(name=name, parse=parse, render=render, kind="time")


EVENT: tuple[Field, ...] = (
    ReadOnly("id"),
    Text("name", required="A name is required."),
    Text("description", html=True),
    Text("type", required="A value is required.", max_length=50),
    Choice("eventType", ("action", "decision", "condition"), required="A value is required."),
    Text("channel"),
    Integer("channelId"),
    Integer("order", default=1),
    Structure("properties", default=list),
    DateTime("triggerDate"),
    Integer("triggerInterval"),
    Choice("triggerIntervalUnit", ("i", "h", "d", "m", "y")),
    Hour("triggerHour"),
    Hour("triggerRestrictedStartHour"),
    Hour("triggerRestrictedStopHour"),
    Structure("triggerRestrictedDaysOfWeek", default=list),
    Choice("triggerMode", ("immediate", "interval", "date")),
    Choice("decisionPath", ("yes", "no")),
)

# Which property of an event names the thing it is about: type -> (channel, path of the property).
CHANNELS: dict[str, tuple[str, tuple[str, ...]]] = {
    "asset.download": ("asset", ("assets",)),
    "dwc.decision": ("dynamicContent", ("dynamicContent",)),
    "dwc.push_content": ("dynamicContent", ("dynamicContent",)),
    "email.send": ("email", ("email",)),
    "email.send.to.user": ("email", ("useremail", "email")),
    "focus.show": ("focus", ("focus",)),
    "form.submit": ("form", ("forms",)),
    "message.send": ("channel.message", ("marketingMessage",)),
    "notification.send_notification": ("notification", ("notification",)),
    "notification.send_mobile_notification": ("mobile_notification", ("mobile_notification",)),
    "page.devicehit": ("page", ("pages",)),
    "page.pagehit": ("page", ("pages",)),
    "sms.send_text_sms": ("sms", ("sms",)),
    "twitter.tweet": ("social.tweet", ("channelId",)),
}


def channel_of(event_type: str, properties: Any) -> tuple[str, int] | None:
    """The channel of an event and the id of what it is about; 0 for none in particular. None for types without."""
    if event_type not in CHANNELS:
        return None
    channel, path = CHANNELS[event_type]
    value = properties
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, list):
        value = value[0] if value else 0
    text = str(value)
    return channel, int(text) if text.isdecimal() and len(text) < 19 else 0


class Family:
    """The events of a campaign, with who is whose parent and child."""

    def __init__(self, events: list[Any], *, fresh: bool = False):
        """`fresh`: just written, when the reference does not know children yet and takes hours for today's."""
        self.by_id = {event.pk: event for event in events}
        self.fresh = fresh
        self.children: dict[int, list[Any]] = {}
        for event in events:
            if event.parent_id and not fresh:
                self.children.setdefault(event.parent_id, []).append(event)

    def show(self, event: Any, levels: int = NESTED, above: tuple[int, ...] = ()) -> dict[str, Any]:
        """The event with its parent and children, each once, so many levels deep."""
        shown = {field.name: field.render(getattr(event, field.attribute)) for field in EVENT}
        if self.fresh:
            today = datetime.now(UTC).strftime("%Y-%m-%dT")
            shown |= {
                field.name: shown[field.name].replace("1970-01-01T", today)
                for field in EVENT
                if field.kind == "time" and shown[field.name]
            }
        if levels == 0:
            return shown
        above = (*above, event.pk)
        parent = self.by_id.get(event.parent_id)
        if parent is None:
            shown["parent"] = None
        elif parent.pk not in above:
            shown["parent"] = self.show(parent, levels - 1, above)
        shown["children"] = [
            self.show(child, levels - 1, above) for child in self.children.get(event.pk, ()) if child.pk not in above
        ]
        return shown
