"""The collections of batch answers (contract conventions 7)."""

from __future__ import annotations

from typing import Any


def keyed_like(keys: list[Any], values: dict[Any, Any]) -> Any:
    """A collection with the request's keys: an array when they are 0..n-1 in order and complete, else an object."""
    present = [key for key in keys if key in values]
    if [str(key) for key in present] == [str(i) for i in range(len(present))]:
        return [values[key] for key in present]
    return {str(key): values[key] for key in present}
