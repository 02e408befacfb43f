"""Properties of point actions and of the events of triggers, as clients and forms send them: ids as numbers or text, lists as
lists, objects or single values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def of(item: Any) -> Mapping[str, Any]:
    """The properties of an action or event; something else than an object is none."""
    return item.properties if isinstance(item.properties, dict) else {}


def _listed(given: Any) -> list[Any]:
    if isinstance(given, dict):
        return list(given.values())
    return list(given) if isinstance(given, (list, tuple)) else [given]


def texts(given: Any) -> list[str]:
    """The texts that are not blank."""
    return [item.strip() for item in _listed(given) if isinstance(item, str) and item.strip()]


def numbers(given: Any) -> list[int]:
    """The ids in a list as clients send it."""
    return [found for item in _listed(given) if (found := number(item)) > 0]


def number(given: Any) -> int:
    """A whole number as clients send it; 0 for anything else."""
    text = str(given).strip() if isinstance(given, (int, str)) and not isinstance(given, bool) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
