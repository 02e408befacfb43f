"""A dashboard as a JSON file (engine dashboard): name, description, author, widgets. Only data is read from one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from honeyguide.features.dashboard.models import Dashboard, PlacedWidget
from honeyguide.features.dashboard.parameters import HEIGHTS, WIDTHS

MOST_BYTES = 256 * 1024
MOST_WIDGETS = 50
LONGEST = 191


class BadFile(ValueError):
    """What is wrong with a file."""


def document_of(dashboard: Dashboard, author: str = "") -> dict[str, Any]:
    widgets = [widget_as_data(one, at) for at, one in enumerate(dashboard.widgets.all())]
    return {"name": dashboard.name, "description": "", "author": author, "widgets": widgets}


def widget_as_data(widget: PlacedWidget, ordering: int) -> dict[str, Any]:
    return {
        "name": widget.name,
        "width": widget.width,
        "height": widget.height,
        "ordering": ordering,
        "type": widget.type,
        "params": widget.params,
        "template": None,
    }


def read(text: bytes, known: Iterable[str]) -> tuple[dict[str, Any], list[str]]:
    """The document, with widgets of known types only, in their order; and the types that were left out. Raises `BadFile`."""
    if len(text) > MOST_BYTES:
        raise BadFile(f"The file is larger than {MOST_BYTES // 1024} kB.")
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BadFile("This is no JSON.") from None
    listed = document.get("widgets") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise BadFile("This is no dashboard: it has no widgets.")
    if len(listed) > MOST_WIDGETS:
        raise BadFile(f"A dashboard has at most {MOST_WIDGETS} widgets.")
    if any(not isinstance(one, dict) or not isinstance(one.get("type"), str) for one in listed):
        raise BadFile("Each widget must have a type.")
    types = set(known)
    kept = sorted((one for one in listed if one["type"] in types), key=lambda one: _number(one.get("ordering"), 0))
    name = document.get("name")
    return (
        {"name": _text(name) or "Imported dashboard", "widgets": [_widget(one) for one in kept]},
        sorted({_text(one["type"]) for one in listed if one["type"] not in types}),
    )


def _widget(given: Mapping[str, Any]) -> dict[str, Any]:
    params = given.get("params")
    return {
        "name": _text(given.get("name")) or given["type"],
        "type": given["type"],
        "width": nearest(_number(given.get("width"), 50), WIDTHS),
        "height": nearest(_number(given.get("height"), 330), HEIGHTS),
        "params": _plain(params) if isinstance(params, dict) else {},
    }


def nearest(number: int, allowed: tuple[int, ...]) -> int:
    return min(allowed, key=lambda one: abs(one - number))


def _text(value: Any) -> str:
    return value.replace("\x00", "").strip()[:LONGEST] if isinstance(value, str) else ""


def _number(value: Any, default: int) -> int:
    try:
        return max(-(10**6), min(10**6, int(value)))
    except (TypeError, ValueError, OverflowError):
        return default


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    """Texts, numbers and lists of them, as the form makes them."""
    return {
        _text(name): [_value(one) for one in value[:1000]] if isinstance(value, list) else _value(value)
        for name, value in list(params.items())[:50]
    }


def _value(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    return _number(value, 0) if isinstance(value, int) else _text(str(value))
