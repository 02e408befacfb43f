"""The audit log of contacts, derived from their events, so that a write costs no second one.

Imports leave no entries. Who acted travels in the payload as `by`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson

from honeyguide.engine.audit import Actor, Entry, differences, record_many
from honeyguide.engine.events import Consumer, EventType, Read
from honeyguide.engine.sql import rows

# One pass: what is known now of the contacts that a batch of events tells of.
STATES = "SELECT id, fields::text, points, owner_id, date_identified FROM contacts WHERE id = ANY(%s)"


def write_entries(events: Sequence[Read]) -> None:
    created = {e.contact_id for e in events if e.type == EventType.CONTACT_CREATED}
    first = _first_values(events, created) if created else {}
    actors: dict[int, Actor] = {}
    entries = []
    for event in events:
        payload = event.payload or {}
        contact_id = event.contact_id or event.object_id or 0
        actor = Actor.of_list(payload["by"]) if payload.get("by") else actors.get(event.xid)
        if actor:
            actors[event.xid] = actor  # of the other events of one transaction, which do not say
        for action, details in DETAILS[event.type](event, payload, first):
            entries.append(Entry("lead", "lead", contact_id, action, details, actor or Actor(), event.at))
    record_many(entries)


def _first_values(events: Iterable[Read], created: set[int | None]) -> dict[int, dict[str, Any]]:
    """The values that new contacts began with: those of now, with later changes undone."""
    known = {}
    for number, fields, points, owner, identified in rows(STATES, (sorted(i for i in created if i),)):
        values = {**orjson.loads(fields), "points": points, "owner": owner}
        known[number] = values | {"dateIdentified": identified and f"{identified:%Y-%m-%dT%H:%M:%S+00:00}"}
    for event in reversed(list(events)):
        state, payload = known.get(event.contact_id or 0), event.payload or {}
        if state is None:
            continue
        if event.type == EventType.CONTACT_UPDATED:
            state |= {alias: old for alias, (old, _) in payload.get("changes", {}).items()}
        elif event.type == EventType.POINTS_CHANGED and payload.get("type") != "edit":
            state["points"] -= payload.get("delta", 0)
    return known


def _created(event: Read, payload: Mapping[str, Any], first: Mapping[int, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    values = dict(first.get(event.contact_id or 0, {}))
    special = {name: values.pop(name, None) for name in ("owner", "dateIdentified", "points")}
    fields = differences({}, values)
    details: dict[str, Any] = {**dict(list(fields.items())[:1]), **({"fields": fields} if fields else {}), **fields}
    if special["points"]:
        details["points"] = [0, special["points"]]
    if special["owner"]:
        details["owner"] = [None, special["owner"]]
    if special["dateIdentified"]:
        details["dateIdentified"] = ["", special["dateIdentified"]]
    if source := payload.get("source"):
        details["manipulated_by"] = source.get("description", "")
        details["manipulator_key"] = f"{source.get('bundle')}:{source.get('object')}"
    yield "create", details


def _identified(event: Read, payload: Mapping[str, Any], first: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    yield "identified", {}


def _updated(event: Read, payload: Mapping[str, Any], first: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    changes = payload.get("changes", {})
    fields = differences({a: old for a, (old, _) in changes.items()}, {a: new for a, (_, new) in changes.items()})
    yield "update", {**fields, "fields": fields}


def _deleted(event: Read, payload: Mapping[str, Any], first: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    yield "delete", {"name": payload.get("name") or payload.get("email") or ""}


def _merged(event: Read, payload: Mapping[str, Any], first: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    yield "merge", {"merged": event.object_id, "name": payload.get("name", "")}


def _points(event: Read, payload: Mapping[str, Any], first: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    if payload.get("type") != "edit":  # else the change of the field tells it
        yield "update", {"points": payload.get("delta")}


def _assigned(name: str) -> Callable[[Read, Any, Any], Iterable[tuple[str, dict[str, Any]]]]:
    def told(event: Read, payload: Mapping[str, Any], first: Any) -> Iterable[tuple[str, dict[str, Any]]]:
        if event.contact_id not in first:  # else the creation tells it
            yield "update", {name: [None, event.object_id]}

    return told


def _tags(event: Read, payload: Mapping[str, Any], first: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    yield "update", {"tags": {name: payload[name] for name in ("added", "removed") if payload.get(name)}}


def _do_not_contact(event: Read, payload: Mapping[str, Any], first: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    reason = {"reason": payload.get("new"), "comments": payload.get("comments") or ""}
    yield "update", {"dnc_channel_status": {payload.get("channel", ""): reason}}


def _utm(event: Read, payload: Mapping[str, Any], first: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    yield "update", {"utmtags": event.object_id}


DETAILS: dict[int, Callable[[Read, Any, Any], Iterable[tuple[str, dict[str, Any]]]]] = {
    EventType.CONTACT_CREATED: _created,
    EventType.CONTACT_IDENTIFIED: _identified,
    EventType.CONTACT_UPDATED: _updated,
    EventType.CONTACT_DELETED: _deleted,
    EventType.CONTACT_MERGED: _merged,
    EventType.POINTS_CHANGED: _points,
    EventType.OWNER_CHANGED: _assigned("owner"),
    EventType.STAGE_CHANGED: _assigned("stage"),
    EventType.TAGS_CHANGED: _tags,
    EventType.DO_NOT_CONTACT_CHANGED: _do_not_contact,
    EventType.UTM_TAGS_ADDED: _utm,
}
AUDIT = Consumer("contact_audit", write_entries, frozenset(DETAILS))
