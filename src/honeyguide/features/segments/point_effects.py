"""Segments that contacts are put into and taken out of when they have the points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from honeyguide.features.points.models import PointTriggerEvent
from honeyguide.features.points.properties import numbers, of
from honeyguide.features.points.triggering import Effect
from honeyguide.features.segments import services
from honeyguide.features.segments.models import Segment


def change_segments(event: PointTriggerEvent, contact_ids: Sequence[int]) -> Iterable[int]:
    """By hand, in the sense that builds leave it so."""
    add, remove = numbers(of(event).get("addToLists")), numbers(of(event).get("removeFromLists"))
    found = Segment.objects.in_bulk({*add, *remove})
    for segment_id in add:
        if segment_id in found:
            services.add_contacts(found[segment_id], contact_ids=contact_ids)
    for segment_id in remove:
        if segment_id in found:
            services.remove_contacts(found[segment_id], contact_ids=contact_ids)
    return ()


CHANGE = Effect("lead.changelists", change_segments)
