"""E-mails that contacts get, and that tell of them, when they have the points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from honeyguide.engine.delivery import outbox
from honeyguide.engine.sql import named, rows
from honeyguide.features.emails import queries
from honeyguide.features.emails.models import Email
from honeyguide.features.emails.sending import broadcast_names
from honeyguide.features.emails.to_users import tell_users
from honeyguide.features.points.models import PointTriggerEvent
from honeyguide.features.points.properties import number, of
from honeyguide.features.points.triggering import Effect


def send(event: PointTriggerEvent, contact_ids: Sequence[int]) -> Iterable[int]:
    """Who has no address, or does not want e-mails of this category, may get it another time; nobody gets one that is not
    published."""
    email = Email.objects.filter(pk=number(of(event).get("email")), is_published=True).first()
    if email is None:
        return contact_ids
    names = {**broadcast_names(email), "contacts": list(contact_ids)}
    blocked = {contact_id for contact_id, _ in rows(queries.BLOCKED, {**names, "marketing": False})}
    free = [contact_id for contact_id in contact_ids if contact_id not in blocked]
    outbox.enqueue(named(queries.TRANSACTIONAL_AUDIENCE, {**names, "contacts": free}), occasion=f"trigger:{event.pk}")
    return blocked


def send_to_users(event: PointTriggerEvent, contact_ids: Sequence[int]) -> Iterable[int]:
    return tell_users(of(event), contact_ids)


SEND = Effect("email.send", send)
SEND_TO_USERS = Effect("email.send_to_user", send_to_users)
