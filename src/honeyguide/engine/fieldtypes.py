"""The types a contact or company field can have: how a value comes in, is stored, compared in SQL and shown.

One declaration per type (contract resource-fields, engine contacts.md 2). Stored shapes are those of `Contact.fields`.
Dates are stored as fixed-width ISO text, which compares in the right order as text, so they need no cast in SQL.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    DefaultContext,
)
from typing import Any

from honeyguide.engine.dates import parse_date, parse_datetime, parse_time

INVALID = "This value is not valid."
TEXT = (
    "=",
    "!=",
    "empty",
    "!empty",
    "like",
    "!like",
    "regexp",
    "!regexp",
    "startsWith",
    "endsWith",
    "contains",
    "in",
    "!in",
)
SELECT = ("=", "!=", "empty", "!empty", "regexp", "!regexp", "in", "!in")
BOOLEAN = ("=", "!=")
MULTI = ("in", "!in", "empty", "!empty")
COMPARED = (
    "=", "!=", "gt", "gte", "lt", "lte", "empty", "!empty", "like", "!like", "regexp", "!regexp",
    "startsWith", "endsWith", "contains",
)  # fmt: skip
ROUNDING = {
    0: ROUND_CEILING, 1: ROUND_FLOOR, 2: ROUND_DOWN, 3: ROUND_UP, 4: ROUND_HALF_EVEN, 5: ROUND_HALF_DOWN, 6: ROUND_HALF_UP
}  # fmt: skip
PRECISION = DefaultContext.prec


class InvalidValue(ValueError):
    """A value the field cannot take; the message is the contract's."""


@dataclass(frozen=True)
class FieldType:
    """`kind` says how SQL compares it: text, number, boolean, date, datetime, time or multi."""

    name: str
    label: str
    kind: str
    clean: Callable[[Any, Mapping[str, Any]], Any]
    operators: tuple[str, ...]
    widget: str = "text"
    max_length: int | None = 191

    def sql(self, alias: str, table: str = "contacts") -> str:
        """The expression of a field's value, typed by `kind`; exactly that of its index, so that the index is used.

        `alias` must be the alias of a stored definition: aliases are limited to [a-z0-9_].
        """
        if not ALIAS.fullmatch(alias):
            raise ValueError(f"not a field alias: {alias!r}")
        value = f"({table}.fields ->> '{alias}')"
        return CASTS[self.kind].format(value)


ALIAS = re.compile(r"[a-z0-9_]{1,191}")
CASTS = {
    "text": "{}",
    "multi": "{}",
    "number": "{}::numeric",
    "boolean": "{}::boolean",
    "date": '{} COLLATE "C"',
    "datetime": '{} COLLATE "C"',
    "time": '{} COLLATE "C"',
}


def _scalar(raw: Any) -> str:
    if isinstance(raw, (dict, list)):
        raise InvalidValue(INVALID)
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "1" if raw else "0"
    return str(raw).replace("\x00", "").strip()


def clean_text(raw: Any, properties: Mapping[str, Any]) -> str | None:
    return _scalar(raw) or None


def clean_email(raw: Any, properties: Mapping[str, Any]) -> str | None:
    """Illegal characters are dropped before checking (contract resource-contacts, Create)."""
    text = re.sub(r"[^\w.!#$%&'*+/=?^`{|}~@\-\[\]:]", "", _scalar(raw), flags=re.UNICODE)[:254].strip(".,;")
    if not text:
        return None
    if re.search(r"[\^&*%]", text):
        raise InvalidValue(f"{text} has characters not allowed in email addresses.")
    if not EMAIL.fullmatch(text):
        raise InvalidValue(f"{text} is invalid.")
    return text


EMAIL = re.compile(r"[^\s@<>(),;:\\\"\[\]]{1,64}@(?:[^\s@.<>(),;:\\\"\[\]]+\.)+[^\s@.<>(),;:\\\"\[\]]{2,63}")


def clean_number(raw: Any, properties: Mapping[str, Any]) -> int | float | None:
    text = _scalar(raw)
    if not text:
        return None
    try:
        number = Decimal(text)
    except ArithmeticError:
        raise InvalidValue(INVALID) from None
    if not number.is_finite() or number.adjusted() > 300:
        raise InvalidValue(INVALID)
    scale = properties.get("scale")
    if scale not in (None, ""):
        mode = ROUNDING.get(int(properties.get("roundmode") or 3), ROUND_HALF_EVEN)
        if number.adjusted() + int(scale) < PRECISION:  # else it has no such digits
            number = number.quantize(Decimal(1).scaleb(-int(scale)), rounding=mode)
    value = float(number)
    return int(value) if value.is_integer() and math.fabs(value) < 2**53 else value


def clean_boolean(raw: Any, properties: Mapping[str, Any]) -> bool | None:
    text = _scalar(raw).lower()
    if text == "":
        return None
    if text in {"1", "t", "true", "y", "yes", "on"}:
        return True
    if text in {"0", "f", "false", "n", "no", "off"}:
        return False
    raise InvalidValue(INVALID)


def clean_choice(raw: Any, properties: Mapping[str, Any]) -> str | None:
    return _scalar(raw) or None


def clean_multiselect(raw: Any, properties: Mapping[str, Any]) -> str | None:
    given = raw if isinstance(raw, list) else [raw]
    parts = (part.strip() for entry in given for part in _scalar(entry).split("|"))
    return "|".join(filter(None, parts)) or None


def _dated(parse: Callable[[str], str | None]) -> Callable[[Any, Mapping[str, Any]], str | None]:
    """All-zero and unparsable dates are dropped without a word (contract conventions 2)."""

    def clean(raw: Any, properties: Mapping[str, Any]) -> str | None:
        return parse(_scalar(raw))

    return clean


TYPES: dict[str, FieldType] = {
    t.name: t
    for t in [
        FieldType("boolean", "Boolean", "boolean", clean_boolean, BOOLEAN, "boolean", None),
        FieldType("country", "Country", "text", clean_choice, SELECT, "country"),
        FieldType("date", "Date", "date", _dated(parse_date), COMPARED, "date", None),
        FieldType("datetime", "Date/Time", "datetime", _dated(parse_datetime), COMPARED, "datetime", None),
        FieldType("email", "Email", "text", clean_email, TEXT, "email"),
        FieldType("html", "HTML", "text", clean_text, COMPARED, "html", None),
        FieldType("locale", "Locale", "text", clean_choice, SELECT, "locale"),
        FieldType("lookup", "Lookup", "text", clean_text, TEXT, "lookup"),
        FieldType("multiselect", "Select - Multiple", "multi", clean_multiselect, MULTI, "multiselect", 65535),
        FieldType("number", "Number", "number", clean_number, COMPARED, "number", None),
        FieldType("region", "Region", "text", clean_choice, SELECT, "region"),
        FieldType("select", "Select", "text", clean_choice, SELECT, "select"),
        FieldType("tel", "Phone", "text", clean_text, TEXT, "tel"),
        FieldType("text", "Text", "text", clean_text, TEXT, "text"),
        FieldType("textarea", "Text (long)", "text", clean_text, COMPARED, "textarea", None),
        FieldType("time", "Time", "time", _dated(parse_time), COMPARED, "time", None),
        FieldType("timezone", "Timezone", "text", clean_choice, SELECT, "timezone"),
        FieldType("url", "URL", "text", clean_text, TEXT, "url"),
    ]
}
