"""What notifications need done: sent and counted."""

import threading
from collections.abc import Sequence

from honeyguide.engine.channels.sending import Sender
from honeyguide.engine.events import Consumer, EventType, Read
from honeyguide.engine.jobs.pump import Pump
from honeyguide.engine.sql import execute
from honeyguide.features.notifications import queries
from honeyguide.features.notifications.channel import NOTIFICATION, is_enabled

_own = threading.local()


def send_due() -> int:
    """A slice of sending, with this thread's sender."""
    if not is_enabled():
        return 0
    if not hasattr(_own, "sender"):
        _own.sender = Sender(NOTIFICATION)
    return _own.sender.send_due()


def stop_sending() -> None:
    """Closes this thread's sender, if it has one."""
    if hasattr(_own, "sender"):
        _own.sender.close()
        del _own.sender


def keep_counters(events: Sequence[Read]) -> None:
    """sentCount and readCount of notifications: sent, and first clicked."""
    sent = [event.object_id for event in events if event.type == EventType.NOTIFICATION_SENT]
    clicked = [event for event in events if event.type == EventType.NOTIFICATION_CLICKED]
    if sent:
        execute(queries.COUNT_SENT, {"ids": sent})
    if clicked:
        names = {"ids": [event.object_id for event in clicked], "ats": [event.at for event in clicked]}
        execute(queries.COUNT_READ, names)


SENDING = Pump("notifications", send_due, every=0.5, close=stop_sending)
COUNTERS = Consumer(
    "notification_counters", keep_counters, frozenset({EventType.NOTIFICATION_SENT, EventType.NOTIFICATION_CLICKED})
)
