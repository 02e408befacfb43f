"""Text messages as a channel. A provider is a function that sends one message; `PROVIDERS` names those there are."""

from __future__ import annotations

from collections.abc import Callable

from honeyguide.engine import config
from honeyguide.engine.channels.channel import Channel, Send, Unready
from honeyguide.engine.events import EventType
from honeyguide.features.smses import twilio
from honeyguide.features.smses.writing import CHANNEL, prepare

# By the value of `sms_transport`; each gives what sends one message, as configured now, or raises `Unready`.
PROVIDERS: dict[str, Callable[[], Send]] = {"mautic.sms.twilio.transport": lambda: twilio.configured().send}
OFF = "Text messages are switched off (sms_enabled)."


def is_enabled() -> bool:
    return bool(config.get("sms_enabled"))


def provider() -> Send:
    """What sends text messages now. Raises `Unready`."""
    if not is_enabled():
        raise Unready(OFF)
    return PROVIDERS[config.get("sms_transport")]()


SMS = Channel(
    name=CHANNEL,
    prepare=prepare,
    provider=provider,
    connections=lambda: config.get("sms_connections"),
    sent=EventType.SMS_SENT,
    failed=EventType.SMS_FAILED,
    clicked=EventType.SMS_CLICKED,
)
