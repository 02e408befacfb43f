"""One person as the holes of a compiled e-mail see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from honeyguide.engine.delivery.sealed import seal

NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Owner:
    """The user who owns a contact."""

    email: str
    first_name: str = ""
    last_name: str = ""
    position: str = ""
    signature: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Recipient:
    """`values` are field values by alias, the contact's before the primary company's; `tokens` are replacements given
    with a single send. `outbox_id` None is a message that is not tracked: a preview or an example."""

    __slots__ = ("address", "hash", "outbox_id", "owner", "tokens", "values")

    def __init__(
        self,
        address: str,
        values: Mapping[str, Any] = NOTHING,
        *,
        outbox_id: int | None = None,
        owner: Owner | None = None,
        tokens: Mapping[str, str] = NOTHING,
    ) -> None:
        self.address = address
        self.values = values
        self.outbox_id = outbox_id
        self.owner = owner
        self.tokens = tokens
        self.hash = seal(outbox_id) if outbox_id is not None else ""
