"""What a field lets its visitors choose from."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.places import COUNTRIES
from honeyguide.features.fields.definitions import Definition, definitions

LISTS = {"select": "list", "checkboxgrp": "optionlist", "radiogrp": "optionlist"}
OBJECTS = {"contact": "lead", "company": "company"}
TRUE = (True, 1, "1", "true", "on")


def properties_of(field: Any) -> dict[str, Any]:
    return field.properties if isinstance(field.properties, dict) else {}


def is_multiple(field: Any) -> bool:
    """Whether its answer is a list."""
    return field.type == "checkboxgrp" or (
        field.type in ("select", "country") and properties_of(field).get("multiple") in TRUE
    )


def choices(field: Any) -> list[tuple[str, str]]:
    """(value, label) in their order; nothing for fields without choices."""
    if field.type == "country":
        return [(name, name) for name in COUNTRIES]
    if field.type not in LISTS:
        return []
    mapped = definition_of(field) if properties_of(field).get("syncList") in TRUE else None
    if mapped is not None and (mapped.options or mapped.type == "country"):
        return list(mapped.options.items()) or [(name, name) for name in COUNTRIES]
    listed = properties_of(field).get(LISTS[field.type])
    entries = listed.get("list") if isinstance(listed, dict) else listed
    return [_pair(entry) for entry in (entries if isinstance(entries, list) else [])]


def labels(field: Any, value: str | list[str]) -> list[str]:
    """What the visitor read at the choices they made."""
    known = dict(choices(field))
    return [known.get(one, one) for one in ([value] if isinstance(value, str) else value)]


def definition_of(field: Any) -> Definition | None:
    """The contact's or company's field that the answer goes to, when there is one."""
    kind = OBJECTS.get(field.mapped_object or "")
    return definitions(kind).get(field.mapped_field) if kind and field.mapped_field else None


def _pair(entry: Any) -> tuple[str, str]:
    if isinstance(entry, dict):
        label = entry.get("label", entry.get("value"))
        value = entry.get("value", label)
        return "" if value is None else str(value), "" if label is None else str(label)
    return str(entry), str(entry)
