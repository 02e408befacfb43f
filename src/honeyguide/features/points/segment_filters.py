"""What segments can filter contacts by, of the points they have in groups."""

from __future__ import annotations

from collections.abc import Iterable

from honeyguide.engine.events import EventType
from honeyguide.engine.fieldtypes import COMPARED
from honeyguide.engine.segmenting.sources import Counted, FilterSet, FilterSource
from honeyguide.features.points.models import PointGroup

SCORES = "SELECT contact_id, score AS number FROM point_group_scores WHERE group_id = {group:d}{{only}}"


def groups() -> Iterable[FilterSource]:
    """A source for each group: `group_points_<id>`, 0 for who has no points in it."""
    for number, name in PointGroup.objects.order_by("pk").values_list("pk", "name"):
        rows = Counted(SCORES.format(group=number))
        yield FilterSource(
            f"group_points_{number}", f"Points: {name}", "number", COMPARED, rows, frozenset({EventType.POINTS_CHANGED})
        )


SEGMENT_FILTERS = FilterSet(defined=groups)
