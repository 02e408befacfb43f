"""Notifications that campaigns send, and whether a contact can get any."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from honeyguide.engine.channels import dispatches
from honeyguide.engine.resource.models import is_live
from honeyguide.engine.sql import Clause, named, rows
from honeyguide.features.campaigns.parameters import Parameter
from honeyguide.features.campaigns.steps import Action, Batch, Condition, Problem, Step
from honeyguide.features.contacts import reaching
from honeyguide.features.notifications import queries
from honeyguide.features.notifications.channel import OFF, is_enabled
from honeyguide.features.notifications.models import Notification
from honeyguide.features.notifications.sending import names_of
from honeyguide.features.notifications.subscribing import CHANNEL

BLOCKED = {
    "address": "The contact has no browser that shows notifications.",
    "refused": "The contact must not be contacted by notifications.",
    "category": "The contact does not want messages of this category.",
}
GONE = "The notification is not there or not published."
LATER = "The contact gets it later, when its pause is over."


def send(batch: Batch) -> Mapping[int, Problem]:
    """Queues the notification, once per contact and rotation."""
    notification = _notification_of(batch.step)
    if notification is None or not is_enabled():
        return batch.all_with(GONE if notification is None else OFF)
    names = names_of(notification) | {"contacts": list(batch.contact_ids)}
    blocked = {contact: Problem(BLOCKED[reason]) for contact, reason in rows(queries.BLOCKED, names)}
    for rotation, contacts in batch.by_rotation().items():
        free = [contact for contact in contacts if contact not in blocked]
        audience = named(reaching.CHOSEN, names | {"contacts": free})
        dispatches.enqueue(CHANNEL, notification.pk, audience, occasion=f"campaign:{batch.step.id}:{rotation}")
    return blocked


def hindrance(step: Step) -> Clause:
    """Why `send` would not send, or not at once."""
    notification = _notification_of(step)
    if notification is None or not is_enabled():
        return Clause("%s::text", (GONE if notification is None else OFF,))
    texts = {"later": LATER, "texts": orjson.dumps(BLOCKED).decode()}
    return named(queries.HINDRANCE, names_of(notification) | texts)


def _notification_of(step: Step) -> Notification | None:
    notification = Notification.objects.filter(pk=step.id_of("notification"), mobile=False).first()
    return notification if notification and is_live(notification) else None


SEND = Action(
    "notification.send_notification",
    send,
    hinders=hindrance,
    label="Send a notification",
    parameters=[Parameter(name="notification", label="Notification", of="Notification", required=True)],
)
HAS_ACTIVE = Condition(
    "notification.has.active", lambda step: Clause(queries.HAS_BROWSER), label="Has a browser that shows notifications"
)
