"""What a channel is made of, and what its provider may say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.events import EventType
from honeyguide.engine.outbound import Client


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that this sender has taken. `address` and `content` are of a message that was written when it was queued."""

    id: int
    item_id: int
    contact_id: int | None
    occasion: str
    attempts: int
    address: str | None = None
    content: str | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message ready for the provider. `address` and `content` are kept with the row, `data` is what the provider needs."""

    id: int
    attempts: int
    address: str
    content: str
    data: Any = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message. `delay` in seconds is for PENDING; `counted` = it was an attempt."""

    id: int
    state: OutboxState
    answer: str | None = None
    delay: float | None = None
    counted: bool = True
    external_id: str | None = None


class Said(Enum):
    """What an answer of a provider comes down to."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # this message, for good
    BUSY = "busy"  # not now; it surely was not taken
    UNUSABLE = "unusable"  # it does not work with us at all: keys, an account without money, no connection
    IN_DOUBT = "in doubt"  # it may have been taken


@dataclass(frozen=True, slots=True)
class Verdict:
    """A provider's answer: the reason in words for people, its own id of the message, the seconds it asks to wait, and the ids of
    addresses that are no more."""

    said: Said
    reason: str = ""
    external_id: str | None = None
    delay: float = 0
    gone: tuple[int, ...] = ()


class Unready(Exception):
    """The provider cannot be called at all; the text says what is missing."""


Send = Callable[[Client, Outgoing], Awaitable[Verdict]]


@dataclass(frozen=True, slots=True)
class Channel:
    """`prepare` turns claimed rows into messages, or into outcomes for those that must not go out. `provider` gives what sends
    one message, as configured now; it raises `Unready`. `repeatable`: who gets a message twice sees it once. `told` learns
    every answer after it is recorded. Without `clicked` its messages hold no links that are counted."""

    name: str
    prepare: Callable[[Sequence[Claimed]], list[Outgoing | Outcome]]
    provider: Callable[[], Send]
    connections: Callable[[], int]
    sent: EventType
    failed: EventType
    clicked: EventType | None = None
    repeatable: bool = False
    told: Callable[[Sequence[tuple[Outgoing, Verdict]]], None] = lambda answers: None


@cache
def channels() -> list[Channel]:
    """All that features declare."""
    from honeyguide.loader import collect

    return collect("channel", Channel)
