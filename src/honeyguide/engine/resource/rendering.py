"""Items as JSON-able data (contract conventions 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from honeyguide.engine.resource.resource import Resource


def render(
    resource: Resource, item: Any, *, select: frozenset[str] | None = None, minimal: bool = False
) -> dict[str, Any]:
    """One item. With `select`, what was not selected shows its class default, joined relations stay, nulls go;
    a selection of nothing known selects all."""
    shown: dict[str, Any] = {}
    chosen = select & resource.by_name.keys() if select is not None else None
    for declared in resource.all_fields:
        if declared.hidden or (minimal and not declared.brief):
            continue
        if chosen and declared.name not in chosen and not declared.relation and declared.name != "id":
            shown[declared.name] = declared.default() if callable(declared.default) else declared.default
        else:
            shown[declared.name] = declared.render(getattr(item, declared.attribute))
    return without_nulls(shown) if select is not None else shown


def without_nulls(value: Any) -> Any:
    """The value with all nulls left out; a map that had nothing else becomes an empty list, as in the reference."""
    if isinstance(value, dict):
        return {key: without_nulls(inner) for key, inner in value.items() if inner is not None} or ([] if value else {})
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
