"""A contact's points in the groups (contract resource-points, "Contact group scores")."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from django.db import transaction

from honeyguide.engine.events import EventType, New, append
from honeyguide.engine.resource import NotFound, Refused
from honeyguide.engine.resource.rendering import without_nulls
from honeyguide.engine.sql import one, rows, scalar
from honeyguide.features.points.models import PointGroup

# What an operator makes of `score`. The result is kept within what a column holds.
OPERATORS = {
    "plus": "score::numeric + %(value)s",
    "minus": "score::numeric - %(value)s",
    "times": "score::numeric * %(value)s",
    "divide": "trunc(score::numeric / %(value)s)",
    "set": "%(value)s::numeric",
}
# One pass: the contact's score in the group, locked; made with 0 if there is none.
LOCK = """
    INSERT INTO point_group_scores AS s (contact_id, group_id, score) VALUES (%(contact)s, %(group)s, 0)
    ON CONFLICT (contact_id, group_id) DO UPDATE SET score = s.score
    RETURNING score
"""
CHANGE = """
    UPDATE point_group_scores SET score = greatest(least({}, 2147483647), -2147483648)::int
    WHERE contact_id = %(contact)s AND group_id = %(group)s
    RETURNING score
"""


@transaction.atomic
def change_score(
    contact_id: int,
    group_id: int,
    operator: str,
    value: int,
    *,
    event_name: str,
    action_name: str,
    kind: str = "API",
    by: Any = None,
) -> int:
    """Changes a contact's points in a group and logs by how many; returns the new number.

    Raises `Refused` for an unknown operator and for a division by 0.
    """
    if operator not in OPERATORS or (operator == "divide" and value == 0):
        raise Refused("The requested operation is not permitted.")
    params = {"contact": contact_id, "group": group_id, "value": value}
    before = scalar(LOCK, params)
    after = scalar(CHANGE.format(OPERATORS[operator]), params)
    payload = {"event": event_name, "action": action_name, "delta": after - before, "type": kind}
    append(New(EventType.POINTS_CHANGED, contact_id, group_id, payload))
    return after


# One pass: points for many contacts in one group, rows made where there are none, and the events that tell of it.
ADD_TO_MANY = """
    WITH wanted AS (
        SELECT id FROM contacts WHERE id = ANY(%(contacts)s::bigint[]) ORDER BY id FOR KEY SHARE
    ), scored AS (
        INSERT INTO point_group_scores AS s (contact_id, group_id, score) SELECT id, %(group)s, %(delta)s FROM wanted
        ON CONFLICT (contact_id, group_id) DO UPDATE
        SET score = greatest(least(s.score::bigint + %(delta)s, 2147483647), -2147483648)::int
        RETURNING contact_id
    ), told AS (
        INSERT INTO events (type, contact_id, object_id, payload)
        SELECT %(event)s::smallint, contact_id, %(group)s, %(payload)s::jsonb FROM scored
    )
    SELECT count(*) FROM scored
"""


def add_to_scores(
    contact_ids: Iterable[int], group_id: int, delta: int, *, event_name: str, action_name: str, kind: str
) -> int:
    """Adds to the points of many contacts in a group and logs it; returns how many contacts there were."""
    payload = {"event": event_name, "action": action_name, "delta": delta, "type": kind}
    given = {"contacts": sorted(contact_ids), "group": group_id, "delta": delta}
    return scalar(
        ADD_TO_MANY, {**given, "event": EventType.POINTS_CHANGED.value, "payload": orjson.dumps(payload).decode()}
    )


def list_scores(call: Any) -> Any:
    contact_id = _contact(call, "view")
    found = rows(
        "SELECT group_id, score FROM point_group_scores WHERE contact_id = %s ORDER BY group_id", (contact_id,)
    )
    groups = PointGroup.objects.in_bulk([group_id for group_id, _ in found])
    return {"total": len(found), "groupScores": [_shown(groups[group_id], score) for group_id, score in found]}


def get_score(call: Any) -> Any:
    contact_id, group = _contact(call, "view"), _group(call)
    found = one("SELECT score FROM point_group_scores WHERE contact_id = %s AND group_id = %s", (contact_id, group.pk))
    return {"groupScore": _shown(group, found[0])} if found else []


def post_score(call: Any) -> Any:
    contact_id, group = _contact(call, "edit"), _group(call)
    try:
        value = int(float(call.path["value"]))
    except (ValueError, OverflowError):
        raise Refused("The value must be a number.") from None
    if abs(value) >= 2**31:
        raise Refused("The value must be between -2147483648 and 2147483647.")
    event_name, action_name = call.parameter("eventName"), call.parameter("actionName")
    score = change_score(
        contact_id,
        group.pk,
        call.path["operator"],
        value,
        event_name=event_name if isinstance(event_name, str) else "Manual change",
        action_name=action_name if isinstance(action_name, str) else "API",
        by=call.user,
    )
    return {"groupScore": _shown(group, score)}


def _contact(call: Any, action: str) -> int:
    """The contact of the path, for whom may view point groups, and may do `action` to the contact."""
    from honeyguide.features.contacts.actions import contact_of

    call.require("point:groups:view")
    return contact_of(call, action, name="contact_id", message="Contact could not be found.").id


def _group(call: Any) -> PointGroup:
    group = PointGroup.objects.filter(pk=min(call.path["group_id"], 2**63 - 1)).first()
    if group is None:
        raise NotFound("The specified point group was not found.")
    return group


def _shown(group: PointGroup, score: int) -> dict[str, Any]:
    return without_nulls(
        {"score": score, "group": {"id": group.pk, "name": group.name, "description": group.description}}
    )
