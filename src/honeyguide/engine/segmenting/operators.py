"""What each operator means for one value, as SQL that is true, false or unknown (for null).

Negative operators are the opposite of a positive one and hold for null; `compiler` turns them, since for rows of other
tables the opposite of "some row" is "no row".
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from honeyguide.engine.segmenting import regex
from honeyguide.engine.segmenting.dates import Anniversary, read_date, to_instant, today_in
from honeyguide.engine.segmenting.errors import InvalidFilter
from honeyguide.engine.segmenting.sources import Value
from honeyguide.engine.sql import NONE, Clause

OPPOSITES = {"!=": "=", "!in": "in", "!like": "like", "!between": "between", "!empty": "empty"}
SIGNS = {"=": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
PATTERNS = {"startsWith": "{}%", "endsWith": "%{}", "contains": "%{}%"}
OPERATORS = frozenset(
    {*OPPOSITES, *OPPOSITES.values(), *SIGNS, *PATTERNS, "regexp", "!regexp", "date"}
)  # fmt: skip
YES = {"1", "true", "yes", "y", "t", "on"}
NO = {"0", "false", "no", "n", "f", "off", ""}
BETWEEN_VALUES = "\x1f"  # never in a value: control characters are taken out


def test(value: Value, operator: str, asked: Any, *, now: datetime, timezone: str) -> Clause:
    """The condition for a positive operator. `asked` is what the filter compares with."""
    if operator == "empty":
        blank = "" if value.instant or value.kind in ("number", "boolean", "id") else f" OR {value.sql} = ''"
        return Clause(f"({value.sql} IS NULL{blank})")
    if operator == "between":
        return _between(value, asked, now, timezone)
    if operator == "in" or (isinstance(asked, list) and operator == "="):
        return _among(value, _items(asked), now, timezone)
    if isinstance(asked, (list, dict)):
        raise InvalidFilter
    if operator in ("regexp", "!regexp"):
        sign = "~*" if operator == "regexp" else "!~*"
        return Clause(f"{as_text(value)} {sign} %s::text", (regex.translate(_text(asked)),))
    if operator == "like" or operator in PATTERNS:
        return Clause(f"lower({as_text(value)}) LIKE lower(%s::text)", (_pattern(operator, _text(asked)),))
    if operator not in ("date", *SIGNS):
        raise InvalidFilter(key="operator")
    return _compare(value, "=" if operator == "date" else operator, asked, now, timezone)


def any_of(value: Value, asked: list[Any]) -> Clause:
    """A multiselect value with at least one of the options."""
    chosen = _items(asked)
    return Clause(f"{_options(value)} && {_PARTS}", (_joined(chosen),)) if chosen else NONE


def as_text(value: Value) -> str:
    """The value as people see it: moments as `Y-m-d H:i:s` in UTC."""
    if value.instant:
        return f"to_char({value.sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
    return value.sql if value.kind in ("text", "multi", "time") else f"({value.sql})::text"


def _compare(value: Value, operator: str, asked: Any, now: datetime, timezone: str) -> Clause:
    sign = SIGNS[operator]
    match value.kind:
        case "text" | "multi":
            return Clause(f"lower({value.sql}) {sign} lower(%s::text)", (_text(asked),))
        case "time":
            return Clause(f"{value.sql} {sign} %s::text", (_text(asked),))
        case "number":
            return Clause(f"{value.sql} {sign} %s::numeric", (_number(asked),))
        case "id":
            return Clause(f"{value.sql} {sign} %s::bigint", (_id(asked),))
        case "boolean":
            return Clause(f"{value.sql} {sign} %s::boolean", (to_bool(asked),))
    return _compare_date(value, operator, _text(asked), now, timezone)


def _compare_date(value: Value, operator: str, asked: str, now: datetime, timezone: str) -> Clause:
    zone = timezone if value.kind == "date" else "UTC"
    meant = read_date(asked, today_in(zone, now))
    if meant is None:  # a pattern such as 2024-%: compared letter by letter
        return Clause(f"{as_text(value)} {SIGNS[operator]} %s::text", (asked,))
    if isinstance(meant, Anniversary):
        day = f"to_char({value.sql} AT TIME ZONE %s, 'MM-DD')" if value.instant else f"substr({value.sql}, 6, 5)"
        params = (zone,) if value.instant else ()
        return Clause(f"{day} = %s::text", (*params, f"{meant.month:02}-{meant.day:02}"))
    start, end = (_edge(value, edge, zone) for edge in (meant.start, meant.end))
    cast = "%s::timestamptz" if value.instant else "%s::text"
    if operator == "=":
        return Clause(f"({value.sql} >= {cast} AND {value.sql} < {cast})", (start, end))
    if meant.whole and operator in ("gt", "lte"):
        return Clause(f"{value.sql} {'>=' if operator == 'gt' else '<'} {cast}", (end,))
    return Clause(f"{value.sql} {SIGNS[operator]} {cast}", (start,))


def _edge(value: Value, wall: datetime, zone: str) -> datetime | str:
    if value.instant:
        try:
            return to_instant(wall, zone)
        except OverflowError:
            return wall.replace(tzinfo=UTC)
    if value.kind == "date" and not (wall.hour or wall.minute or wall.second):
        return f"{wall.year:04}{wall:-%m-%d}"
    return f"{wall.year:04}{wall:-%m-%d %H:%M:%S}"


def _between(value: Value, asked: Any, now: datetime, timezone: str) -> Clause:
    if not isinstance(asked, list) or len(asked) != 2:
        raise InvalidFilter
    low, high = (_compare(value, sign, one, now, timezone) for sign, one in zip(("gte", "lte"), asked, strict=True))
    if value.kind in ("date", "datetime"):  # the whole last day counts
        high |= _compare(value, "=", asked[1], now, timezone)
    return low & high


_PARTS = f"string_to_array(lower(%s::text), '{BETWEEN_VALUES}')"


def _joined(items: list[str]) -> str:
    return BETWEEN_VALUES.join(items)


def _options(value: Value) -> str:
    return f"string_to_array(lower({value.sql}), '|')"


def _among(value: Value, asked: list[Any], now: datetime, timezone: str) -> Clause:
    if not asked:
        return NONE
    match value.kind:
        case "text" | "time":
            return Clause(f"lower({value.sql}) = ANY({_PARTS})", (_joined(asked),))
        case "multi":
            return Clause(f"{_options(value)} @> {_PARTS}", (_joined(asked),))
        case "number":
            return Clause(f"{value.sql} = ANY(%s::numeric[])", ([_number(one) for one in asked],))
        case "id":
            return Clause(f"{value.sql} = ANY(%s::bigint[])", ([_id(one) for one in asked],))
    return Clause.some(_compare(value, "=", one, now, timezone) for one in asked)


def _items(asked: Any) -> list[str]:
    """A list, or the text `a|b|c`."""
    if isinstance(asked, str):
        asked = asked.split("|")
    if isinstance(asked, dict):
        asked = list(asked.values())
    return [_text(one) for one in (asked if isinstance(asked, list) else [asked])]


def _text(asked: Any) -> str:
    if isinstance(asked, (list, dict)):
        raise InvalidFilter
    if asked is None:
        return ""
    text = str(int(asked)) if isinstance(asked, bool) else str(asked)
    return text.replace("\x00", "").replace(BETWEEN_VALUES, "").encode(errors="replace").decode()


def _pattern(operator: str, text: str) -> str:
    pattern = PATTERNS.get(operator, "{}" if "%" in text else "%{}%").replace("{}", text)
    trailing = len(pattern) - len(pattern.rstrip("\\"))
    return pattern + "\\" * (trailing % 2)  # a lone backslash at the end would escape nothing


def _number(asked: Any) -> Decimal:
    try:
        number = Decimal(_text(asked).strip() or "0")
    except InvalidOperation:
        raise InvalidFilter from None
    if not number.is_finite() or abs(number.adjusted()) > 300:
        raise InvalidFilter
    return number


def _id(asked: Any) -> int:
    number = _number(asked)
    return int(number) if number == int(number) and abs(number) < 2**63 else -1


def to_bool(asked: Any) -> bool:
    text = _text(asked).strip().lower()
    if text not in YES | NO:
        raise InvalidFilter
    return text in YES
