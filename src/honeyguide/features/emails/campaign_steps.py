"""E-mails that campaigns send, and what recipients do with exactly these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import orjson

from honeyguide.engine.delivery import outbox
from honeyguide.engine.events import EventType, Read
from honeyguide.engine.sql import Clause, named, rows
from honeyguide.features.campaigns.parameters import Parameter
from honeyguide.features.campaigns.steps import Action, Batch, Condition, Decision, Lookup, Problem, Step
from honeyguide.features.emails import domains, queries, variants
from honeyguide.features.emails.models import Email
from honeyguide.features.emails.sending import broadcast_names
from honeyguide.features.emails.to_users import TO_USERS, tell_users

BLOCKED = {
    "address": "The contact has no e-mail address.",
    "refused": "The contact must not be contacted by e-mail.",
    "category": "The contact does not want e-mails of this category.",
    "had": "The contact has had this e-mail.",
}
AFTER_MAIL = frozenset({"email.send", "message.send"})
KINDS = (
    ("transactional", "for everybody with an address, ahead of others"),
    ("marketing", "once, and only for those who want it"),
)
GONE = "The e-mail is not there or not published."
LATER = "The contact gets it later: it has had as many messages as it may get for now."


def send(batch: Batch) -> Mapping[int, Problem]:
    """Puts the e-mail into the outbox, once per contact and rotation. `marketing` minds who must not be written to, how
    often, and who had it before; `transactional` goes to everybody with an address, ahead of the others. Where variants of it are
    tested, each goes to its share."""
    email = _email(batch.step)
    if email is None:
        return batch.all_with(GONE)
    names = {**broadcast_names(email), "contacts": list(batch.contact_ids), "email": email.pk}
    marketing = _is_marketing(batch.step)
    audience = queries.CAMPAIGN_AUDIENCE if marketing else queries.TRANSACTIONAL_AUDIENCE
    if tested := variants.names(email):
        variants.begin(email)
        audience, names = queries.SHARED_OUT.format(audience=audience), names | tested
    blocked = {
        contact_id: Problem(BLOCKED[reason])
        for contact_id, reason in rows(queries.BLOCKED, {**names, "marketing": marketing})
    }
    for rotation, contacts in batch.by_rotation().items():
        free = [contact_id for contact_id in contacts if contact_id not in blocked]
        outbox.enqueue(
            named(audience, {**names, "contacts": free}),
            occasion=f"{_occasion(batch.step)}{rotation}",
            priority=outbox.MARKETING if marketing else outbox.TRANSACTIONAL,
            options=None if marketing else {"transactional": True},
        )
    return blocked


def send_to_users(batch: Batch) -> Mapping[int, Problem]:
    return {number: Problem(reason) for number, reason in tell_users(batch.step.properties, batch.contact_ids).items()}


def hindrance(step: Step) -> Clause:
    """Why `send` would not send, or not at once."""
    email = _email(step)
    if email is None:
        return Clause("%s::text", (GONE,))
    names = {**broadcast_names(email), "email": email.pk, "marketing": _is_marketing(step), "later": LATER}
    return named(queries.HINDRANCE, {**names, "texts": orjson.dumps(BLOCKED).decode()})


def _email(step: Step) -> Email | None:
    """The published e-mail of a step; that of one that lost a test is the winner."""
    email = Email.objects.filter(pk=step.id_of("email")).first()
    email = variants.in_place_of(email) if email else None
    return email if email and email.is_published else None


def _is_marketing(step: Step) -> bool:
    return step.text("email_type") == "marketing"


def _occasion(step: Step) -> str:
    return f"campaign:{step.id}:"


def _read(parent: Step | None, events: Sequence[Read]) -> list[tuple[int, Read]]:
    """The events of messages that the step before sent, with their contacts; machines do not count."""
    human = {event.object_id: event for event in events if event.object_id and not (event.payload or {}).get("bot")}
    if parent is None or not human:
        return []
    found = rows(queries.OF_OCCASION, {"ids": list(human), "occasion": f"{_occasion(parent)}%"})
    contacts = dict(found)
    return [(contacts[e.object_id], e) for e in events if e.object_id in contacts and not (e.payload or {}).get("bot")]


def happened(step: Step, parent: Step | None, events: Sequence[Read]) -> dict[int, datetime]:
    """The last time for each contact."""
    return {contact_id: event.at for contact_id, event in _read(parent, events)}


def clicked(step: Step, parent: Step | None, events: Sequence[Read]) -> dict[int, datetime]:
    """As `happened`; with `urls`, only links whose address contains one of them count."""
    wanted = [_bare(url) for url in step.texts("urls")]
    found = _read(parent, events)
    if not wanted:
        return {contact_id: event.at for contact_id, event in found}
    links = {(event.payload or {}).get("link") for _, event in found} - {None}
    urls = {number: _bare(url) for number, url in rows("SELECT id, url FROM links WHERE id = ANY(%s)", (list(links),))}
    return {
        contact_id: event.at
        for contact_id, event in found
        if any(url in urls.get((event.payload or {}).get("link"), "") for url in wanted)
    }


def _bare(url: Any) -> str:
    """Without scheme, upper case and the slash at the end."""
    text = str(url).strip().lower().rstrip("/")
    parts = urlsplit(text) if text.startswith(("http://", "https://")) else None
    return text[len(parts.scheme) + 3 :] if parts else text


SEND = Action(
    "email.send",
    send,
    hinders=hindrance,
    label="Send an e-mail",
    parameters=[
        Parameter(name="email", label="E-mail", of="Email", required=True),
        Parameter(name="email_type", label="Kind", choices=KINDS, required=True, default="transactional"),
    ],
)
SEND_TO_USERS = Action("email.send.to.user", send_to_users, label="Send an e-mail to users", parameters=TO_USERS)
OPENED = Decision(
    "email.open", frozenset({EventType.EMAIL_OPENED}), happened, label="Opens the e-mail", after=AFTER_MAIL
)
CLICKED = Decision(
    "email.click",
    frozenset({EventType.EMAIL_CLICKED}),
    clicked,
    label="Clicks in the e-mail",
    after=AFTER_MAIL,
    parameters=[Parameter(name="urls", label="Addresses", kind="list", help="One per line; none means any link.")],
)
REPLIED = Decision(
    "email.reply", frozenset({EventType.EMAIL_REPLIED}), happened, label="Replies to the e-mail", after=AFTER_MAIL
)
HAS_VALID_ADDRESS = Condition(
    "email.validate.address",
    lambda step: Clause(domains.TAKES_MAIL),
    seen=lambda step: Clause("contacts.fields ->> 'email'"),
    lookup=Lookup(domains.look_up, known=domains.IS_KNOWN, unknown="Nobody answered whether the domain takes mail."),
    label="Has a valid e-mail address",
)
