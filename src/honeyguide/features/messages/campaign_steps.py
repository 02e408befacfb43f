"""Marketing messages that campaigns send: to each contact by the channel they like best, or the next one that works."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from honeyguide.engine import config
from honeyguide.engine.resource.models import is_live
from honeyguide.engine.sql import Clause, rows
from honeyguide.features.campaigns.parameters import Parameter
from honeyguide.features.campaigns.steps import Action, Batch, Problem, Step
from honeyguide.features.emails import campaign_steps as emails
from honeyguide.features.messages import queries
from honeyguide.features.messages.models import Message
from honeyguide.features.notifications import campaign_steps as notifications
from honeyguide.features.smses import campaign_steps as smses

GONE = "The marketing message is not there or not published."
NO_CHANNEL = "The marketing message has no channel that is switched on."
NOBODY = "No channel of the message reaches the contact."


@dataclass(frozen=True)
class Way:
    """How a channel sends: the action of campaigns that does it, and where it expects what it sends."""

    action: Action
    parameter: str
    properties: Mapping[str, str]

    def step(self, step: Step, item_id: int) -> Step:
        """The step as if it were the channel's own."""
        return replace(step, properties={**self.properties, self.parameter: item_id})

    def hinders(self, step: Step, item_id: int) -> Clause:
        """Why the channel would not send; null when it would."""
        return self.action.hinders(self.step(step, item_id)) if self.action.hinders else Clause("NULL::text")


# Tweets are kept and sent by nobody.
WAYS: dict[str, Way] = {
    "email": Way(emails.SEND, "email", {"email_type": "marketing"}),
    "sms": Way(smses.SEND, "sms", {}),
    "notification": Way(notifications.SEND, "notification", {}),
}


def offered_by(message: Message) -> dict[str, int]:
    """The channels that are switched on and have something to send, with its id, in the message's order."""
    found = message.channels.filter(is_enabled=True, channel_id__isnull=False).values_list("channel", "channel_id")
    return {channel: item_id for channel, item_id in found if channel in WAYS}


def send(batch: Batch) -> Mapping[int, Problem]:
    """Each contact's best channel first; those it does not work for try their next one."""
    message = _message_of(batch.step)
    offered = offered_by(message) if message else {}
    if not offered:
        return batch.all_with(NO_CHANNEL if message else GONE)
    left = order(offered, batch.contact_ids)
    rotations = dict(zip(batch.contact_ids, batch.rotations, strict=True))
    problems = batch.all_with(NOBODY)
    while left:
        for channel, contacts in _by_next(left).items():
            part = Batch(
                WAYS[channel].step(batch.step, offered[channel]), contacts, [rotations[contact] for contact in contacts]
            )
            failed = WAYS[channel].action.perform(part) or {}
            for contact in contacts:
                if contact in failed:
                    problems[contact] = failed[contact]
                else:
                    del problems[contact], left[contact]
        left = {contact: channels for contact, channels in left.items() if channels}
    return problems


def _by_next(left: Mapping[int, list[str]]) -> dict[str, list[int]]:
    """The contacts by the channel whose turn it is, which is taken from their lists."""
    found: dict[str, list[int]] = {}
    for contact, channels in left.items():
        found.setdefault(channels.pop(0), []).append(contact)
    return found


def order(offered: Iterable[str], contacts: Iterable[int]) -> dict[int, list[str]]:
    """The channels that each contact may get it by, the best first; contacts who refuse all of them are missing."""
    channels = list(offered)
    names = {
        "contacts": list(contacts),
        "channels": channels,
        "numbers": [_rule(channel)[0] for channel in channels],
        "times": [_rule(channel)[1] for channel in channels],
    }
    found: dict[int, list[str]] = {}
    for contact, channel in rows(queries.ORDER, names):
        found.setdefault(contact, []).append(channel)
    return found


def _rule(channel: str) -> tuple[int, str]:
    """The system's frequency rule of a channel."""
    if channel == "email":
        return config.get("email_frequency_number"), config.get("email_frequency_time")
    return (config.get("sms_frequency_number"), config.get("sms_frequency_time")) if channel == "sms" else (0, "DAY")


def hindrance(step: Step) -> Clause:
    """Every channel's own reason not to send at once, when all have one."""
    message = _message_of(step)
    offered = offered_by(message) if message else {}
    if not offered:
        return Clause("%s::text", (NO_CHANNEL if message else GONE,))
    reasons = [WAYS[channel].hinders(step, item_id) for channel, item_id in offered.items()]
    every = Clause.every(Clause(f"({reason.text}) IS NOT NULL", reason.params) for reason in reasons)
    return Clause(f"CASE WHEN {every.text} THEN %s::text END", (*every.params, NOBODY))


def _message_of(step: Step) -> Message | None:
    message = Message.objects.filter(pk=step.id_of("marketingMessage")).first()
    return message if message and is_live(message) else None


SEND = Action(
    "message.send",
    send,
    hinders=hindrance,
    label="Send a marketing message",
    parameters=[Parameter(name="marketingMessage", label="Marketing message", of="Message", required=True)],
)
