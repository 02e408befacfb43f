"""Inputs for contact and company fields, by their type, for forms of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import available_timezones

from django.http import HttpRequest
from django.utils import timezone

from honeyguide.engine import places
from honeyguide.engine.ui.forms import Widget, utc_text
from honeyguide.features.fields.definitions import GROUPS, Definition, FieldObject, definitions

KINDS = {
    "select": "choice", "boolean": "choice", "country": "choice", "region": "text", "locale": "text",
    "timezone": "choice", "multiselect": "multi", "datetime": "datetime", "textarea": "textarea", "html": "html",
    "number": "number", "lookup": "lookup",
}  # fmt: skip


def field_widgets(
    object_: FieldObject, values: Mapping[str, Any], errors: Mapping[str, list[str]], *, only_short: bool = False
) -> dict[str, list[Widget]]:
    """Group -> inputs of every visible field. `values` are stored values, or what was sent."""
    found: dict[str, list[Widget]] = {group: [] for group in GROUPS[object_]}
    for definition in definitions(object_).values():
        if definition.alias == "last_active" or (only_short and not definition.is_short_visible):
            continue
        widget = field_widget(definition, values.get(definition.alias), errors.get(definition.alias, []))
        found.setdefault(definition.group, []).append(widget)
    return {group: widgets for group, widgets in found.items() if widgets}


def field_widget(definition: Definition, value: Any, errors: list[str]) -> Widget:
    return Widget(
        name=definition.alias,
        label=definition.label,
        kind=KINDS.get(definition.type, definition.type),
        value=shown_in_input(definition, value),
        choices=choices(definition),
        errors=errors,
        required=definition.is_required,
        max_length=definition.char_length_limit if definition.field_type.kind == "text" else None,
    )


def choices(definition: Definition) -> list[tuple[str, str]]:
    """(value, label) of what can be chosen; empty for types without a list."""
    match definition.type:
        case "country":
            return [(name, name) for name in places.COUNTRIES]
        case "timezone":
            return [(name, name) for name in sorted(available_timezones())]
        case "boolean":
            return [(value, {"1": "Yes", "0": "No"}.get(label, label)) for value, label in definition.options.items()]
    return list(definition.options.items())


def shown_in_input(definition: Definition, value: Any) -> Any:
    if value is None:
        return ""
    match definition.type:
        case "boolean":
            return {True: "1", False: "0"}.get(value, str(value))
        case "multiselect":
            return value if isinstance(value, list) else str(value).split("|")
        case "datetime":
            moment = _moment(str(value))
            return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M") if moment else value
    return value


def shown(definition: Definition, value: Any) -> str:
    """A stored value as people read it."""
    if value is None or value == "":
        return ""
    match definition.type:
        case "boolean":
            return {"1": "Yes", "0": "No"}.get(label := definition.options.get("1" if value else "0", ""), label)
        case "select":
            return definition.options.get(str(value), str(value))
        case "multiselect":
            return ", ".join(definition.options.get(part, part) for part in str(value).split("|"))
        case "datetime":
            moment = _moment(str(value))
            return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else str(value)
    return str(value)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def sent_values(request: HttpRequest, object_: FieldObject) -> dict[str, Any]:
    """What a form sent for fields, by alias, as the services take it."""
    values: dict[str, Any] = {}
    for alias, definition in definitions(object_).items():
        if definition.type == "multiselect":
            if f"{alias}-shown" in request.POST:
                values[alias] = request.POST.getlist(alias)
        elif alias in request.POST:
            raw = request.POST[alias]
            values[alias] = utc_text(raw) if definition.type == "datetime" and raw else raw
    return values
