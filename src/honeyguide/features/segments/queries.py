"""The set-based statements of segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import IntegrityError, transaction

from honeyguide.engine.events import EventType
from honeyguide.engine.sql import ALL, Clause, execute, one, rows, scalar

LOCK = 0x5E63  # first half of the advisory lock of a segment's build
MEMBERSHIP = "segment_contacts m WHERE m.contact_id = contacts.id"


@dataclass(frozen=True, slots=True)
class Buildable:
    """What a build needs to know of a segment."""

    id: int
    filters: list[dict[str, Any]]
    is_built: bool
    has_error: bool


# --- conditions over contacts


def _exists(condition: str, *params: object, negated: bool = False) -> Clause:
    return Clause(f"{'NOT ' if negated else ''}EXISTS (SELECT FROM {MEMBERSHIP} AND {condition})", params)


def is_member(segment_id: int) -> Clause:
    return _exists("m.segment_id = %s AND NOT m.manually_removed", segment_id)


def is_manually_added(segment_id: int) -> Clause:
    return _exists("m.segment_id = %s AND m.manually_added", segment_id)


def is_not_removed(segment_id: int) -> Clause:
    return _exists("m.segment_id = %s AND m.manually_removed", segment_id, negated=True)


def in_some_segment(*, besides: int) -> Clause:
    return _exists("m.segment_id <> %s AND NOT m.manually_removed", besides)


def visible_to(user_id: int | None, *, sees_others: bool) -> Clause:
    """Segments a person may see: with `sees_others` all, else own and global ones. Over `segments`."""
    return ALL if sees_others else Clause("(segments.is_global OR segments.created_by = %s)", (user_id,))


# --- reading


def _decoded(filters: Any) -> list[dict[str, Any]]:
    return orjson.loads(filters) if isinstance(filters, str) else filters


def filters_of(segment_id: int) -> list[dict[str, Any]] | None:
    row = one("SELECT filters FROM segments WHERE id = %s", (segment_id,))
    return _decoded(row[0]) if row else None


def buildable(segment_id: int) -> Buildable | None:
    row = one(
        "SELECT id, filters, last_built_at IS NOT NULL, build_error IS NOT NULL FROM segments WHERE id = %s",
        (segment_id,),
    )
    return Buildable(row[0], _decoded(row[1]), *row[2:]) if row else None


def all_segments(*, published: bool) -> list[Buildable]:
    found = rows(
        "SELECT id, filters, last_built_at IS NOT NULL, build_error IS NOT NULL FROM segments "
        "WHERE is_published OR NOT %s ORDER BY id",
        (published,),
    )
    return [Buildable(id_, _decoded(filters), *rest) for id_, filters, *rest in found]


def due(limit: int) -> list[int]:
    """Published segments whose full build is due, the longest waiting first."""
    return [
        row[0]
        for row in rows(
            "SELECT id FROM segments WHERE is_published AND rebuild_after <= clock_timestamp() "
            "ORDER BY rebuild_after, id LIMIT %s",
            (limit,),
        )
    ]


def members(segment_id: int, *, after_id: int = 0, limit: int = 1000) -> list[int]:
    """Ids of the members after `after_id`, in order."""
    found = rows(
        "SELECT contact_id FROM segment_contacts WHERE segment_id = %s AND contact_id > %s AND NOT manually_removed "
        "ORDER BY contact_id LIMIT %s",
        (segment_id, after_id, limit),
    )
    return [row[0] for row in found]


def contacts_of_companies(company_ids: Sequence[int]) -> set[int]:
    return {
        row[0]
        for row in rows("SELECT contact_id FROM company_contacts WHERE company_id = ANY(%s)", (list(company_ids),))
    }


def contact_estimate() -> int:
    """About how many contacts there are, as the planner knows."""
    return max(0, int(scalar("SELECT reltuples FROM pg_class WHERE oid = 'contacts'::regclass")))


# --- building

SET_LIMITS = """
    SELECT set_config('statement_timeout', %(timeout)s, true), set_config('work_mem', '64MB', true),
           set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true),
           set_config('enable_nestloop', %(nested_loops)s, true)
"""


def set_limits(*, seconds: int, nested_loops: bool) -> None:
    """For the statements of this transaction. Without statistics (a segment just built) the planner may take a full build
    for a small one and loop over all members for each contact; hashing has no such cliff."""
    execute(SET_LIMITS, {"timeout": f"{seconds}s", "nested_loops": "on" if nested_loops else "off"})


def try_lock(segment_id: int) -> bool:
    """Takes the build of the segment until the end of the transaction, unless another has it."""
    return scalar("SELECT pg_try_advisory_xact_lock(%s::int, %s::int)", (LOCK, segment_id % 2**31))


def cancel_build(segment_id: int) -> None:
    """Stops a build that runs elsewhere."""
    execute(
        "SELECT pg_cancel_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 "
        "AND classid = %s::bigint::oid AND objid = %s::bigint::oid AND pid <> pg_backend_pid() "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        (LOCK, segment_id % 2**31),
    )


# One pass: matching contacts beside all membership rows; how many are on one side only. Runs in parallel, writes nothing.
DIFFERENCE = """
    SELECT count(*) FILTER (WHERE m.contact_id IS NULL), count(*) FILTER (WHERE c.id IS NULL AND NOT m.manually_added)
    FROM (SELECT contacts.id FROM contacts WHERE {matches}) c
    FULL JOIN (SELECT contact_id, manually_added FROM segment_contacts WHERE segment_id = %s) m ON m.contact_id = c.id
"""

# One pass: matching contacts without a membership row get one, and the log tells of each.
JOIN = """
    WITH joined AS (
        INSERT INTO segment_contacts (segment_id, contact_id, date_added, manually_added, manually_removed)
        SELECT %s, contacts.id, now(), false, false
        FROM contacts
        WHERE {matches} AND NOT EXISTS (
            SELECT FROM segment_contacts m WHERE m.segment_id = %s AND m.contact_id = contacts.id
        )
        {on_conflict}
        RETURNING contact_id
    ), logged AS (
        INSERT INTO events (type, contact_id, object_id) SELECT {event}, contact_id, %s FROM joined
    )
    SELECT count(*) FROM joined
"""

# One pass: rows that filters made and that match no more go, and the log tells of those who were members.
LEAVE = """
    WITH gone AS (
        DELETE FROM segment_contacts m
        WHERE m.segment_id = %s AND NOT m.manually_added AND {among} AND NOT EXISTS (
            SELECT FROM contacts WHERE contacts.id = m.contact_id AND {matches}
        )
        RETURNING contact_id, manually_removed
    ), logged AS (
        INSERT INTO events (type, contact_id, object_id)
        SELECT {event}, contact_id, %s FROM gone WHERE NOT manually_removed
    )
    SELECT count(*) FILTER (WHERE NOT manually_removed) FROM gone
"""


def difference(segment_id: int, matches: Clause) -> tuple[int, int]:
    """How many contacts lack a row, and how many rows lack a reason."""
    return one(DIFFERENCE.format(matches=matches.text), (*matches.params, segment_id))


def join(segment_id: int, matches: Clause) -> int:
    """Watching out for conflicts takes a third of a large build's time, and there is one only when a contact is added by hand
    just then; so that is done in a second attempt."""
    given = (segment_id, *matches.params, segment_id, segment_id)
    attempt = {"matches": matches.text, "event": EventType.SEGMENT_JOINED.value}
    try:
        with transaction.atomic():
            return scalar(JOIN.format(**attempt, on_conflict=""), given)
    except IntegrityError:
        return scalar(JOIN.format(**attempt, on_conflict="ON CONFLICT DO NOTHING"), given)


def leave(segment_id: int, matches: Clause, among: Clause = ALL) -> int:
    """`among` restricts the membership rows `m`."""
    text = LEAVE.format(matches=matches.text, among=among.text, event=EventType.SEGMENT_LEFT.value)
    return scalar(text, (segment_id, *among.params, *matches.params, segment_id))


FINISH = """
    UPDATE segments SET
        last_built_at = %(started)s, last_built_seconds = %(seconds)s, build_error = NULL,
        contact_count = (SELECT count(*) FROM segment_contacts WHERE segment_id = %(id)s AND NOT manually_removed),
        rebuild_after = CASE WHEN rebuild_after > %(started)s THEN rebuild_after
                             ELSE %(started)s + make_interval(secs => %(next)s * (0.9 + 0.2 * random())) END
    WHERE id = %(id)s AND filters = %(filters)s::jsonb
"""


def finish(segment: Buildable, *, started: object, seconds: float, next_seconds: int) -> bool:
    """Notes a build; False when the filters were changed meanwhile."""
    given = {"id": segment.id, "started": started, "seconds": seconds, "next": next_seconds}
    return execute(FINISH, {**given, "filters": orjson.dumps(segment.filters).decode()}) == 1


def fail(segment_id: int, message: str, *, started: object, next_seconds: int) -> None:
    """Notes why a build failed; it is tried again later, or at once when the segment was edited after `started`."""
    execute(
        "UPDATE segments SET build_error = %s, rebuild_after = CASE WHEN rebuild_after > %s THEN rebuild_after "
        "ELSE now() + make_interval(secs => %s) END WHERE id = %s",
        (message, started, next_seconds, segment_id),
    )


def make_due(segment_ids: Sequence[int]) -> None:
    if segment_ids:
        execute("UPDATE segments SET rebuild_after = clock_timestamp() WHERE id = ANY(%s)", (list(segment_ids),))


def count_changed(segment_id: int, by: int) -> None:
    if by:
        execute("UPDATE segments SET contact_count = contact_count + %s WHERE id = %s", (by, segment_id))


# --- by hand

# One pass: existing contacts get a row or have their removal undone; the log tells of those who became members.
ADD = """
    WITH wanted AS (
        SELECT id FROM contacts WHERE id = ANY(%(contact_ids)s::bigint[]) ORDER BY id FOR KEY SHARE
    ), joined AS (
        INSERT INTO segment_contacts (segment_id, contact_id, date_added, manually_added, manually_removed)
        SELECT %(segment_id)s, id, now(), %(manually)s, false FROM wanted
        ON CONFLICT (segment_id, contact_id) DO UPDATE SET manually_added = %(manually)s, manually_removed = false
        WHERE segment_contacts.manually_removed
        RETURNING contact_id
    ), logged AS (
        INSERT INTO events (type, contact_id, object_id, payload)
        SELECT %(event)s::smallint, contact_id, %(segment_id)s, %(payload)s::jsonb FROM joined
    )
    SELECT id, id IN (SELECT contact_id FROM joined) FROM wanted
"""

# One pass: rows by hand go, rows by filters stay as "removed by hand" so that builds leave them out.
REMOVE = """
    WITH wanted AS (
        SELECT id FROM contacts WHERE id = ANY(%(contact_ids)s::bigint[])
    ), deleted AS (
        DELETE FROM segment_contacts m
        WHERE segment_id = %(segment_id)s AND contact_id IN (SELECT id FROM wanted) AND NOT manually_removed
          AND manually_added = %(manually)s
        RETURNING contact_id
    ), hidden AS (
        UPDATE segment_contacts m SET manually_removed = true
        WHERE segment_id = %(segment_id)s AND contact_id IN (SELECT id FROM wanted) AND NOT manually_removed
          AND NOT manually_added AND %(manually)s
        RETURNING contact_id
    ), gone AS (
        SELECT contact_id FROM deleted UNION ALL SELECT contact_id FROM hidden
    ), logged AS (
        INSERT INTO events (type, contact_id, object_id, payload)
        SELECT %(event)s::smallint, contact_id, %(segment_id)s, %(payload)s::jsonb FROM gone
    )
    SELECT id, id IN (SELECT contact_id FROM gone) FROM wanted
"""

# One pass: contacts that the filters find, but that stay out; a build leaves such rows alone.
KEEP_OUT = """
    INSERT INTO segment_contacts (segment_id, contact_id, date_added, manually_added, manually_removed)
    SELECT %(segment_id)s, id, now(), false, true
    FROM contacts WHERE id = ANY(%(contact_ids)s::bigint[]) ORDER BY id FOR KEY SHARE
    ON CONFLICT DO NOTHING
"""
MEMBERSHIPS = """
    SELECT contact_id, manually_added, manually_removed FROM segment_contacts
    WHERE segment_id = %s AND contact_id = ANY(%s)
"""


def add_by_hand(segment_id: int, contact_ids: Sequence[int], *, manually: bool) -> dict[int, bool]:
    """Which of the contacts exist, and whether each became a member."""
    return _by_hand(ADD, EventType.SEGMENT_JOINED, segment_id, contact_ids, manually)


def remove_by_hand(segment_id: int, contact_ids: Sequence[int], *, manually: bool) -> dict[int, bool]:
    """Which of the contacts exist, and whether each ceased to be a member."""
    return _by_hand(REMOVE, EventType.SEGMENT_LEFT, segment_id, contact_ids, manually)


def _by_hand(
    statement: str, event: EventType, segment_id: int, contact_ids: Sequence[int], manually: bool
) -> dict[int, bool]:
    given = {"segment_id": segment_id, "contact_ids": [i for i in contact_ids if 0 < i < 2**63], "event": event.value}
    payload = '{"manually": true}' if manually else None
    return dict(rows(statement, {**given, "manually": manually, "payload": payload}))


def keep_out(segment_id: int, contact_ids: Sequence[int]) -> None:
    execute(KEEP_OUT, {"segment_id": segment_id, "contact_ids": list(contact_ids)})


def memberships(segment_id: int, contact_ids: Sequence[int]) -> list[tuple[int, bool, bool]]:
    """(contact, added by hand, removed by hand) of those contacts of which the segment knows."""
    return rows(MEMBERSHIPS, (segment_id, list(contact_ids)))
