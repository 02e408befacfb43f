"""A segment inside another thing's answer."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.resource.references import nested, show_category
from honeyguide.features.segments.models import Segment

SHAPE = (
    ("id", "id"), ("name", "name"), ("publicName", "public_name"), ("alias", "alias"), ("description", "description"),
    ("category", lambda segment: show_category(segment.category)),
)  # fmt: skip


def show_segment(segment: Segment) -> dict[str, Any] | None:
    return nested(segment, SHAPE)
