"""What somebody draws, before it is saved: as a plan that can be rehearsed, and as a draft that waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from honeyguide.engine.resource.binding import bind
from honeyguide.features.campaigns import canvas
from honeyguide.features.campaigns import plan as plans
from honeyguide.features.campaigns.drafting import DRAFTS
from honeyguide.features.campaigns.event_fields import EVENT
from honeyguide.features.campaigns.models import Campaign, CampaignDraft, CampaignEvent
from honeyguide.features.campaigns.plan import Plan
from honeyguide.features.campaigns.steps import Step

NEW = 10**15  # ids of steps that are not stored yet count from here
PARTS = ("events", "canvasSettings", "lists", "forms")


def drawing_of(campaign: Campaign) -> dict[str, Any]:
    """What is stored, as the canvas takes and sends it."""
    return {
        "events": [_shown(event) for event in campaign.events.all()],
        "canvasSettings": campaign.canvas_settings or {},
        "lists": [one.pk for one in campaign.lists.all()],
        "forms": [one.pk for one in campaign.forms.all()],
    }


def _shown(event: CampaignEvent) -> dict[str, Any]:
    return {field.name: field.render(getattr(event, field.attribute)) for field in EVENT} | {"parent": event.parent_id}


def parts_of(sent: Any) -> dict[str, Any]:
    """The parts of a drawing in what a client sent; others are left out."""
    return {name: sent[name] for name in PARTS if name in sent} if isinstance(sent, dict) else {}


def planned(campaign: Campaign, drawing: Mapping[str, Any], call: Any) -> tuple[Plan, list[int], Mapping[int, str]]:
    """The plan of a drawing, the segments it takes contacts from, and by which key the canvas knows each step. Raises what
    saving it would raise."""
    values = bind(DRAFTS, dict(drawing), call, method="PATCH", item=campaign)
    entries = values.get("events", [])
    stored = set(campaign.events.values_list("pk", flat=True))
    ids = {
        entry["key"]: entry["id"] if entry.get("id") in stored else NEW + number for number, entry in enumerate(entries)
    }
    places = canvas.places(values.get("canvas_settings") or {})
    steps = [_step(campaign, entry, ids, places.get(entry["key"], canvas.Place())) for entry in entries]
    order = {ids[key]: place.level for key, place in places.items() if key in ids}
    plan = plans.arranged(sorted(steps, key=lambda step: (order.get(step.id, 1), step.id)))
    return plan, [one.pk for one in values.get("lists", [])], {number: key for key, number in ids.items()}


def _step(campaign: Campaign, entry: Mapping[str, Any], ids: Mapping[str, int], place: canvas.Place) -> Step:
    event = CampaignEvent(**{name: value for name, value in entry.items() if name not in ("id", "key", "above")})
    properties = event.properties if isinstance(event.properties, dict) else {}
    target = str(properties.get("jumpToEvent", ""))
    if target in ids:
        properties = {**properties, "jumpToEvent": ids[target]}
    return Step(
        id=ids[entry["key"]],
        campaign_id=campaign.pk,
        campaign_name=campaign.name,
        name=event.name,
        type=event.type,
        kind=event.event_type,
        properties=properties,
        parent_id=ids.get(place.parent or ""),
        path=place.path,
        timing=plans.timing(
            event.trigger_mode, event.trigger_interval, event.trigger_interval_unit, event.trigger_date,
            event.trigger_hour, event.trigger_restricted_start_hour, event.trigger_restricted_stop_hour,
            event.trigger_restricted_days_of_week,
        ),
    )  # fmt: skip


def keep_draft(campaign: Campaign, drawing: Mapping[str, Any], *, by: Any) -> CampaignDraft:
    """Keeps what is drawn until it is saved or thrown away; it changes nothing of the campaign."""
    given = {"drawing": dict(drawing), "date_saved": timezone.now(), "saved_by": by}
    return CampaignDraft.objects.update_or_create(campaign=campaign, defaults=given)[0]


def drop_draft(campaign: Campaign) -> None:
    CampaignDraft.objects.filter(campaign=campaign).delete()


def draft_of(campaign: Campaign) -> CampaignDraft | None:
    return CampaignDraft.objects.select_related("saved_by").filter(campaign=campaign).first()


def kinds() -> Sequence[dict[str, Any]]:
    """Every kind of step, by kind and name, as the palette shows it and its form asks for it."""
    found = [
        *(("action", one) for one in plans.actions().values()),
        *(("condition", one) for one in plans.conditions().values()),
        *(("decision", one) for one in plans.decisions().values()),
    ]
    listed = [
        {
            "type": one.type,
            "eventType": kind,
            "label": one.label or one.type,
            "parameters": [parameter.shown() for parameter in one.parameters],
            "after": sorted(one.after),
            "declared": bool(one.label),
        }
        for kind, one in found
    ]
    return sorted(listed, key=lambda one: (one["eventType"], one["label"].lower()))
