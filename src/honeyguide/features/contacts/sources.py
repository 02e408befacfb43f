"""Where a contact came from, as the event log tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Source:
    """("lead", "api-single"), ("lead", "import", 7), ("form", "submission", 3), ("page", "hit", None, "https://...")."""

    bundle: str
    object: str
    object_id: int | None = None
    description: str = ""

    def payload(self, by: Any = None) -> dict[str, Any]:
        """For an event; without a description of its own it is told as who did it."""
        description = self.description or (by.name if by else "")
        return {"bundle": self.bundle, "object": self.object, "id": self.object_id, "description": description}


API = Source("lead", "api-single")
API_BATCH = Source("lead", "api-batch")
PAGE = Source("user", "contact")
