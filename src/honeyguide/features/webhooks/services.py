"""Who is told what: events into the queues of hooks, and what people do with hooks and queues."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone

from honeyguide.engine.audit import record
from honeyguide.engine.events import Read
from honeyguide.engine.resource.fields import iso
from honeyguide.engine.resource.store import stamp_modified
from honeyguide.engine.sql import execute, rows
from honeyguide.features.webhooks import queries
from honeyguide.features.webhooks.models import Webhook, WebhookLog, WebhookQueue

CONTACT_DELETED, COMPANY_DELETED = "mautic.lead_post_delete", "mautic.company_post_delete"
OLD_SECRET_LIFE = timedelta(hours=24)
Told = tuple[str, Mapping[str, Any], datetime]  # type, payload, when


def subscribers() -> dict[str, list[int]]:
    """The published hooks that want to be told, by type."""
    found: dict[str, list[int]] = defaultdict(list)
    for hook, triggers in rows(queries.SUBSCRIPTIONS):
        for name in orjson.loads(triggers) if isinstance(triggers, str) else triggers:
            found[name].append(hook)
    return found


def enqueue(told: Iterable[Told], wanted: Mapping[str, Sequence[int]]) -> int:
    """Puts what is told into the queues of the hooks that want it; returns how many rows."""
    entries = [
        (hook, name, orjson.dumps(payload).decode().replace("\\u0000", ""), at)
        for name, payload, at in told
        for hook in wanted.get(name, ())
    ]
    if entries:
        names = ("hooks", "types", "payloads", "ats")
        execute(queries.ENQUEUE, dict(zip(names, map(list, zip(*entries, strict=True)), strict=True)))
    return len(entries)


def tell(events: Sequence[Read]) -> None:
    """Puts what hooks want to know of these events into their queues."""
    wanted = subscribers()
    if not wanted:
        return
    from honeyguide.features.webhooks.payloads import World, occurrences, payload

    found = [o for o in occurrences(events) if o.type in wanted]
    world = World(found)
    told = ((o.type, payload(o, world), o.event.at) for o in found)
    enqueue(((name, said, at) for name, said, at in told if said is not None), wanted)


def tell_of_deleted_contacts(contact_ids: Sequence[int]) -> None:
    """To be called before contacts are deleted, in the same transaction: afterwards nobody knows what they were."""
    wanted = subscribers()
    if CONTACT_DELETED not in wanted:
        return
    from honeyguide.features.contacts import rows as contact_rows
    from honeyguide.features.webhooks.payloads import deleted_contact

    found = contact_rows.read(contact_ids).values()
    _tell_now(CONTACT_DELETED, [deleted_contact(row) for row in found if row.date_identified], wanted)


def tell_of_deleted_companies(company_ids: Sequence[int]) -> None:
    """The same for companies."""
    wanted = subscribers()
    if COMPANY_DELETED not in wanted:
        return
    from honeyguide.features.companies.services import read
    from honeyguide.features.webhooks.payloads import deleted_company

    _tell_now(COMPANY_DELETED, [deleted_company(company) for company in read(company_ids).values()], wanted)


def _tell_now(name: str, payloads: Iterable[Mapping[str, Any]], wanted: Mapping[str, Sequence[int]]) -> None:
    now = datetime.now(UTC)
    enqueue([(name, {**payload, "timestamp": iso(now)}, now) for payload in payloads], wanted)


# --- what people do ---------------------------------------------------------------------------------------------------


@transaction.atomic
def pause(hook: Webhook, *, by: Any) -> None:
    """Keeps events and sends none, or goes on."""
    hook.paused = not hook.paused
    hook.save(update_fields=["paused"])
    _note(hook, "pause" if hook.paused else "resume", by)


@transaction.atomic
def retry_failed(hook: Webhook, *, by: Any) -> int:
    """What failed for good is sent again, and a receiver that is waited for is tried at once; returns how many events."""
    count = execute(queries.RETRY_FAILED, {"hook": hook.pk})
    execute(queries.TRY_NOW, {"hooks": [hook.pk]})
    _note(hook, "retry", by)
    return count


@transaction.atomic
def forget_failed(hook: Webhook, *, by: Any) -> int:
    """Deletes what failed for good; returns how many events."""
    _note(hook, "forget", by)
    return execute(queries.FORGET_FAILED, {"hook": hook.pk})


@transaction.atomic
def rotate_secret(hook: Webhook, *, by: Any) -> None:
    """A new secret. The old one signs beside it for a day, where the signature can hold two."""
    hook.previous_secret, hook.previous_secret_until = hook.secret, timezone.now() + OLD_SECRET_LIFE
    hook.secret = secrets.token_hex(32)
    stamp_modified(hook, by)
    hook.save()
    _note(hook, "secret", by)


@transaction.atomic
def send_again(hook: Webhook, log: WebhookLog) -> int:
    """The events of a call that was made go to the end of the queue; returns how many. ValueError when it is not known whole."""
    now, entries = timezone.now(), []
    for name, payloads in orjson.loads(log.request).items():
        entries += [
            WebhookQueue(webhook=hook, type=name, payload=orjson.dumps(payload).decode(), date_added=now)
            for payload in payloads
            if isinstance(payload, dict)
        ]
    WebhookQueue.objects.bulk_create(entries)
    return len(entries)


def _note(hook: Webhook, action: str, by: Any) -> None:
    record("webhook", "webhook", hook.pk, action, {"name": hook.name}, by=by)
