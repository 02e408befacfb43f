"""What e-mails need done: counters kept, bounces and unsubscriptions obeyed, broadcasts started and tests decided on time."""

from collections.abc import Sequence

from honeyguide.engine.events import Consumer, EventType, Read
from honeyguide.engine.jobs.pump import Pump
from honeyguide.engine.sql import execute, rows
from honeyguide.features.contacts.services import remove_do_not_contact, set_do_not_contact
from honeyguide.features.emails import queries, winners
from honeyguide.features.emails.services import queue_due_broadcasts

UNSUBSCRIBED, BOUNCED = 1, 2


def keep_counters(events: Sequence[Read]) -> None:
    """sentCount and readCount of the e-mails that messages were sent and first opened of."""
    sent = [e.object_id for e in events if e.type == EventType.EMAIL_SENT]
    opened = [e for e in events if e.type != EventType.EMAIL_SENT]
    if sent:
        execute(queries.COUNT_SENT, {"ids": sent})
    if opened:
        execute(queries.COUNT_READS, {"ids": [e.object_id for e in opened], "ats": [e.at for e in opened]})


def obey(events: Sequence[Read]) -> None:
    """Whose address bounced or who unsubscribed is not written to again, until they subscribe again."""
    messages = {
        row[0]: row[1:] for row in rows(queries.OWNERS_OF, {"ids": [e.object_id for e in events if e.object_id]})
    }
    for event in events:
        payload = event.payload or {}
        contact_id, email_id = messages.get(event.object_id, (event.contact_id, None))
        contacts = [contact_id] if contact_id else _of_address(payload.get("address"))
        if event.type == EventType.EMAIL_RESUBSCRIBED:
            remove_do_not_contact(contacts, "email")
        elif event.type == EventType.EMAIL_UNSUBSCRIBED:
            comments = payload.get("how", "User unsubscribed.")
            set_do_not_contact(contacts, "email", UNSUBSCRIBED, comments=comments, channel_id=email_id)
        else:
            comments = payload.get("answer", "")
            set_do_not_contact(contacts, "email", BOUNCED, comments=comments, channel_id=email_id)


def _of_address(address: str | None) -> list[int]:
    return [row[0] for row in rows(queries.CONTACTS_OF_ADDRESS, {"address": address})] if address else []


COUNTERS = Consumer(
    "email_counters",
    keep_counters,
    frozenset({EventType.EMAIL_SENT, EventType.EMAIL_OPENED, EventType.EMAIL_CLICKED}),
)
OBEDIENCE = Consumer(
    "email_do_not_contact",
    obey,
    frozenset({EventType.EMAIL_BOUNCED, EventType.EMAIL_UNSUBSCRIBED, EventType.EMAIL_RESUBSCRIBED}),
)
BROADCASTS = Pump("broadcasts", queue_due_broadcasts, every=10.0)
WINNERS = Pump("email_winners", winners.declare_due, every=30.0)
