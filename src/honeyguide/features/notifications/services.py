"""What can be done with notifications; each group of verbs has a file of its own."""

from honeyguide.features.notifications.channel import is_enabled
from honeyguide.features.notifications.sending import Result, browsers, send_to_contact, withdraw
from honeyguide.features.notifications.subscribing import forget, subscribe, unsubscribe

__all__ = [
    "Result",
    "browsers",
    "forget",
    "is_enabled",
    "send_to_contact",
    "subscribe",
    "unsubscribe",
    "withdraw",
]
