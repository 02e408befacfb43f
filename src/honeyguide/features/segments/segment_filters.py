"""Membership of another segment, as a filter.

A referenced segment is not looked up but asked again, so that it does not matter which is built first: its filters and
not taken out by hand, or put in by hand. One without filters has only those who were put in.
"""

from dataclasses import replace

from honeyguide.engine.events import EventType
from honeyguide.engine.fieldtypes import MULTI
from honeyguide.engine.segmenting.compiler import Context, compile_filters
from honeyguide.engine.segmenting.errors import InvalidFilter
from honeyguide.engine.segmenting.filters import Filter
from honeyguide.engine.segmenting.sources import Asked, FilterSet, FilterSource
from honeyguide.engine.segmenting.validate import CIRCULAR
from honeyguide.engine.sql import Clause
from honeyguide.features.segments import graph, queries


def member_of(one: Filter, context: Context) -> Clause:
    """`in` any of the segments, `!in` none of them; `empty`: in no segment but the one that asks."""
    operator = one.operator or "in"
    if operator in ("empty", "!empty"):
        anywhere = queries.in_some_segment(besides=context.trail[0] if context.trail else 0)
        return anywhere if operator == "!empty" else ~anywhere
    if operator not in ("in", "!in", "=", "!="):
        raise InvalidFilter(key="operator")
    inside = Clause.some(_inside(segment_id, context) for segment_id in graph.segment_ids(one.value))
    return inside if operator in ("in", "=") else ~inside


def _inside(segment_id: int, context: Context) -> Clause:
    if segment_id in context.trail:
        raise InvalidFilter(CIRCULAR, "filters")
    filters = queries.filters_of(segment_id)
    if filters is None:
        raise InvalidFilter(f"The segment {segment_id} that a filter refers to does not exist.", "filters")
    if not filters:
        return queries.is_member(segment_id)
    matching = compile_filters(filters, context=replace(context, trail=(*context.trail, segment_id)))
    return (matching & queries.is_not_removed(segment_id)) | queries.is_manually_added(segment_id)


SEGMENT_FILTERS = FilterSet(
    fixed=(
        FilterSource(
            "leadlist", "Segment membership", "leadlist", MULTI, Asked(member_of),
            frozenset({EventType.SEGMENT_JOINED, EventType.SEGMENT_LEFT}),
        ),
    ),
)  # fmt: skip
