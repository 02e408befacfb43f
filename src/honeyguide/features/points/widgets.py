"""What the dashboard knows of points."""

from __future__ import annotations

from honeyguide.engine.events import EventType
from honeyguide.engine.widgets import Asked, Data, Source, Widget, in_time, line

MINE = "(%(mine)s::bigint IS NULL OR contact_id IN (SELECT id FROM contacts WHERE coalesce(owner_id, created_by) = %(mine)s))"
CHANGED = Source(
    "events",
    "at",
    f"type = {EventType.POINTS_CHANGED:d} AND {MINE}",
    measure="coalesce(sum((payload ->> 'delta')::numeric), 0)::bigint",
    name="points",
)


def points_in_time(asked: Asked) -> Data:
    """Points won less points lost."""
    return line(asked, {"Changes": in_time(asked, CHANGED)})


POINTS = Widget(
    type="points.in.time",
    title="Points in time",
    group="Point Widgets",
    right="point:points:view",
    others="point:points:view",
    data=points_in_time,
)
