"""Pages of point actions, groups and triggers."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.html import format_html

from honeyguide.engine.api import standard
from honeyguide.engine.resource import Invalid
from honeyguide.engine.ui.forms import sent
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.properties import inputs, read
from honeyguide.engine.ui.screen import Column, Menu, Screen, Section
from honeyguide.engine.ui.tags import edit_link, number, swatch, when
from honeyguide.features.points.models import PointAction, PointTrigger
from honeyguide.features.points.parameters import ACTIONS, EVENTS
from honeyguide.features.points.resource import ACTION_TYPES, EVENT_TYPES, POINT_GROUPS, POINTS, TRIGGERS
from honeyguide.features.points.triggering import done_counts

PUBLISHING = {"isPublished": "Published", "publishUp": "From", "publishDown": "Until"}
MODIFIED = Column(label="Modified", show=lambda item: when(item.date_modified or item.date_added, "ago"))


# --- actions ----------------------------------------------------------------------------------------------------------


def show_delta(action: PointAction) -> str:
    return f"{action.delta:+d}" + (f" ({action.group.name})" if action.group else "")


def prepare_action(request: HttpRequest, action: PointAction | None) -> dict[str, Any]:
    kind = request.POST.get("type", action.type if action else "")
    blocks = []
    for name, label in ACTION_TYPES.items():
        kept: Any = action.properties if action and action.type == name else {}
        if request.method == "POST":
            kept, _ = read(request.POST, ACTIONS[name], f"{name}:")
        blocks.append((name, label, inputs(ACTIONS[name], kept, f"{name}:")))
    return {"kind": kind, "kinds": list(ACTION_TYPES.items()), "property_blocks": blocks}


def collect_action(request: HttpRequest, action: PointAction | None) -> dict[str, Any]:
    kind = request.POST.get("type", "")
    properties, wrong = read(request.POST, ACTIONS.get(kind, ()), f"{kind}:")
    return sent(request, ACTIONS_SCREEN) | {"type": kind, "properties": properties, "wrong": wrong}


@transaction.atomic
def save_action(request: HttpRequest, action: PointAction | None, params: dict[str, Any]) -> PointAction:
    """Properties come second: they are checked by the type that the action has."""
    given = dict(params)
    properties, wrong = {"properties": given.pop("properties")}, given.pop("wrong")
    if wrong:
        raise Invalid({"properties": wrong})
    if action is None:
        action, _ = standard.create(POINTS, given, call_of(request, POINTS, method="POST", params=given))
    else:
        action = standard.update(POINTS, action, given, call_of(request, POINTS, method="PATCH", params=given))
    return standard.update(POINTS, action, properties, call_of(request, POINTS, method="PATCH", params=properties))


ACTIONS_MENU = Menu(label="Points", path="/s/points", icon="trophy", order=56, right="point:points:view")
ACTIONS_SCREEN = Screen(
    resource=POINTS,
    slug="points",
    icon="trophy",
    one="point action",
    many="Point actions",
    title=lambda action: action.name,
    columns=[
        Column(label="Name", show=lambda action: edit_link("points", action.pk, action.name), sort="name"),
        Column(label="For", show=lambda action: ACTION_TYPES.get(action.type, action.type), sort="type"),
        Column(label="Points", show=show_delta, sort="delta", css="hg-num"),
        Column(label="How often", show=lambda action: "each time" if action.repeatable else "once"),
        MODIFIED,
        Column(label="ID", show=lambda action: action.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Action", fields=["name", "description", "delta", "repeatable", "group"]),
        Section(title="For what", template="points/action.html"),
        Section(title="Publishing", fields=["isPublished", "publishUp", "publishDown"], aside=True),
        Section(title="Order", fields=["category"], aside=True),
    ],
    labels=PUBLISHING | {"delta": "Points", "repeatable": "Each time, not only once", "group": "In the group"},
    help={"delta": "Less than 0 takes points away.", "group": "Otherwise they count for the contact's total."},
    initial={"isPublished": True},
    tip="A point action gives contacts points for what they do: opening e-mails, visits, forms, downloads.",
    prepare_form=prepare_action,
    collect_form=collect_action,
    save=save_action,
    standard=("list", "new", "edit", "clone", "delete"),
)

# --- groups -----------------------------------------------------------------------------------------------------------

GROUPS_MENU = Menu(
    label="Point groups", path="/s/points/groups", icon="layout-grid", order=58, right="point:groups:view"
)
GROUPS_SCREEN = Screen(
    resource=POINT_GROUPS,
    slug="points/groups",
    icon="layout-grid",
    one="point group",
    many="Point groups",
    title=lambda group: group.name,
    columns=[
        Column(label="Name", show=lambda group: edit_link("points/groups", group.pk, group.name), sort="name"),
        MODIFIED,
        Column(label="ID", show=lambda group: group.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Group", fields=["name", "description"]),
        Section(title="Publishing", fields=["isPublished"], aside=True),
    ],
    labels=PUBLISHING,
    initial={"isPublished": True},
    tip="In a group points are counted beside the total: how much somebody reads, say, apart from how much they buy.",
    standard=("list", "new", "edit", "delete"),
)

# --- triggers ---------------------------------------------------------------------------------------------------------


def show_reached(trigger: PointTrigger) -> str:
    return format_html("{}{}", number(trigger.points), f" in {trigger.group.name}" if trigger.group else "")


def show_events(trigger: PointTrigger) -> str:
    labels = [event.name or EVENT_TYPES.get(event.type, event.type) for event in trigger.events.all()]
    return ", ".join(labels) or "nothing yet"


def prepare_trigger(request: HttpRequest, trigger: PointTrigger | None) -> dict[str, Any]:
    if request.method == "POST":
        found = _sent_events(request)
    else:
        stored = trigger.events.all() if trigger else []
        found = [
            {"key": f"e{e.pk}", "id": e.pk, "name": e.name, "type": e.type, "properties": e.properties} for e in stored
        ]
    done = done_counts([event["id"] for event in found if event["id"]])
    return {
        "events": [_block(event, done.get(event["id"], 0)) for event in found],
        "blanks": [
            _block({"key": "NUMBER", "id": None, "name": "", "type": kind, "properties": {}}, 0) for kind in EVENTS
        ],
        "is_existing_under_way": bool(trigger and trigger.existing_after is not None),
    }


def _block(event: dict[str, Any], done: int) -> dict[str, Any]:
    """An event as the form shows it; of a type that we do not do only the name can be changed."""
    label = EVENT_TYPES.get(event["type"], event["type"])
    known = EVENTS.get(event["type"], ())
    return event | {"label": label, "done": done, "inputs": inputs(known, event["properties"], f"{event['key']}:")}


def _sent_events(request: HttpRequest) -> list[dict[str, Any]]:
    found = []
    for key in request.POST.getlist("event")[:100]:
        kind, number_ = request.POST.get(f"{key}:type", ""), request.POST.get(f"{key}:id", "")
        properties, wrong = read(request.POST, EVENTS.get(kind, ()), f"{key}:")
        found.append(
            {
                "key": key,
                "id": int(number_) if number_.isascii() and number_.isdecimal() and len(number_) < 19 else None,
                "name": request.POST.get(f"{key}:name", "").replace("\x00", "").strip(),
                "type": kind,
                "properties": properties,
                "wrong": wrong,
            }
        )
    return found


def collect_trigger(request: HttpRequest, trigger: PointTrigger | None) -> dict[str, Any]:
    found = _sent_events(request)
    params = sent(request, TRIGGERS_SCREEN) | {"wrong": [text for event in found for text in event["wrong"]]}
    params["events"] = [_written(event, order, trigger) for order, event in enumerate(found, 1)]
    return params


def _written(event: dict[str, Any], order: int, trigger: PointTrigger | None) -> dict[str, Any]:
    stored = trigger.events.filter(pk=event["id"]).first() if trigger and event["id"] else None
    told = {"name": event["name"], "type": event["type"], "order": order, "properties": event["properties"]}
    if stored is None:
        return told
    if stored.type not in EVENTS:
        told["properties"] = stored.properties
    return told | {"id": stored.pk, "type": stored.type, "description": stored.description}


def save_trigger(request: HttpRequest, trigger: PointTrigger | None, params: dict[str, Any]) -> PointTrigger:
    given = dict(params)
    if wrong := given.pop("wrong"):
        raise Invalid({"events": wrong})
    if trigger is None:
        return standard.create(TRIGGERS, given, call_of(request, TRIGGERS, method="POST", params=given))[0]
    return standard.update(TRIGGERS, trigger, given, call_of(request, TRIGGERS, method="PUT", params=given))


TRIGGERS_MENU = Menu(
    label="Point triggers", path="/s/points/triggers", icon="bolt", order=57, right="point:triggers:view"
)
TRIGGERS_SCREEN = Screen(
    resource=TRIGGERS,
    slug="points/triggers",
    icon="bolt",
    one="point trigger",
    many="Point triggers",
    title=lambda trigger: trigger.name,
    columns=[
        Column(label="Colour", show=lambda trigger: swatch(trigger.color)),
        Column(label="Name", show=lambda trigger: edit_link("points/triggers", trigger.pk, trigger.name), sort="name"),
        Column(label="At points", show=show_reached, sort="points", css="hg-num"),
        Column(label="Does", show=show_events),
        MODIFIED,
        Column(label="ID", show=lambda trigger: trigger.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Trigger", fields=["name", "description", "points", "group"]),
        Section(title="What is done", template="points/events.html"),
        Section(title="Publishing", fields=["isPublished", "publishUp", "publishDown"], aside=True),
        Section(title="For whom", fields=["triggerExistingLeads"], aside=True),
        Section(title="Order", fields=["category", "color"], aside=True),
    ],
    labels=PUBLISHING
    | {
        "points": "At least so many points",
        "group": "In the group",
        "triggerExistingLeads": "Also who is there already",
        "color": "Colour",
    },
    help={
        "group": "Otherwise the contact's total counts.",
        "triggerExistingLeads": "Everybody with enough points, when this is saved and published. Otherwise they are looked at "
        "when their points change next.",
    },
    initial={"isPublished": True, "color": "a0acb8", "points": 0},
    tip="A trigger does something with contacts who have enough points, once with each: it tags them, or sends an e-mail.",
    prepare_form=prepare_trigger,
    collect_form=collect_trigger,
    save=save_trigger,
    standard=("list", "new", "edit", "clone", "delete"),
)
