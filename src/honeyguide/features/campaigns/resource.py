"""Campaigns and their events over REST (contract resource-campaigns)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from honeyguide.engine.api.call import Answer
from honeyguide.engine.api.standard import location
from honeyguide.engine.resource import Action, Denied, NotFound, Refused, Resource, Rights
from honeyguide.engine.resource.children import Children
from honeyguide.engine.resource.fields import Boolean, DateTime, Field, ReadOnly, Structure, Text, text_of
from honeyguide.engine.resource.given import DONE, KEYED, LIST, NUMBER, OBJECT, PAGING, TOTAL, Given, having, item_of
from honeyguide.engine.resource.references import Category, nested, show_category
from honeyguide.engine.resource.rendering import without_nulls
from honeyguide.engine.resource.store import ModelStore, stamp_created, stamp_modified
from honeyguide.engine.sql import Clause
from honeyguide.features.campaigns import canvas, events, history, log_editing, membership, services
from honeyguide.features.campaigns.event_fields import EVENT, Family
from honeyguide.features.campaigns.models import Campaign, CampaignEvent
from honeyguide.features.campaigns.rehearsal import TooSlow, rehearse
from honeyguide.features.campaigns.rehearsing import as_data
from honeyguide.features.forms.models import Form
from honeyguide.features.segments.models import Segment
from honeyguide.features.segments.nested import SHAPE as SEGMENT_SHAPE

NO_EVENT = "At least one event is required. Use the Launch Campaign Builder button to add one."
NO_SOURCE = "At least one contact source is required. Use the Launch Campaign Builder button to add one."
EMPTY_CANVAS = {"nodes": [], "connections": []}
FORM_SHAPE = (
    ("id", "id"), ("name", "name"), ("alias", "alias"), ("category", lambda form: show_category(form.category)),
)  # fmt: skip
CONTACT_RIGHTS = Rights("lead:leads", publish=False)
REHEARSAL_SECONDS = 60  # that a statement of a call may take
SOURCES = {"lists": Segment, "forms": Form}


def Source(name: str, shape: Any) -> Field:
    """Segments or forms whose contacts come into the campaign, by `[{"id": 8}]`."""
    model = SOURCES[name]

    def parse(raw: Any) -> list[Any]:
        listed = list(raw.values()) if isinstance(raw, dict) else raw if isinstance(raw, list) else [raw] if raw else []
        texts = [text_of(entry.get("id") if isinstance(entry, dict) else entry).strip() for entry in listed]
        ids = dict.fromkeys(int(text) for text in texts if text.isdecimal() and len(text) < 19)
        found = model.objects.in_bulk(list(ids))
        if len(found) != len(set(texts)):
            raise Refused(f"{name}: This value is not valid.")
        return [found[number] for number in ids]

    def render(related: Any) -> list[Any]:
        return [nested(item, shape) for item in related.all()]

    return Field(name=name, parse=parse, render=render, default=list, reset=list, relation=True)


EVENTS = Children("events", EVENT)


def parse_events(raw: Any) -> list[dict[str, Any]]:
    """Events with the `key` by which the canvas and other events name them."""
    entries = EVENTS.parse(raw)
    given = raw.values() if isinstance(raw, dict) else raw or ()
    for entry, sent in zip(entries, given, strict=True):
        sent = sent if isinstance(sent, dict) else {}
        entry["key"], entry["above"] = str(sent.get("id", "")), str(sent.get("parent", ""))
    return entries


def parse_canvas(raw: Any) -> Any:
    return canvas.renamed(raw, {}) if isinstance(raw, dict) else {}


class CampaignStore(ModelStore):
    """Events and sources are needed; PATCH keeps those that it does not name."""

    children = ("events",)

    def update_from(self, item: Campaign, params: Any, call: Any) -> Any:
        if call.method == "PUT":
            _check_ids(params)
        return super().update_from(item, params, call)

    def create(self, values: dict[str, Any], call: Any) -> tuple[Any, bool]:
        _check_contents(values)
        item, created = super().create(values, call)
        stamp_modified(item, call.user, touched=False)
        return item, created

    def update(self, item: Campaign, values: dict[str, Any], call: Any) -> Campaign:
        if call.method == "PUT":
            _check_contents(values)
            return super().update(item, values, call)
        for name in SOURCES:
            if name in values:
                values[name] = list(dict.fromkeys([*getattr(item, name).all(), *values[name]]))
        if "events" in values:
            listed = {entry.get("id") for entry in values["events"]}
            others = [{"id": event.pk, "key": str(event.pk)} for event in item.events.all() if event.pk not in listed]
            values["events"] = others + values["events"]
        return super().update(item, values, call)

    def _save(self, item: Campaign, values: dict[str, Any]) -> None:
        entries = values.pop("events", None)
        if values.get("is_published"):
            item.failures_since, item.stopped_because = timezone.now(), None
        super()._save(item, values)
        if entries is not None or "canvas_settings" in values:
            events.store(item, entries)
        else:
            services.steps_changed(item.pk)
        item._prefetched_objects_cache = {}

    def render(self, item: Campaign, call: Any, *, created: bool = False, **selected: Any) -> Any:
        shown = super().render(item, call, created=created, **selected)
        if "events" in shown:
            family = Family(list(item.events.all()), fresh=created or call.method == "PUT")
            listed = [family.show(event) for event in item.events.all()]
            shown["events"] = listed if selected.get("select") is None else without_nulls(listed)
        return shown

    def render_deleted(self, item: Campaign, call: Any, shown: Any) -> Any:
        """What it was made of goes before it is shown."""
        return super().render_deleted(item, call, shown | {"events": [], "lists": [], "forms": []})


def _check_contents(values: dict[str, Any]) -> None:
    if not values.get("events"):
        raise Refused(NO_EVENT)
    if not values.get("lists") and not values.get("forms"):
        raise Refused(NO_SOURCE)


def _check_ids(params: Any) -> None:
    """A PUT says of every event and source which one it is."""
    for name in ("events", "lists", "forms"):
        listed = params.get(name) if isinstance(params, dict) else None
        for number, entry in enumerate(listed if isinstance(listed, list) else ()):
            if not isinstance(entry, dict) or not entry.get("id"):
                raise Refused(f'$campaign[{name}][{number}]["id"] is missing')


# --- other calls ----------------------------------------------------------------------------------------------------


@transaction.atomic
def clone(call: Any) -> Answer:
    """A new, unpublished campaign with the same words, and without events, sources and contacts."""
    original = _find(call.path["campaign_id"])
    call.require("campaign:campaigns:create")
    copy = Campaign(is_published=False)
    for name in ("name", "description", "category", "allow_restart", "publish_up", "publish_down"):
        setattr(copy, name, getattr(original, name))
    stamp_created(copy, call.user)
    copy.save()
    headers = {"Location": location(CAMPAIGNS, copy, call)}
    return Answer({"campaign": CAMPAIGNS.store.render(copy, call)}, status=302, headers=headers)


def list_contacts(call: Any) -> Any:
    campaign = _find(call.path["id"])
    if not CAMPAIGNS.store.allowed("view", campaign, call):
        raise Denied()
    return membership.listing(campaign.pk, call)


def add_contact(call: Any) -> Any:
    campaign = _find(call.path["id"])
    services.add_contacts(campaign.pk, [_contact(call, "Item was not found.")])
    return {"success": 1}


def remove_contact(call: Any) -> Any:
    campaign = _find(call.path["id"])
    services.remove_contacts(campaign.pk, [_contact(call, "Contact not found.")])
    return {"success": 1}


def rehearsal(call: Any) -> Any:
    """What the campaign would do, with everybody or with one contact. Samples are for those who may see all contacts."""
    campaign = _find(call.path["id"])
    if not CAMPAIGNS.store.allowed("view", campaign, call):
        raise Denied()
    asked = text_of(call.query.get("contact")).strip()
    contact_id = visible_contact(asked, call) if asked else None
    try:
        found = rehearse(campaign, contact_id=contact_id, seconds=REHEARSAL_SECONDS)
    except TooSlow as error:
        raise Refused(str(error), code=503) from error
    return {"rehearsal": as_data(found, samples=contact_id is not None or may_see_all(call))}


def visible_contact(text: str, call: Any, action: str = "view") -> int:
    """The id in the text, if it is a contact's that the caller may view or edit."""
    found = membership.contact(int(text)) if text.isdecimal() and len(text) < 19 else None
    if found is None:
        raise NotFound("Contact not found.")
    contact_id, owner_id = found
    if not call.may(CONTACT_RIGHTS.level(action, mine=owner_id == call.user.pk)):
        raise Denied()
    return contact_id


def may_see_all(call: Any) -> bool:
    """Whether the caller may see the contacts of others."""
    return call.may(CONTACT_RIGHTS.level("view", mine=False))


def _contact(call: Any, missing: str) -> int:
    found = membership.contact(call.path["contact_id"])
    if found is None:
        raise NotFound(missing)
    contact_id, owner_id = found
    if not call.may(CONTACT_RIGHTS.level("edit", mine=owner_id == call.user.pk)):
        raise Denied()
    return contact_id


def _find(campaign_id: int) -> Campaign:
    found = CAMPAIGNS.store.get(campaign_id)
    if found is None:
        raise NotFound()
    return found


CAMPAIGNS = Resource(
    name="campaigns",
    one="campaign",
    many="campaigns",
    label="Campaigns",
    refuses={409: "The contact is not in the campaign, or the step cannot be changed."},
    example={
        "name": "Welcome",
        "lists": [{"id": 1}],
        "events": [{"id": "new_1", "name": "Add points", "type": "lead.changepoints", "eventType": "action"}],
        "canvasSettings": {
            "nodes": [
                {"id": "new_1", "positionX": "500", "positionY": "150"},
                {"id": "lists", "positionX": "400", "positionY": "50"},
            ],
            "connections": [
                {"sourceId": "lists", "targetId": "new_1", "anchors": {"source": "leadsource", "target": "top"}}
            ],
        },
    },
    model=Campaign,
    rights=Rights("campaign:campaigns"),
    keyed=True,
    fields=[
        ReadOnly("id"),
        Text("name", required="A name is required."),
        Category("campaign"),
        Text("description", html=True),
        Boolean("allowRestart", brief=False),
        DateTime("publishUp", brief=False),
        DateTime("publishDown", brief=False),
        Field(
            name="events",
            parse=parse_events,
            render=EVENTS.render,
            default=list,
            reset=list,
            relation=True,
            kind="children",
        ),
        Source("forms", FORM_SHAPE),
        Source("lists", SEGMENT_SHAPE),
        Structure(
            "canvasSettings",
            parse=parse_canvas,
            render=lambda value: value or EMPTY_CANVAS,
            default=list,
            reset=list,
            brief=False,
        ),
    ],
    store=CampaignStore,
    search=["name"],
    actions=[
        Action(
            "POST",
            "clone/{campaign_id}",
            clone,
            "Copy a campaign",
            gives=having(campaign=item_of("campaigns")),
            status=302,
        ),
        Action(
            "GET",
            "{id}/contacts",
            list_contacts,
            "Contacts of a campaign",
            takes=PAGING[1:],
            gives=having(total=TOTAL, contacts=LIST),
        ),
        Action(
            "GET",
            "{id}/rehearsal",
            rehearsal,
            "What a campaign would do, with nothing sent and nothing changed",
            takes=[Given(name="contact", text="Only with this contact, as if it came in now.", kind="integer")],
            gives=having(rehearsal=OBJECT),
        ),
        Action("POST", "{id}/contact/{contact_id}/add", add_contact, "Put a contact into a campaign", gives=DONE),
        Action(
            "POST", "{id}/contact/{contact_id}/remove", remove_contact, "Take a contact out of a campaign", gives=DONE
        ),
        Action(
            "GET",
            "{id}/events/contact/{contact_id}",
            history.log_in_campaign,
            "What a campaign did with a contact",
            gives=having(total=NUMBER, events=LIST, campaign=OBJECT, membership=LIST),
        ),
    ],
)


# --- events by themselves -------------------------------------------------------------------------------------------


class EventStore(ModelStore):
    """Events are seen by who may see their campaign."""

    def allowed(self, action: str, item: CampaignEvent, call: Any) -> bool:
        return CAMPAIGNS.store.allowed(action, item.campaign, call)

    def own_only(self, call: Any) -> Clause:
        mine = "SELECT id FROM campaigns WHERE created_by = %s"
        return Clause(f"campaign_events.campaign_id IN ({mine})", (call.user.pk,))

    def page(self, *asked: Any) -> tuple[int, list[Any]]:
        total, items = super().page(*asked)
        families = Family(list(CampaignEvent.objects.filter(campaign__in={item.campaign_id for item in items})))
        for item in items:
            item.family = families
        return total, items

    def render(self, item: CampaignEvent, call: Any, **selected: Any) -> Any:
        family = getattr(item, "family", None) or Family(list(item.campaign.events.all()))
        campaign = item.campaign
        about = {
            "id": campaign.pk,
            "name": campaign.name,
            "category": None if campaign.category_id is None else {},
            "description": campaign.description,
        }
        shown = family.show(item, levels=1) | {"campaign": about}
        return shown if selected.get("select") is None else without_nulls(shown)


CAMPAIGN_EVENTS = Resource(
    name="campaigns/events",
    one="event",
    many="events",
    label="Campaign events",
    refuses={409: "The contact is not in the campaign, or the step cannot be changed."},
    model=CampaignEvent,
    rights=Rights("campaign:campaigns"),
    stamps=False,
    fields=list(EVENT),
    standard=("list", "get"),
    store=EventStore,
    search=["name"],
    standard_commands=False,
    order=[('campaign_events."order"', "DESC")],
    actions=[
        Action(
            "GET",
            "contact/{contact_id}",
            history.log_of_contact,
            "What all campaigns did with a contact",
            gives=having(total=NUMBER, events=LIST),
        ),
        Action(
            "PUT",
            "{event_id}/contact/{contact_id}/edit",
            log_editing.edit_log,
            "Schedule a step for a contact, or mark it as done",
            takes=[
                Given(name="triggerDate", text="When the step is to be done.", example="2031-05-06T07:08:09+00:00"),
                Given(name="dateTriggered", text="When the step was done; it is not done again."),
                Given(name="nonActionPathTaken", text="With dateTriggered: the `no` path was taken.", kind="boolean"),
                Given(name="metadata", text="What there is to say about it; added to what was said.", kind="object"),
                Given(name="ipAddress", text="From where the contact did it."),
                Given(name="channel", text="By what it was done: `email`."),
                Given(name="channelId", text="By which one of these.", kind="integer"),
            ],
            gives=having(event=OBJECT),
        ),
        Action(
            "PUT",
            "batch/edit",
            log_editing.edit_logs,
            "Schedule steps for contacts, or mark them as done: a list of objects with eventId, contactId and the rest",
            takes=[],
            gives=having(events=KEYED),
        ),
    ],
)
