"""Text messages that campaigns send, and replies they wait for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase

import orjson

from honeyguide.engine.channels import dispatches
from honeyguide.engine.events import EventType, Read
from honeyguide.engine.resource.models import is_live
from honeyguide.engine.sql import Clause, named, rows
from honeyguide.features.campaigns.parameters import Parameter
from honeyguide.features.campaigns.steps import Action, Batch, Decision, Problem, Step
from honeyguide.features.contacts import reaching
from honeyguide.features.smses import queries
from honeyguide.features.smses.channel import OFF, is_enabled
from honeyguide.features.smses.models import Sms
from honeyguide.features.smses.sending import names_of
from honeyguide.features.smses.writing import CHANNEL

BLOCKED = {
    "address": "The contact has no telephone number.",
    "refused": "The contact must not be contacted by text messages.",
    "category": "The contact does not want messages of this category.",
}
GONE = "The text message is not there or not published."
LATER = "The contact gets it later: it has had as many messages as it may get for now."


def send(batch: Batch) -> Mapping[int, Problem]:
    """Queues the text message, once per contact and rotation."""
    sms = _sms_of(batch.step)
    if sms is None or not is_enabled():
        return batch.all_with(GONE if sms is None else OFF)
    names = names_of(sms) | {"contacts": list(batch.contact_ids)}
    blocked = {contact: Problem(BLOCKED[reason]) for contact, reason in rows(queries.BLOCKED, names)}
    for rotation, contacts in batch.by_rotation().items():
        free = [contact for contact in contacts if contact not in blocked]
        audience = named(reaching.CHOSEN, names | {"contacts": free})
        dispatches.enqueue(CHANNEL, sms.pk, audience, occasion=f"campaign:{batch.step.id}:{rotation}")
    return blocked


def hindrance(step: Step) -> Clause:
    """Why `send` would not send, or not at once."""
    sms = _sms_of(step)
    if sms is None or not is_enabled():
        return Clause("%s::text", (GONE if sms is None else OFF,))
    return named(queries.HINDRANCE, names_of(sms) | {"later": LATER, "texts": orjson.dumps(BLOCKED).decode()})


def _sms_of(step: Step) -> Sms | None:
    sms = Sms.objects.filter(pk=step.id_of("sms")).first()
    return sms if sms and is_live(sms) else None


def replied(step: Step, parent: Step | None, events: Sequence[Read]) -> dict[int, datetime]:
    """Any reply, or one like the pattern, in which * stands for anything; upper and lower case are the same."""
    pattern = step.text("pattern").lower()
    return {
        event.contact_id: event.at
        for event in events
        if event.contact_id
        and (not pattern or fnmatchcase(str((event.payload or {}).get("message", "")).lower(), pattern))
    }


SEND = Action(
    "sms.send_text_sms",
    send,
    hinders=hindrance,
    label="Send a text message",
    parameters=[Parameter(name="sms", label="Text message", of="Sms", required=True)],
)
REPLIED = Decision(
    "sms.reply",
    frozenset({EventType.SMS_REPLIED}),
    replied,
    label="Sends a text message",
    parameters=[Parameter(name="pattern", label="Text", help="Nothing means any; * stands for anything.")],
)
