"""What a change did: old and new value of each field that differs, fit for JSON, without secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.db.models import Model

SECRET = re.compile(r"password|secret|token|api_?key|_dsn$|private", re.IGNORECASE)
HIDDEN = "(not shown)"
MAX_TEXT = 10_000  # characters of one value that are kept


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """`{name: [old, new]}` of every name in `after` whose value is another than before; blank and absent are the same."""
    found = {}
    for name, new in after.items():
        old, new = shown(before.get(name)), shown(new)
        if old != new and not (_blank(old) and _blank(new)):
            found[name] = [HIDDEN, HIDDEN] if SECRET.search(name) else [old, new]
    return found


def shown(value: Any) -> Any:
    """The value as JSON holds it: an object as its id, a moment as text, a long text cut."""
    match value:
        case str():
            return value if len(value) <= MAX_TEXT else value[:MAX_TEXT] + "…"
        case None | bool() | int() | float():
            return value
        case Model():
            return value.pk
        case date() | time():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Mapping():
            return {str(name): HIDDEN if SECRET.search(str(name)) else shown(inner) for name, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [shown(inner) for inner in value]
        case _:
            return str(value)


def _blank(value: Any) -> bool:
    return value in (None, "", [], {})
