"""Many items in few calls, with what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class BatchItem:
    """What became of the entry at `index` of what was given: a status as of a single call, then the item or the error."""

    index: int
    status: int
    item: dict[str, Any] | None = None
    error: dict[str, Any] | None = None

    @property
    def ok(self) -> bool:
        return self.error is None and self.status < 400


@dataclass
class BatchResult:
    """What became of all entries, in their order."""

    items: list[BatchItem] = field(default_factory=list)

    @property
    def failed(self) -> list[BatchItem]:
        return [item for item in self.items if not item.ok]


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most `size`."""
    remaining = iter(items)
    while chunk := list(islice(remaining, size)):
        yield chunk


def read(body: dict[str, Any], many: str, *, count: int, offset: int, default_status: int) -> list[BatchItem]:
    """The entries of one call's answer. Its three collections are lists, or objects by index where some are missing."""
    found, statuses, errors = (by_index(body.get(name)) for name in (many, "statusCodes", "errors"))
    return [
        BatchItem(
            index=offset + index,
            status=int(statuses.get(index, errors.get(index, {}).get("code", default_status))),
            item=found.get(index),
            error=errors.get(index),
        )
        for index in range(count)
    ]


def by_index(collection: Any) -> dict[int, Any]:
    if isinstance(collection, dict):
        return {int(key): value for key, value in collection.items()}
    return dict(enumerate(collection or []))
