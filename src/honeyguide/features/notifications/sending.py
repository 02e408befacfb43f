"""Putting notifications into the table of dispatches: to one contact; campaigns do it for many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from honeyguide.engine.channels import dispatches
from honeyguide.engine.channels.sending import send_now
from honeyguide.engine.delivery.models import OutboxState as State
from honeyguide.engine.sql import one
from honeyguide.features.contacts.reaching import limits
from honeyguide.features.notifications import queries
from honeyguide.features.notifications.channel import NOTIFICATION
from honeyguide.features.notifications.models import Notification
from honeyguide.features.notifications.subscribing import CHANNEL


@dataclass(frozen=True)
class Result:
    """What became of a notification to one contact; `reason` is why it was not sent."""

    sent: bool
    reason: str = ""


def names_of(notification: Notification) -> dict[str, Any]:
    """The parameters of the statements about whom it reaches."""
    return {**limits(CHANNEL), "item": notification.pk, "category": notification.category_id}


def send_to_contact(notification: Notification, contact_id: int, *, by: Any = None) -> Result:
    """Sends one notification at once; what cannot be sent now stays in the table and is tried again."""
    dispatch_id = dispatches.enqueue_one(CHANNEL, notification.pk, contact_id) or 0
    send_now(NOTIFICATION, dispatch_id)
    state, answer = one(queries.ENDED, (dispatch_id,)) or (State.CANCELLED, "")
    return Result(state == State.SENT, answer or "")


def withdraw(notification: Notification, *, by: Any = None) -> int:
    """Cancels what is queued and not sent yet; returns how many."""
    return dispatches.withdraw(CHANNEL, notification.pk)


def browsers() -> tuple[int, int]:
    """How many browsers show notifications, and of how many contacts."""
    return one(queries.COUNT_BROWSERS, ()) or (0, 0)
