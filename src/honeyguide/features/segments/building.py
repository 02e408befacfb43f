"""Keeps membership true to the filters: full builds, and refreshing only the contacts that changed.

Guarantees: a build is one transaction; it writes only the difference, each change with its event; two workers never do one
segment at once; one that fails keeps its members, says why, and holds up no other. See docs/engine/segments.md.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import DatabaseError, OperationalError, transaction
from django.utils import timezone

from honeyguide.engine.segmenting.compiler import Context, compile_filters, depends_on_time
from honeyguide.engine.segmenting.errors import InvalidFilter
from honeyguide.engine.sql import Clause
from honeyguide.features.segments import graph, queries
from honeyguide.features.segments.queries import Buildable

BUILD_TIMEOUT_SECONDS = 600
REFRESH_TIMEOUT_SECONDS = 20
TIMED_SECONDS = 15 * 60  # between full builds of segments to which time itself makes a difference
UNTIMED_SECONDS = 24 * 3600  # and of all others, which events keep fresh
RETRY_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class Change:
    """How many contacts became and ceased to be members. `skipped`: another worker is at it, or it was edited
    meanwhile; `error`: why nothing could be done."""

    added: int = 0
    removed: int = 0
    skipped: bool = False
    error: str | None = None


class EditedMeanwhile(Exception):
    pass


def rebuild(segment_id: int) -> Change:
    """Makes membership match the filters, now. Segments without filters keep the members they have."""
    started = timezone.now()
    try:
        with transaction.atomic():
            return _rebuild(segment_id, started)
    except EditedMeanwhile:
        return Change(skipped=True)
    except (InvalidFilter, DatabaseError) as problem:
        queries.fail(segment_id, _explained(problem), started=started, next_seconds=RETRY_SECONDS)
        return Change(error=_explained(problem))


def rebuild_all(segment_ids: Iterable[int] | None = None) -> dict[int, Change]:
    """Builds all published segments, or these, each after the segments it asks for."""
    edges = {one.id: graph.references(one.filters) for one in queries.all_segments(published=segment_ids is None)}
    wanted = set(edges if segment_ids is None else segment_ids)
    return {id_: rebuild(id_) for id_ in graph.build_order(edges) if id_ in wanted}


def refresh(segment: Buildable, contact_ids: Sequence[int], context: Context) -> Change:
    """Asks the filters about these contacts only. A segment that is being built gets another build instead."""
    started = timezone.now()
    try:
        with transaction.atomic():
            queries.set_limits(seconds=REFRESH_TIMEOUT_SECONDS, nested_loops=True)
            if not queries.try_lock(segment.id):
                queries.make_due([segment.id])
                return Change(skipped=True)
            ids = list(contact_ids)
            context = replace(context, only=ids, trail=(segment.id,))
            matches = compile_filters(segment.filters, context=context) & Clause(
                "contacts.id = ANY(%s::bigint[])", (ids,)
            )
            added = queries.join(segment.id, matches)
            removed = queries.leave(segment.id, matches, Clause("m.contact_id = ANY(%s::bigint[])", (ids,)))
            queries.count_changed(segment.id, added - removed)
            return Change(added, removed)
    except (InvalidFilter, DatabaseError) as problem:
        queries.fail(segment.id, _explained(problem), started=started, next_seconds=RETRY_SECONDS)
        return Change(error=_explained(problem))


def _rebuild(segment_id: int, started: datetime) -> Change:
    clock = time.monotonic()
    if not queries.try_lock(segment_id) or (segment := queries.buildable(segment_id)) is None:
        return Change(skipped=True)
    queries.set_limits(seconds=BUILD_TIMEOUT_SECONDS, nested_loops=False)
    context = Context(trail=(segment_id,))
    change = _write_difference(segment, context) if segment.filters else Change()
    seconds = time.monotonic() - clock
    next_seconds = TIMED_SECONDS if _depends_on_time(segment, context) else UNTIMED_SECONDS
    if not queries.finish(segment, started=started, seconds=seconds, next_seconds=next_seconds):
        raise EditedMeanwhile
    return change


def _write_difference(segment: Buildable, context: Context) -> Change:
    """Reading first costs a tenth of a second per million contacts, runs on all cores, and holds up no reader of the
    log, which waits for transactions that write. A first build has no use for it, and nobody to remove."""
    matches = compile_filters(segment.filters, context=context)
    lacking, superfluous = queries.difference(segment.id, matches) if segment.is_built else (1, 0)
    added = queries.join(segment.id, matches) if lacking else 0
    removed = queries.leave(segment.id, matches) if superfluous else 0
    return Change(added, removed)


def _depends_on_time(segment: Buildable, context: Context) -> bool:
    edges = {one.id: one for one in queries.all_segments(published=False)} if graph.references(segment.filters) else {}
    asked = graph.reachable([segment.id], {id_: graph.references(one.filters) for id_, one in edges.items()})
    every = [segment.filters, *(edges[id_].filters for id_ in asked if id_ in edges)]
    return any(depends_on_time(filters, context.sources) for filters in every)


def _explained(problem: Exception) -> str:
    if isinstance(problem, InvalidFilter):
        return problem.message
    if isinstance(problem, OperationalError) and "canceling statement" in str(problem):
        return "The build was stopped because it took too long or the segment was changed."
    return f"The database refused the filters: {str(problem).splitlines()[0][:300]}"
