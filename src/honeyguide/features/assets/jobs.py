"""What is done with downloads after they were answered."""

from __future__ import annotations

from collections.abc import Sequence

from honeyguide.engine.events import Consumer, EventType, Read
from honeyguide.engine.sql import execute
from honeyguide.features.assets import queries

TAKEN = 200  # assets that were answered otherwise were not taken


def count_downloads(events: Sequence[Read]) -> None:
    """Counts per asset what people took. Machines count nowhere."""
    told = [(e, e.payload or {}) for e in events if e.contact_id]
    taken = [e for e, said in told if not said.get("bot") and said.get("code", TAKEN) == TAKEN]
    if taken:
        execute(
            queries.COUNT,
            {
                "assets": [e.object_id for e in taken],
                "contacts": [e.contact_id for e in taken],
                "events": [e.id for e in taken],
            },
        )


def note_attachments(events: Sequence[Read]) -> None:
    """What came with an e-mail was taken by whoever it was sent to."""
    execute(queries.BROUGHT, {"messages": [e.object_id for e in events], "ats": [e.at for e in events]})


DOWNLOADS = Consumer("asset_downloads", count_downloads, frozenset({EventType.ASSET_DOWNLOADED}), batch=1000)
ATTACHMENTS = Consumer("asset_attachments", note_attachments, frozenset({EventType.EMAIL_SENT}))
