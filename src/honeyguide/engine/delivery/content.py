"""What the outbox asks of the feature whose messages it sends. Declared once, in a feature's `delivery.py`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from honeyguide.engine.delivery.models import OutboxState


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that this worker has taken from the outbox."""

    id: int
    email_id: int | None
    contact_id: int | None
    occasion: str
    priority: int
    attempts: int
    address: str | None
    options: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message ready for a server. `recipients[0]` is whom it is for; the others get blind copies."""

    id: int
    attempts: int
    sender: str
    recipients: tuple[str, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message. `due_at` is for PENDING, a message to be tried again; `counted` = it was an attempt;
    `bounced` = the address is at fault."""

    id: int
    state: OutboxState
    answer: str | None = None
    due_at: datetime | None = None
    counted: bool = True
    bounced: bool = False
    address: str | None = None


@dataclass(frozen=True)
class Content:
    """`prepare` turns claimed rows into messages, or into outcomes for those that must not go out (do-not-contact,
    deleted). `values` gives the field values of a row's contact, for tokens in URLs."""

    prepare: Callable[[Sequence[Claimed]], list[Outgoing | Outcome]]
    values: Callable[[int], Mapping[str, Any] | None]


@cache
def content() -> Content:
    """The one declared."""
    from honeyguide.loader import collect

    return collect("delivery", Content)[0]
