"""Which conditions a filter of a report offers, by the kind of its column (engine reports)."""

from __future__ import annotations

from collections.abc import Sequence

from honeyguide.features.reports.declaring import Columns, Source

WORDS = {
    "eq": "equals", "neq": "not equal", "gt": "greater than", "gte": "greater than or equal", "lt": "less than",
    "lte": "less than or equal", "like": "like", "notLike": "not like", "contains": "contains", "startsWith": "starts with",
    "endsWith": "ends with", "empty": "empty", "notEmpty": "not empty", "in": "in", "notIn": "not in",
}  # fmt: skip
DEFAULT = (
    "eq",
    "gt",
    "gte",
    "lt",
    "lte",
    "neq",
    "like",
    "notLike",
    "empty",
    "notEmpty",
    "contains",
    "startsWith",
    "endsWith",
)
OF_KIND = {
    "integer": ("eq", "gt", "gte", "lt", "lte", "neq"),
    "boolean": ("eq", "neq"),
}
# Filters that are no columns: their names, and what they can be asked.
OF_FILTER = {
    "s.leadlist_id": ("Segment", ("eq", "in", "notIn")),
    "tag": ("Tag", ("in", "notIn", "empty", "notEmpty")),
}


def operators_of(kind: str) -> Sequence[str]:
    return OF_KIND.get(kind, DEFAULT)


def filters_offered(source: Source, columns: Columns) -> list[tuple[str, str, str, Sequence[str]]]:
    """(key, label, kind, conditions) of everything that can be filtered by, in the order of labels."""
    own = [(key, one.label, one.column.kind, operators_of(one.column.kind)) for key, one in columns.items()]
    more = [(key, *OF_FILTER[key][:1], key, OF_FILTER[key][1]) for key in source.filters]
    return sorted([*own, *more], key=lambda offered: (offered[1].lower(), offered[0]))
