"""The canvas of a campaign: which event follows which, drawn as nodes and connections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SOURCES = frozenset(("lists", "forms"))


@dataclass(frozen=True)
class Place:
    """Where an event stands: under which (as the canvas names it), on which path, at which level."""

    parent: str | None = None
    path: str | None = None
    level: int = 1


def places(canvas: dict[str, Any]) -> dict[str, Place]:
    """The place of every node; one that no connection leads to is a first step. A loop is cut where it closes."""
    into: dict[str, tuple[str | None, str | None]] = {}
    for connection in entries(canvas, "connections"):
        source, target = str(connection.get("sourceId")), str(connection.get("targetId"))
        anchors = connection.get("anchors")
        anchor = anchors.get("source") if isinstance(anchors, dict) else None
        if source in SOURCES or anchor == "leadsource":
            into.setdefault(target, (None, None))
        else:
            into[target] = (source, anchor if anchor in ("yes", "no") else None)
    for node in entries(canvas, "nodes"):
        if str(node.get("id")) not in SOURCES:
            into.setdefault(str(node.get("id")), (None, None))
    return {node: _place(node, into) for node in into}


def below(above: dict[str, str]) -> dict[str, Place]:
    """Places where nothing is drawn, from which event is above which. Without one above, an event keeps its place."""
    into = {node: (parent or None, None) for node, parent in above.items()}
    return {node: _place(node, into) for node, parent in above.items() if parent in above}


def _place(node: str, into: dict[str, tuple[str | None, str | None]]) -> Place:
    parent, path = into[node]
    level, seen, above = 1, {node}, parent
    while above is not None and above not in seen:
        seen.add(above)
        level += 1
        above = into.get(above, (None, None))[0]
    return Place(None if above is not None and above == node else parent, path, level)


def renamed(canvas: dict[str, Any], ids: dict[str, int]) -> dict[str, Any]:
    """The canvas with the real ids, as text, where the client had made some up."""

    def real(name: Any) -> Any:
        return str(ids[name]) if isinstance(name, str) and name in ids and name != str(ids[name]) else name

    nodes = [{**node, "id": real(node.get("id"))} for node in entries(canvas, "nodes")]
    connections = [
        {**connection, "sourceId": real(connection.get("sourceId")), "targetId": real(connection.get("targetId"))}
        for connection in entries(canvas, "connections")
    ]
    return {"nodes": nodes, "connections": connections}


def entries(canvas: dict[str, Any], name: str) -> list[dict[str, Any]]:
    listed = canvas.get(name)
    listed = list(listed.values()) if isinstance(listed, dict) else listed if isinstance(listed, list) else []
    return [entry for entry in listed if isinstance(entry, dict)]
