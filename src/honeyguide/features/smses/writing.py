"""What a text message says to a contact: tokens filled, links tracked, the number as providers want it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from honeyguide.engine import config
from honeyguide.engine.channels.channel import Claimed, Outcome, Outgoing
from honeyguide.engine.channels.dispatches import EXAMPLE
from honeyguide.engine.delivery import links, tokens
from honeyguide.engine.delivery.models import OutboxState as State
from honeyguide.engine.delivery.recipients import Recipient
from honeyguide.engine.delivery.sealed import DISPATCH, seal
from honeyguide.engine.delivery.surroundings import Surroundings
from honeyguide.features.contacts.reaching import Reached, reached
from honeyguide.features.emails.services import surroundings
from honeyguide.features.pages.addresses import with_addresses
from honeyguide.features.smses.models import Sms
from honeyguide.features.smses.numbers import e164

CHANNEL = "sms"
NO_NUMBER = "The contact has no telephone number."
BAD_NUMBER = "{number} is no telephone number."
TOO_MANY = "Too many messages in this period."
_HASH = "{dispatch}"  # a replacement that only tracked links use


def number_of(values: Mapping[str, Any]) -> str:
    """The mobile number, else the other one."""
    return str(values.get("mobile") or values.get("phone") or "").strip()


def example(sms: Sms) -> str:
    """The text with [labels] for values and links as they are."""
    text = with_addresses(sms.message or "")
    return tokens.fill(
        tokens.parse(text, tokens.Place(surroundings(), html=False, more={}, labels=True)), Recipient("")
    )


def compiled(sms: Sms, around: Surroundings) -> list[tokens.Part]:
    """The text in parts and holes; its links are stored before anyone can follow them."""
    text = with_addresses(sms.message or "")
    if not config.get("sms_disable_trackable_urls"):
        spans = links.in_text(text)
        text = links.rewrite(text, spans, links.store(CHANNEL, sms.pk, [span.url for span in spans]))
    return tokens.parse(text, tokens.Place(around, html=False, more={"trackable": _trackable(around)}))


def _trackable(around: Surroundings) -> Any:
    return lambda token: lambda recipient: f"{around.site_url}/r/{token}?ct={recipient.tokens[_HASH]}"


def filled(parts: Sequence[tokens.Part], person: Reached, dispatch_id: int) -> str:
    """The text for one contact."""
    hash_of = {_HASH: seal(dispatch_id, DISPATCH)}
    return tokens.fill(parts, Recipient("", person.values, owner=person.owner, tokens=hash_of)).strip()


def prepare(claimed: Sequence[Claimed]) -> list[Outgoing | Outcome]:
    """A message for each row, unless its contact or text is gone, or must not or not yet be written to."""
    around = surroundings()
    found = Sms.objects.in_bulk({row.item_id for row in claimed})
    texts = {pk: compiled(sms, around) for pk, sms in found.items()}
    people = reached(CHANNEL, [row.id for row in claimed])
    return [_prepared(row, texts.get(row.item_id), people.get(row.id)) for row in claimed]


def _prepared(row: Claimed, text: list[tokens.Part] | None, person: Reached | None) -> Outgoing | Outcome:
    if row.occasion.startswith(EXAMPLE):
        return Outgoing(row.id, row.attempts, row.address or "", row.content or "")
    if text is None:
        return _ended(row, State.CANCELLED, "The text message was deleted.")
    if person is None:
        return _ended(row, State.CANCELLED, "The contact was deleted.")
    if person.reason:
        return _ended(row, State.CANCELLED, "The contact must not be contacted.")
    if person.not_before:
        delay = (person.not_before - timezone.now()).total_seconds()
        return Outcome(row.id, State.PENDING, TOO_MANY, delay=max(delay, 0), counted=False)
    given = number_of(person.values)
    number = e164(given)
    if number is None:
        return _ended(row, State.FAILED, BAD_NUMBER.format(number=given) if given else NO_NUMBER)
    content = filled(text, person, row.id)
    if not content:
        return _ended(row, State.FAILED, "The text message is empty.")
    return Outgoing(row.id, row.attempts, number, content)


def _ended(row: Claimed, state: State, reason: str) -> Outcome:
    return Outcome(row.id, state, reason, counted=False)
