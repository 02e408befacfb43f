"""What notifications need done: sent and counted."""

from collections.abc import Sequence

from honeyguide.engine.channels.pumping import sending
from honeyguide.engine.events import Consumer, EventType, Read
from honeyguide.engine.sql import execute
from honeyguide.features.notifications import queries
from honeyguide.features.notifications.channel import NOTIFICATION, is_enabled


def keep_counters(events: Sequence[Read]) -> None:
    """sentCount and readCount of notifications: sent, and first clicked."""
    sent = [event.object_id for event in events if event.type == EventType.NOTIFICATION_SENT]
    clicked = [event for event in events if event.type == EventType.NOTIFICATION_CLICKED]
    if sent:
        execute(queries.COUNT_SENT, {"ids": sent})
    if clicked:
        names = {"ids": [event.object_id for event in clicked], "ats": [event.at for event in clicked]}
        execute(queries.COUNT_READ, names)


SENDING = sending(NOTIFICATION, "notifications", is_enabled=is_enabled)
COUNTERS = Consumer(
    "notification_counters", keep_counters, frozenset({EventType.NOTIFICATION_SENT, EventType.NOTIFICATION_CLICKED})
)
