"""Putting e-mails into the outbox: to segments, to one contact, as examples (engine emails.md 2, 7, 8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from honeyguide.engine.audit import record as note
from honeyguide.engine.delivery import outbox
from honeyguide.engine.delivery.addresses import is_address
from honeyguide.engine.resource.errors import Invalid, Refused
from honeyguide.engine.sql import execute, named, scalar
from honeyguide.features.emails import queries, variants
from honeyguide.features.emails.delivery import frequency_limits
from honeyguide.features.emails.editing import BAD_EMAIL
from honeyguide.features.emails.models import Email

CHUNK = 20_000  # recipients queued in one transaction: short enough that readers of the event log never wait long


def send_to_segments(email: Email, *, limit: int | None = None, by: Any = None) -> int:
    """Queues a segment e-mail for everyone who is to get it and has not, `limit` at most; returns for how many.

    Nobody is queued twice, whoever calls this and how often. A template e-mail has no segments, so nobody is.
    """
    if email.email_type != "list" or (limit is not None and limit < 1):
        return 0
    names = broadcast_names(email)
    queued = 0
    while limit is None or queued < limit:
        wanted = CHUNK if limit is None else min(CHUNK, limit - queued)
        added = _queue({**names, "limit": wanted})
        queued += added
        if added < wanted:
            break
    return queued


@transaction.atomic
def _queue(names: Mapping[str, Any]) -> int:
    # One at a time: two that share out variants at once would give a contact one each. Who lost a test meanwhile sends nothing.
    root = Email.objects.select_for_update(no_key=True).filter(pk=names["email"]).first()
    if root is None or root.variant_parent_id:
        return 0
    tested = variants.names(root)
    if not tested:
        return outbox.enqueue(named(queries.AUDIENCE, names))
    variants.begin(root)
    return outbox.enqueue(named(queries.TESTED_AUDIENCE, {**names, **tested, "sample": variants.sample(root)}))


def start_sending(email: Email) -> None:
    """The worker queues the e-mail for everyone who is to get it by now, once."""
    Email.objects.filter(pk=email.pk).update(send_started_at=timezone.now())


def broadcast_names(email: Email) -> dict[str, Any]:
    """The parameters of the statements about an e-mail's audience."""
    root = email.translation_parent or email.variant_parent or email
    translations = list(Email.objects.filter(translation_parent=root, is_published=True).values_list("language", "pk"))
    by_language = [(root.language, root.pk), *translations]
    return {
        **frequency_limits(),
        "email": root.pk,
        "family": family(root),
        "segments": list(root.lists.values_list("pk", flat=True)),
        "excluded": list(root.excluded_lists.values_list("pk", flat=True)),
        "category": root.category_id,
        "languages": [language for language, _ in by_language],
        "translations": [pk for _, pk in by_language],
    }


def family(email: Email) -> list[int]:
    """The e-mail, its translations and its variants: who got one of them got it."""
    root = email.translation_parent_id or email.variant_parent_id or email.pk
    children = Email.objects.filter(translation_parent_id=root) | Email.objects.filter(variant_parent_id=root)
    return [root, *children.values_list("pk", flat=True)]


def pending_count(email: Email) -> int:
    """How many contacts are to get the e-mail and have not got it yet."""
    return scalar(queries.PENDING_COUNT, broadcast_names(email)) if email.email_type == "list" else 0


def testing_count(email: Email) -> int:
    """How many contacts `send_to_segments` would queue now: all who are pending, or those of them who take part in a test."""
    root = email.translation_parent or email.variant_parent or email
    if not variants.shares(root) or variants.sample(root) == variants.ALL:
        return pending_count(email)
    return scalar(queries.SAMPLE_COUNT, {**broadcast_names(email), "sample": variants.sample(root)})


def send_to_contact(
    email: Email,
    contact_id: int,
    *,
    tokens: Mapping[str, Any] | None = None,
    occasion: str = "",
    subject: str | None = None,
    html: str | None = None,
    by: Any = None,
) -> int | None:
    """Queues one transactional message, ahead of broadcasts and regardless of do-not-contact; returns its outbox id.

    `tokens` are replacements, names with or without braces, values HTML. Without `occasion` every call is a message of its
    own; with it the second one is None. Raises `Refused` when the contact has no usable address.
    """
    address = scalar("SELECT fields ->> 'email' FROM contacts WHERE id = %s", (contact_id,))
    if not is_address(address):
        raise Refused("The contact has no valid e-mail address.")
    named = {
        str(k).strip().strip("{}").lower(): str(v) for k, v in (tokens or {}).items() if not isinstance(v, (dict, list))
    }
    options = {"transactional": True, "tokens": named or None, "subject": subject, "html": html}
    return outbox.enqueue_one(
        email_id=email.pk,
        contact_id=contact_id,
        occasion=occasion,
        options={name: value for name, value in options.items() if value is not None},
    )


def send_example(email: Email, addresses: Iterable[str], *, by: Any = None) -> int:
    """Queues a test copy to each address: `[TEST]` before the subject, [labels] for the contact's values, nothing tracked or
    counted. Raises `Invalid` for what is no address."""
    wanted = list(dict.fromkeys(a.strip() for a in addresses if a.strip()))
    if not wanted or not all(is_address(address) for address in wanted):
        raise Invalid({"addresses": BAD_EMAIL})
    options = {"example_of": email.pk, "subject": f"[TEST] {email.subject}", "transactional": True}
    for address in wanted:
        outbox.enqueue_one(email_id=None, contact_id=None, address=address, options=options)
    return len(wanted)


def withdraw(email: Email, *, by: Any = None) -> int:
    """Cancels what is queued of an e-mail, its translations and its variants, and queues no more of what was to go once;
    returns how many messages."""
    emails = family(email)
    Email.objects.filter(pk__in=emails).update(send_started_at=None)
    return execute(queries.WITHDRAW, {"family": emails, "reason": "Withdrawn before it was sent."})


@transaction.atomic
def settle_unknown(email: Email, *, resend: bool, by: Any = None) -> int:
    """Sends an e-mail's messages of unknown fate again, or takes them as sent; returns how many."""
    count = outbox.settle_unknown(email.pk, resend=resend)
    if count:
        note("email", "email", email.pk, "unknown", {"messages": count, "resend": resend}, by=by)
    return count


def queue_due_broadcasts() -> int:
    """Queues every published segment e-mail whose publish window is open and has a beginning, and those that a person had sent
    once; returns how many messages."""
    now = timezone.now()
    due = Email.objects.filter(
        Q(publish_up__lte=now) | Q(send_started_at__isnull=False),
        email_type="list", is_published=True, translation_parent=None, variant_parent=None,
    ).exclude(publish_down__lt=now)  # fmt: skip
    queued = 0
    for email in due.order_by("pk"):
        queued += send_to_segments(email)
        if email.send_started_at:
            Email.objects.filter(pk=email.pk, send_started_at=email.send_started_at).update(send_started_at=None)
    return queued
