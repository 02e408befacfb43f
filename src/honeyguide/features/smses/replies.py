"""What providers tell us: replies of contacts, and whether messages arrived."""

from __future__ import annotations

from django.db import transaction

from honeyguide.engine.channels.dispatches import LONGEST_ANSWER
from honeyguide.engine.events import EventType, New, append_many
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.contacts.services import set_do_not_contact
from honeyguide.features.smses import queries
from honeyguide.features.smses.numbers import spellings
from honeyguide.features.smses.writing import CHANNEL

UNSUBSCRIBED = 1
STOP = "stop"
ARRIVED, LOST = {"delivered", "read"}, {"undelivered", "failed"}


@transaction.atomic
def receive(sender: str, message: str, *, external_id: str | None = None) -> list[int]:
    """Notes a reply for all contacts who have the sender's number, and returns them. "stop" ends text messages to them. The same
    reply, told again, changes nothing."""
    reply = scalar(queries.STORE_REPLY, {"external": external_id, "sender": sender, "message": message})
    if reply is None:
        return []
    contacts = [row[0] for row in rows(queries.CONTACTS_OF_NUMBER, {"spellings": spellings(sender)})]
    append_many(New(EventType.SMS_REPLIED, contact, reply, {"message": message}) for contact in contacts)
    if message.strip().lower() == STOP:
        set_do_not_contact(contacts, CHANNEL, UNSUBSCRIBED, comments="Replied “stop”.")
    return contacts


@transaction.atomic
def note_status(external_id: str, status: str, reason: str) -> None:
    """Notes that a message arrived, or that it did not and why."""
    if status in ARRIVED:
        execute(queries.DELIVERED, {"external": external_id})
    elif status in LOST:
        execute(queries.NOT_DELIVERED, {"external": external_id, "reason": reason[:LONGEST_ANSWER]})
