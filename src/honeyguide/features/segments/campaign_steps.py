"""Segments that campaigns put contacts into, take them out of, and ask about."""

from __future__ import annotations

from collections.abc import Mapping

from honeyguide.engine.sql import Clause
from honeyguide.features.campaigns.parameters import Parameter
from honeyguide.features.campaigns.steps import Action, Batch, Condition, Problem, Step
from honeyguide.features.segments import services
from honeyguide.features.segments.models import Segment


def change_segments(batch: Batch) -> Mapping[int, Problem] | None:
    """By hand, in the sense that builds leave it so."""
    add, remove = batch.step.ids("addToLists"), batch.step.ids("removeFromLists")
    found = Segment.objects.in_bulk({*add, *remove})
    for segment_id in add:
        if segment_id in found:
            services.add_contacts(found[segment_id], contact_ids=batch.contact_ids)
    for segment_id in remove:
        if segment_id in found:
            services.remove_contacts(found[segment_id], contact_ids=batch.contact_ids)
    missing = sorted({*add, *remove} - found.keys())
    return batch.all_with(f"There is no segment {', '.join(map(str, missing))}.") if missing else None


def in_segments(step: Step) -> Clause:
    return Clause(
        "EXISTS (SELECT FROM segment_contacts m WHERE m.contact_id = contacts.id AND m.segment_id = ANY(%s::bigint[]) "
        "AND NOT m.manually_removed)",
        (step.ids("segments"),),
    )


CHANGE = Action(
    "lead.changelist",
    change_segments,
    label="Change segments",
    parameters=[
        Parameter(name="addToLists", label="Add to", of="Segment", several=True),
        Parameter(name="removeFromLists", label="Remove from", of="Segment", several=True),
    ],
)
IN_SEGMENTS = Condition(
    "lead.segments",
    in_segments,
    label="Is in a segment",
    parameters=[Parameter(name="segments", label="Any of", of="Segment", several=True, required=True)],
)
