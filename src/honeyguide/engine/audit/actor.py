"""Who acts, and from where: known where a request comes in, needed where something is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    """`id` is null for nobody in particular: the worker, the command line, an application that signs in as itself."""

    id: int | None = None
    name: str = "System"
    address: str = ""

    def as_list(self) -> list[Any]:
        """For the payload of an event."""
        return [self.id, self.name, self.address]

    @staticmethod
    def of_list(parts: Sequence[Any] | None) -> Actor:
        return Actor(*parts) if parts else SYSTEM


SYSTEM = Actor()
_acting: ContextVar[Actor] = ContextVar("acting", default=SYSTEM)


@contextmanager
def acting(user: Any, address: str) -> Iterator[None]:
    """Inside the block changes are the user's, made from this address."""
    token = _acting.set(_of(user, address))
    try:
        yield
    finally:
        _acting.reset(token)


def current(by: Any = None) -> Actor:
    """`by` if there is such a user, else who acts now."""
    actor = _acting.get()
    return actor if by is None else _of(by, actor.address)


def _of(user: Any, address: str) -> Actor:
    return Actor(user.pk, user.name, address) if user is not None and hasattr(user, "name") else Actor(address=address)
