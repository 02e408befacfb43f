"""Brings filters, as a client sends them, into the shape that is stored (contract resource-segments, Filter item)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from honeyguide.engine.segmenting.dates import ABSOLUTE, to_instant


def normalise(raw: Any, *, timezone: str, previous: Sequence[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """The filters with their value in `properties.filter` only.

    A filter that takes the place of an earlier one carries that one's value in the old key `filter`, as the reference's
    form does; nothing reads it. Absolute datetimes come in `timezone` and are stored in UTC.
    """
    items = list(raw.values()) if isinstance(raw, Mapping) else raw
    if not isinstance(items, list):
        return []
    result = [_one(item, timezone) for item in items if isinstance(item, Mapping)]
    for place, (item, earlier) in enumerate(zip(result, previous, strict=False)):
        properties = earlier.get("properties")
        properties = properties if isinstance(properties, Mapping) else {}
        legacy = {"filter": properties.get("filter"), "display": properties.get("display")}
        order = ("object", "glue", "field", "type", "operator", "properties")
        result[place] = {key: item[key] for key in order if key in item} | legacy
    return result


def _one(raw: Mapping[str, Any], timezone: str) -> dict[str, Any]:
    item = {key: value for key, value in raw.items() if key in ("object", "glue", "field", "type", "operator")}
    given = raw.get("properties")
    properties = dict(given) if isinstance(given, Mapping) else {}
    properties.setdefault("filter", raw.get("filter"))
    if raw.get("display"):
        properties.setdefault("display", raw["display"])
    if item.get("type") == "datetime" and isinstance(properties["filter"], str):
        properties["filter"] = _to_utc(properties["filter"], timezone)
    item["operator"] = item.get("operator") or None
    return item | {"properties": properties}


def _to_utc(text: str, timezone: str) -> str:
    if timezone == "UTC" or not (match := ABSOLUTE.fullmatch(text.strip())) or match[4] is None:
        return text
    try:
        wall = datetime(*(int(part or 0) for part in match.groups()))  # noqa: DTZ001 wall-clock time
        return to_instant(wall, timezone).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError):
        return text


def shown_in(text: str, timezone: str) -> str:
    """The stored UTC datetime in the zone of a person who edits it; any other text as it is."""
    try:
        moment = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return text
    return moment.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M:%S")
