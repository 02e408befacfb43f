"""What can be done with e-mails; each group of verbs has a file of its own."""

from honeyguide.features.emails.editing import (
    DEFAULT_DYNAMIC_CONTENT,
    NO_SEGMENT,
    check,
    clone_email,
    create_email,
    delete_email,
    update_email,
)
from honeyguide.features.emails.rendering import reader, surroundings
from honeyguide.features.emails.returns import (
    note_delivery_trouble,
    record_bounce,
    record_bounced_address,
    record_reply,
    record_unsubscribe,
    record_unsubscribed_address,
)
from honeyguide.features.emails.sending import (
    family,
    pending_count,
    queue_due_broadcasts,
    send_example,
    send_to_contact,
    send_to_segments,
    settle_unknown,
    start_sending,
    testing_count,
    withdraw,
)
from honeyguide.features.emails.viewing import Preview, Statistics, delays, preview, shown_in_browser, statistics

__all__ = [
    "DEFAULT_DYNAMIC_CONTENT",
    "NO_SEGMENT",
    "Preview",
    "Statistics",
    "check",
    "clone_email",
    "create_email",
    "delays",
    "delete_email",
    "family",
    "note_delivery_trouble",
    "pending_count",
    "preview",
    "queue_due_broadcasts",
    "reader",
    "record_bounce",
    "record_bounced_address",
    "record_reply",
    "record_unsubscribe",
    "record_unsubscribed_address",
    "send_example",
    "send_to_contact",
    "send_to_segments",
    "settle_unknown",
    "shown_in_browser",
    "start_sending",
    "statistics",
    "surroundings",
    "testing_count",
    "update_email",
    "withdraw",
]
