"""What a list call asks for: search, where, order, paging, selection (contract conventions 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from honeyguide.engine import config
from honeyguide.engine.api.call import Call
from honeyguide.engine.resource.columns import COMPARISONS, EXPRESSIONS, TRUE, Column, condition
from honeyguide.engine.resource.errors import Refused
from honeyguide.engine.resource.resource import Resource
from honeyguide.engine.resource.search import compile_search
from honeyguide.engine.sql import ALL, Clause

MAX_DEPTH = 10


@dataclass(frozen=True)
class Listing:
    """`order` are SQL terms; `limit` 0 means all; `select` None means every property."""

    where: Clause
    order: tuple[str, ...]
    start: int
    limit: int
    select: frozenset[str] | None
    minimal: bool
    search: str = ""


def read_listing(call: Call, resource: Resource) -> Listing:
    """Reads the parameters of a list call. 403 without the right to view; 400 for identifiers that are not known."""
    rights = resource.rights
    call.require(resource.store.right_to_list(call))
    if call.strict and "publishedOnly" in call.query:
        raise Refused("publishedOnly has no effect; use published.")
    where = resource.only
    if asked := call.query.get("where"):
        where &= conditions(asked, resource.store.columns, strict=call.strict)
    elif truthy(call.query.get("published")) and "isPublished" in resource.store.columns:
        where &= condition(resource.store.columns["isPublished"], "eq", "1")
    # The reference forgets this limit when `where` is given; we do not.
    if rights.own and not call.may(rights.level("view", mine=False)):
        where &= resource.store.own_only(call)
    search = search_words(call)
    where &= compile_search(search, lambda term: resource.store.meaning(term, call))
    limit = read_limit(call)
    start = read_start(call)
    return Listing(
        where=where,
        order=ordered if (ordered := orders(call, resource.store.columns)) is not None else default_order(resource),
        start=start if limit else 0,  # as in the reference, all is all
        limit=limit,
        select=selection(call),
        minimal=truthy(call.query.get("minimal")),
        search=search,
    )


# --- where and order ------------------------------------------------------------------------------------------------


def conditions(asked: Any, columns: dict[str, Column], *, strict: bool = False) -> Clause:
    """What `where` asks of these columns. 400 for what cannot be understood; with `strict` for what would be ignored, too."""
    entries = list(asked.values()) if isinstance(asked, dict) and not _is_entry(asked) else asked
    if isinstance(entries, dict):
        entries = [entries]
    if not isinstance(entries, list):
        raise Refused("where must be a list of conditions.")
    return Clause.every(_entry(entry, columns, strict, 0) for entry in entries)


def _is_entry(asked: dict[str, Any]) -> bool:
    return bool({"expr", "col", "column"} & asked.keys())


def _entry(entry: Any, columns: dict[str, Column], strict: bool, depth: int) -> Clause:
    if not isinstance(entry, dict):
        raise Refused("Each where entry must have col, expr and val.")
    if "internal" in entry:
        return ALL
    expression = entry.get("expr")
    if expression is None:
        raise Refused('"expr" is missing in the where clause array.')
    value = entry.get("val", entry.get("value"))
    if expression in ("andX", "orX"):
        return _composite(expression, value, columns, strict, depth)
    name = entry.get("col", entry.get("column"))
    if name in (None, ""):
        raise Refused('"col" is missing in the where clause array.')
    column = find_column(name, columns)
    if not isinstance(expression, str) or expression not in EXPRESSIONS:
        if strict:
            raise Refused(f"Unknown expr: {str(expression)[:100]}")
        return ALL  # ignored, as in the reference
    if isinstance(value, (list, dict)) and (expression in COMPARISONS or expression in ("like", "notLike")):
        raise Refused(f"The value of {name} must be one value.")
    if strict and expression in ("between", "notBetween") and (not isinstance(value, (list, dict)) or len(value) != 2):
        raise Refused(f"{expression} takes a list of two values.")
    return condition(column, expression, value)


def _composite(expression: str, value: Any, columns: dict[str, Column], strict: bool, depth: int) -> Clause:
    if depth >= MAX_DEPTH:
        raise Refused("where is nested too deeply.")
    nested = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(nested, list):
        raise Refused(f"The value of {expression} must be a list of conditions.")
    clauses = [_entry(entry, columns, strict, depth + 1) for entry in nested]
    if not clauses:
        return ALL
    return Clause.every(clauses) if expression == "andX" else Clause.some(clauses)


def default_order(resource: Resource) -> tuple[str, ...]:
    return tuple(f"{term} {direction}" for term, direction in resource.order)


def find_column(name: Any, columns: dict[str, Column]) -> Column:
    """The column a client names, with or without the resource's alias before a dot. 400 when there is none."""
    key = name if isinstance(name, str) else ""
    found = columns.get(key) or columns.get(key.rpartition(".")[2])
    if found is None:
        raise Refused(f"Unknown column: {str(name)[:100]}")
    return found


def orders(call: Call, columns: dict[str, Column]) -> tuple[str, ...] | None:
    """The SQL terms that `order` or `orderBy` ask for; None when they do not."""
    wanted: list[tuple[Any, Any]] = []
    if listed := call.query.get("order"):
        entries = listed if isinstance(listed, list) else list(listed.values()) if isinstance(listed, dict) else None
        if entries is None or not all(isinstance(e, dict) for e in entries):
            raise Refused("order must be a list of col and dir.")
        for entry in entries:
            if not entry.get("col"):
                raise Refused('"col" is missing in the order clause array.')
            wanted.append((entry["col"], entry.get("dir", "ASC")))
    elif named := call.query.get("orderBy"):
        direction = re.sub(r"[^A-Za-z0-9]", "", _text(call.query.get("orderByDir", "ASC"))) or "ASC"
        wanted = [(re.sub(r"[^A-Za-z0-9_.]", "", n), direction) for n in _text(named).split(",")]
    else:
        return None
    terms = []
    for name, direction in wanted:
        if not isinstance(direction, str) or direction.upper() not in ("ASC", "DESC"):
            raise Refused("The order direction must be ASC or DESC.")
        nulls = "NULLS FIRST" if direction.upper() == "ASC" else "NULLS LAST"  # as the reference's database sorts
        terms.append(f"{find_column(name, columns).sort} {direction.upper()} {nulls}")
    return tuple(terms)


# --- paging and selection -------------------------------------------------------------------------------------------


def search_words(call: Call) -> str:
    """What `search` asks for. 400 for a list."""
    return _text(call.query.get("search", ""))


def read_limit(call: Call, default: int | None = None) -> int:
    """Rows wanted; 0 and blank mean all, text means none (-1). Without a default it is the configured one."""
    raw = call.query.get("limit")
    if raw is None:
        return config.get("default_pagelimit") if default is None else default
    text = _text(raw).strip()
    if text == "":
        return 0
    if re.fullmatch(r"[+-]?\d{1,30}(\.\d*)?", text):
        number = int(float(text))
        if number < 0:
            raise Refused("limit must not be negative.")
        return min(number, 2**31 - 1)
    return -1


def read_start(call: Call) -> int:
    """Rows to skip."""
    text = _text(call.query.get("start", 0)).strip()
    number = int(text) if re.fullmatch(r"-?\d{1,30}", text) else 0
    if number < 0:
        raise Refused("start must not be negative.")
    return min(number, 2**62)


def selection(call: Call) -> frozenset[str] | None:
    """The names of the selected properties, known or not; None when nothing was asked for."""
    asked = call.query.get("select")
    if not asked:
        return None
    if isinstance(asked, dict):
        asked = list(asked.values())
    names = asked if isinstance(asked, list) else [asked]
    if not all(isinstance(n, str) for n in names):
        raise Refused("select must be a list of property names.")
    return frozenset(part.strip() for n in names for part in n.split(","))


def truthy(raw: Any) -> bool:
    return _text(raw).strip().lower() in TRUE if raw is not None and not isinstance(raw, bool) else bool(raw)


def _text(raw: Any) -> str:
    if isinstance(raw, (list, dict)):
        raise Refused("A text was expected where a list was given.")
    return "" if raw is None else str(raw).replace("\x00", "")
