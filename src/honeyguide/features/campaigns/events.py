"""Writes the events of a campaign, in the places that the canvas gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from honeyguide.features.campaigns import canvas
from honeyguide.features.campaigns import plan as plans
from honeyguide.features.campaigns.event_fields import channel_of
from honeyguide.features.campaigns.loops import JUMP, refuse_endless
from honeyguide.features.campaigns.models import Campaign, CampaignEvent
from honeyguide.features.campaigns.services import steps_changed

TIMES = (
    "trigger_mode", "trigger_date", "trigger_interval", "trigger_interval_unit", "trigger_hour", "trigger_restricted_start_hour",
    "trigger_restricted_stop_hour", "trigger_restricted_days_of_week",
)  # fmt: skip


def store(campaign: Campaign, entries: Sequence[dict[str, Any]] | None) -> None:
    """Makes these the campaign's events (None: leaves them), and arranges them as the canvas says.

    An entry is attributes by name, the `key` by which the canvas names the event, and the key of what is `above` it, which
    counts when there is no canvas. In the canvas the keys of new events become their ids. Raises `Refused` for a loop that
    never waits.
    """
    existing = {event.pk: event for event in campaign.events.all()}
    before = {number: _times(event) for number, event in existing.items()}
    if entries is None:
        by_key = {str(number): event for number, event in existing.items()}
        above: dict[str, str] = {}
    else:
        by_key = _write(campaign, existing, entries)
        above = {entry["key"]: entry.get("above", "") for entry in entries}
    drawing = campaign.canvas_settings or {}
    if any(drawing.values()):
        _arrange(by_key, canvas.places(drawing))
        campaign.canvas_settings = canvas.renamed(drawing, {key: event.pk for key, event in by_key.items()})
        campaign.save(update_fields=["canvas_settings"])
    else:
        _arrange(by_key, canvas.below(above))
    _resolve_jumps(by_key)
    refuse_endless(plans.of_campaign(campaign.pk))
    now = {event.pk: _times(event) for event in by_key.values()}
    retimed = [number for number in before.keys() & now.keys() if before[number] != now[number]]
    steps_changed(campaign.pk, deleted=before.keys() - now.keys(), retimed=retimed)


def _times(event: CampaignEvent) -> tuple[Any, ...]:
    return tuple(getattr(event, name) for name in TIMES)


def _resolve_jumps(by_key: dict[str, CampaignEvent]) -> None:
    """A step that jumps to one made with it knows that one by its key."""
    for event in by_key.values():
        properties = event.properties if isinstance(event.properties, dict) else {}
        target = by_key.get(str(properties.get("jumpToEvent", "")))
        if event.type == JUMP and target is not None and str(target.pk) != str(properties["jumpToEvent"]):
            event.properties = {**properties, "jumpToEvent": target.pk}
            event.save(update_fields=["properties"])


def _write(
    campaign: Campaign, existing: dict[int, CampaignEvent], entries: Sequence[dict[str, Any]]
) -> dict[str, CampaignEvent]:
    gone = existing.keys() - {entry.get("id") for entry in entries}
    CampaignEvent.objects.filter(pk__in=gone).delete()
    by_key = {}
    for entry in entries:
        event = existing.get(entry.get("id")) or CampaignEvent(campaign=campaign)
        for name, value in entry.items():
            if name not in ("id", "key", "above"):
                setattr(event, name, value)
        if about := channel_of(event.type, event.properties):
            event.channel, event.channel_id = about
        event.save()
        by_key[entry["key"] or str(event.pk)] = event
    return by_key


def _arrange(by_key: dict[str, CampaignEvent], places: dict[str, canvas.Place]) -> None:
    for key, place in places.items():
        event = by_key.get(key)
        if event is None:
            continue
        parent = by_key.get(place.parent) if place.parent else None
        event.parent = parent
        event.decision_path = place.path if place.path or not parent else event.decision_path
        event.order = place.level
        event.save(update_fields=["parent", "decision_path", "order"])
