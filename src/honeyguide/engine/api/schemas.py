"""JSON Schemas of what the API takes and answers, from the declarations of resources and actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from honeyguide.engine.resource.fields import Field
from honeyguide.engine.resource.given import Given, Schema, item_of, schema_name
from honeyguide.engine.resource.resource import Resource

TYPES: dict[str, Schema] = {
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "datetime": {"type": "string", "format": "date-time"},
    "ids": {"type": "array", "items": {"type": "integer"}},
    "list": {"type": "array", "items": {}},
    "structure": {},
    "file": {"type": "string", "format": "binary"},
}
INTEGER = {"minimum": -(2**31), "maximum": 2**31 - 1}


def shown(resource: Resource) -> Schema:
    """How an item is shown. Items whose fields users define have more properties than can be told here, and partly shown
    ones fewer."""
    properties = {f.name: shown_field(f) for f in resource.all_fields if not f.hidden}
    return {"type": "object", "properties": properties, "additionalProperties": True}


def shown_field(field: Field) -> Schema:
    kind = field.kind.partition(":")[0]
    if kind in ("references", "children") or (kind == "text" and field.default is list):
        return {"type": "array", "items": {}}
    if kind in ("category", "reference"):
        return {"type": ["object", "array", "integer", "null"]}
    if field.readonly and kind == "text":
        return {}  # made by the server in any shape
    schema = dict(TYPES.get(kind, {"type": "string"}))
    if "type" in schema:
        schema["type"] = [schema["type"], "null"]
    return schema


def taken(resource: Resource, *, partial: bool) -> Schema:
    """The body of a write. `partial` ones need nothing."""
    properties = {f.name: taken_field(f) for f in resource.writable} | given_properties(resource.takes)
    required = [f.name for f in resource.writable if f.required and f.default in (None, "") and not partial]
    required += [g.name for g in resource.takes if g.required and not partial]
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": True}
    return schema | ({"required": required} if required else {})


def taken_field(field: Field) -> Schema:
    """A field's schema in a body; relations are given by id. Forms send everything as text."""
    kind = field.kind.partition(":")[0]
    if kind in ("category", "reference"):
        return {"type": ["integer", "null"], "minimum": 1, "description": f"The id of the {field.name}."}
    if kind in ("references", "children"):
        items: Schema = {"type": "integer"} if kind == "references" else {"type": "object"}
        return {"type": "array", "items": items}
    if kind == "text" and field.default is list:
        return {"type": "array", "items": {}}
    schema = dict(TYPES.get(kind, {"type": "string"}))
    if kind == "integer":
        schema |= INTEGER
    if field.choices:
        schema["enum"] = [*field.choices, *([] if field.required else [None])]
    if field.max_length and schema.get("type") == "string":
        schema["maxLength"] = field.max_length
    if "type" in schema and not field.required:
        schema["type"] = [schema["type"], "null"]
    if kind == "html":
        schema["description"] = "HTML; scripts and handlers are taken out."
    if isinstance(field.default, (bool, int, str)) and not field.required:
        schema["default"] = field.default
    return schema


def given_schema(given: Given) -> Schema:
    schema = dict(TYPES.get(given.kind, {"type": "string"}))
    return schema | ({"enum": list(given.choices)} if given.choices else {})


def given_properties(takes: Iterable[Given]) -> dict[str, Schema]:
    """Properties of a body, with their words and examples."""
    return {
        g.name: given_schema(g) | {"description": g.text} | ({"examples": [g.example]} if g.example is not None else {})
        for g in takes
        if g.place == "body"
    }


def listed(resource: Resource) -> Schema:
    """A list answer: items by id or as an array, and how many there are."""
    total = {"type": "string"} if resource.total_as_text else {"type": "integer"}
    array: Schema = {"type": "array", "items": item_of(resource.name)}
    keyed: Schema = {"type": "object", "additionalProperties": item_of(resource.name)}
    collection = {"oneOf": [keyed, {"type": "array", "maxItems": 0}]} if resource.keyed else array
    properties = {"total": total, resource.many: collection}
    return {"type": "object", "properties": properties, "required": ["total", resource.many]}


def batch_result(resource: Resource) -> Schema:
    collection = {
        "oneOf": [
            {"type": "array", "items": item_of(resource.name)},
            {"type": "object", "additionalProperties": item_of(resource.name)},
        ]
    }
    keyed = {"oneOf": [{"type": "array"}, {"type": "object"}]}
    properties = {resource.many: collection, "statusCodes": keyed, "errors": keyed}
    return {"type": "object", "properties": properties, "required": [resource.many]}


def errors() -> dict[str, Schema]:
    """The two envelopes of errors: of controllers, and of everything before them."""

    def envelope(entry: Schema) -> Schema:
        entry = {"type": "object", "properties": entry, "required": ["code", "message"]}
        return {
            "type": "object",
            "properties": {"errors": {"type": "array", "items": entry, "minItems": 1}},
            "required": ["errors"],
        }

    said = {"code": {"type": "integer"}, "message": {"type": "string"}}
    details = {"oneOf": [{"type": "array"}, {"type": "object", "additionalProperties": {"type": "array"}}]}
    return {
        "Error": envelope({**said, "details": details}),
        "OutsideError": envelope({**said, "type": {"type": ["string", "null"]}}),
    }


def all_schemas(resources: Iterable[Resource]) -> dict[str, Any]:
    return {**errors(), **{schema_name(r.name): shown(r) for r in resources}}
