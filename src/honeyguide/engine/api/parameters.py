"""The parameters that a route takes in its path, query and headers, as OpenAPI tells them."""

from __future__ import annotations

import re

from honeyguide.engine.api.routes import Route, is_id
from honeyguide.engine.api.schemas import given_schema
from honeyguide.engine.resource.columns import EXPRESSIONS
from honeyguide.engine.resource.given import Given, Schema
from honeyguide.engine.resource.resource import Resource

NAME = re.compile(r"\{(\w+)\}")
TEXT: Schema = {"type": "string"}
DIRECTION: Schema = {"type": "string", "enum": ["ASC", "DESC"], "default": "ASC"}
COUNT: Schema = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}

COMPONENTS: dict[str, Schema] = {
    "search": {
        "name": "search",
        "in": "query",
        "schema": TEXT,
        "description": "Words and commands: `is:published`, `ids:1,2`, `!`, `+`, quotes, `or`, parentheses.",
    },
    "start": {
        "name": "start",
        "in": "query",
        "schema": COUNT | {"default": 0},
        "description": "How many to skip.",
    },
    "limit": {
        "name": "limit",
        "in": "query",
        "schema": COUNT | {"default": 30},
        "description": "How many to answer; 0 is all.",
    },
    "orderByDir": {
        "name": "orderByDir",
        "in": "query",
        "schema": DIRECTION,
        "description": "The direction of orderBy.",
    },
    "published": {
        "name": "published",
        "in": "query",
        "schema": {"type": "boolean"},
        "description": "Only what is published.",
    },
    "minimal": {"name": "minimal", "in": "query", "schema": {"type": "boolean"}, "description": "Fewer properties."},
    "select": {
        "name": "select[]",
        "in": "query",
        "schema": {"type": "array", "items": TEXT},
        "description": "Only these properties.",
    },
    "ids": {
        "name": "ids",
        "in": "query",
        "schema": TEXT,
        "description": "Ids, with commas.",
        "example": "1,2",
    },
    "prefer": {
        "name": "Prefer",
        "in": "header",
        "schema": {"type": "string", "enum": ["handling=strict", "handling=lenient"]},
        "description": "With `handling=strict`, what would be ignored is refused with a reason.",
    },
    "idempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "maxLength": 255, "pattern": "^[!-~]*$"},
        "description": "A name of your own for this write: repeated within a day, it is carried out once.",
    },
}
LIST = ("search", "start", "limit", "orderByDir", "published", "minimal", "select", "prefer")


def parameters(route: Route) -> list[Schema]:
    """All parameters of a route, those of the path first."""
    given = {g.name: g for g in route.action.takes} if route.action else {}
    found = [_in_path(name, given.get(name)) for name in NAME.findall(route.path)]
    found += [_in_query(g) for g in given.values() if g.place == "query"]
    if route.name == "list_items":
        found += [_to(name) for name in LIST] + _conditions(route.resource)
    if route.name == "get_item":
        found.append(_to("select"))
    if route.name == "delete_items":
        found.append(_to("ids"))
    if route.method != "GET":
        found.append(_to("idempotencyKey"))
    return found


def _in_path(name: str, given: Given | None) -> Schema:
    told = {"name": name, "in": "path", "required": True}
    if given:
        return told | {"schema": given_schema(given), "description": given.text, "example": given.example}
    if is_id(name):
        what = name.removesuffix("_id").replace("id", "item")
        return told | {
            "schema": {"type": "integer", "minimum": 1},
            "description": f"The id of the {what}.",
            "example": 1,
        }
    return told | {"schema": {"type": "string", "minLength": 1, "pattern": "^[^/]+$"}}


def _in_query(given: Given) -> Schema:
    name = f"{given.name}[]" if given.kind in ("ids", "list") else given.name
    told = {"name": name, "in": "query", "schema": given_schema(given), "description": given.text}
    return told | ({"required": True} if given.required else {}) | ({"example": given.example} if given.example else {})


def _conditions(resource: Resource) -> list[Schema]:
    """`orderBy`, and the first of `where` and `order`; every column that may be named is listed, where users add none."""
    columns = sorted(resource.columns) if resource.model and resource.fields else []
    column: Schema = {"type": "string", "enum": columns} if columns else TEXT
    expression: Schema = {"type": "string", "enum": [e for e in EXPRESSIONS if e not in ("between", "notBetween")]}
    return [
        _query("orderBy", column, "The property to sort by; several are separated by commas."),
        _query("where[0][col]", column, "The property of a condition. Further conditions have the numbers 1, 2, ..."),
        _query("where[0][expr]", expression, "How it is compared; also `between`, and `andX` and `orX` of conditions."),
        _query("where[0][val]", TEXT, "With what it is compared."),
        _query("order[0][col]", column, "The property to sort by first."),
        _query("order[0][dir]", DIRECTION, "The direction."),
    ]


def _query(name: str, schema: Schema, text: str) -> Schema:
    return {"name": name, "in": "query", "schema": schema, "description": text}


def _to(name: str) -> Schema:
    return {"$ref": f"#/components/parameters/{name}"}
