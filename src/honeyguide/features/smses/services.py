"""What can be done with text messages; each group of verbs has a file of its own."""

from honeyguide.features.smses.channel import is_enabled
from honeyguide.features.smses.replies import note_status, receive
from honeyguide.features.smses.sending import (
    Result,
    pending_count,
    queue_due_broadcasts,
    send_example,
    send_to_contact,
    send_to_segments,
    settle_unknown,
    withdraw,
)

__all__ = [
    "Result",
    "is_enabled",
    "note_status",
    "pending_count",
    "queue_due_broadcasts",
    "receive",
    "send_example",
    "send_to_contact",
    "send_to_segments",
    "settle_unknown",
    "withdraw",
]
