"""What a file would change, and changing it: all of it or nothing. Things are found by their names; the same file twice changes
nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from honeyguide.engine.api import standard
from honeyguide.engine.resource import Invalid, Refused
from honeyguide.features.campaigns.drafting import DRAFTS
from honeyguide.features.campaigns.files.document import BadFile
from honeyguide.features.campaigns.files.exporting import SOURCES, campaign_as_data, keys_of
from honeyguide.features.campaigns.files.names import STEP, found, name_of, translated
from honeyguide.features.campaigns.files.parts import PARTS, Part, call_of
from honeyguide.features.campaigns.models import Campaign

COLUMN, ROW = 260, 150  # pixels between steps that the file gives no place
EVENT_TIMES = {
    "mode": "triggerMode", "interval": "triggerInterval", "unit": "triggerIntervalUnit", "date": "triggerDate",
    "hour": "triggerHour", "not_before": "triggerRestrictedStartHour", "not_after": "triggerRestrictedStopHour",
    "days": "triggerRestrictedDaysOfWeek",
}  # fmt: skip
WORDS = {part.name: part.word for part in PARTS}


@dataclass(frozen=True, slots=True)
class Change:
    """`action` is create, change or remove; `details` are (name, what it is, what it will be)."""

    kind: str
    name: str
    action: str
    details: Sequence[tuple[str, Any, Any]] = ()


def plan(document: Mapping[str, Any]) -> list[Change]:
    """What applying the document would change; nothing when all is as it says. Raises `BadFile` for names that lead nowhere."""
    if problems := list(_missing(document)):
        raise BadFile(*problems[:20])
    changes: list[Change] = []
    for part, data in _brought(document):
        changes += _part_changes(part, data)
    told = document["campaign"]
    campaign = _one("Campaign", told["name"])
    shell, steps = {**told, "steps": []}, {one["key"]: one for one in told["steps"]}
    now = campaign_as_data(campaign) if campaign else None
    known = {one["key"]: one for one in now["steps"]} if now else {}
    changes += _compared("campaign", shell, told["name"], now and {**now, "steps": []}, lambda data: data)
    for key in [*steps, *(key for key in known if key not in steps)]:
        if key not in steps:
            changes.append(Change("step", known[key]["name"], "remove"))
        else:
            changes += _compared("step", steps[key], steps[key]["name"], known.get(key), lambda data: data)
    return changes


@transaction.atomic
def apply(document: Mapping[str, Any], *, by: Any) -> tuple[Campaign, list[Change]]:
    """Makes it so; returns the campaign and what changed. A new campaign is not published, one that is there stays as it is.

    Raises `BadFile`; then nothing is changed.
    """
    changes = plan(document)
    existing = _one("Campaign", document["campaign"]["name"])
    if not changes and existing is not None:
        return existing, []
    try:
        early = [one for one in _brought(document) if list(_part_changes(*one)) and not _put_part(*one, by)]
        campaign = _put_campaign(document["campaign"], existing, by)
        for one in early:
            _put_part(*one, by)
    except (Invalid, Refused) as error:
        raise BadFile(error.message) from None
    return campaign, changes


def _brought(document: Mapping[str, Any]) -> Iterator[tuple[Part, Mapping[str, Any]]]:
    for part in PARTS:
        for data in document[part.section]:
            yield part, data


# --- comparing --------------------------------------------------------------------------------------------------------


def _compared(
    kind: str, data: Mapping[str, Any], name: str, stored: Any, as_data: Callable[[Any], Mapping[str, Any]]
) -> Iterator[Change]:
    if stored is None:
        yield Change(kind, name, "create")
        return
    now, is_whole = as_data(stored), kind in ("step", "campaign")  # of others only what the file names is compared
    different = [
        (one, now.get(one), data.get(one))
        for one in dict.fromkeys([*data, *now])
        if not _same(now.get(one), data.get(one)) and (data.get(one) if one == "at" else one in data or is_whole)
    ]
    if different:
        yield Change(kind, name, "change", different)


def _part_changes(part: Part, data: Mapping[str, Any]) -> Iterator[Change]:
    name = data[part.key]
    return _compared(part.word, data, name, _one(part.name, name), lambda item: part.told(item, name_of))


def _same(one: Any, other: Any) -> bool:
    """Whether they say the same: what is empty is as if it were not there, and numbers may be written as text."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(_same(one.get(name), other.get(name)) for name in {*one, *other})
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if one in (None, "", [], {}, False) or other in (None, "", [], {}, False):
        return one in (None, "", [], {}, False) and other in (None, "", [], {}, False)
    return str(one) == str(other)


# --- names ------------------------------------------------------------------------------------------------------------


def _one(model: str, name: str) -> Any:
    """The item of that name, if there is one. Raises `BadFile` when there are several."""
    items = found(model, name)
    if len(items) > 1:
        raise BadFile(
            f"There are several of the {WORDS.get(model, model.lower())} “{name}”; give them names of their own first."
        )
    return items[0] if items else None


def _missing(document: Mapping[str, Any]) -> Iterator[str]:
    """Names that neither the file nor this server knows."""
    told = document["campaign"]
    brought = {part.name: {one[part.key] for one in document[part.section]} for part in PARTS}
    keys = {one["key"] for one in told["steps"]}
    problems: list[str] = []

    def look(where: str) -> Callable[[str, Any], Any]:
        def one(model: str, name: Any) -> Any:
            text = str(name)
            is_known = (
                text in keys if model == STEP else text in brought.get(model, ()) or _one(model, text) is not None
            )
            if not is_known and not (model == "Campaign" and text in ("this", told["name"])):
                problems.append(f"{where}: there is no {WORDS.get(model, model.lower())} “{text}”.")
            return name

        return one

    for name in told.get("segments") or ():
        look("campaign.segments")("Segment", name)
    for name in told.get("forms") or ():
        look("campaign.forms")("Form", name)
    for step in told["steps"]:
        translated(step["type"], step.get("properties"), look(f"Step “{step['name']}”"))
    for part, data in _brought(document):
        part.meant(data, look(f"{part.word.capitalize()} “{data[part.key]}”"))
    yield from dict.fromkeys(problems)


def _id(model: str, name: Any) -> Any:
    text = str(name)
    item = None if model == "Campaign" and text == "this" else _one(model, text)
    return name if item is None else str(item.pk)


# --- writing ----------------------------------------------------------------------------------------------------------


def _put_part(part: Part, data: Mapping[str, Any], by: Any) -> bool:
    """Whether all that it names was there; if not, it is to be put again when that is."""
    early: list[str] = []

    def number(model: str, name: Any) -> Any:
        if (known := _id(model, name)) == name:
            early.append(name)
        return known

    part.put(_one(part.name, data[part.key]), part.meant(data, number), by)
    return not early


def _put_campaign(told: Mapping[str, Any], campaign: Campaign | None, by: Any) -> Campaign:
    """Steps keep their identity by their keys, so that who waits in one goes on waiting."""
    if campaign is None:
        params = {"name": told["name"], "isPublished": False}
        campaign, _ = standard.create(DRAFTS, params, call_of(DRAFTS, "POST", params, by))
    stored = {key: str(number) for number, key in keys_of(list(campaign.events.all())).items()}
    ids = {one["key"]: stored.get(one["key"], one["key"]) for one in told["steps"]}

    def number(model: str, name: Any) -> Any:
        return ids.get(str(name), name) if model == STEP else _id(model, name)

    params = {
        "description": told.get("description") or "",
        "allowRestart": bool(told.get("allow_restart")),
        "lists": [{"id": int(_id("Segment", alias))} for alias in told.get("segments") or ()],
        "forms": [{"id": int(_id("Form", name))} for name in told.get("forms") or ()],
        "events": [_event(one, ids, number) for one in told["steps"]],
        "canvasSettings": _canvas(told, ids),
    }
    return standard.update(DRAFTS, campaign, params, call_of(DRAFTS, "PATCH", params, by))


def _event(step: Mapping[str, Any], ids: Mapping[str, str], number: Callable[[str, Any], Any]) -> dict[str, Any]:
    when = step.get("when") or {}
    times = {field: when.get(name) for name, field in EVENT_TIMES.items()}
    return times | {
        "id": ids[step["key"]],
        "name": step["name"],
        "description": step.get("description") or "",
        "type": step["type"],
        "eventType": step["kind"],
        "triggerMode": when.get("mode") or (None if step["kind"] == "decision" else "immediate"),
        "triggerRestrictedDaysOfWeek": when.get("days") or [],
        "decisionPath": step.get("path"),
        "properties": translated(step["type"], step.get("properties"), number),
    }


def _canvas(told: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    steps, sources = (
        told["steps"],
        [name for name, field in zip(SOURCES, ("segments", "forms"), strict=True) if told.get(field)],
    )
    spots = {name: (told.get("at") or {}).get(name) or [column * COLUMN, 0] for column, name in enumerate(sources)}
    for row, step in enumerate(steps, 1):
        spots[ids[step["key"]]] = step.get("at") or [COLUMN * (step.get("path") == "no"), row * ROW]
    nodes = [
        {"id": key, "positionX": str(_pixel(spot, 0)), "positionY": str(_pixel(spot, 1))} for key, spot in spots.items()
    ]
    connections = [
        {
            "sourceId": ids.get(step.get("after") or "", (sources or SOURCES)[0]),
            "targetId": ids[step["key"]],
            "anchors": {
                "source": (step.get("path") or "bottom") if step.get("after") else "leadsource",
                "target": "top",
            },
        }
        for step in steps
    ]
    return {"nodes": nodes, "connections": connections}


def _pixel(spot: Any, index: int) -> int:
    try:
        return int(spot[index])
    except (TypeError, ValueError, IndexError, KeyError):
        return 0
