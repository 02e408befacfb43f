"""Turns claimed outbox rows into messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from honeyguide.engine import config
from honeyguide.engine.delivery.addresses import is_address
from honeyguide.engine.delivery.compile import Compiled
from honeyguide.engine.delivery.content import Claimed, Content, Outcome, Outgoing
from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.delivery.outbox import TRANSACTIONAL
from honeyguide.engine.delivery.recipients import Recipient
from honeyguide.engine.delivery.surroundings import Surroundings
from honeyguide.features.emails import rendering
from honeyguide.features.emails.models import Email
from honeyguide.features.emails.rendering import Person


def frequency_limits() -> dict[str, Any]:
    """The system's frequency rule, as the statements take it."""
    return {
        "frequency_number": config.get("email_frequency_number"),
        "frequency_time": config.get("email_frequency_time"),
    }


def prepare(claimed: Sequence[Claimed]) -> list[Outgoing | Outcome]:
    """A message for each row, unless its contact or e-mail is gone, or must not or not yet be written to."""
    around = rendering.surroundings()
    emails = rendering.emails_of(row.email_id for row in claimed if row.email_id)
    people = rendering.people([row.id for row in claimed if row.contact_id], frequency_limits())
    plain = {pk: _written(email, None, around) for pk, email in emails.items()}
    prepared: list[Outgoing | Outcome] = []
    for row in claimed:
        person = people.get(row.id)
        if problem := _problem(row, person, emails):
            prepared.append(problem)
            continue
        if row.options:
            example_of = row.options.get("example_of")
            email = emails.get(row.email_id) or Email.objects.filter(pk=example_of).first() or rendering.NO_EMAIL
            compiled = _written(email, row, around)
        else:
            compiled = plain[row.email_id]
        prepared.append(_message(row, person, compiled))
    return prepared


def _written(email: Email, row: Claimed | None, around: Surroundings) -> Compiled:
    """The compiled e-mail, with what a single send adds."""
    options = row.options if row else None
    source = rendering.source_of(email, options=options, labels=bool(options and "example_of" in options))
    return rendering.compiled(source, around, tracked=row is None or row.email_id is not None)


def _message(row: Claimed, person: Person | None, compiled: Compiled) -> Outgoing:
    tokens = (row.options or {}).get("tokens")
    tracked_id = row.id if row.contact_id else None
    recipient = person.recipient(tracked_id, tokens=tokens) if person else Recipient(row.address, tokens=tokens or {})
    copies = [a for a in compiled.source.bcc if is_address(a)] if person else []
    return Outgoing(
        id=row.id,
        attempts=row.attempts,
        sender=compiled.envelope_sender(recipient),
        recipients=(recipient.address, *copies),
        data=compiled.message(recipient),
    )


def _problem(row: Claimed, person: Person | None, emails: Mapping[int, Any]) -> Outcome | None:
    """Why a row becomes no message now."""
    if row.email_id and row.email_id not in emails:
        return _cancelled(row, "The e-mail was deleted.")
    if (row.contact_id and person is None) or (not row.contact_id and not row.address):
        return _cancelled(row, "The contact was deleted.")
    address = person.address if person else row.address
    if not is_address(address):
        return Outcome(row.id, OutboxState.FAILED, "The contact has no valid e-mail address.", bounced=bool(address))
    if any(not Path(file["path"]).is_file() for file in (row.options or {}).get("files") or ()):
        return Outcome(row.id, OutboxState.FAILED, "The file that was to go with it is gone.", address=row.address)
    if person is None or row.priority == TRANSACTIONAL:
        return None
    if person.reason:
        return _cancelled(row, "The contact must not be contacted.")
    if person.not_before:
        return Outcome(
            row.id, OutboxState.PENDING, "Too many messages in this period.", person.not_before, counted=False
        )
    return None


def _cancelled(row: Claimed, reason: str) -> Outcome:
    return Outcome(row.id, OutboxState.CANCELLED, reason, counted=False)


def values(outbox_id: int) -> Mapping[str, Any] | None:
    """The field values of a message's contact."""
    person = rendering.people([outbox_id], frequency_limits()).get(outbox_id)
    return person.values if person else None


EMAILS = Content(prepare=prepare, values=values)
