"""What is stored, as a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from honeyguide.engine.resource.slugs import slug, unique
from honeyguide.features.campaigns import canvas as canvases
from honeyguide.features.campaigns.files.names import STEP, name_of, translated
from honeyguide.features.campaigns.files.parts import BY_MODEL, PARTS, attributes, plain
from honeyguide.features.campaigns.models import Campaign, CampaignEvent

VERSION = 1
CAMPAIGN = ("name", "description", "allow_restart")
# Names of times in files, and of events' attributes.
TIMES = {
    "mode": "trigger_mode", "interval": "trigger_interval", "unit": "trigger_interval_unit", "date": "trigger_date",
    "hour": "trigger_hour", "not_before": "trigger_restricted_start_hour", "not_after": "trigger_restricted_stop_hour",
    "days": "trigger_restricted_days_of_week",
}  # fmt: skip
SOURCES = ("lists", "forms")


def document_of(campaign: Campaign) -> dict[str, Any]:
    """The campaign and what comes along: what it uses, and what that uses."""
    used = used_by(campaign)
    brought = {part.section: [part.told(item, name_of) for item in used[part.name]] for part in PARTS}
    told = {"honeyguide": VERSION, "campaign": campaign_as_data(campaign)}
    return told | {section: listed for section, listed in brought.items() if listed}


def campaign_as_data(campaign: Campaign) -> dict[str, Any]:
    events = list(campaign.events.all())
    keys = keys_of(events)
    drawn = campaign.canvas_settings if isinstance(campaign.canvas_settings, dict) else {}
    spots = {str(node.get("id")): _spot(node) for node in canvases.entries(drawn, "nodes")}
    told = attributes(campaign, CAMPAIGN)
    told["segments"] = sorted(campaign.lists.values_list("alias", flat=True))
    told["forms"] = sorted(campaign.forms.values_list("name", flat=True))
    told["at"] = {name: spots[name] for name in SOURCES if name in spots}
    told["steps"] = [_step(event, keys, spots) for event in events]
    return told


def keys_of(events: list[CampaignEvent]) -> dict[int, str]:
    """A name for each step that is its own within the campaign, made of what people call it."""
    keys: dict[int, str] = {}
    for event in events:
        wanted = slug(event.name) or "step"
        keys[event.pk] = unique(wanted, lambda key: key in keys.values() or key in SOURCES)
    return keys


def _step(event: CampaignEvent, keys: Mapping[int, str], spots: Mapping[str, list[int]]) -> dict[str, Any]:
    def name(model: str, value: Any) -> str:
        text = str(value)
        return keys.get(int(text), text) if model == STEP and text.isdecimal() else name_of(model, value)

    told: dict[str, Any] = {"key": keys[event.pk], "name": event.name, "type": event.type, "kind": event.event_type}
    if event.description:
        told["description"] = event.description
    if event.parent_id in keys:
        told["after"] = keys[event.parent_id]
        if event.decision_path:
            told["path"] = event.decision_path
    times = {name: plain(getattr(event, attribute)) for name, attribute in TIMES.items()}
    if times := {name: value for name, value in times.items() if value not in (None, "", [], 0, "immediate")}:
        told["when"] = times
    if properties := translated(event.type, event.properties, name):
        told["properties"] = properties
    if spot := spots.get(str(event.pk)):
        told["at"] = spot
    return told


def _spot(node: Mapping[str, Any]) -> list[int]:
    return [_pixels(node.get("positionX")), _pixels(node.get("positionY"))]


def _pixels(value: Any) -> int:
    try:
        return round(float(value))
    except (TypeError, ValueError, OverflowError):
        return 0


def used_by(campaign: Campaign) -> dict[str, list[Model]]:
    """By their models' names, the things that come along; what another one asks for comes before it."""
    used: dict[str, list[Model]] = {part.name: [] for part in PARTS}
    seen: set[tuple[str, int]] = set()

    def visit(model: str, value: Any) -> Any:
        part, text = BY_MODEL.get(model), str(value)
        if part and text.isascii() and text.isdecimal() and len(text) < 19 and (model, int(text)) not in seen:
            seen.add((model, int(text)))
            if item := part.model.objects.filter(pk=int(text)).first():
                part.told(item, visit)
                used[model].append(item)
        return value

    for segment_id in campaign.lists.order_by("alias").values_list("pk", flat=True):
        visit("Segment", segment_id)
    for form_id in campaign.forms.order_by("name").values_list("pk", flat=True):
        visit("Form", form_id)
    for event in campaign.events.all():
        translated(event.type, event.properties, visit)
    return used
