"""Putting text messages into the table of dispatches: to segments, to one contact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils import timezone

from honeyguide.engine.audit import record as note
from honeyguide.engine.channels import dispatches
from honeyguide.engine.channels.sending import send_now
from honeyguide.engine.delivery.models import OutboxState as State
from honeyguide.engine.resource import Invalid
from honeyguide.engine.resource.models import is_live
from honeyguide.engine.sql import named, one, scalar
from honeyguide.features.contacts.reaching import limits
from honeyguide.features.smses import queries
from honeyguide.features.smses.channel import SMS, is_enabled
from honeyguide.features.smses.models import Sms
from honeyguide.features.smses.numbers import e164
from honeyguide.features.smses.writing import CHANNEL, example

CHUNK = 20_000  # recipients queued in one transaction
UNPUBLISHED, NOT_CONTACTABLE, MISSING_NUMBER = "unpublished", "not_contactable", "missing_number"


@dataclass(frozen=True)
class Result:
    """What became of a message to one contact. `dispatch_id` is None when there is none; `reason` is why it was not sent."""

    sent: bool
    dispatch_id: int | None = None
    content: str = ""
    reason: str = ""
    scheduled: bool = False


def names_of(sms: Sms) -> dict[str, Any]:
    """The parameters of the statements about a text message's audience."""
    segments = list(sms.lists.values_list("pk", flat=True))
    return {**limits(CHANNEL), "item": sms.pk, "segments": segments, "category": sms.category_id}


def send_to_segments(sms: Sms, *, by: Any = None) -> int:
    """Queues a segment message for everyone who is to get it and has not; returns for how many. Nobody is queued twice, whoever
    calls this and how often."""
    if sms.sms_type != "list":
        return 0
    names, queued = names_of(sms) | {"limit": CHUNK}, 0
    while True:
        added = dispatches.enqueue(CHANNEL, sms.pk, named(queries.AUDIENCE, names))
        queued += added
        if added < CHUNK:
            return queued


def pending_count(sms: Sms) -> int:
    """How many contacts `send_to_segments` would queue now."""
    return scalar(queries.PENDING_COUNT, names_of(sms)) if sms.sms_type == "list" else 0


def queue_due_broadcasts() -> int:
    """Queues every segment message whose publish window is open and has a beginning; returns how many messages."""
    if not is_enabled():
        return 0
    due = Sms.objects.filter(sms_type="list", is_published=True, publish_up__lte=timezone.now())
    return sum(send_to_segments(sms) for sms in due.order_by("pk") if is_live(sms))


class Recipient(NamedTuple):
    """What is asked of a contact before it is written to."""

    owner_id: int | None
    number: str
    refuses: bool


def recipient(contact_id: int) -> Recipient | None:
    """The contact, or None when there is none."""
    found = one(queries.RECIPIENT, (min(contact_id, 2**63 - 1),))
    return Recipient(*found) if found else None


def hindrance(sms: Sms, number: str, *, refuses: bool) -> str:
    """Why a contact cannot get the message; blank when it can."""
    if not is_live(sms):
        return UNPUBLISHED
    if refuses:
        return NOT_CONTACTABLE
    return "" if number else MISSING_NUMBER


def send_to_contact(sms: Sms, contact_id: int, *, by: Any = None) -> Result:
    """Sends one message at once; what the provider cannot take now stays in the table and is tried again."""
    return _sent_now(dispatches.enqueue_one(CHANNEL, sms.pk, contact_id) or 0)


def send_example(sms: Sms, number: str, *, by: Any = None) -> Result:
    """Sends a test copy to a number: [labels] for the contact's values, nothing tracked or counted. Raises `Invalid`."""
    address, content = e164(number), example(sms).strip()
    if address is None:
        raise Invalid({"number": ["Please enter a telephone number."]})
    if not content:
        raise Invalid({"number": ["The text message is empty."]})
    return _sent_now(dispatches.enqueue_written(CHANNEL, address, content))


def _sent_now(dispatch_id: int) -> Result:
    send_now(SMS, dispatch_id)
    state, content, answer = one(queries.ENDED, (dispatch_id,)) or (State.CANCELLED, "", "")
    sent = state == State.SENT
    waits = state in (State.PENDING, State.CLAIMED, State.ATTEMPTING)
    return Result(sent, dispatch_id, content or "", "" if sent else answer or "", scheduled=waits)


def withdraw(sms: Sms, *, by: Any = None) -> int:
    """Cancels what is queued and not sent yet; returns how many messages."""
    return dispatches.withdraw(CHANNEL, sms.pk)


def settle_unknown(sms: Sms, *, resend: bool, by: Any = None) -> int:
    """Sends messages of unknown fate again, or takes them as sent; returns how many."""
    count = dispatches.settle_unknown(SMS, sms.pk, resend=resend)
    if count:
        note("sms", "sms", sms.pk, "unknown", {"messages": count, "resend": resend}, by=by)
    return count
