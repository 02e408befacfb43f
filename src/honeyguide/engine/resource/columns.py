"""Conditions on the columns of a resource, as the API's `where` and `order` ask for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from honeyguide.engine.dates import to_datetime
from honeyguide.engine.sql import ALL, NONE, Clause


@dataclass(frozen=True, slots=True)
class Column:
    """`sql` is an expression from code; `kind` is integer, number, boolean or datetime, and all else is text."""

    sql: str
    kind: str = "text"

    @property
    def is_text(self) -> bool:
        return self.kind not in ("integer", "number", "boolean", "datetime")

    @property
    def sort(self) -> str:
        """What to compare and order by: text as people read it, whatever the case."""
        return f"lower({self.sql}::text)" if self.is_text else self.sql


NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d*)?|\.\d+)(e[+-]?\d{1,2})?", re.IGNORECASE)
CSV_ITEM = re.compile(r'(?:^|(?<=,))(\s*"(?:[^"]|"")*"\s*(?=,|$)|[^,]*)')
TRUE = {"1", "true", "on", "yes"}
COMPARISONS = {"eq": "=", "neq": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
EXPRESSIONS = (
    *COMPARISONS, "like", "notLike", "in", "notIn", "between", "notBetween", "isNull", "isNotNull", "isEmpty", "isNotEmpty",
)  # fmt: skip


def condition(column: Column, expression: str, value: Any) -> Clause:
    """`expression` is one of EXPRESSIONS. A value that the column's kind cannot hold matches nothing."""
    sql = column.sql
    match expression:
        case "isNull":
            return Clause(f"{sql} IS NULL")
        case "isNotNull":
            return Clause(f"{sql} IS NOT NULL")
        case "isEmpty":
            return Clause(f"({sql} IS NULL OR {sql}::text = '')")
        case "isNotEmpty":
            return Clause(f"({sql} IS NOT NULL AND {sql}::text <> '')")
        case "like" | "notLike":
            negation = "NOT " if expression == "notLike" else ""
            return Clause(f"{sql}::text {negation}ILIKE %s", (_pattern(_text(value)),))
        case "in" | "notIn":
            return _membership(column, _items(value), negated=expression == "notIn")
        case "between" | "notBetween":
            bounds = list(value.values()) if isinstance(value, dict) else value
            if not isinstance(bounds, list) or len(bounds) != 2:
                return ALL  # ignored, as the reference does
            inside = condition(column, "gte", bounds[0]) & condition(column, "lte", bounds[1])
            return ~inside if expression == "notBetween" else inside
    typed = _typed(column, value)
    if typed is None:
        return NONE
    right = "lower(%s)" if column.is_text else "%s"
    return Clause(f"{column.sort} {COMPARISONS[expression]} {right}", (typed,))


def _membership(column: Column, items: list[str], *, negated: bool) -> Clause:
    typed = [v for v in (_typed(column, item) for item in items) if v is not None]
    if not typed:
        return ALL if negated else NONE
    if column.is_text:
        typed = [v.lower() for v in typed]
    elif any(isinstance(v, float) for v in typed):
        typed = [Decimal(v) for v in typed]  # an array has one type
    return Clause(f"{column.sort} {'<> ALL' if negated else '= ANY'} (%s)", (typed,))


def _items(value: Any) -> list[str]:
    """A list, or CSV text whose items may be quoted."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [_text(item) for item in value]
    text = _text(value)
    return [_unquoted(item.strip()) for item in CSV_ITEM.findall(text)] if text else []


def _unquoted(item: str) -> str:
    """Without the quotes around it; a doubled quote inside stands for one."""
    if len(item) > 1 and item[0] == item[-1] == '"':
        return item[1:-1].replace('""', '"')
    return item.strip("'")


def _pattern(text: str) -> str:
    """A LIKE pattern in which a backslash at the end, with nothing to escape, is plain."""
    backslashes = len(text) - len(text.rstrip("\\"))
    return text + "\\" if backslashes % 2 else text


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None or isinstance(value, (dict, list)) else str(value).replace("\x00", "")


def _typed(column: Column, value: Any) -> Any:
    text = _text(value)
    match column.kind:
        case "integer" | "number":
            number = float(leading.group()) if (leading := NUMBER.match(text.strip())) else 0.0  # as MySQL casts text
            if abs(number) >= 2**63:
                return None
            return int(number) if number.is_integer() else number
        case "boolean":
            return text.strip().lower() in TRUE
        case "datetime":
            return to_datetime(text)
    return text
