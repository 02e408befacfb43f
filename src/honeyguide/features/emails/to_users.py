"""E-mails to people who work here, about contacts: by campaigns and point triggers. They count for no contact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from honeyguide.engine.delivery import outbox
from honeyguide.engine.delivery.addresses import is_address
from honeyguide.engine.delivery.recipients import Recipient
from honeyguide.engine.delivery.tokens import Place, fill, parse
from honeyguide.features.campaigns.parameters import Parameter
from honeyguide.features.emails.models import Email
from honeyguide.features.emails.rendering import readers, surroundings
from honeyguide.features.users.models import User

MOST_ADDRESSES = 50  # for one contact
AT_ONCE = 500  # messages in one statement
GONE = "The e-mail is not there or not published."
NOBODY = "There is nobody to send it to."
TO_USERS = (
    Parameter(name="useremail.email", label="E-mail", of="Email", required=True),
    Parameter(name="user_id", label="Users", of="User", several=True),
    Parameter(name="to_owner", label="To the contact's owner", kind="switch"),
    Parameter(name="to", label="To", help="Addresses with commas between."),
    Parameter(name="cc", label="Copy to", help="Addresses with commas between."),
    Parameter(name="bcc", label="Blind copy to", help="Addresses with commas between."),
)


def tell_users(properties: Mapping[str, Any], contact_ids: Sequence[int]) -> dict[int, str]:
    """Queues the e-mail about each contact, filled with its values: to the users, the contact's owner and the addresses that
    the properties name (`useremail.email`, `user_id`, `to_owner`, `to`, `cc`, `bcc`), a message to each.

    Returns why not, by contact for whom nobody was told.
    """
    email = _email(properties.get("useremail"))
    if email is None:
        return dict.fromkeys(contact_ids, GONE)
    always = [*_users(properties.get("user_id")), *_listed(properties)]
    to_owner = str(properties.get("to_owner") or "").lower() in ("1", "true", "yes", "on")
    people = readers(contact_ids)
    wanted = {
        contact_id: _addresses([*always, person.owner.email if to_owner and person.owner else ""])
        for contact_id, person in people.items()
    }
    _queue(email, ((people[contact_id], one) for contact_id, addresses in wanted.items() for one in addresses))
    return {contact_id: NOBODY for contact_id in contact_ids if not wanted.get(contact_id)}


def _queue(email: Email, copies: Iterable[tuple[Recipient, str]]) -> None:
    around = surroundings()
    subject = parse(email.subject or "", Place(around, html=False, more={}))
    html = parse(email.custom_html or "", Place(around, html=True, more={}))
    given = {"from_address": email.from_address, "from_name": email.from_name, "reply_to": email.reply_to_address}
    given = {name: value for name, value in given.items() if value} | {"transactional": True}
    ready = []
    for person, address in copies:
        ready.append((address, {**given, "subject": fill(subject, person), "html": fill(html, person)}))
        if len(ready) == AT_ONCE:
            outbox.enqueue_copies(ready)
            ready = []
    if ready:
        outbox.enqueue_copies(ready)


def _email(named: Any) -> Email | None:
    number = next(_numbers(named.get("email") if isinstance(named, Mapping) else named), 0)
    return Email.objects.filter(pk=number, is_published=True).first()


def _users(named: Any) -> list[str]:
    return list(User.objects.filter(pk__in=list(_numbers(named)), is_published=True).values_list("email", flat=True))


def _listed(properties: Mapping[str, Any]) -> list[str]:
    return [one for name in ("to", "cc", "bcc") for one in str(properties.get(name) or "").split(",")]


def _addresses(given: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(one.strip() for one in given if is_address(one.strip())))[:MOST_ADDRESSES]


def _numbers(named: Any) -> Iterator[int]:
    listed = named.values() if isinstance(named, Mapping) else named if isinstance(named, list) else [named]
    texts = (str(one or "") for one in listed)
    return (int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 19)
