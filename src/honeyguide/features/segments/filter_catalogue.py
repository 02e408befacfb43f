"""What the filter editor offers: every field by group with its operators, and the options of those that have some."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from honeyguide.engine.segmenting.catalogue import catalogue
from honeyguide.engine.segmenting.sources import FilterSource
from honeyguide.engine.sql import rows
from honeyguide.features.fields.definitions import definitions
from honeyguide.features.fields.widgets import choices

GROUPS = {"lead": "Contact", "company": "Company", "behaviors": "Behaviours"}
OPERATORS = {
    "=": "equals", "!=": "does not equal", "gt": "is greater than", "gte": "is at least", "lt": "is less than",
    "lte": "is at most", "empty": "is empty", "!empty": "is not empty", "like": "is like", "!like": "is not like",
    "in": "is any of", "!in": "is none of", "regexp": "matches", "!regexp": "does not match",
    "startsWith": "starts with", "endsWith": "ends with", "contains": "contains", "between": "is between",
    "!between": "is not between", "date": "is the date",
}  # fmt: skip
MAX_OPTIONS = 1000


def _named(table: str, column: str = "name") -> list[list[str]]:
    found = rows(f"SELECT id, {column} FROM {table} ORDER BY 2 LIMIT {MAX_OPTIONS}")
    return [[str(number), name] for number, name in found]


# Filter type -> its options, where they are things of the database.
THINGS: dict[str, Callable[[], list[list[str]]]] = {
    "leadlist": lambda: _named("segments"),
    "tags": lambda: _named("tags", "tag"),
    "stage": lambda: _named("stages"),
    "lookup_id": lambda: _named("users", "concat_ws(' ', first_name, last_name)"),
    "lead_email_received": lambda: _named("emails"),
    "assets": lambda: _named("assets", "title"),
    "globalcategory": lambda: _named("categories", "title"),
}


def filter_catalogue() -> dict[str, Any]:
    """As JSON for the editor."""
    things: dict[str, list[list[str]]] = {}
    fields = {"lead": definitions("lead"), "company": definitions("company")}

    def options(source: FilterSource) -> list[Any]:
        if source.type in THINGS:
            if source.type not in things:
                things[source.type] = THINGS[source.type]()
            return things[source.type]
        definition = fields.get(source.object, {}).get(source.field)
        return [list(pair) for pair in choices(definition)] if definition else []

    groups: dict[str, list[dict[str, Any]]] = {name: [] for name in GROUPS}
    for source in catalogue().values():
        groups.setdefault(source.object, []).append(
            {
                "object": source.object,
                "field": source.field,
                "label": source.label,
                "type": source.type,
                "operators": list(source.operators),
                "options": options(source),
            }
        )
    return {
        "groups": [
            {"label": GROUPS.get(name, name.title()), "fields": sorted(found, key=lambda f: f["label"].lower())}
            for name, found in groups.items()
        ],
        "operators": OPERATORS,
    }
