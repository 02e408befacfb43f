"""Visits that campaigns wait for, and ask about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fnmatch import fnmatchcase

from honeyguide.engine.dates import to_datetime
from honeyguide.engine.events import EventType, Read
from honeyguide.engine.sql import Clause, wildcards
from honeyguide.features.campaigns.parameters import Parameter
from honeyguide.features.campaigns.steps import Condition, Decision, Step


def visited(step: Step, parent: Step | None, events: Sequence[Read]) -> dict[int, datetime]:
    """One of the pages, an address or a referer like one of those given; any visit when nothing is asked."""
    pages, urls, referers = step.ids("pages"), _patterns(step, "url"), _patterns(step, "referer")
    anything = not pages and not urls and not referers
    return {
        event.contact_id: event.at
        for event in events
        if event.contact_id
        and (anything or event.object_id in pages or _like(event, "url", urls) or _like(event, "referer", referers))
    }


def _patterns(step: Step, name: str) -> list[str]:
    return [part.strip() for part in step.text(name).split(",") if part.strip()]


def _like(event: Read, name: str, patterns: Sequence[str]) -> bool:
    text = str((event.payload or {}).get(name) or "")
    return any(fnmatchcase(text, pattern.replace("[", "[[]")) for pattern in patterns)


def has_visited(step: Step) -> Clause:
    """A visit of the page, or of an address like the one given, within the dates."""
    condition = Clause("e.contact_id = contacts.id AND e.type = %s::smallint", (EventType.PAGE_HIT.value,))
    if url := step.text("page_url"):
        condition &= Clause("e.payload ->> 'url' LIKE %s", (wildcards(url),))
    if page_id := step.id_of("page"):
        condition &= Clause("e.object_id = %s", (page_id,))
    for name, compared in (("startDate", ">="), ("endDate", "<=")):
        if moment := to_datetime(step.text(name)):
            condition &= Clause(f"e.at {compared} %s", (moment,))
    return Clause(f"EXISTS (SELECT FROM events e WHERE {condition.text})", condition.params)


VISITED = Decision(
    "page.pagehit",
    frozenset({EventType.PAGE_HIT}),
    visited,
    label="Visits a page",
    parameters=[
        Parameter(name="pages", label="Landing pages", of="Page", several=True),
        Parameter(name="url", label="Address", help="Several with commas; * stands for anything."),
        Parameter(name="referer", label="Comes from", help="Several with commas; * stands for anything."),
    ],
)
HAS_VISITED = Condition(
    "lead.pageHit",
    has_visited,
    label="Has visited a page",
    parameters=[
        Parameter(name="page", label="Landing page", of="Page"),
        Parameter(name="page_url", label="Address", help="* stands for anything."),
        Parameter(name="startDate", label="From", kind="date"),
        Parameter(name="endDate", label="Until", kind="date"),
    ],
)
