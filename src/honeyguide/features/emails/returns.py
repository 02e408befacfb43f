"""What becomes known of a message after it was sent: it came back, its reader left, or wrote an answer."""

from __future__ import annotations

import orjson
from django.db import transaction
from django.db.models import F

from honeyguide.engine.delivery import sealed
from honeyguide.engine.events import EventType, New, append
from honeyguide.engine.sql import execute, one
from honeyguide.features.emails import queries
from honeyguide.features.emails.models import Email


def record_bounce(outbox_id: int, reason: str) -> bool:
    """The message came back for good: its contact is not written to again. False when it had already."""
    payload = orjson.dumps({"answer": reason}).decode()
    return execute(queries.MARK_BOUNCED, {"message": outbox_id, "answer": reason, "payload": payload}) > 0


def note_delivery_trouble(outbox_id: int, reason: str) -> None:
    """The message did not get through this time; the reason is kept with it for people."""
    execute(queries.NOTE_ANSWER, {"message": outbox_id, "answer": reason})


def record_unsubscribe(outbox_id: int, how: str) -> bool:
    """The recipient of this message wants no more. False when there is no such message."""
    payload = orjson.dumps({"how": how}).decode()
    return execute(queries.UNSUBSCRIBE, {"message": outbox_id, "payload": payload}) > 0


def record_bounced_address(address: str, reason: str) -> None:
    """An address does not work, though no message to it is known any more."""
    append(New(EventType.EMAIL_BOUNCED, payload={"address": address, "answer": reason}))


def record_unsubscribed_address(address: str, how: str) -> None:
    """Whoever has this address wants no more."""
    append(New(EventType.EMAIL_UNSUBSCRIBED, payload={"address": address, "how": how}))


@transaction.atomic
def record_reply(tracking_hash: str, message_id: str = "") -> bool:
    """Notes that somebody answered the message of this hash, which they have read then; False when there is none, or the answer
    `message_id` was noted before."""
    outbox_id = sealed.unseal(tracking_hash)
    found = one(queries.MARK_REPLIED, {"message": outbox_id}) if outbox_id else None
    if found is None:
        return False
    append(New(EventType.EMAIL_REPLIED, found[0], outbox_id, {"message_id": message_id} if message_id else None))
    if found[1]:
        Email.objects.filter(pk=found[2]).update(read_count=F("read_count") + 1)
    return True
