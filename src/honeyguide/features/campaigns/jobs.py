"""Keeps campaigns going: contacts come and go with segments and forms, steps are done when they are due, decisions taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from honeyguide.engine.events import Consumer, EventType, Read
from honeyguide.engine.jobs.pump import Pump
from honeyguide.engine.sql import execute, rows
from honeyguide.features.campaigns.advancing import advance
from honeyguide.features.campaigns.deciding import decide
from honeyguide.features.campaigns.plan import RUNNING, decisions
from honeyguide.features.campaigns.services import add_contacts, sync

SYNC_HOURS = 6  # between full comparisons with the segments; events keep campaigns true in between

# The running campaigns with one of the segments, or forms, as a source.
WITH_SEGMENTS = f"""
    SELECT campaign_id, segment_id FROM campaign_segments JOIN campaigns ON campaigns.id = campaign_id
    WHERE segment_id = ANY(%s::bigint[]) AND {RUNNING} ORDER BY 1
"""
WITH_FORMS = f"""
    SELECT campaign_id, form_id FROM campaign_forms JOIN campaigns ON campaigns.id = campaign_id
    WHERE form_id = ANY(%s::bigint[]) AND {RUNNING} ORDER BY 1
"""
NOT_IN_SYNC = f"""
    SELECT id, synced_at, clock_timestamp() FROM campaigns
    WHERE {RUNNING} AND (synced_at IS NULL OR synced_at < publish_up OR synced_at < now() - interval '{SYNC_HOURS} hours')
    ORDER BY synced_at NULLS FIRST LIMIT 1
"""


def follow_sources(events: Sequence[Read]) -> None:
    """Who joined or left a segment, or sent a form, comes into or leaves the campaigns that begin with it."""
    for campaign_id, contacts in _concerned(events, WITH_SEGMENTS, EventType.SEGMENT_JOINED, EventType.SEGMENT_LEFT):
        sync(campaign_id, contacts)
    for campaign_id, contacts in _concerned(events, WITH_FORMS, EventType.FORM_SUBMITTED):
        add_contacts(campaign_id, contacts, manually=True)


def _concerned(events: Sequence[Read], statement: str, *types: EventType) -> list[tuple[int, list[int]]]:
    """For each campaign the contacts of the events about its sources."""
    contacts: dict[int, set[int]] = defaultdict(set)
    for event in events:
        if event.type in types and event.contact_id and event.object_id:
            contacts[event.object_id].add(event.contact_id)
    found: dict[int, set[int]] = defaultdict(set)
    if contacts:
        for campaign_id, source_id in rows(statement, (list(contacts),)):
            found[campaign_id] |= contacts[source_id]
    return [(campaign_id, sorted(ids)) for campaign_id, ids in found.items()]


def sync_due() -> int:
    """Compares one campaign with its segments that was edited, or begins to run, or was not compared for long."""
    found = rows(NOT_IN_SYNC)
    for campaign_id, former, began in found:
        sync(campaign_id)
        execute(
            "UPDATE campaigns SET synced_at = %s WHERE id = %s AND synced_at IS NOT DISTINCT FROM %s",  # edited meanwhile?
            (began, campaign_id, former),
        )
    return len(found)


SOURCES = Consumer(
    "campaign_sources",
    follow_sources,
    frozenset({EventType.SEGMENT_JOINED, EventType.SEGMENT_LEFT, EventType.FORM_SUBMITTED}),
)
DECISIONS = Consumer(
    "campaign_decisions", decide, frozenset().union(*(decision.events for decision in decisions().values()))
)
MEMBERS = Pump("campaign members", sync_due, every=1.0)
STEPS = Pump("campaign steps", advance, every=0.5, threads=2)
