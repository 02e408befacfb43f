"""Inputs for properties that depend on a type: a block of inputs for each type, of which the browser shows the one that is
chosen (`data-when`), and reading back what was sent.

A parameter is anything that `shown()` describes as name, label, kind (text, long, number, switch, date, choice), choices,
several, required, default and help, as those of campaign steps do. `several` without choices are texts with commas between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.http import QueryDict

LONGEST_NUMBER = 10  # digits


class Parameter(Protocol):
    def shown(self) -> dict[str, Any]: ...


def inputs(parameters: Sequence[Parameter], values: Any, prefix: str) -> list[dict[str, Any]]:
    """The inputs with what is kept. Their names begin with `prefix`, so that several blocks fit into one form."""
    kept = values if isinstance(values, Mapping) else {}
    found = []
    for parameter in parameters:
        shown = parameter.shown()
        value = _at(kept, shown["name"], shown["default"])
        chosen = value if isinstance(value, (list, tuple)) else [value]
        found.append(
            shown
            | {
                "field": f"{prefix}{shown['name']}",
                "value": _as_text(value, several=shown["several"]),
                "on": str(value).lower() in ("1", "true", "yes"),
                "chosen": [str(one) for one in chosen if one is not None],
            }
        )
    return found


def _at(values: Any, name: str, default: Any) -> Any:
    """A name with a dot is of a value within a value."""
    for key in name.split("."):
        if not isinstance(values, Mapping) or key not in values:
            return default
        values = values[key]
    return values


def _as_text(value: Any, *, several: bool) -> str:
    if several:
        return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value or "")
    return "" if value is None or isinstance(value, (list, dict)) else str(value)


def read(post: QueryDict, parameters: Sequence[Parameter], prefix: str) -> tuple[dict[str, Any], list[str]]:
    """The properties as they are kept, and what is wrong with them in words. Ids and numbers are whole numbers."""
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for parameter in parameters:
        shown = parameter.shown()
        name, field = shown["name"], f"{prefix}{shown['name']}"
        text = post.get(field, "").replace("\x00", "").strip()
        offered = {value for value, _ in shown["choices"]}
        if shown["several"] and shown["kind"] != "choice":
            values[name] = [part.strip() for part in text.split(",") if part.strip()]
        elif shown["several"]:
            values[name] = [_plain(one) for one in post.getlist(field) if one in offered]
        elif shown["kind"] == "switch":
            values[name] = int(field in post)
        elif shown["kind"] == "choice":
            values[name] = _plain(text) if text in offered else ""
        elif shown["kind"] == "number" and text:
            values[name] = _plain(text)
            if not isinstance(values[name], int):
                wrong.append(f"{shown['label']}: please enter a whole number.")
        else:
            values[name] = text
        if shown["required"] and values[name] in ("", []):
            wrong.append(f"{shown['label']}: please fill this in.")
    return _nested(values), wrong


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        outer, _, inner = name.partition(".")
        if inner:
            found.setdefault(outer, {})[inner] = value
        else:
            found[name] = value
    return found


def _plain(text: str) -> int | str:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_NUMBER else text
