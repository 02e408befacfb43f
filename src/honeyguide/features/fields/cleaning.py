"""Raw values of contact and company fields, cleaned and checked (contract resource-contacts "Create", conventions 2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from honeyguide.engine.fieldtypes import INVALID, InvalidValue
from honeyguide.engine.places import is_country, is_locale, is_timezone
from honeyguide.engine.resource.fields import strip_tags
from honeyguide.features.fields.definitions import Definition, Definitions

REQUIRED = "This field is required."
TOO_LONG = "This value is too long. It should have {limit} characters or less."
DATES = {"date", "datetime", "time"}
LIMITED = {"text", "select", "tel", "url", "email"}  # those whose author sets how long they may be
PLACES = {"country": is_country, "locale": is_locale, "timezone": is_timezone}
BLANK_TEXT = re.compile(r"\s+")
IGNORED: Any = object()  # what was sent means nothing; the field stays as it is


def clean_values(values: Mapping[str, Any], fields: Definitions) -> tuple[dict[str, Any], dict[str, str]]:
    """The typed values of the fields that were sent (None = blank), and the error of each that was refused.

    Unknown aliases are ignored. Dates that mean nothing are left out, as if they had not been sent.
    """
    cleaned: dict[str, Any] = {}
    errors: dict[str, str] = {}
    by_alias = fields.by_alias
    for alias, raw in values.items():
        definition = by_alias.get(alias)
        if definition is None:
            continue
        try:
            value = clean_value(definition, raw)
        except InvalidValue as error:
            errors[alias] = str(error)
            continue
        if value is not IGNORED:
            cleaned[alias] = value
    return cleaned, errors


def clean_value(definition: Definition, raw: Any) -> Any:
    """One typed value; None for blank, IGNORED for a date that means nothing. Raises `InvalidValue`."""
    kind = definition.type
    if raw is None or raw == "":
        return None
    if isinstance(raw, (list, dict)) and kind != "multiselect":
        raise InvalidValue(INVALID)
    if isinstance(raw, dict):
        raw = list(raw.values())
    if isinstance(raw, str):
        if "<" in raw and kind != "html" and not (kind == "textarea" and definition.properties.get("allowHtml")):
            raw = strip_tags(raw)
        if kind == "text" and BLANK_TEXT.fullmatch(raw):
            return raw  # the reference trims texts, but keeps those of spaces alone
    value = definition.field_type.clean(raw, definition.properties)
    if value is None:
        return IGNORED if kind in DATES and str(raw).strip() else None
    if kind == "datetime":
        value = f"{value[:16]}:00"  # the API takes minutes
    _check(definition, value)
    return value


def _check(definition: Definition, value: Any) -> None:
    kind = definition.type
    if kind in PLACES and not PLACES[kind](value):
        raise InvalidValue(INVALID)
    if kind in ("select", "multiselect") and definition.options:
        wanted = value.split("|") if kind == "multiselect" else [value]
        if not all(part in definition.options for part in wanted):
            raise InvalidValue(INVALID)
    limit = definition.char_length_limit if kind in LIMITED else definition.field_type.max_length
    if limit and isinstance(value, str) and len(value) > limit and "description" not in definition.alias:
        raise InvalidValue(TOO_LONG.format(limit=limit))


def missing_required(fields: Definitions, values: Mapping[str, Any]) -> dict[str, str]:
    """The error of each required field that has no value."""
    return {
        d.alias: REQUIRED for d in fields.values() if d.is_required and values.get(d.alias) in (None, "")
    }  # fmt: skip


def default_values(fields: Definitions, values: Mapping[str, Any]) -> dict[str, Any]:
    """The defaults of fields that have no value. A default its own type refuses is left out."""
    found: dict[str, Any] = {}
    for definition in fields.with_default:
        if values.get(definition.alias) in (None, ""):
            try:
                value = clean_value(definition, definition.default_value)
            except InvalidValue:
                continue
            if value is not None and value is not IGNORED:
                found[definition.alias] = value
    return found
