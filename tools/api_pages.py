"""Writes docs/api/, a page per resource, from the OpenAPI document; tests check that the pages are current and run their calls.

python tools/api_pages.py
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import orjson
from django.conf import settings

if not settings.configured:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "honeyguide.settings")
    django.setup()

from honeyguide.engine.api.openapi import document
from honeyguide.engine.resource.given import schema_name

FOLDER = Path(__file__).parents[1] / "docs" / "api"
NOTE = "<!-- Written by tools/api_pages.py. Change the declarations, not this page. -->"
HEAD = """\
# {label}

{note}

`API` is the address of the server with `/api`, `AUTH` a user's `name:password`, `ID` the id of one of the {many}. What all
calls have in common: [calling the API](README.md).
"""
JSON = "application/json"
FORM = "multipart/form-data"
ID_WORDS = re.compile(r"^id$|_id$")
VARIABLE = re.compile(r"\{(\w+)\}")
Operation = tuple[str, str, dict[str, Any]]  # method, path after /api/, what the document says


def pages() -> dict[Path, str]:
    """Each page's path and text."""
    return {FOLDER / f"{file_name(tag['name'])}.md": page(tag) for tag in document()["tags"]}


def file_name(resource: str) -> str:
    """`points/groups` -> `points-groups`."""
    return "-".join(re.findall(r"[a-z]+", resource.replace("{contact_id}/", "")))


def page(tag: dict[str, Any]) -> str:
    found = sorted(operations(tag["name"]), key=_turn)
    parts = [HEAD.format(label=tag["description"], note=NOTE, many=tag["description"].lower())]
    if f"/api/{tag['name']}/batch/new" in document()["paths"]:
        parts.append(properties(tag["name"]))
    parts += [section(*operation) for operation in found]
    return "\n".join(parts)


def operations(resource: str) -> Iterator[Operation]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            if operation["tags"] == [resource]:
                yield method.upper(), path.removeprefix("/api/"), operation


def _turn(operation: Operation) -> tuple[int, str]:
    """Makes a page a story: an item is made, looked at, changed, used, and deleted."""
    method, path, _ = operation
    if path.endswith("batch/new") or path.endswith("batch/edit"):
        return 5, path
    if path.endswith(("{id}/delete", "batch/delete")):
        return 6, path
    if path.endswith("/new"):
        return 0, path
    if path.endswith("{id}/edit"):
        return 3, method
    return (1 if method == "GET" and "{" not in path else 2 if method == "GET" and path.endswith("/{id}") else 4), path


# --- properties ------------------------------------------------------------------------------------------------------


def properties(resource: str) -> str:
    """The table of an item's properties."""
    shown = document()["components"]["schemas"][schema_name(resource)]["properties"]
    new = document()["paths"][f"/api/{resource}/new"]["post"]["requestBody"]["content"][JSON]["schema"]
    taken, required = new["properties"], new.get("required", ())
    lines = ["## Properties\n", "| property | type | |", "|---|---|---|"]
    for name in dict.fromkeys([*shown, *taken]):
        schema = taken.get(name, shown.get(name, {}))
        says = ["required"] if name in required else []
        says += ["read only"] if name not in taken else ["not shown"] if name not in shown else []
        says += [_choices(schema)] if schema.get("enum") else []
        says += [f"at most {schema['maxLength']} characters"] if "maxLength" in schema else []
        says += [f"default {_code(schema['default'])}"] if schema.get("default") not in (None, "") else []
        lines.append(f"| `{name}` | {_type(schema)} | {'; '.join(says)} |")
    return "\n".join(lines) + "\n"


def _type(schema: dict[str, Any]) -> str:
    types = schema.get("type", "")
    words = [types] if isinstance(types, str) else [t for t in types if t != "null"]
    return "date and time" if schema.get("format") == "date-time" else " or ".join(words)


def _choices(schema: dict[str, Any]) -> str:
    return "one of " + ", ".join(_code(c) for c in schema["enum"] if c is not None)


def _code(value: Any) -> str:
    return f"`{value if isinstance(value, str) else orjson.dumps(value).decode()}`"


# --- calls -----------------------------------------------------------------------------------------------------------


def section(method: str, path: str, operation: dict[str, Any]) -> str:
    """One call: what it does and takes, a command that makes it, and the status of its answer."""
    status = next(iter(operation["responses"]))  # the usual one comes first
    lines = [f"## {operation['summary']}\n", f"`{method} /api/{path}` answers {status}.\n"]
    if table := list(_parameters(operation)):
        lines += ["| parameter | in | |", "|---|---|---|", *table, ""]
    lines += ["```sh", command(method, path, operation), "```\n"]
    return "\n".join(lines)


def _parameters(operation: dict[str, Any]) -> Iterator[str]:
    """Rows of the parameters that are this call's own: not ids of its path, nor those that all lists have."""
    for given in operation["parameters"]:
        if "$ref" in given or ID_WORDS.search(given["name"]) or re.match(r"(where|order)", given["name"]):
            continue
        yield _row(given["name"], given["in"], given.get("description", ""), given["schema"], given.get("required"))
    body = operation.get("requestBody", {}).get("content", {})
    schema = body.get(FORM, body.get(JSON, {})).get("schema", {})
    if operation["summary"].startswith(("Create ", "Change ", "Replace ")) and "example" in body.get(JSON, {}):
        return  # the properties of the resource, told above
    for name, entry in schema.get("properties", {}).items():
        yield _row(name, "body", entry.get("description", ""), entry, name in schema.get("required", ()))


def _row(name: str, place: str, text: str, schema: dict[str, Any], required: Any) -> str:
    says = [text.rstrip(".")] if text else []
    says += [_choices(schema)] if schema.get("enum") else []
    says += ["required"] if required and place != "path" else []
    return f"| `{name}` | {place} | {'; '.join(says)} |"


def command(method: str, path: str, operation: dict[str, Any]) -> str:
    """The call with curl, which asks with GET, and with POST when it sends something."""
    body = operation.get("requestBody", {}).get("content", {})
    example = body.get(JSON, {}).get("example")
    usual = "POST" if example or FORM in body else "GET"
    address = _address(path, operation)
    globbing = ["-g"] if "[" in address else []  # brackets mean brackets
    parts = ["curl -u $AUTH", *globbing] + ([f"-X {method}"] if method != usual else []) + [address]
    if FORM in body:
        parts.append(f"-F {next(iter(body[FORM]['schema']['properties']))}=@photo.png")
    elif example:
        sent = orjson.dumps(example).decode().replace("'", "'\\''")
        parts.append(f"\\\n  --json '{sent}'")
    return " ".join(parts)


def _address(path: str, operation: dict[str, Any]) -> str:
    examples = {g["name"]: g["example"] for g in operation["parameters"] if "example" in g}

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        return f"${name.upper()}" if ID_WORDS.search(name) else str(examples[name])

    query = [
        f"{g['name']}={','.join(map(str, g['example'])) if isinstance(g['example'], list) else g['example']}"
        for g in operation["parameters"]
        if g.get("in") == "query" and "example" in g
    ]
    listed = any(g.get("$ref", "").endswith("/start") for g in operation["parameters"])
    query += ["limit=5", "orderBy=id", "orderByDir=DESC"] if listed else []
    if path.endswith("batch/delete"):
        query.append("ids=$ID")
    address = "$API/" + VARIABLE.sub(value, path)
    return f'"{address}?{"&".join(query)}"' if query else address


if __name__ == "__main__":
    for file, text in pages().items():
        file.write_text(text, encoding="utf-8")
