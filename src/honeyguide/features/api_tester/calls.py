"""The calls of a resource as a page shows them, from the OpenAPI document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from honeyguide.engine.api.openapi import document

JSON = "application/json"
FORM = "multipart/form-data"


@dataclass(frozen=True)
class Input:
    """A parameter of a path, query or header. `example` is what the page fills in; `choices` make it a list."""

    name: str
    place: str
    text: str
    required: bool
    example: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class ApiCall:
    """`body` is the example of a JSON body, `""` where there is none; `file` names the part of a form with an upload."""

    id: str
    method: str
    path: str
    summary: str
    inputs: tuple[Input, ...]
    body: str
    file: str
    answers: tuple[tuple[str, str], ...]


def resources() -> list[tuple[str, str]]:
    """Name and label of each resource, by label."""
    return sorted(((tag["name"], tag["description"]) for tag in document()["tags"]), key=lambda pair: pair[1])


def calls(resource: str) -> list[ApiCall]:
    """The calls of a resource, in the order of the document."""
    return [
        _call(method.upper(), path, told)
        for path, methods in document()["paths"].items()
        for method, told in methods.items()
        if told["tags"] == [resource]
    ]


def _call(method: str, path: str, told: dict[str, Any]) -> ApiCall:
    content = told.get("requestBody", {}).get("content", {})
    example = content.get(JSON, {}).get("example", {})
    return ApiCall(
        id=told["operationId"],
        method=method,
        path=path,
        summary=told["summary"],
        inputs=tuple(_input(given, method) for given in told["parameters"]),
        body=orjson.dumps(example, option=orjson.OPT_INDENT_2).decode() if JSON in content else "",
        file=next(iter(content[FORM]["schema"]["properties"]), "") if FORM in content else "",
        answers=tuple((status, answer["description"]) for status, answer in told["responses"].items()),
    )


def _input(given: dict[str, Any], method: str) -> Input:
    if "$ref" in given:
        given = document()["components"]["parameters"][given["$ref"].rpartition("/")[2]]
    schema, example = given["schema"], given.get("example", "")
    filled = given.get("required") or (given["in"] == "query" and method != "GET")
    shown = ",".join(map(str, example)) if isinstance(example, list) else str(example)
    return Input(
        name=given["name"],
        place=given["in"],
        text=given.get("description", ""),
        required=bool(given.get("required")),
        example=shown if filled else "",
        choices=tuple(map(str, schema.get("enum", ("true", "false") if schema.get("type") == "boolean" else ()))),
    )
