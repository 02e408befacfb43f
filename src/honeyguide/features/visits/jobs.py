"""What is done with visits after they were answered."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from honeyguide.engine.events import Consumer, EventType, Read
from honeyguide.engine.resource.errors import Invalid, Refused
from honeyguide.engine.sql import execute
from honeyguide.features.contacts.services import attach_ips
from honeyguide.features.visits import queries, services

SHOWN = 200  # pages that were answered otherwise were not seen


def work_on_visits(events: Sequence[Read]) -> None:
    """Counts visits, notes addresses, and takes over what visitors say of themselves. Machines count nowhere."""
    people = [e for e in events if e.contact_id and not (e.payload or {}).get("bot")]
    attach_ips((e.contact_id, e.payload["ip"]) for e in people if (e.payload or {}).get("ip"))
    _count(
        [
            e
            for e in people
            if e.type == EventType.PAGE_HIT and e.object_id and (e.payload or {}).get("code", SHOWN) == SHOWN
        ]
    )
    moved: dict[int, int] = {}  # contacts that an earlier visit of this batch made part of another
    for event in people:
        said = event.payload or {}
        if not said.get("query"):
            continue
        contact = moved.get(event.contact_id or 0, event.contact_id or 0)
        try:
            with transaction.atomic():
                moved[event.contact_id or 0] = services.learn(contact, said.get("device", ""), said)
        except (Invalid, Refused):
            continue  # what a visitor says may be nonsense; the visit itself is kept


def _count(events: Sequence[Read]) -> None:
    if events:
        execute(
            queries.COUNT,
            {
                "pages": [e.object_id for e in events],
                "contacts": [e.contact_id for e in events],
                "events": [e.id for e in events],
                "type": EventType.PAGE_HIT.value,
            },
        )


VISITS = Consumer("visits", work_on_visits, frozenset({EventType.PAGE_HIT, EventType.ASSET_DOWNLOADED}), batch=1000)
