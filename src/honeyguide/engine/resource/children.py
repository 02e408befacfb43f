"""Things that belong to one item and are written with it: a trigger's events, a form's fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def replace_children(parent: Any, relation: str, wanted: Iterable[Mapping[str, Any]]) -> None:
    """Makes these the children of a stored parent, in one go.

    An entry is attributes by name. With the `id` of a child it changes that child, else it is a new one; children that
    no entry names are deleted.
    """
    manager = getattr(parent, relation)
    existing = {child.pk: child for child in manager.all()}
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
    gone = existing.keys() - kept
    if gone:
        manager.filter(pk__in=gone).delete()
