"""Campaigns that take their contacts from a segment: it must stay published."""

from __future__ import annotations

from honeyguide.engine.sql import rows
from honeyguide.features.segments.usage import Named, SegmentUse


def find(segment_id: int) -> list[Named]:
    return rows(
        "SELECT c.id, c.name FROM campaigns c JOIN campaign_segments s ON s.campaign_id = c.id "
        "WHERE s.segment_id = %s ORDER BY c.id",
        (segment_id,),
    )


def refusal(names: list[str]) -> str:
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"This segment is used in the following campaigns: {quoted}. Please check them before unpublishing."


CAMPAIGNS = SegmentUse("campaigns", find, refusal)
