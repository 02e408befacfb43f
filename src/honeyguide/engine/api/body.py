"""Request bodies and query strings in the shapes that clients of the reference send.

JSON keeps its types. Forms and query strings use brackets: `a[b][]=1`, `0[email]=x`. Both end as nested dicts and lists, where
a map with the keys 0..n-1 in order is a list.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import orjson

MAX_DEPTH = 64
MAX_KEYS = 50_000


class BadBody(Exception):
    """A body that is not what its content type says."""


def parse_json(body: bytes) -> Any:
    """An object or a list, nested at most MAX_DEPTH levels; an empty body is an empty object."""
    if not body.strip():
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadBody(str(error)) from None
    if not isinstance(value, (dict, list)):
        raise BadBody("neither an object nor a list")
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _deeper_than(MAX_DEPTH, value):
        raise BadBody("nested too deeply")
    return value


def _deeper_than(depth: int, value: Any) -> bool:
    """Whether lists and maps are nested more than `depth` levels. Goes level by level: recursion could not be trusted here."""
    level = [value]
    for _ in range(depth):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
    return bool(level)


def parse_brackets(text: str) -> Any:
    """A form body or query string as nested structure. Later scalars of one name win."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_KEYS)
    except ValueError as error:
        raise BadBody(str(error)) from None
    return nest(pairs)


def nest(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Names with brackets as nested dicts and lists. A name nested deeper than MAX_DEPTH is refused."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        path = split_name(name)
        if not path:
            continue
        if len(path) > MAX_DEPTH:
            raise BadBody("nested too deeply")
        _put(root, path, value)
    return {key: _as_list(value) for key, value in root.items()}


def split_name(name: str) -> list[str]:
    """`a[b][]` -> ["a", "b", ""]. What is not well formed counts as part of the plain name."""
    head, bracket, rest = name.partition("[")
    head = head.strip().replace(".", "_").replace(" ", "_")
    if not bracket or not head:
        return [head] if head else []
    path = [head]
    while bracket:
        key, closed, tail = rest.partition("]")
        if not closed:
            return [f"{head}_{rest}"] if len(path) == 1 else path
        path.append(key)
        _, bracket, rest = tail.partition("[") if tail.startswith("[") else ("", "", "")
    return path


def _put(root: dict[str, Any], path: list[str], value: Any) -> None:
    node = root
    for position, key in enumerate(path):
        if key == "" and position:
            key = str(1 + max((int(k) for k in node if k.isdecimal() and len(k) < 12), default=-1))
        if position == len(path) - 1:
            node[key] = value
            return
        child = node.get(key)
        if not isinstance(child, dict):
            child = node[key] = {}
        node = child


def _as_list(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    keys = list(value)
    children = [_as_list(child) for child in value.values()]
    if keys == [str(i) for i in range(len(keys))]:
        return children
    return dict(zip(keys, children, strict=True))


def read_body(request: Any, method: str) -> Any:
    """The parameters of a request's body, by its content type (contract conventions 2).

    No content type means JSON. Other types than JSON and forms are ignored, as are theirs in other letters.
    """
    kind = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip()
    if kind in ("", "application/json"):
        if kind == "" and method not in ("POST", "PUT", "PATCH", "DELETE"):
            return {}
        return parse_json(request.body)
    if kind == "application/x-www-form-urlencoded":
        return parse_brackets(request.body.decode("utf-8", "replace"))
    if kind == "multipart/form-data" and request.method == "POST":
        pairs = [(name, value) for name, values in request.POST.lists() for value in values]
        return nest(pairs)
    return {}
