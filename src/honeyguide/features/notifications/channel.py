"""Notifications as a channel."""

from __future__ import annotations

from collections.abc import Sequence

from honeyguide.engine import config
from honeyguide.engine.channels.channel import Channel, Outgoing, Send, Unready, Verdict
from honeyguide.engine.events import EventType
from honeyguide.features.notifications import webpush
from honeyguide.features.notifications.subscribing import CHANNEL, forget
from honeyguide.features.notifications.writing import prepare

OFF = "Notifications are switched off (notification_enabled)."


def is_enabled() -> bool:
    return bool(config.get("notification_enabled"))


def provider() -> Send:
    """What sends notifications now. Raises `Unready`."""
    if not is_enabled():
        raise Unready(OFF)
    return webpush.provider()


def told(answers: Sequence[tuple[Outgoing, Verdict]]) -> None:
    """Forgets browsers that are gone."""
    if gone := [browser for _, verdict in answers for browser in verdict.gone]:
        forget(gone)


NOTIFICATION = Channel(
    name=CHANNEL,
    prepare=prepare,
    provider=provider,
    connections=lambda: config.get("notification_connections"),
    sent=EventType.NOTIFICATION_SENT,
    failed=EventType.NOTIFICATION_FAILED,
    clicked=EventType.NOTIFICATION_CLICKED,
    repeatable=True,
    told=told,
)
