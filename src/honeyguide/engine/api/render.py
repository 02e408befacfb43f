"""Items as JSON-able data in the envelopes of the contract (conventions 5)."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.resource.resource import Resource


def render(
    resource: Resource, item: Any, *, select: frozenset[str] | None = None, minimal: bool = False
) -> dict[str, Any]:
    """One item. With `select`, what was not selected shows its class default, joined relations stay, nulls go;
    a selection of nothing known selects all."""
    shown: dict[str, Any] = {}
    for declared in resource.all_fields:
        if declared.hidden or (minimal and not declared.brief):
            continue
        if select and declared.name not in select and not declared.relation and declared.name != "id":
            shown[declared.name] = declared.default() if callable(declared.default) else declared.default
        else:
            shown[declared.name] = declared.render(getattr(item, declared.attribute))
    return without_nulls(shown) if select is not None else shown


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_nulls(inner) for inner in value]
    return value


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
