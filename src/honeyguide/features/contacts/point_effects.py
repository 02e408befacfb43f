"""What changes in contacts when they have the points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from honeyguide.features.points.models import PointTriggerEvent
from honeyguide.features.points.properties import of, texts
from honeyguide.features.points.triggering import Effect
from honeyguide.features.tags import modify_tags


def change_tags(event: PointTriggerEvent, contact_ids: Sequence[int]) -> Iterable[int]:
    modify_tags(contact_ids, add=texts(of(event).get("add_tags")), remove=texts(of(event).get("remove_tags")))
    return ()


CHANGE_TAGS = Effect("lead.changetags", change_tags)
