"""The envelopes of lists and batches (contract conventions 5 and 7)."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.resource.resource import Resource


def envelope(resource: Resource, total: int, rendered: list[dict[str, Any]], ids: list[int]) -> dict[str, Any]:
    """A list answer: the total, and the items by id or as an array."""
    collection: Any = rendered
    if resource.keyed:
        collection = {str(i): shown for i, shown in zip(ids, rendered, strict=True)}
        if not rendered and not resource.empty_as_object:
            collection = []
    return {"total": str(total) if resource.total_as_text else total, resource.many: collection}


def keyed_like(keys: list[Any], values: dict[Any, Any]) -> Any:
    """A collection with the request's keys: an array when they are 0..n-1 in order and complete, else an object."""
    present = [key for key in keys if key in values]
    if [str(key) for key in present] == [str(i) for i in range(len(present))]:
        return [values[key] for key in present]
    return {str(key): values[key] for key in present}
