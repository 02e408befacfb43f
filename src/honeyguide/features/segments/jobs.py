"""Keeps segments fresh: reacts to events within a second, and does full builds when they are due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from honeyguide.engine.events import Consumer, EventType, Read
from honeyguide.engine.jobs.pump import Pump
from honeyguide.engine.segmenting.catalogue import Catalogue, find
from honeyguide.engine.segmenting.compiler import Context
from honeyguide.engine.segmenting.filters import Filter
from honeyguide.engine.segmenting.sources import ALWAYS
from honeyguide.features.segments import graph, queries
from honeyguide.features.segments.building import rebuild, refresh
from honeyguide.features.segments.queries import Buildable

FEW_CONTACTS = 1000  # refreshed one by one however few contacts there are
REFRESHED_SHARE = 0.05  # of all contacts; when more changed, a full build is cheaper
MEMBERSHIP = frozenset({EventType.SEGMENT_JOINED, EventType.SEGMENT_LEFT})


def wanted() -> frozenset[int]:
    """The events that can make a difference to some segment."""
    return frozenset().union(*(matters for _, matters in _maintained(Context())))


def react(events: Sequence[Read]) -> None:
    """Refreshes, for the contacts of the events, the segments that these events can make a difference to."""
    context = Context()
    changed = _contacts_by_type(events)
    most = max(FEW_CONTACTS, REFRESHED_SHARE * queries.contact_estimate())
    for segment, matters in _maintained(context):
        contact_ids = _affected(changed, matters, besides=segment.id)
        lost = EventType.COMPANY_DELETED in matters and any(e.type == EventType.COMPANY_DELETED for e in events)
        if lost or len(contact_ids) > most:
            queries.make_due([segment.id])
        elif contact_ids:
            refresh(segment, sorted(contact_ids), context)


def _maintained(context: Context) -> Iterator[tuple[Buildable, frozenset[int]]]:
    """The segments that events keep fresh, each after those it refers to, and the events that can change its answer."""
    every = {one.id: one for one in queries.all_segments(published=False)}
    edges = {id_: graph.references(one.filters) for id_, one in every.items()}
    published = {one.id for one in queries.all_segments(published=True)}
    for segment_id in graph.build_order(edges):
        segment = every[segment_id]
        if segment_id in published and segment.filters and segment.is_built and not segment.has_error:
            yield segment, _events_of(graph.reachable([segment_id], edges), every, context.sources)


def build_due() -> int:
    """Builds the first segment that is due and that nobody else is building."""
    for segment_id in queries.due(limit=20):
        if not rebuild(segment_id).skipped:
            return 1
    return 0


def _contacts_by_type(events: Sequence[Read]) -> dict[tuple[int, int | None], set[int]]:
    """Contact ids by event type and, for membership events, by segment."""
    found: dict[tuple[int, int | None], set[int]] = defaultdict(set)
    companies = set()
    for event in events:
        if event.contact_id is not None:
            found[event.type, event.object_id if event.type in MEMBERSHIP else None].add(event.contact_id)
        elif event.type == EventType.COMPANY_UPDATED and event.object_id is not None:
            companies.add(event.object_id)
    if companies:
        found[EventType.COMPANY_UPDATED, None] |= queries.contacts_of_companies(sorted(companies))
    return found


def _events_of(segment_ids: set[int], every: Mapping[int, Buildable], sources: Catalogue) -> frozenset[int]:
    """The events that can change the answer of these segments' filters."""
    result = ALWAYS
    for one in (Filter.read(raw) for id_ in segment_ids & every.keys() for raw in every[id_].filters):
        if source := find(sources, one.object, one.field):
            result |= source.events
    return result


def _affected(changed: Mapping[tuple[int, int | None], set[int]], matters: frozenset[int], *, besides: int) -> set[int]:
    return set().union(*(ids for (type_, segment), ids in changed.items() if type_ in matters and segment != besides))


FRESHNESS = Consumer("segments", react, wanted)
BUILDS = Pump("segment builds", build_due, every=1.0)
