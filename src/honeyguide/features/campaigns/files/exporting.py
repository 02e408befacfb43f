"""What is stored, as a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Model

from honeyguide.engine.resource.slugs import slug, unique
from honeyguide.features.campaigns import canvas as canvases
from honeyguide.features.campaigns.files.names import STEP, name_of, translated, translated_filters
from honeyguide.features.campaigns.models import Campaign, CampaignEvent
from honeyguide.features.emails.models import Email
from honeyguide.features.segments.models import Segment

VERSION = 1
SEGMENT = ("alias", "name", "public_name", "description", "is_published", "is_global", "is_preference_center")
EMAIL = (
    "name", "subject", "description", "email_type", "language", "is_published", "from_address", "from_name", "reply_to_address",
    "bcc_address", "use_owner_as_mailer", "template", "plain_text", "custom_html",
)  # fmt: skip
CAMPAIGN = ("name", "description", "allow_restart")
# Names of times in files, and of events' attributes.
TIMES = {
    "mode": "trigger_mode", "interval": "trigger_interval", "unit": "trigger_interval_unit", "date": "trigger_date",
    "hour": "trigger_hour", "not_before": "trigger_restricted_start_hour", "not_after": "trigger_restricted_stop_hour",
    "days": "trigger_restricted_days_of_week",
}  # fmt: skip
SOURCES = ("lists", "forms")


def document_of(campaign: Campaign) -> dict[str, Any]:
    """The campaign, the segments and e-mails it uses, and the segments that those segments ask for."""
    told = campaign_as_data(campaign)
    segments, emails = _used(campaign)
    return {
        "honeyguide": VERSION,
        "campaign": told,
        "segments": [segment_as_data(one) for one in segments],
        "emails": [email_as_data(one) for one in emails],
    }


def campaign_as_data(campaign: Campaign) -> dict[str, Any]:
    events = list(campaign.events.all())
    keys = keys_of(events)
    drawn = campaign.canvas_settings if isinstance(campaign.canvas_settings, dict) else {}
    spots = {str(node.get("id")): _spot(node) for node in canvases.entries(drawn, "nodes")}
    told = _attributes(campaign, CAMPAIGN)
    told["segments"] = sorted(campaign.lists.values_list("alias", flat=True))
    told["forms"] = sorted(campaign.forms.values_list("alias", flat=True))
    told["at"] = {name: spots[name] for name in SOURCES if name in spots}
    told["steps"] = [_step(event, keys, spots) for event in events]
    return told


def segment_as_data(segment: Segment) -> dict[str, Any]:
    return _attributes(segment, SEGMENT) | {"filters": translated_filters(segment.filters, name_of)}


def email_as_data(email: Email) -> dict[str, Any]:
    return _attributes(email, EMAIL)


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
    times = {name: _plain(getattr(event, attribute)) for name, attribute in TIMES.items()}
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


def _attributes(item: Model, names: tuple[str, ...]) -> dict[str, Any]:
    """The attributes that say something."""
    values = {name: _plain(getattr(item, name)) for name in names}
    return {name: value for name, value in values.items() if value not in (None, "")}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _used(campaign: Campaign) -> tuple[list[Segment], list[Email]]:
    """Segments before those that ask for them."""
    wanted: dict[str, set[str]] = {"Segment": set(), "Email": set()}

    def note(model: str, value: Any) -> Any:
        wanted.get(model, set()).add(str(value))
        return value

    for event in campaign.events.all():
        translated(event.type, event.properties, note)
    direct = [*campaign.lists.all(), *_of(Segment, wanted["Segment"])]
    segments: dict[int, Segment] = {}
    for one in sorted(direct, key=lambda segment: segment.alias):
        _with_those_asked_for(one, segments, frozenset())
    return list(segments.values()), sorted(_of(Email, wanted["Email"]), key=lambda email: email.name)


def _with_those_asked_for(segment: Segment, into: dict[int, Segment], above: frozenset[int]) -> None:
    asked: set[str] = set()

    def note(model: str, value: Any) -> Any:
        if model == "Segment":
            asked.add(str(value))
        return value

    translated_filters(segment.filters, note)
    for one in _of(Segment, asked):
        if one.pk not in above | {segment.pk}:
            _with_those_asked_for(one, into, above | {segment.pk})
    into.setdefault(segment.pk, segment)


def _of(model: Any, texts: set[str]) -> Iterator[Any]:
    yield from model.objects.filter(
        pk__in=[int(text) for text in texts if text.isdecimal() and len(text) < 19]
    ).order_by("pk")
