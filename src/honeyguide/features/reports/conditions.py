"""What the filters of a report ask of its rows (engine reports)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from honeyguide.engine.resource.columns import Column, condition
from honeyguide.engine.sql import ALL, Clause, literal
from honeyguide.features.reports.declaring import Columns, RowFilter

WITHOUT_VALUE = ("neq", "empty", "notEmpty")  # the only conditions that a blank value does not switch off
NO_CHOICE = "2"  # of a yes or no


def every_group(filters: Iterable[Mapping[str, Any]], columns: Columns, more: Mapping[str, RowFilter]) -> Clause:
    """The filters as one condition: `or` begins a new group, and all of a group have to hold. Unknown columns are ignored."""
    groups: list[list[Clause]] = [[]]
    for given in filters:
        asked = _asked(given, columns, more)
        if asked == ALL:
            continue
        if given.get("glue") == "or" and groups[-1]:
            groups.append([])
        groups[-1].append(asked)
    return Clause.some(Clause.every(group) for group in groups)


def _asked(given: Mapping[str, Any], columns: Columns, more: Mapping[str, RowFilter]) -> Clause:
    key, operator, value = given.get("column"), given.get("condition") or "eq", given.get("value")
    if _blank(value) and operator not in WITHOUT_VALUE:
        return ALL
    if key in more:
        return more[key](operator, value)
    if key not in columns:
        return ALL
    column = columns[key].column
    if column.kind == "boolean" and str(value).strip() == NO_CHOICE:
        return ALL
    return compare(column, operator, value)


def compare(column: Column, operator: str, value: Any) -> Clause:
    """One filter. Text is compared whatever its case; what a column cannot hold matches nothing."""
    blank = "" if not column.is_text else f" OR {column.sql} = ''"
    match operator:
        case "empty":
            return Clause(f"({column.sql} IS NULL{blank})")
        case "notEmpty":
            return ~compare(column, "empty", value)
        case "neq":
            return Clause(f"({column.sql} IS NULL)") | condition(column, "neq", value)
        case "like" | "notLike":
            text = str(value)
            return condition(column, operator, text if "%" in text else f"%{text}%")
        case "contains" | "startsWith" | "endsWith":
            text = literal(str(value))
            pattern = {"contains": f"%{text}%", "startsWith": f"{text}%", "endsWith": f"%{text}"}[operator]
            return condition(column, "like", pattern)
    return condition(column, operator, value)


def _blank(value: Any) -> bool:
    return not value if isinstance(value, (list, dict)) else value is None or str(value).strip() == ""
