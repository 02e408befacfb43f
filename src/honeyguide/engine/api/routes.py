"""The route table, made from the registered resources: (method, path) -> what answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from honeyguide.engine.api import batch, standard
from honeyguide.engine.api.call import Call
from honeyguide.engine.resource.resource import Action, Resource
from honeyguide.loader import collect

STANDARD: tuple[tuple[str, str, str, Callable[..., Any]], ...] = (
    ("list", "GET", "", standard.list_items),
    ("batch", "POST", "/batch/new", batch.new_items),
    ("batch", "PUT", "/batch/edit", batch.edit_items),
    ("batch", "PATCH", "/batch/edit", batch.edit_items),
    ("batch", "DELETE", "/batch/delete", batch.delete_items),
    ("new", "POST", "/new", standard.new_item),
    ("get", "GET", "/{id}", standard.get_item),
    ("edit", "PUT", "/{id}/edit", standard.edit_item),
    ("edit", "PATCH", "/{id}/edit", standard.edit_item),
    ("delete", "DELETE", "/{id}/delete", standard.delete_item),
)
NO_ID = 2**63 - 1  # instead of numbers that no column holds: nothing has it


@dataclass(frozen=True)
class Route:
    """`path` as clients write it after `/api/`, with `{parameters}`. `action` is its declaration if it is no standard one."""

    method: str
    path: str
    resource: Resource
    handle: Callable[[Call], Any]
    name: str
    action: Action | None = None


@cache
def routes() -> tuple[Route, ...]:
    """Every route. Actions come before the standard ones, so that literal segments win."""
    return tuple(route for resource in resources().values() for route in routes_of(resource))


@cache
def resources() -> dict[str, Resource]:
    return {resource.name: resource for resource in collect("resource", Resource)}


def routes_of(resource: Resource) -> list[Route]:
    found = [
        Route(a.method, f"{resource.name}/{a.path}".rstrip("/"), resource, a.handle, a.handle.__name__, a)
        for a in resource.actions
    ]
    found += [
        Route(method, resource.name + path, resource, partial(handle, resource), handle.__name__)
        for name, method, path, handle in STANDARD
        if name in resource.standard
    ]
    return found


def is_id(parameter: str) -> bool:
    """Parameters named `id` or ending in `_id` are digits (conventions 1)."""
    return parameter == "id" or parameter.endswith("_id")


@cache
def _table() -> dict[tuple[str, str], list[tuple[re.Pattern[str], Route]]]:
    table: dict[tuple[str, str], list[tuple[re.Pattern[str], Route]]] = {}
    for route in routes():
        first = route.path.partition("/")[0]
        table.setdefault((route.method, first), []).append((_pattern(route.path), route))
    return table


def _pattern(path: str) -> re.Pattern[str]:
    """Ids are digits, other parameters any text without a slash."""

    def group(match: re.Match[str]) -> str:
        name = match.group(1)
        return f"(?P<{name}>{'[0-9]+' if is_id(name) else '[^/]+'})"

    return re.compile(re.sub(r"\{(\w+)\}", group, path))


def match(method: str, path: str) -> tuple[Route, dict[str, Any]] | None:
    """The route of a path after `/api/`, and its parameters: ids as numbers, the rest as text."""
    for pattern, route in _table().get((method, path.partition("/")[0]), ()):
        if found := pattern.fullmatch(path):
            return route, {
                name: (int(value) if len(value) < 19 else NO_ID) if is_id(name) else value
                for name, value in found.groupdict().items()
            }
    return None
