"""The filter editor: what it offers (every field by group with its operators, and the options of those that have some), what it
sends, and filters as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from honeyguide.engine.resource import Invalid
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
    "campaign": lambda: _named("campaigns"),
    "tags": lambda: _named("tags", "tag"),
    "stage": lambda: _named("stages"),
    "lookup_id": lambda: _named("users", "concat_ws(' ', first_name, last_name)"),
    "lead_email_received": lambda: _named("emails"),
    "assets": lambda: _named("assets", "title"),
    "globalcategory": lambda: _named("categories", "title"),
}


def filter_catalogue(*, fields_only: bool = False) -> dict[str, Any]:
    """As JSON for the editor. `fields_only`: only what is a field of contacts and companies, which needs no database to tell."""
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
        if fields_only and source.field not in fields.get(source.object, {}):
            continue
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
            if found
        ],
        "operators": OPERATORS,
    }


def read_filters(post: Mapping[str, str]) -> list[Any]:
    """The editor's filters. Raises `Invalid` for what is no list of maps."""
    try:
        filters = orjson.loads(post.get("filters") or "[]")
    except orjson.JSONDecodeError:
        filters = None
    if not isinstance(filters, list) or not all(isinstance(one, dict) for one in filters) or len(filters) > 200:
        raise Invalid({"filters": "The filters cannot be read."})
    return filters


def in_words(filters: Any) -> list[dict[str, Any]]:
    """The filters as sentences."""
    known = {(f["object"], f["field"]): f for group in filter_catalogue()["groups"] for f in group["fields"]}
    told = []
    for at, one in enumerate(filters if isinstance(filters, list) else []):
        source = known.get((one.get("object") or "lead", one.get("field")), {})
        value = (one.get("properties") or {}).get("filter", one.get("filter"))
        labels = dict(source.get("options") or [])
        values = value if isinstance(value, list) else [] if value is None else [value]
        told.append(
            {
                "glue": "" if at == 0 else one.get("glue", "and"),
                "label": source.get("label", one.get("field")),
                "group": GROUPS.get(one.get("object") or "lead", ""),
                "operator": OPERATORS.get(one.get("operator"), one.get("operator")),
                "value": ", ".join(labels.get(str(v), str(v)) for v in values),
                "bare": one.get("operator") in ("empty", "!empty"),
            }
        )
    return told
