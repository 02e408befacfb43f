"""What a visitor finds in a slot of a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from honeyguide.engine.delivery import links, variations
from honeyguide.engine.delivery.recipients import Recipient
from honeyguide.engine.delivery.sealed import CONTACT, seal
from honeyguide.engine.delivery.tokens import Place, fill, parse
from honeyguide.engine.events import EventType
from honeyguide.engine.resource.models import is_live
from honeyguide.engine.sql import execute, scalar
from honeyguide.engine.tracking.hits import Visit, writer
from honeyguide.features.dynamiccontents import queries
from honeyguide.features.dynamiccontents.models import DynamicContent
from honeyguide.features.emails.services import reader, surroundings
from honeyguide.features.fields.definitions import definitions
from honeyguide.features.pages.addresses import with_addresses
from honeyguide.features.pages.choosing import translation
from honeyguide.features.segments.filter_editing import filter_catalogue

CHANNEL = "dynamicContent"
LONGEST_SLOT = 191  # characters of its name


def content_for(slot: str, contact_id: int) -> str | None:
    """The HTML of a slot for a contact, None for what the page shows to everybody.

    First what a campaign gives: one in which the contact waits for this slot, else the one that gave last. Then the first
    live item of that slot whose filters fit. That it was asked for is noted.
    """
    if not slot or len(slot) > LONGEST_SLOT or "\0" in slot:
        return None
    recipient = reader(contact_id)
    item = _awaited(slot, contact_id) or _given(slot, contact_id) or _fitting(slot, recipient)
    if item is not None:
        item = _translated(item, recipient)
    writer.add(Visit(contact_id, {"slot": slot}, EventType.DYNAMIC_CONTENT_ASKED, item.pk if item else None))
    return _rendered(item, recipient, contact_id) if item else None


def previewed(content: str | None) -> str:
    """The content for nobody in particular."""
    return fill(parse(with_addresses(content or ""), Place(surroundings(), html=True, more={})), reader(None))


def filters_offered() -> dict[str, Any]:
    """The filters that can be told by a contact's values alone, as JSON for the filter editor."""
    found = filter_catalogue(fields_only=True)
    for one in (field for group in found["groups"] for field in group["fields"]):
        one["operators"] = [name for name in one["operators"] if name in variations.OPERATORS]
    return found


def give(contact_ids: Sequence[int], slot: str, content_id: int) -> None:
    """What these contacts get in the slot from now on."""
    execute(queries.GIVE, {"contacts": list(contact_ids), "slot": slot, "content": content_id})


def live_item(number: object) -> DynamicContent | None:
    text = str(number or "")
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        return None
    item = DynamicContent.objects.filter(pk=int(text)).first()
    return item if item and is_live(item) else None


def _awaited(slot: str, contact_id: int) -> DynamicContent | None:
    """The campaign itself goes on when the worker reads of it; what it will give is given at once."""
    item = live_item(scalar(queries.AWAITED, {"slot": slot, "contact": contact_id}))
    if item is not None:
        give([contact_id], slot, item.pk)
    return item


def _given(slot: str, contact_id: int) -> DynamicContent | None:
    return live_item(scalar(queries.GIVEN, {"slot": slot, "contact": contact_id}))


def _fitting(slot: str, recipient: Recipient) -> DynamicContent | None:
    types = {alias: d.type for object_ in ("company", "lead") for alias, d in definitions(object_).items()}
    items = DynamicContent.objects.filter(
        slot_name=slot, is_campaign_based=False, is_published=True, translation_parent=None, variant_parent=None
    ).order_by("pk")
    return next((i for i in items if is_live(i) and variations.matches(i.filters, recipient.values, types)), None)


def _translated(item: DynamicContent, recipient: Recipient) -> DynamicContent:
    language = str(recipient.values.get("preferred_locale") or "")
    if not language:
        return item
    family = [item, *(child for child in item.translation_children.order_by("pk") if is_live(child))]
    return translation(family, [language]) or item


def _rendered(item: DynamicContent, recipient: Recipient, contact_id: int) -> str:
    """For one contact; clicks are known by links that lead over this server."""
    text, around = with_addresses(item.content or ""), surroundings()
    if around.track_links and (spans := links.in_html(text)):
        text = links.rewrite(text, spans, links.store(CHANNEL, item.pk, [span.url for span in spans]))
    sealed = seal(contact_id, CONTACT)
    trackable = {"trackable": lambda token: f"{around.site_url}/r/{quote(token)}?ct={sealed}"}
    return fill(parse(text, Place(around, html=True, more=trackable)), recipient)
