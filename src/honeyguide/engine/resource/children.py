"""Things that belong to one item and are written with it: a trigger's events, a form's fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from honeyguide.engine.resource.errors import Refused
from honeyguide.engine.resource.fields import INVALID, Field, text_of


def Children(name: str, fields: Sequence[Field], *, trouble: str = "", **options: Any) -> Field:
    """A list of children, each with these fields; parsed to attributes by name, with `id` for one that exists.

    Only what was sent is in an entry, but for `order`, which counts from 1. What is wrong with a child is told as one
    sentence that begins with `trouble`, as the reference does.
    """

    def parse(raw: Any) -> list[dict[str, Any]]:
        if raw in (None, ""):
            return []
        listed = list(raw.values()) if isinstance(raw, dict) else raw
        if not isinstance(listed, list) or not all(isinstance(entry, (dict, list)) for entry in listed):
            raise ValueError(INVALID)
        return [
            _parse_child(entry if isinstance(entry, dict) else {}, position) for position, entry in enumerate(listed, 1)
        ]

    def _parse_child(entry: dict[str, Any], position: int) -> dict[str, Any]:
        number = entry.get("id")
        digits = str(number) if isinstance(number, (int, str)) and not isinstance(number, bool) else ""
        parsed: dict[str, Any] = {"id": int(digits)} if digits.isdecimal() and len(digits) < 19 else {}
        for declared in fields:
            try:
                if declared.name in entry and not declared.readonly:
                    parsed[declared.attribute] = declared.clean(entry[declared.name])
                elif declared.required and not parsed.get("id"):
                    raise ValueError(declared.required)
                elif declared.name == "order" and not parsed.get("id"):
                    parsed["order"] = position
            except ValueError as error:
                raise Refused(f"{trouble}{declared.name}: {error}") from None
        return parsed

    def render(related: Any) -> list[dict[str, Any]]:
        shown = [f for f in fields if not f.hidden]
        return [{f.name: f.render(getattr(child, f.attribute)) for f in shown} for child in related.all()]

    return Field(
        name=name, parse=parse, render=render, default=list, reset=list, relation=True, kind="children", **options
    )


def read_ids(raw: Any, name: str) -> list[int]:
    """The ids of children to remove. 400 for what is no list."""
    listed = list(raw.values()) if isinstance(raw, dict) else raw
    if not isinstance(listed, list):
        raise Refused(f"The {name} attribute must be array.")
    texts = [text_of(entry) for entry in listed if not isinstance(entry, (dict, list))]
    return [int(text) for text in texts if text.isdecimal() and len(text) < 19]


def replace_children(parent: Any, relation: str, wanted: Iterable[Mapping[str, Any]]) -> None:
    """Makes these the children of a stored parent, in one go.

    An entry is attributes by name. With the `id` of a child it changes that child, else it is a new one; children that
    no entry names are deleted.
    """
    manager = getattr(parent, relation)
    existing = {child.pk: child for child in manager.all()}
    wanted = list(wanted)
    gone = existing.keys() - {entry.get("id") for entry in wanted}
    if gone:
        manager.filter(pk__in=gone).delete()
    kept = set()
    for entry in wanted:
        child = existing.get(entry.get("id"))
        if child is None or child.pk in kept:
            child = manager.model(**{manager.field.name: parent})
        for name, value in entry.items():
            if name != "id":
                setattr(child, name, value)
        child.save()
        kept.add(child.pk)
