"""Changes of one kind to any number of contacts, in one statement each: points, owner, stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from honeyguide.engine.audit import current
from honeyguide.engine.events import EventType
from honeyguide.engine.resource.errors import Invalid, Refused
from honeyguide.engine.sql import one, scalar
from honeyguide.features.contacts.drafts import read_draft
from honeyguide.features.contacts.preferences import as_ids
from honeyguide.features.contacts.rows import is_identified
from honeyguide.features.contacts.saving import dump, update_contact
from honeyguide.features.fields.definitions import definitions

NOT_ALONE = frozenset({"points", "last_active", "company", "attribution", "attribution_date"})
OPERATORS = {
    "plus": ("points::numeric + %(delta)s", "add (+)"),
    "minus": ("points::numeric - %(delta)s", "subtract (-)"),
    "times": ("points::numeric * %(delta)s", "multiply (x)"),
    "divide": ("trunc(points::numeric / nullif(%(delta)s, 0))", "divide (/)"),
}
# One pass: every contact's points, kept within what a column holds, and the events that tell of them; rows are locked in the
# order of ids.
ADJUST = """
    WITH chosen AS (
        SELECT id, points AS old FROM contacts WHERE id = ANY(%(contacts)s) ORDER BY id FOR NO KEY UPDATE
    ), changed AS (
        UPDATE contacts SET points = greatest(least({}, 2147483647), -2147483648)::int
        FROM chosen WHERE chosen.id = contacts.id
        RETURNING contacts.id, old, points
    ), told AS (
        INSERT INTO events (type, contact_id, payload)
        SELECT %(event)s::smallint, id, %(payload)s::jsonb || jsonb_build_object('points', jsonb_build_array(old, points))
        FROM changed
    )
    SELECT count(*) FROM changed
"""
# One pass: a new owner or stage where it differs, and the events that tell of it; rows are locked in the order of ids.
ASSIGN = """
    WITH chosen AS (
        SELECT id FROM contacts
        WHERE id = ANY(%(contacts)s) AND {column} IS DISTINCT FROM %(value)s::bigint
        ORDER BY id FOR NO KEY UPDATE
    ), changed AS (
        UPDATE contacts SET {column} = %(value)s, date_modified = now(), modified_by = coalesce(%(by)s::int, modified_by),
            modified_by_user = coalesce(%(name)s::text, modified_by_user)
        FROM chosen WHERE chosen.id = contacts.id
    ), told AS (
        INSERT INTO events (type, contact_id, object_id, payload)
        SELECT %(event)s::smallint, id, %(value)s::bigint, %(payload)s::jsonb FROM chosen
    )
    SELECT count(*) FROM chosen
"""
# One pass: the same values for contacts that have others, and the events that tell what each had before.
SET_VALUES = """
    WITH chosen AS (
        SELECT id, fields FROM contacts
        WHERE id = ANY(%(contacts)s) AND NOT fields @> %(values)s::jsonb
        ORDER BY id FOR NO KEY UPDATE
    ), changed AS (
        UPDATE contacts SET fields = contacts.fields || %(values)s::jsonb, date_modified = now(),
            date_identified = CASE WHEN %(identifies)s THEN coalesce(date_identified, now()) ELSE date_identified END,
            modified_by = coalesce(%(by)s::int, modified_by), modified_by_user = coalesce(%(name)s::text, modified_by_user)
        FROM chosen WHERE chosen.id = contacts.id
    ), told AS (
        INSERT INTO events (type, contact_id, payload)
        SELECT %(event)s::smallint, chosen.id, jsonb_build_object('by', %(who)s::jsonb, 'changes', (
            SELECT jsonb_object_agg(new.key, jsonb_build_array(chosen.fields -> new.key, new.value))
            FROM jsonb_each(%(values)s::jsonb) AS new (key, value)
            WHERE chosen.fields -> new.key IS DISTINCT FROM new.value
        )) FROM chosen
    )
    SELECT count(*) FROM chosen
"""


@transaction.atomic
def set_values(contact_ids: Iterable[int], values: Mapping[str, Any], *, by: Any = None) -> int:
    """Gives contacts the same field values, by alias, as people write them; returns how many contacts changed.

    Blanks change nothing. Values that concern more than the field itself (unique ones, points, company, attribution) are
    saved contact by contact. Raises `Invalid`.
    """
    fields = definitions("lead")
    draft = read_draft(values, fields)
    if draft.errors:
        raise Invalid(draft.errors)
    cleaned = {alias: value for alias, value in draft.values.items() if value is not None}
    contacts = as_ids(contact_ids)
    unique = {definition.alias for definition in fields.unique}
    if not draft.is_plain or cleaned.keys() & (unique | NOT_ALONE):
        return sum(bool(update_contact(contact_id, values, by=by).before) for contact_id in contacts)
    if not cleaned:
        return 0
    return scalar(
        SET_VALUES,
        {
            "contacts": contacts,
            "values": dump(cleaned),
            "identifies": is_identified(fields, cleaned),
            "by": by.pk if by else None,
            "name": by.name if by else None,
            "who": dump(current(by).as_list()),
            "event": EventType.CONTACT_UPDATED.value,
        },
    )


@transaction.atomic
def adjust_points(
    contact_ids: int | Iterable[int],
    operator: str,
    delta: int,
    *,
    event_name: str | None = None,
    action_name: str = "API",
    kind: str = "API",
    by: Any = None,
) -> int:
    """Adds to, takes from, multiplies or divides points (plus, minus, times, divide); a delta of 0 changes nothing.

    Returns how many contacts changed. Raises `Refused` for another operator.
    """
    if operator not in OPERATORS:
        raise Refused("Invalid operator")
    if delta == 0:
        return 0
    expression, label = OPERATORS[operator]
    told = {
        "event": event_name or label,
        "action": action_name,
        "delta": -delta if operator == "minus" else delta,
        "type": kind,
        "by": current(by).as_list(),
    }
    given = {"contacts": as_ids(contact_ids), "delta": delta, "payload": dump(told)}
    return scalar(ADJUST.format(expression), {**given, "event": EventType.POINTS_CHANGED.value})


@transaction.atomic
def set_owner(contact_ids: int | Iterable[int], owner_id: int | None, *, by: Any = None) -> int:
    """Gives contacts to a user, or to nobody; returns how many changed hands."""
    return _assign("owner_id", contact_ids, owner_id, by, EventType.OWNER_CHANGED, {})


@transaction.atomic
def set_stage(contact_ids: int | Iterable[int], stage_id: int | None, *, by: Any = None) -> int:
    """Puts contacts into a stage, or takes them out of theirs; returns how many moved."""
    name = one("SELECT name FROM stages WHERE id = %s", (stage_id,)) if stage_id else None
    told = {"name": f"{stage_id}:{name[0]}" if name else "", "action": "Stage changed"}
    return _assign("stage_id", contact_ids, stage_id, by, EventType.STAGE_CHANGED, told)


def _assign(
    column: str, contact_ids: int | Iterable[int], value: int | None, by: Any, event: EventType, told: dict[str, Any]
) -> int:
    given = {
        "contacts": as_ids(contact_ids),
        "value": value,
        "by": by.pk if by else None,
        "name": by.name if by else None,
        "event": event.value,
        "payload": dump(told | {"by": current(by).as_list()}),
    }
    return scalar(ASSIGN.format(column=column), given)
