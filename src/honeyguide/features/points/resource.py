"""Point actions, triggers and groups over REST (contract resource-points)."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.resource import Action, Invalid, NotFound, Resource, Rights
from honeyguide.engine.resource.children import Children, read_ids
from honeyguide.engine.resource.fields import (
    Boolean,
    Choice,
    DateTime,
    Field,
    Integer,
    ReadOnly,
    Structure,
    Text,
)
from honeyguide.engine.resource.given import LIST, NUMBER, OBJECT, Given, having, item_of
from honeyguide.engine.resource.references import Category, Reference
from honeyguide.engine.resource.rendering import without_nulls
from honeyguide.engine.resource.store import ModelStore, stamp_modified
from honeyguide.features.points.models import PointAction, PointGroup, PointTrigger
from honeyguide.features.points.scores import get_score, list_scores, post_score
from honeyguide.features.points.triggering import begin_with_existing

NAME = "A name is required."

# --- groups ---------------------------------------------------------------------------------------------------------

POINT_GROUPS = Resource(
    name="points/groups",
    one="pointGroup",
    many="pointGroups",
    label="Point groups",
    example={"name": "Engagement", "description": "How much they read."},
    model=PointGroup,
    rights=Rights("point:groups", own=False),
    fields=[ReadOnly("id"), Text("name", required=NAME), Text("description", html=True)],
    search=["name"],
    standard_commands=False,
)


SCORE = {"oneOf": [having(groupScore=OBJECT), LIST]}  # an empty list where there is none

GROUP_SCORES = Resource(
    name="contacts/{contact_id}/points",
    one="groupScore",
    many="groupScores",
    label="Points in groups",
    model=None,
    rights=Rights("point:groups", own=False),
    fields=[],
    standard=(),
    actions=[
        Action(
            "GET",
            "groups",
            list_scores,
            "A contact's points in all groups",
            gives=having(total=NUMBER, groupScores=LIST),
        ),
        Action("GET", "groups/{group_id}", get_score, "A contact's points in a group", gives=SCORE),
        Action(
            "POST",
            "groups/{group_id}/{operator}/{value}",
            post_score,
            "Change a contact's points in a group",
            takes=[
                Given(
                    name="operator",
                    text="What to do.",
                    place="path",
                    choices=("plus", "minus", "times", "divide"),
                    example="plus",
                ),
                Given(name="value", text="By how much.", place="path", kind="integer", example=5),
                Given(name="eventName", text="What the points are for.", example="Read three articles"),
                Given(name="actionName", text="What gave them.", example="Reading"),
            ],
            gives=having(groupScore=OBJECT),
        ),
    ],
)


def Group() -> Field:
    """The group in which points count. Taken, not shown."""
    return Reference("group", "PointGroup", lambda group: group and group.pk, hidden=True)


# --- actions --------------------------------------------------------------------------------------------------------

ACTION_TYPES = {
    "asset.download": "Downloads an asset",
    "email.send": "Is sent an email",
    "email.open": "Opens an email",
    "form.submit": "Submits a form",
    "page.hit": "Visits a landing page",
    "url.hit": "Visits specific URL",
}
URL_HIT = (
    "page_url", "page_hits", "first_time", "returns_within", "returns_within_unit", "returns_after", "returns_after_unit",
    "accumulative_time", "accumulative_time_unit",
)  # fmt: skip
ACTION_PROPERTIES = {
    "asset.download": ("assets",),
    "email.send": ("emails",),
    "email.open": ("emails", "categories", "triggerMode"),
    "form.submit": ("forms",),
    "page.hit": ("pages",),
    "url.hit": URL_HIT,
}


class PointActionStore(ModelStore):
    """Properties belong to the stored type: a new action has none yet, and another type's are refused."""

    def create(self, values: dict[str, Any], call: Any) -> tuple[Any, bool]:
        return super().create(values | {"properties": []}, call)

    def update(self, item: PointAction, values: dict[str, Any], call: Any) -> PointAction:
        given = values.get("properties")
        if isinstance(given, dict) and given.keys() - set(ACTION_PROPERTIES.get(item.type, ())):
            raise Invalid({"properties": "This form should not contain extra fields."})
        return super().update(item, values, call)


def list_action_types(call: Any) -> Any:
    call.require("point:points:view")
    return {"pointActionTypes": ACTION_TYPES}


def _properties(raw: Any) -> Any:
    return raw if isinstance(raw, dict) else []


POINTS = Resource(
    name="points",
    one="point",
    many="points",
    label="Point actions",
    example={"name": "Visits our site", "type": "url.hit", "delta": 2},
    model=PointAction,
    rights=Rights("point:points", own=False),
    fields=[
        ReadOnly("id"),
        Text("name", required=NAME),
        Category("point", tracked=False),
        Choice("type", tuple(ACTION_TYPES), required="A point action must be selected."),
        Text("description", html=True),
        DateTime("publishUp", brief=False),
        DateTime("publishDown", brief=False),
        Integer(
            "delta",
            default=0,
            reset=0,
            tracked=False,
            brief=False,
            out_of_range="This value should be between -2147483648 and 2147483647.",
        ),
        Structure("properties", parse=_properties, default=list, reset=list, brief=False),
        Boolean("repeatable", brief=False),
        Group(),
    ],
    store=PointActionStore,
    search=["name"],
    actions=[
        Action(
            "GET", "actions/types", list_action_types, "Kinds of point actions", gives=having(pointActionTypes=OBJECT)
        )
    ],
)

# --- triggers -------------------------------------------------------------------------------------------------------

EVENT_TYPES = {
    "campaign.changecampaign": "Modify contact's campaigns",
    "lead.changelists": "Modify contact's segments",
    "lead.changetags": "Modify contact's tags",
    "plugin.leadpush": "Push contact to integration",
    "email.send": "Send an email",
    "email.send_to_user": "Send email to user",
}


EVENT = (
    ReadOnly("id"),
    Text("name"),
    Text("description", html=True),
    Text("type", required="A value is required.", max_length=50),
    Integer("order", default=0),
    Structure("properties", parse=_properties, default=list),
)


class TriggerStore(ModelStore):
    """A new trigger is saved twice by the reference, and so counts as modified at once."""

    children = ("events",)

    def create(self, values: dict[str, Any], call: Any) -> tuple[Any, bool]:
        item, created = super().create(values, call)
        stamp_modified(item, call.user)
        return item, created

    def _save(self, item: PointTrigger, values: dict[str, Any]) -> None:
        super()._save(item, values)
        begin_with_existing(item)


def list_event_types(call: Any) -> Any:
    call.require("point:triggers:view")
    return {"eventTypes": EVENT_TYPES}


def delete_events(call: Any) -> Any:
    """Takes the events with these ids out of a trigger."""
    trigger = TRIGGERS.store.get(call.path["trigger_id"])
    if trigger is None:
        raise NotFound()
    call.require("point:triggers:edit")
    trigger.events.filter(pk__in=read_ids(call.parameter("events"), "events")).delete()
    return {"trigger": without_nulls(TRIGGERS.store.render(TRIGGERS.store.get(trigger.pk), call))}


TRIGGERS = Resource(
    name="points/triggers",
    one="trigger",
    many="triggers",
    label="Point triggers",
    example={"name": "Becomes a friend", "points": 100, "color": "4e5d9d"},
    model=PointTrigger,
    rights=Rights("point:triggers", own=False),
    fields=[
        ReadOnly("id"),
        Text("name", required=NAME),
        Category("point"),
        Text("description", html=True),
        DateTime("publishUp", brief=False),
        DateTime("publishDown", brief=False),
        Integer("points", default=0, reset=0, brief=False),
        Text("color", max_length=7, default="a0acb8", reset="a0acb8", blank="a0acb8", brief=False),
        Children("events", EVENT, trouble="Trigger events: ", brief=False),
        Boolean("triggerExistingLeads", brief=False),
        Group(),
    ],
    store=TriggerStore,
    search=["name"],
    actions=[
        Action("GET", "events/types", list_event_types, "Kinds of trigger events", gives=having(eventTypes=OBJECT)),
        Action(
            "DELETE",
            "{trigger_id}/events/delete",
            delete_events,
            "Take events out of a trigger",
            takes=[Given(name="events", text="Ids of events.", place="query", kind="ids", required=True, example=[1])],
            gives=having(trigger=item_of("points/triggers")),
        ),
    ],
)
