"""Writing and reading the audit log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from honeyguide.engine.audit.actor import Actor, current
from honeyguide.engine.events import Consumer, consume
from honeyguide.engine.sql import execute, rows
from honeyguide.loader import collect

INSERT = """
    INSERT INTO audit_log
        (user_id, user_name, bundle, object, object_id, action, details, date_added, ip_address)
    SELECT user_id, user_name, bundle, object, object_id, action, details, coalesce(at, now()), ip_address
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::timestamptz[],
                %s::text[])
        AS entry (user_id, user_name, bundle, object, object_id, action, details, at, ip_address)
"""
OF_ITEM = """
    SELECT user_name, action, details, date_added, ip_address FROM audit_log
    WHERE bundle = %s AND object = %s AND object_id = %s ORDER BY id DESC LIMIT %s
"""
# One pass: the oldest entries of those that are too old; the index on their date finds them.
FORGET = """
    DELETE FROM audit_log WHERE id IN (
        SELECT id FROM audit_log WHERE date_added < %s ORDER BY date_added LIMIT %s
    )
"""
SLICE = 20_000
MAX_BATCHES = 5  # of 10,000 events that reading catches up with; the worker does the rest


@dataclass(frozen=True, slots=True)
class Entry:
    """`bundle` and `object` name the kind of item as the contract does; `details` is `{field: [old, new]}` or JSON-able.

    `at` is null for now.
    """

    bundle: str
    object: str
    object_id: int | None
    action: str
    details: dict[str, Any] = field(default_factory=dict)
    actor: Actor | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry as a page shows it: `changes` are (field, old, new)."""

    user_name: str
    action: str
    at: datetime
    address: str
    changes: list[tuple[str, Any, Any]]


def record(
    bundle: str,
    object: str,
    object_id: int | None,
    action: str,
    details: dict[str, Any] | None = None,
    *,
    by: Any = None,
) -> None:
    """Notes in the current transaction that `by`, else who acts now, did `action` (create, update, delete, login ...)."""
    record_many([Entry(bundle, object, object_id, action, details or {}, current(by))])


def record_many(entries: Iterable[Entry]) -> None:
    """The same for many, in one statement."""
    entries = list(entries)
    if not entries:
        return
    actors = [entry.actor or current() for entry in entries]
    execute(
        INSERT,
        (
            [actor.id for actor in actors],
            [actor.name for actor in actors],
            [entry.bundle for entry in entries],
            [entry.object for entry in entries],
            [entry.object_id for entry in entries],
            [entry.action for entry in entries],
            [orjson.dumps(entry.details).decode() for entry in entries],
            [entry.at for entry in entries],
            [actor.address for actor in actors],
        ),
    )


def catch_up() -> None:
    """Writes the entries that follow from events (`features/*/audit.py`), so that a reader sees what just happened.

    Bounded: after a large import the worker, not the reader, does the rest.
    """
    for consumer in collect("audit", Consumer):
        for _ in range(MAX_BATCHES):
            if not consume(consumer):
                break


def of_item(bundle: str, object: str, object_id: int, *, limit: int = 10) -> Sequence[Happened]:
    """What was done to an item, latest first."""
    catch_up()
    return [
        Happened(name, action, at, address, _changes(orjson.loads(details)))
        for name, action, details, at, address in rows(OF_ITEM, (bundle, object, object_id, limit))
    ]


def _changes(details: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    return [(name, *value) for name, value in details.items() if isinstance(value, list) and len(value) == 2]


def forget_before(moment: datetime) -> int:
    """Deletes a slice of the entries that are older; returns how many."""
    return execute(FORGET, (moment, SLICE))
