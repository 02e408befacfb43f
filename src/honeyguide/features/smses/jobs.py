"""What text messages need done: sent, counted, broadcasts started on time."""

from collections.abc import Sequence

from honeyguide.engine.channels.pumping import sending
from honeyguide.engine.events import Consumer, EventType, Read
from honeyguide.engine.jobs.pump import Pump
from honeyguide.engine.sql import execute
from honeyguide.features.smses import queries
from honeyguide.features.smses.channel import SMS, is_enabled
from honeyguide.features.smses.sending import queue_due_broadcasts


def count_sent(events: Sequence[Read]) -> None:
    """sentCount of text messages."""
    execute(queries.COUNT_SENT, {"ids": [event.object_id for event in events]})


SENDING = sending(SMS, "text messages", is_enabled=is_enabled)
BROADCASTS = Pump("text message broadcasts", queue_due_broadcasts, every=10.0)
COUNTERS = Consumer("sms_counters", count_sent, frozenset({EventType.SMS_SENT}))
