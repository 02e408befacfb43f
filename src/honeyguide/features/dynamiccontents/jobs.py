"""What is done with shows of dynamic content, and with clicks in it, after they were answered."""

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


def count_clicks(events: Sequence[Read]) -> None:
    """Counts clicks per link."""
    known = [(e.id, e.contact_id, link) for e in events if (link := (e.payload or {}).get("link"))]
    if known:
        ids, contacts, links = map(list, zip(*known, strict=True))
        execute(queries.COUNT_CLICKS, {"ids": ids, "contacts": contacts, "links": links})


SHOWS = Consumer("dynamic_content_shows", count_shows, frozenset({EventType.DYNAMIC_CONTENT_ASKED}), batch=1000)
CLICKS = Consumer("dynamic_content_clicks", count_clicks, frozenset({EventType.DYNAMIC_CONTENT_CLICKED}), batch=1000)
