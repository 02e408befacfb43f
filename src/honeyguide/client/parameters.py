"""Query parameters in the API's bracket notation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

Pairs = list[tuple[str, str | int | float | bool | None]]  # as httpx takes them


def flatten(parameters: Mapping[str, Any]) -> Pairs:
    """`{"where": [{"col": "id"}]}` → `[("where[0][col]", "id")]`. `None` is left out; `True` is `1`, `False` is `0`."""
    found: Pairs = []
    for name, value in parameters.items():
        _add(found, name, value)
    return found


def _add(found: Pairs, name: str, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _add(found, f"{name}[{key}]", inner)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            _add(found, f"{name}[{index}]", inner)
    elif isinstance(value, bool):
        found.append((name, "1" if value else "0"))
    elif isinstance(value, datetime):
        found.append((name, value.isoformat(sep=" ", timespec="seconds")))
    elif isinstance(value, date):
        found.append((name, value.isoformat()))
    else:
        found.append((name, str(value)))
