"""The OpenAPI 3.1 document of the REST API, made from the declarations that the API itself runs on.

Every route of `routes()` is in it and nothing else, so the two cannot differ.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from honeyguide import __version__
from honeyguide.engine.api.routes import Route, resources, routes
from honeyguide.engine.resource.columns import EXPRESSIONS
from honeyguide.engine.resource.fields import Field
from honeyguide.engine.resource.resource import Resource

Schema = dict[str, Any]
PARAMETER = re.compile(r"\{(\w+)\}")
TYPES: dict[str, Schema] = {
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "datetime": {"type": "string", "format": "date-time"},
    "structure": {},
}
SUMMARIES = {
    "list_items": "List {many}",
    "get_item": "Get one of the {many}",
    "new_item": "Create one of the {many}",
    "edit_item": "Change one of the {many}",
    "delete_item": "Delete one of the {many}",
    "new_items": "Create several of the {many}",
    "edit_items": "Change several of the {many}",
    "delete_items": "Delete several of the {many}",
}
# The parameters of every list (contract conventions 3).
LIST_PARAMETERS: tuple[tuple[str, Schema, str], ...] = (
    (
        "search",
        {"type": "string"},
        "Words and commands: `is:published`, `ids:1,2`, `!`, `+`, quotes, `or`, parentheses.",
    ),
    ("start", {"type": "integer", "minimum": 0, "default": 0}, "How many to skip."),
    ("limit", {"type": "integer", "minimum": 0, "default": 30}, "How many to answer; 0 is all."),
    ("orderBy", {"type": "string"}, "Properties to sort by, with commas."),
    ("orderByDir", {"type": "string", "enum": ["ASC", "DESC"], "default": "ASC"}, "The direction of orderBy."),
    ("published", {"type": "boolean"}, "Only what is published."),
    ("minimal", {"type": "boolean"}, "Fewer properties."),
)
ERRORS = {
    400: ("What was sent is not valid; nothing was changed.", "Error"),
    401: ("No or wrong credentials.", "OutsideError"),
    403: ("The caller may not do this, or the API is switched off.", "Error"),
    404: ("There is no such item or address.", "Error"),
    422: ("What was sent collides with something else.", "Error"),
    429: ("Too many calls in this hour.", "Error"),
}


@cache
def document() -> Schema:
    """The whole document, JSON-able."""
    paths: dict[str, Schema] = {}
    for route in routes():
        paths.setdefault(f"/api/{route.path}", {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Honeyguide",
            "version": __version__,
            "description": "The REST API of Mautic 5.1, as Honeyguide answers it.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"basic": []}, {"bearer": []}],
        "tags": [{"name": r.name, "description": r.label or r.many} for r in resources().values()],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
            "schemas": {**_error_schemas(), **{_name(r): _item(r) for r in resources().values()}},
        },
    }


def _operation(route: Route) -> Schema:
    resource = route.resource
    summary = route.summary or SUMMARIES.get(route.name, route.name).format(
        many=(resource.label or resource.many).lower()
    )
    operation: Schema = {
        "operationId": f"{route.method.lower()}_{re.sub(r'[^a-z0-9]+', '_', route.path.lower()).strip('_')}",
        "tags": [resource.name],
        "summary": summary,
        "parameters": _parameters(route),
        "responses": {**_success(route), **{str(code): _error(code) for code in ERRORS}},
    }
    if body := _body(route):
        operation["requestBody"] = body
    return operation


def _parameters(route: Route) -> list[Schema]:
    found = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 1} if _is_id(name) else {"type": "string"},
        }
        for name in PARAMETER.findall(route.path)
    ]
    if route.name == "list_items":
        found += [
            {"name": name, "in": "query", "schema": schema, "description": text}
            for name, schema, text in LIST_PARAMETERS
        ]
        found += _conditions(route.resource)
    if route.name == "delete_items":
        found.append({"name": "ids", "in": "query", "schema": {"type": "string"}, "description": "Ids, with commas."})
    if route.name == "get_item":
        found.append(_select())
    return found


def _conditions(resource: Resource) -> list[Schema]:
    """`where`, `order` and `select`, in brackets; every column that may be named is listed."""
    columns = sorted(resource.columns) if resource.model and resource.fields else []  # users' own fields are not listed
    column = {"type": "string", "enum": columns} if columns else {"type": "string"}
    where = {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["expr"],
            "properties": {
                "col": column,
                "expr": {"type": "string", "enum": [*EXPRESSIONS, "andX", "orX"]},
                "val": {},
            },
        },
    }
    order = {
        "type": "array",
        "items": {"type": "object", "properties": {"col": column, "dir": {"type": "string", "enum": ["ASC", "DESC"]}}},
    }
    return [
        {"name": "where", "in": "query", "style": "deepObject", "explode": True, "schema": where},
        {"name": "order", "in": "query", "style": "deepObject", "explode": True, "schema": order},
        _select(),
    ]


def _select() -> Schema:
    schema = {"type": "array", "items": {"type": "string"}}
    return {"name": "select[]", "in": "query", "schema": schema, "description": "Only these properties."}


def _body(route: Route) -> Schema | None:
    if route.method not in ("POST", "PUT", "PATCH"):
        return None
    entry = _input(route.resource, partial=route.method == "PATCH")
    if route.name in ("new_items", "edit_items"):
        entry = {"type": "array", "items": entry, "maxItems": 200}
    elif route.name not in ("new_item", "edit_item"):
        entry = {"type": "object"}
    content = {"schema": entry}
    return {"content": {"application/json": content, "application/x-www-form-urlencoded": content}}


def _success(route: Route) -> Schema:
    resource = route.resource
    one = {"type": "object", "properties": {resource.one: _ref(resource)}, "required": [resource.one]}
    codes: Schema = {
        "type": "object",
        "properties": {resource.many: {}, "statusCodes": {}, "errors": {}},
        "required": [resource.many],
    }
    match route.name:
        case "list_items":
            return {"200": _answer("The items and how many there are in all.", _listed(resource))}
        case "new_item":
            return {"201": _answer("The new item.", one), "200": _answer("An existing item that matched.", one)}
        case "edit_item" if route.method == "PUT":
            return {"200": _answer("The item.", one), "201": _answer("A new item, when the id was unknown.", one)}
        case "get_item" | "edit_item" | "delete_item":
            return {"200": _answer("The item.", one)}
        case "new_items":
            return {"201": _answer("The items, and a status for each.", codes)}
        case "edit_items" | "delete_items":
            return {"200": _answer("The items, and a status for each.", codes)}
    return {"200": _answer("Done.", {}), "201": _answer("Made.", {})}


def _listed(resource: Resource) -> Schema:
    total = {"type": "string"} if resource.total_as_text else {"type": "integer"}
    array: Schema = {"type": "array", "items": _ref(resource)}
    keyed: Schema = {"type": "object", "additionalProperties": _ref(resource)}
    collection = {"oneOf": [keyed, {"type": "array", "maxItems": 0}]} if resource.keyed else array
    properties = {"total": total, resource.many: collection}
    return {"type": "object", "properties": properties, "required": ["total", resource.many]}


def _item(resource: Resource) -> Schema:
    """How an item is shown. Items whose fields users define have more properties than can be told here."""
    shown = {f.name: _schema_of(f) for f in resource.all_fields if not f.hidden}
    return {"type": "object", "properties": shown, "additionalProperties": True}


def _input(resource: Resource, *, partial: bool) -> Schema:
    taken = {f.name: _schema_of(f, given=True) for f in resource.writable}
    required = [f.name for f in resource.writable if f.required and not partial]
    schema: Schema = {"type": "object", "properties": taken, "additionalProperties": True}
    return schema | ({"required": required} if required else {})


def _schema_of(field: Field, *, given: bool = False) -> Schema:
    """A field's schema; relations are ids when `given` and objects when shown."""
    kind, _, _ = field.kind.partition(":")
    if kind in ("category", "reference", "references"):
        inner: Schema = {"type": ["integer", "null"]} if given else {"type": ["object", "null"]}
        return {"type": "array", "items": {}} if kind == "references" else inner
    schema = dict(TYPES.get(kind, {"type": "string"}))
    if field.choices:
        schema["enum"] = [*field.choices, None]
    if field.max_length and schema.get("type") == "string":
        schema["maxLength"] = field.max_length
    if "type" in schema:
        schema["type"] = [schema["type"], "null"]
    return schema


def _answer(text: str, schema: Schema) -> Schema:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _error(code: int) -> Schema:
    text, schema = ERRORS[code]
    if code in (403, 404):
        return _answer(text, {"anyOf": [_to("Error"), _to("OutsideError")]})
    return _answer(text, _to(schema))


def _error_schemas() -> Schema:
    def errors(entry: Schema) -> Schema:
        entry = {"type": "object", "properties": entry, "required": ["code", "message"]}
        return {
            "type": "object",
            "properties": {"errors": {"type": "array", "items": entry, "minItems": 1}},
            "required": ["errors"],
        }

    common = {"code": {"type": "integer"}, "message": {"type": "string"}}
    details = {"oneOf": [{"type": "array"}, {"type": "object", "additionalProperties": {"type": "array"}}]}
    return {
        "Error": errors({**common, "details": details}),
        "OutsideError": errors({**common, "type": {"type": ["string", "null"]}}),
    }


def _name(resource: Resource) -> str:
    return "".join(part.title() for part in re.split(r"[^a-z0-9]+", resource.name.lower()) if part)


def _ref(resource: Resource) -> Schema:
    return _to(_name(resource))


def _to(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _is_id(name: str) -> bool:
    return name == "id" or name.endswith("_id")
