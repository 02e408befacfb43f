"""Which segments ask for which others, in which order they are built, and who goes in circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from honeyguide.engine.segmenting.filters import Filter

Filters = list[Mapping[str, Any]]


def segment_ids(value: Any) -> list[int]:
    """The ids in the value of a membership filter; what is no id is left out."""
    values = value if isinstance(value, list) else [value]
    texts = [str(one).strip() for one in values if isinstance(one, (int, str))]
    return [int(text) for text in texts if text.isdecimal() and len(text) < 19]


def references(filters: Filters) -> set[int]:
    """The segments whose membership the filters ask for."""
    asked = [one for one in map(Filter.read, filters) if one.object == "lead" and one.field == "leadlist"]
    return {id_ for one in asked for id_ in segment_ids(one.value)}


def reachable(start: Iterable[int], edges: Mapping[int, set[int]]) -> set[int]:
    """`start` and everything it leads to."""
    found: set[int] = set()
    waiting = list(start)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(edges.get(node, ()))
    return found


def build_order(edges: Mapping[int, set[int]]) -> list[int]:
    """The segments, each after those it asks for, else by id. Those in a circle come too: their build says so."""
    order: list[int] = []
    seen: set[int] = set()
    for root in sorted(edges):
        stack = [(root, False)]
        while stack:
            node, finished = stack.pop()
            if finished:
                order.append(node)
            elif node in edges and node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack.extend((after, False) for after in sorted(edges[node], reverse=True))
    return order
