"""What depends on a segment. A feature with more to tell declares a `SegmentUse` in its `segment_uses.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from honeyguide.engine.sql import rows
from honeyguide.features.segments import graph, queries
from honeyguide.loader import collect

Named = tuple[int, str]


@dataclass(frozen=True, slots=True)
class SegmentUse:
    """`find(segment_id)` gives id and name of what uses it. `keeps_published(names)` is the message with which using it
    refuses to have it unpublished; None when it does not."""

    kind: str
    find: Callable[[int], list[Named]]
    keeps_published: Callable[[list[str]], str] | None = None


@cache
def _declared() -> tuple[SegmentUse, ...]:
    return tuple(collect("segment_uses", SegmentUse))


def usage(segment_id: int) -> dict[str, list[Named]]:
    """Everything that uses the segment, by kind: segments, emails, and what features declare."""
    found = {"segments": segments_asking_for([segment_id]), "emails": _emails(segment_id)}
    return found | {use.kind: use.find(segment_id) for use in _declared()}


def segments_asking_for(segment_ids: list[int]) -> list[Named]:
    """Segments outside of the given ones whose filters ask for one of them."""
    asking = [
        one.id
        for one in queries.all_segments(published=False)
        if one.id not in segment_ids and graph.references(one.filters) & set(segment_ids)
    ]
    return rows("SELECT id, name FROM segments WHERE id = ANY(%s) ORDER BY name, id", (asking,)) if asking else []


def refusal_to_unpublish(segment_id: int) -> dict[str, str] | None:
    """The contract's message when something needs the segment published, by field."""
    for use in _declared():
        if use.keeps_published and (found := use.find(segment_id)):
            return {"isPublished": use.keeps_published([name for _, name in found])}
    if asking := segments_asking_for([segment_id]):
        names = ",".join(name for _, name in asking)
        return {"leadlist": f"This segment is used in {names}, please go back and check segments before unpublishing"}
    return None


def _emails(segment_id: int) -> list[Named]:
    return rows(
        "SELECT id, name FROM emails WHERE id IN (SELECT email_id FROM email_segments WHERE segment_id = %(id)s "
        "UNION SELECT email_id FROM email_excluded_segments WHERE segment_id = %(id)s) ORDER BY name, id",
        {"id": segment_id},
    )
