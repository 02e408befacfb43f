"""What text messages need done: sent, counted, broadcasts started on time."""

import threading
from collections.abc import Sequence

from honeyguide.engine.channels.sending import Sender
from honeyguide.engine.events import Consumer, EventType, Read
from honeyguide.engine.jobs.pump import Pump
from honeyguide.engine.sql import execute
from honeyguide.features.smses import queries
from honeyguide.features.smses.channel import SMS, is_enabled
from honeyguide.features.smses.sending import queue_due_broadcasts

_own = threading.local()


def send_due() -> int:
    """A slice of sending, with this thread's sender."""
    if not is_enabled():
        return 0
    if not hasattr(_own, "sender"):
        _own.sender = Sender(SMS)
    return _own.sender.send_due()


def stop_sending() -> None:
    """Closes this thread's sender, if it has one."""
    if hasattr(_own, "sender"):
        _own.sender.close()
        del _own.sender


def count_sent(events: Sequence[Read]) -> None:
    """sentCount of text messages."""
    execute(queries.COUNT_SENT, {"ids": [event.object_id for event in events]})


SENDING = Pump("text messages", send_due, every=0.5, close=stop_sending)
BROADCASTS = Pump("text message broadcasts", queue_due_broadcasts, every=10.0)
COUNTERS = Consumer("sms_counters", count_sent, frozenset({EventType.SMS_SENT}))
