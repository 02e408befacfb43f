"""Which variation of dynamic content a contact sees: filters evaluated on values in memory.

The operators mean what they mean in segments: text is compared without regard to case, numbers as numbers, dates as
their stored ISO text, multiselects by their chosen options; a filter on a field nobody has defined is skipped.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from honeyguide.engine.dates import parse_date, parse_datetime, parse_time
from honeyguide.engine.fieldtypes import TYPES

_DATED = {"date": parse_date, "datetime": parse_datetime, "time": parse_time}
LONGEST_PATTERN = 1000


def matches(filters: Sequence[Mapping[str, Any]], values: Mapping[str, Any], types: Mapping[str, str]) -> bool:
    """Whether the contact's `values` meet the filters: groups begin at each `or`, and one group must hold entirely.

    `types` gives the type of every defined field. Without any usable filter nothing matches.
    """
    groups: list[list[bool]] = [[]]
    for item in filters if isinstance(filters, list) else ():
        if not isinstance(item, dict):
            continue
        alias, operator = item.get("field"), item.get("operator")
        if alias not in types or operator not in OPERATORS:
            continue
        if item.get("glue") == "or" and groups[-1]:
            groups.append([])
        groups[-1].append(_holds(operator, values.get(alias), _wanted(item), types[alias]))
    return any(group and all(group) for group in groups)


def _wanted(item: Mapping[str, Any]) -> Any:
    """The value of a filter, which is kept as those of segments are, or beside the operator."""
    properties = item.get("properties")
    return properties.get("filter", item.get("filter")) if isinstance(properties, dict) else item.get("filter")


def _holds(operator: str, value: Any, wanted: Any, type_name: str) -> bool:
    kind = TYPES[type_name].kind if type_name in TYPES else "text"
    have = _comparable(value, kind)
    if operator in ("in", "!in"):
        chosen = {_comparable(w, kind) for w in (wanted if isinstance(wanted, list) else [wanted])}
        mine = set(have.split("|")) if kind == "multi" and isinstance(have, str) else {have}
        return bool(mine & chosen) is (operator == "in")
    return OPERATORS[operator](have, _comparable(wanted[0] if isinstance(wanted, list) and wanted else wanted, kind))


def _comparable(value: Any, kind: str) -> Any:
    """A value in the shape in which its kind is compared; None for nothing."""
    if value is None or value == "" or isinstance(value, (list, dict)):
        return None
    if kind == "number":
        try:
            return float(value)
        except (TypeError, ValueError):
            return None
    if kind == "boolean":
        return str(value).lower() in ("1", "true", "yes", "on")
    if kind in _DATED:
        return _DATED[kind](str(value)) or str(value)
    return str(value).lower()


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower()


def _like(have: Any, wanted: Any) -> bool:
    pattern = _text(wanted)
    if "%" not in pattern:
        pattern = f"%{pattern}%"
    parts = [re.escape(part) for part in re.split(r"%+", pattern)]
    return have is not None and re.fullmatch(".*".join(parts), _text(have), re.DOTALL) is not None


def _regexp(have: Any, wanted: Any) -> bool:
    """A pattern that is none, or long enough to hurt, matches nothing."""
    if have is None or len(_text(wanted)) > LONGEST_PATTERN:
        return False
    try:
        return re.search(_text(wanted), _text(have)[:LONGEST_PATTERN]) is not None
    except re.error:
        return False


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def holds(have: Any, wanted: Any) -> bool:
        return have is not None and wanted is not None and type(have) is type(wanted) and compare(have, wanted)

    return holds


def _both(compare: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    return lambda have, wanted: have is not None and compare(_text(have), _text(wanted))


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda have, wanted: have == wanted,
    "!=": lambda have, wanted: have != wanted,
    "gt": _ordered(lambda have, wanted: have > wanted),
    "gte": _ordered(lambda have, wanted: have >= wanted),
    "lt": _ordered(lambda have, wanted: have < wanted),
    "lte": _ordered(lambda have, wanted: have <= wanted),
    "empty": lambda have, wanted: have is None,
    "!empty": lambda have, wanted: have is not None,
    "like": _like,
    "!like": lambda have, wanted: not _like(have, wanted),
    "regexp": _regexp,
    "!regexp": lambda have, wanted: not _regexp(have, wanted),
    "startsWith": _both(str.startswith),
    "endsWith": _both(str.endswith),
    "contains": _both(lambda have, wanted: wanted in have),
    "in": lambda have, wanted: False,  # both are answered by `_holds`, which knows the list
    "!in": lambda have, wanted: True,
}
