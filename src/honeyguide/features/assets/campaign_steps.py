"""Downloads that campaigns wait for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from honeyguide.engine.events import EventType, Read
from honeyguide.features.campaigns.parameters import Parameter
from honeyguide.features.campaigns.steps import Decision, Step


def downloaded(step: Step, parent: Step | None, events: Sequence[Read]) -> dict[int, datetime]:
    """One of the assets; any when none is named."""
    assets = step.ids("assets")
    return {e.contact_id: e.at for e in events if e.contact_id and (not assets or e.object_id in assets)}


DOWNLOADED = Decision(
    "asset.download",
    frozenset({EventType.ASSET_DOWNLOADED}),
    downloaded,
    label="Downloads a file",
    parameters=[Parameter(name="assets", label="Files", of="Asset", several=True, help="None means any.")],
)
