"""What is done with shows of dynamic content after they were answered."""

from __future__ import annotations

from collections.abc import Sequence

from honeyguide.engine.events import Consumer, EventType, Read
from honeyguide.engine.sql import execute
from honeyguide.features.dynamiccontents import queries


def count_shows(events: Sequence[Read]) -> None:
    """Counts per item how often it was given."""
    items = [e.object_id for e in events if e.object_id]
    if items:
        execute(queries.COUNT, {"items": items})


SHOWS = Consumer("dynamic_content_shows", count_shows, frozenset({EventType.DYNAMIC_CONTENT_ASKED}), batch=1000)
