"""Appending to the log and reading it in order.

Rules: an event is appended in the transaction of the change it tells of. A consumer keeps a cursor on (xid, id) and reads
only rows whose transaction is older than every running one, so nothing that commits late is missed, and it moves its
cursor in the transaction of its own work, so that work happens once.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson
from django.db import transaction

from honeyguide.engine.events.types import EventType
from honeyguide.engine.observation.traces import span
from honeyguide.engine.sql import execute, one, rows, scalar

BATCHES = 10  # as many events a consumer goes over at once, to be shown one batch of what it wants
UNREAD = 100_000  # as many when it wants none
Position = tuple[int, int]  # (xid, id)

APPEND = """
    INSERT INTO events (type, contact_id, object_id, payload)
    SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bigint[], %s::jsonb[])
"""

# One pass: the first row of the log after the cursor and below the oldest transaction still running. The order is there for
# the planner: asked with EXISTS it expects some row everywhere, and reads the whole log whenever there is none.
PENDING = """
    SELECT (
        SELECT id FROM events
        WHERE (xid, id) > (
            coalesce((SELECT xid FROM event_cursors WHERE consumer = %(consumer)s), 0)::text::xid8,
            coalesce((SELECT event_id FROM event_cursors WHERE consumer = %(consumer)s), 0)
        )
        AND xid < pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY xid, id LIMIT 1
    ) IS NOT NULL
"""
# One pass: is there a committed row that consumers may not read yet, because an older transaction still runs?
HELD_BACK = """
    SELECT (
        SELECT id FROM events WHERE xid >= pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid, id LIMIT 1
    ) IS NOT NULL
"""
# One pass: where the next stretch of the log ends, below the oldest transaction still running, and how many events it has. By
# the index alone.
STRETCH = """
    SELECT xid::text::bigint, id, count(*) OVER () FROM (
        SELECT xid, id FROM events
        WHERE (xid, id) > (%(xid)s::text::xid8, %(event_id)s) AND xid < pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY xid, id LIMIT %(stretch)s
    ) ahead ORDER BY xid DESC, id DESC LIMIT 1
"""
# One pass: what the consumer wants of the stretch, as much as it takes at once.
READ = """
    SELECT id, xid::text::bigint, at, type, contact_id, object_id, payload FROM events
    WHERE (xid, id) > (%(xid)s::text::xid8, %(event_id)s) AND (xid, id) <= (%(last_xid)s::text::xid8, %(last_id)s)
      AND (type = ANY(%(types)s::smallint[]) OR %(types)s::smallint[] IS NULL)
    ORDER BY xid, id LIMIT %(batch)s
"""
CURSOR = "SELECT xid, event_id FROM event_cursors WHERE consumer = %s"


@dataclass(frozen=True, slots=True)
class New:
    """An event to be appended. `payload` must be JSON-able."""

    type: EventType
    contact_id: int | None = None
    object_id: int | None = None
    payload: dict | None = None


class Read(NamedTuple):
    """An event read from the log; `payload` is decoded."""

    id: int
    xid: int
    at: object
    type: int
    contact_id: int | None
    object_id: int | None
    payload: dict | None


@dataclass(frozen=True, slots=True)
class Consumer:
    """A reader of the log. `handle` gets events in order, at most `batch` at once, inside the transaction that moves the
    cursor. `types` limits what it is shown (None = all); when it depends on what people have set up it is a function, asked
    before each batch, so that a reader whom nothing concerns passes over the log without reading it."""

    name: str
    handle: Callable[[Sequence[Read]], None]
    types: Collection[int] | Callable[[], Collection[int]] | None = None
    batch: int = 10_000

    def wanted(self) -> list[int] | None:
        """The types it is to be shown now; None for all."""
        types = self.types() if callable(self.types) else self.types
        return None if types is None else sorted(map(int, types))


def append(*events: New) -> None:
    """Appends events in the current transaction."""
    append_many(events)


def append_many(events: Iterable[New]) -> None:
    events = list(events)
    if events:
        execute(
            APPEND,
            (
                [e.type.value for e in events],
                [e.contact_id for e in events],
                [e.object_id for e in events],
                [None if e.payload is None else orjson.dumps(e.payload).decode() for e in events],
            ),
        )


def has_pending(consumer: Consumer) -> bool:
    """Whether the consumer has something to read; asking writes nothing (locking its cursor would)."""
    return scalar(PENDING, {"consumer": consumer.name})


def is_held_back() -> bool:
    """Whether the log holds rows that nobody may read yet, because an older transaction still runs."""
    return scalar(HELD_BACK)


def consume(consumer: Consumer) -> int:
    """Hands the consumer its next batch; returns how many events it was shown, or 1 when there were none for it in a stretch
    that did not reach the end of the log (0 = up to date).

    The cursor row is locked, so two workers never run one consumer at once; the second one sees 0. An idle look writes nothing.
    """
    if not has_pending(consumer):
        return 0
    with transaction.atomic():
        cursor = _locked(consumer)
        if cursor is None:
            return 0
        types = consumer.wanted()
        stretch = UNREAD if types == [] else consumer.batch * BATCHES
        found = one(STRETCH, {"xid": cursor[0], "event_id": cursor[1], "stretch": stretch})
        if found is None:
            return 0
        end, is_full = found[:2], found[2] == stretch
        events = [] if types == [] else _read(cursor, end, types, consumer.batch)
        if len(events) == consumer.batch:
            end = events[-1].xid, events[-1].id
        if events:
            with span(f"read {consumer.name}", {"honeyguide.events": len(events)}, kind="CONSUMER"):
                consumer.handle(events)
        execute("UPDATE event_cursors SET xid = %s, event_id = %s WHERE consumer = %s", (*end, consumer.name))
        return len(events) or int(is_full)


def _locked(consumer: Consumer) -> Position | None:
    """The consumer's cursor, locked until the transaction ends; None when another worker is at it. The first time it is made."""
    statement = f"{CURSOR} FOR UPDATE SKIP LOCKED"
    if cursor := one(statement, (consumer.name,)):
        return cursor
    execute("INSERT INTO event_cursors VALUES (%s, 0, 0) ON CONFLICT DO NOTHING", (consumer.name,))
    return one(statement, (consumer.name,))


def _read(after: Position, end: Position, types: list[int] | None, batch: int) -> list[Read]:
    """What is wanted of the stretch between two positions, at most a batch."""
    given = {
        "xid": after[0],
        "event_id": after[1],
        "last_xid": end[0],
        "last_id": end[1],
        "types": types,
        "batch": batch,
    }
    return [Read(*row[:6], orjson.loads(row[6]) if isinstance(row[6], str) else row[6]) for row in rows(READ, given)]
