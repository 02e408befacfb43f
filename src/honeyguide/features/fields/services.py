"""Changes to contact and company fields (contract resource-fields): the only writers. Values live with their contacts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from honeyguide.engine.audit import differences, record
from honeyguide.engine.fieldtypes import INVALID, TYPES
from honeyguide.engine.resource.errors import Invalid, Refused
from honeyguide.engine.resource.fields import strip_tags
from honeyguide.engine.sql import execute, scalar
from honeyguide.features.fields import order
from honeyguide.features.fields.aliases import choose_alias
from honeyguide.features.fields.definitions import (
    GROUPS,
    Definition,
    Definitions,
    FieldObject,
    changed,
    definitions,
    forget,
)
from honeyguide.features.fields.indexes import SMALL_TABLE, TABLES, create_index, drop_index, index_count, row_count
from honeyguide.features.fields.models import FieldDefinition

MAX_INDEXES = 64
LABEL_REQUIRED = "A label is required."
LABEL_TOO_LONG = "Label value cannot be longer than 191 characters"
LIST_REQUIRED = (
    "A list for the select box must be specified. Separate each option with a vertical bar. I.e. Green|Blue|Red"
)
LIMIT_RANGE = "This value should be between 1 and 255."
LIMIT_BLANK = "This value should not be blank."
DEFAULT_TOO_LONG = "Default value can't exceed {limit} characters. The current length is {length} characters."
LIMITED = ("text", "select", "tel", "url", "email")
LISTS = ("select", "multiselect", "lookup")
ENTITIES = str.maketrans({"&": "&#38;", '"': "&#34;", "'": "&#39;", "<": "&#60;", ">": "&#62;"})
# wire name -> (attribute, default of a new field)
FLAGS = {
    "isPublished": ("is_published", True),
    "isRequired": ("is_required", False),
    "isVisible": ("is_visible", True),
    "isShortVisible": ("is_short_visible", True),
    "isListable": ("is_listable", True),
    "isPubliclyUpdatable": ("is_publicly_updatable", False),
    "isUniqueIdentifier": ("is_unique_identifier", False),
    "isUniqueIdentifer": ("is_unique_identifier", False),  # the reference's spelling
    "isIndex": ("is_index", False),
}


@transaction.atomic
def create_field(object_: FieldObject, values: Mapping[str, Any], *, by: Any) -> FieldDefinition:
    """A new field from raw values by wire name. Raises `Invalid` and, for properties of its type, `Refused`."""
    _one_at_a_time()
    item = FieldDefinition(object=object_, type="text", date_added=timezone.now(), **_created(by))
    errors: dict[str, str] = {}
    _set_label(item, values, errors)
    _set_type(item, values, errors)
    for name, (attribute, default) in FLAGS.items():
        if name in values or name == "isUniqueIdentifier" or not name.startswith("isUnique"):
            setattr(item, attribute, _flag(values[name]) if name in values else default)
    _set_rest(item, values, errors, new=True)
    if errors:
        raise Invalid(errors)
    item.alias = choose_alias(object_, _text(values.get("alias")), item.label)
    item.order = order.position(_number(values.get("order")))
    _settle(item)
    item.save()
    order.make_room(item.pk)
    record("lead", "field", item.pk, "create", differences({}, _values(item)), by=by)
    if item.is_index:
        _index(item)
    changed()
    return item


@transaction.atomic
def update_field(
    item: FieldDefinition, values: Mapping[str, Any], *, by: Any, clear_missing: bool = False
) -> FieldDefinition:
    """PATCH, or PUT with `clear_missing`, which gives what was not sent its default. Alias, type and object stay."""
    _one_at_a_time()
    item = FieldDefinition.objects.get(pk=item.pk)
    before = _values(item)
    errors: dict[str, str] = {}
    if "label" in values or clear_missing:
        _set_label(item, values, errors)
    for name, (attribute, default) in FLAGS.items():
        if name in values:
            setattr(item, attribute, _flag(values[name]))
        elif clear_missing and not (name.startswith("isUnique") or name == "isIndex"):
            setattr(item, attribute, default)
    _set_rest(item, values, errors, new=clear_missing)
    if errors:
        raise Invalid(errors)
    _settle(item)
    if "order" in values and _number(values["order"]):
        item.order = order.position(_number(values["order"]))
    item.modified_by, item.modified_by_user = (by.pk, by.name) if by else (None, None)
    if any(getattr(item, name) != value for name, value in before.items()):
        item.date_modified = timezone.now()
    item.save()
    order.make_room(item.pk)
    if changes := differences(before, _values(item)):
        record("lead", "field", item.pk, "update", changes, by=by)
    if item.is_index and not before["is_index"]:
        _index(item)
    elif before["is_index"] and not item.is_index:
        drop_index(item.object, item.alias)
    changed()
    return item


@transaction.atomic
def delete_field(item: FieldDefinition, *, by: Any = None) -> None:
    """Deletes a field at once, and its values in the background."""
    from honeyguide.features.fields.jobs import forget_values

    _one_at_a_time()
    drop_index(item.object, item.alias)
    FieldDefinition.objects.filter(pk=item.pk).delete()
    record("lead", "field", item.pk, "delete", {"name": item.label}, by=by)
    changed()
    forget_values.defer(object_=item.object, alias=item.alias)


def _values(item: FieldDefinition) -> dict[str, Any]:
    """What a person decides; who and when is told beside it."""
    stamps = ("id", "date_", "created_by", "modified_by")
    names = (f.attname for f in item._meta.concrete_fields)
    return {name: getattr(item, name) for name in names if not name.startswith(stamps)}


def _one_at_a_time() -> None:
    execute("LOCK TABLE fields IN SHARE ROW EXCLUSIVE MODE")


def _created(by: Any) -> dict[str, Any]:
    return {"created_by": by.pk, "created_by_user": by.name} if by else {}


def _set_label(item: FieldDefinition, values: Mapping[str, Any], errors: dict[str, str]) -> None:
    raw = values.get("label")
    if isinstance(raw, (list, dict)):
        errors["label"] = INVALID
        return
    item.label = strip_tags(_text(raw)).translate(ENTITIES).strip()
    if not item.label:
        errors["label"] = LABEL_REQUIRED
    elif len(item.label) > 191:
        errors["label"] = LABEL_TOO_LONG


def _set_type(item: FieldDefinition, values: Mapping[str, Any], errors: dict[str, str]) -> None:
    raw = values.get("type", "text")
    item.type = raw if isinstance(raw, str) and raw in TYPES else "text"
    if raw != item.type:
        errors["type"] = INVALID
        errors["charLengthLimit"] = LIMIT_BLANK


def _set_rest(item: FieldDefinition, values: Mapping[str, Any], errors: dict[str, str], *, new: bool) -> None:
    if "group" in values or new:
        group = _text(values.get("group")) or "core"
        item.group = group
        if group not in (*GROUPS["lead"], *GROUPS["company"]):
            errors["group"] = INVALID
    if "charLengthLimit" in values or new:
        limit = _number(values.get("charLengthLimit", 64))
        item.char_length_limit = limit
        if limit is None or not 1 <= limit <= 255:
            errors.setdefault("charLengthLimit", LIMIT_BLANK if limit is None else LIMIT_RANGE)
    if "properties" in values or new:
        item.properties = _properties(item.type, values.get("properties"), errors)
    if "defaultValue" in values or new:
        _set_default(item, values.get("defaultValue"), errors)


def _set_default(item: FieldDefinition, raw: Any, errors: dict[str, str]) -> None:
    if isinstance(raw, list) and item.type == "multiselect":
        raw = "|".join(_text(part) for part in raw)
    if isinstance(raw, (list, dict)):
        errors["defaultValue"] = INVALID
        return
    text = "1" if raw is True else "0" if raw is False else None if raw is None else _text(raw)
    item.default_value = "" if text is None and item.type == "multiselect" else text
    limit = item.char_length_limit if item.type in LIMITED else TYPES[item.type].max_length
    if text and limit and len(text) > limit:
        errors["defaultValue"] = DEFAULT_TOO_LONG.format(limit=limit, length=len(text))


def _properties(kind: str, raw: Any, errors: dict[str, str]) -> dict[str, Any]:
    """Properties as they are stored: scalars as text, options as `{label, value}` or, of a lookup, plain texts."""
    given = raw if isinstance(raw, dict) else {}
    if raw not in (None, "", []) and not isinstance(raw, dict):
        errors["properties"] = INVALID
        return {}
    kept: dict[str, Any] = {}
    for name in {"number": ("roundmode", "scale"), "boolean": ("yes", "no"), "textarea": ("allowHtml",)}.get(
        kind, ("format",) if kind in ("date", "datetime") else ()
    ):
        if name in given:
            kept[name] = _text(given[name])
    if kind == "number" and not all(text.lstrip("-").isdecimal() and len(text) < 3 for text in kept.values() if text):
        errors["properties"] = INVALID
    if kind in LISTS:
        options = _options(kind, given.get("list"), errors)
        if not options and kind != "lookup" and not errors:
            raise Refused(LIST_REQUIRED)
        if options:
            kept["list"] = options
    return kept


def _options(kind: str, raw: Any, errors: dict[str, str]) -> list[Any]:
    if raw in (None, "", [], {}):
        return []
    listed = list(raw.values()) if isinstance(raw, dict) else raw
    if not isinstance(listed, list):
        errors["list"] = INVALID
        return []
    options: list[Any] = []
    for entry in listed:
        if isinstance(entry, dict):
            value = _text(entry.get("value"))
            options.append({"label": _text(entry.get("label")) or value, "value": value})
        elif isinstance(entry, list):
            errors["list"] = INVALID
        else:
            text = _text(entry)
            options.append(text if kind == "lookup" else {"label": text, "value": text})
    return options


def _settle(item: FieldDefinition) -> None:
    """What follows from other values: unique fields are indexed, times cannot be filtered by."""
    item.is_index = item.is_index or item.is_unique_identifier
    item.is_listable = item.is_listable and item.type != "time"


def _index(item: FieldDefinition) -> None:
    """At once on a small table, else in the background without stopping writers."""
    from honeyguide.features.fields.jobs import build_index

    if index_count(item.object) >= MAX_INDEXES:
        raise Invalid({"isIndex": f"No more than {MAX_INDEXES} fields can be indexed."})
    if row_count(item.object) <= SMALL_TABLE:
        create_index(item.object, item.alias)
    else:
        build_index.defer(object_=item.object, alias=item.alias)


def _flag(raw: Any) -> bool:
    raw = raw[0] if isinstance(raw, list) and raw else raw
    return str(raw).strip().lower() in ("1", "true", "on", "yes")


def _text(raw: Any) -> str:
    if raw is None or isinstance(raw, (list, dict)):
        return ""
    return {True: "1", False: "0"}.get(raw, str(raw)) if isinstance(raw, bool) else str(raw).replace("\x00", "").strip()


def _number(raw: Any) -> int | None:
    text = _text(raw)
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 10 else None


def field_exists(object_: str, alias: str) -> bool:
    return scalar("SELECT 1 FROM fields WHERE object = %s AND alias = %s", (object_, alias)) is not None


__all__ = [
    "GROUPS", "TABLES", "Definition", "Definitions", "FieldObject", "create_field", "definitions", "delete_field",
    "field_exists", "forget", "update_field",
]  # fmt: skip
