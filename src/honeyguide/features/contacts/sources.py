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

    def payload(self) -> dict[str, Any]:
        return {"bundle": self.bundle, "object": self.object, "id": self.object_id, "description": self.description}

    @staticmethod
    def api(user: Any, *, batch: bool = False) -> Source:
        """A call of the API by this user."""
        return Source("lead", "api-batch" if batch else "api-single", user.pk, user.name)


API = Source("lead", "api-single")
API_BATCH = Source("lead", "api-batch")
PAGE = Source("user", "contact")
