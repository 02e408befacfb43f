"""The OpenAPI 3.1 document of the REST API, made from the declarations that the API itself runs on.

Every route of `routes()` is in it and nothing else, so the two cannot differ.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from honeyguide import __version__
from honeyguide.engine.api import schemas
from honeyguide.engine.api.parameters import COMPONENTS, parameters
from honeyguide.engine.api.routes import Route, resources, routes
from honeyguide.engine.resource.given import Schema, item_of
from honeyguide.engine.resource.resource import Resource

SUMMARIES = {
    ("list_items", "GET"): "List {many}",
    ("get_item", "GET"): "Get one of the {many}",
    ("new_item", "POST"): "Create one of the {many}",
    ("edit_item", "PATCH"): "Change one of the {many}",
    ("edit_item", "PUT"): "Replace one of the {many}",
    ("delete_item", "DELETE"): "Delete one of the {many}",
    ("new_items", "POST"): "Create several of the {many}",
    ("edit_items", "PATCH"): "Change several of the {many}",
    ("edit_items", "PUT"): "Replace several of the {many}",
    ("delete_items", "DELETE"): "Delete several of the {many}",
}
BATCH_LIMIT = 200  # the usual value of api_batch_max_limit
ERRORS = {
    400: "What was sent is not valid; nothing was changed.",
    401: "No or wrong credentials.",
    403: "The caller may not do this, or the API is switched off.",
    404: "There is no such item or address.",
    422: "What was sent collides with something else.",
    429: "Too many calls in this hour.",
}
TOO_MANY_ITEMS = "More items than a batch call takes (the status is that of the reference)."
HEADERS = {
    "Mautic-Version": "The version of Mautic whose API this is.",
    "X-RateLimit-Limit": "Calls per hour, where they are limited.",
    "X-RateLimit-Remaining": "How many of them are left.",
}
DESCRIPTION = (
    "The REST API of Mautic 5.1, as Honeyguide answers it. Bodies are JSON or forms with brackets. Every write may be repeated"
    " safely with an `Idempotency-Key`; lists tell their pages in `Link`; with `Prefer: handling=strict` conditions that would"
    " be ignored are refused."
)
SECURITY: dict[str, Schema] = {
    "basic": {"type": "http", "scheme": "basic", "description": "User name or e-mail address, and password."},
    "bearer": {"type": "http", "scheme": "bearer", "description": "A personal access token, or one of OAuth 2."},
    "oauth2": {
        "type": "oauth2",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": "/oauth/v2/authorize",
                "tokenUrl": "/oauth/v2/token",
                "refreshUrl": "/oauth/v2/token",
                "scopes": {},
            },
            "clientCredentials": {"tokenUrl": "/oauth/v2/token", "scopes": {}},
        },
    },
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
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{name: []} for name in SECURITY],
        "tags": [{"name": r.name, "description": r.label or r.many} for r in resources().values()],
        "paths": paths,
        "components": {
            "securitySchemes": SECURITY,
            "parameters": COMPONENTS,
            "headers": {name: {"description": text, "schema": {"type": "string"}} for name, text in HEADERS.items()},
            "schemas": schemas.all_schemas(resources().values()),
        },
    }


def _operation(route: Route) -> Schema:
    resource = route.resource
    many = (resource.label or resource.many).lower()
    operation: Schema = {
        "operationId": f"{route.method.lower()}_{re.sub(r'[^a-z0-9]+', '_', route.path.lower()).strip('_')}",
        "tags": [resource.name],
        "summary": route.action.summary if route.action else SUMMARIES[route.name, route.method].format(many=many),
        "parameters": parameters(route),
        "responses": {**_success(route), **_errors(route)},
    }
    if body := _body(route):
        operation["requestBody"] = body
    return operation


def _body(route: Route) -> Schema | None:
    if route.method not in ("POST", "PUT", "PATCH"):
        return None
    if action := route.action:
        return _action_body(action)
    entry = schemas.taken(route.resource, partial=route.method != "POST")
    example: Any = dict(route.resource.example)
    if route.method == "PUT" and any(f.name == "isPublished" for f in route.resource.writable):
        example |= {"isPublished": True}  # else it would be no more: a PUT resets what is not given
    if route.name == "edit_item" and example and route.method == "PATCH":
        example = dict([next(iter(example.items()))])
    if route.name in ("new_items", "edit_items"):
        entry = {"type": "array", "items": entry, "maxItems": BATCH_LIMIT}
        example = [{"id": 1, **example} if route.name == "edit_items" else example]
    return {"required": route.method == "POST", "content": _content(entry, example)}


def _action_body(action: Any) -> Schema | None:
    if action.file:
        schema = {"type": "object", "properties": {action.file: schemas.TYPES["file"]}, "required": [action.file]}
        return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    if not (properties := schemas.given_properties(action.takes)):
        return None
    given = [g for g in action.takes if g.place == "body"]
    required = [g.name for g in given if g.required]
    schema = {"type": "object", "properties": properties} | ({"required": required} if required else {})
    example = {g.name: g.example for g in given if g.example is not None}
    return {"required": bool(required), "content": _content(schema, example)}


def _content(schema: Schema, example: Any) -> Schema:
    """JSON, and forms, where everything is text and brackets show what is inside what."""
    content: Schema = {"schema": schema} | ({"example": example} if example else {})
    form = {"schema": {"type": "object"} if schema.get("type") == "array" else schema}
    return {"application/json": content, "application/x-www-form-urlencoded": form}


def _success(route: Route) -> Schema:
    resource = route.resource
    if route.action:
        return {str(route.action.status): _answer("Done.", dict(route.action.gives), media=route.action.media)}
    one = {"type": "object", "properties": {resource.one: item_of(resource.name)}, "required": [resource.one]}
    batch = schemas.batch_result(resource)
    example = _shown_example(resource)
    match route.name:
        case "list_items":
            return {"200": _answer("The items and how many there are in all.", schemas.listed(resource), paged=True)}
        case "new_item":
            existing = _answer("An existing item that matched.", one)
            return {"201": _answer("The new item.", one, example=example, located=True), "200": existing}
        case "edit_item" if route.method == "PUT":
            made = _answer("A new item, when the id was unknown.", one, located=True)
            return {"200": _answer("The item.", one, example=example), "201": made}
        case "get_item" | "edit_item":
            return {"200": _answer("The item.", one, example=example)}
        case "delete_item":
            return {"200": _answer("The item as it was; its id is null.", one)}
        case "new_items":
            return {"201": _answer("The items, and a status for each.", batch)}
    return {"200": _answer("The items, and a status for each.", batch)}


def _shown_example(resource: Resource) -> Schema | None:
    """The part of the answer to the example that repeats what was sent."""
    plain = {f.name for f in resource.writable if not f.hidden and not f.relation}
    same = {k: v for k, v in resource.example.items() if k in plain and isinstance(v, (str, int, bool))}
    return {resource.one: {"id": 1, **same}} if same else None


def _answer(
    text: str,
    schema: Schema,
    *,
    example: Any = None,
    located: bool = False,
    paged: bool = False,
    media: str = "application/json",
) -> Schema:
    headers: Schema = {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}
    if located:
        headers["Location"] = {"description": "Where the new item is.", "schema": {"type": "string"}}
    if paged:
        headers["Link"] = {"description": "The first, previous, next and last page.", "schema": {"type": "string"}}
    content: Schema = {"schema": schema} | ({"example": example} if example else {})
    return {"description": text, "headers": headers, "content": {media: content}}


def _errors(route: Route) -> Schema:
    """Each status with its envelope; some come from a controller or from before it."""
    both = {"anyOf": [_to("Error"), _to("OutsideError")]}
    refusals = {**ERRORS, **route.resource.refuses}
    found = {
        str(code): _error(code, text, both if code != 401 else _to("OutsideError")) for code, text in refusals.items()
    }
    if route.name in ("new_items", "edit_items"):
        found["500"] = _error(500, TOO_MANY_ITEMS, _to("Error"))
    return found


def _error(code: int, text: str, schema: Schema) -> Schema:
    shown = {"errors": [{"code": code, "message": text, "details": []}]}
    return {"description": text, "content": {"application/json": {"schema": schema, "example": shown}}}


def _to(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
