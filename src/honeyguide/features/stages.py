"""Stages: where a contact stands on its way to becoming a customer (contract resource-stages)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

from honeyguide.engine.events import EventType
from honeyguide.engine.resource import Action, Denied, NotFound, Resource, Rights
from honeyguide.engine.resource.fields import DateTime, Integer, ReadOnly, Text
from honeyguide.engine.resource.given import DONE
from honeyguide.engine.resource.models import Scheduled, Stamped
from honeyguide.engine.resource.references import Category
from honeyguide.engine.sql import Clause, rows
from honeyguide.engine.ui.screen import Column, Menu, Screen, Section
from honeyguide.engine.ui.tags import edit_link, when
from honeyguide.engine.widgets import Asked, Data, Source, Widget, in_time, line
from honeyguide.features.campaigns.parameters import Parameter
from honeyguide.features.campaigns.steps import Action as CampaignAction
from honeyguide.features.campaigns.steps import Batch, Condition, Problem


class Stage(Stamped, Scheduled):
    name = models.CharField(max_length=191)
    description = models.TextField(null=True)
    weight = models.IntegerField(default=0)
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)

    class Meta:
        app_label = "honeyguide"
        db_table = "stages"


def put_contact_in_stage(call: Any) -> dict[str, int]:
    return _set_stage(call, call.path["id"])


def take_contact_out_of_stage(call: Any) -> dict[str, int]:
    return _set_stage(call, None)


def _set_stage(call: Any, stage_id: int | None) -> dict[str, int]:
    from honeyguide.features.contacts import services as contacts
    from honeyguide.features.contacts.actions import NOT_FOUND, contact_of

    if not Stage.objects.filter(pk=call.path["id"]).exists():
        raise NotFound()
    contact = contact_of(call, "edit", name="contact_id", message=NOT_FOUND)
    if not call.may("stage:stages:view"):
        raise Denied()
    contacts.set_stage(contact, stage_id, by=call.user)
    return {"success": 1}


STAGES = Resource(
    name="stages",
    one="stage",
    many="stages",
    label="Stages",
    example={"name": "Talking", "description": "We are in touch.", "weight": 20},
    model=Stage,
    rights=Rights("stage:stages", own=False),
    fields=[
        ReadOnly("id"),
        Text("name", required="A name is required."),
        Category("stage"),
        Integer("weight", default=0, reset=0, tracked=False),
        Text("description", html=True),
        DateTime("publishUp", brief=False),
        DateTime("publishDown", brief=False),
    ],
    search=["name"],
    actions=[
        Action(
            "POST", "{id}/contact/{contact_id}/add", put_contact_in_stage, "Put a contact into the stage", gives=DONE
        ),
        Action(
            "POST",
            "{id}/contact/{contact_id}/remove",
            take_contact_out_of_stage,
            "Take a contact out of its stage",
            gives=DONE,
        ),
    ],
)

MENU = Menu(label="Stages", path="/s/stages", icon="stairs", order=55, right="stage:stages:view")
SCREEN = Screen(
    resource=STAGES,
    slug="stages",
    icon="stairs",
    one="stage",
    many="Stages",
    title=lambda stage: stage.name,
    columns=[
        Column(label="Name", show=lambda stage: edit_link("stages", stage.pk, stage.name), sort="name"),
        Column(label="Category", show=lambda stage: stage.category.title if stage.category else ""),
        Column(label="Weight", show=lambda stage: stage.weight, sort="weight", css="hg-num"),
        Column(label="Modified", show=lambda stage: when(stage.date_modified or stage.date_added, "ago")),
        Column(label="ID", show=lambda stage: stage.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Stage", fields=["name", "description", "weight"]),
        Section(title="Publishing", fields=["isPublished", "publishUp", "publishDown"], aside=True),
        Section(title="Order", fields=["category"], aside=True),
    ],
    labels={"isPublished": "Published", "publishUp": "From", "publishDown": "Until"},
    help={"weight": "Greater is further on the way."},
    initial={"isPublished": True},
    tip="A stage says how far a contact has come. Each contact is at one at most.",
    standard=("list", "new", "edit", "clone", "delete"),
)

# How often contacts came into a stage.
CHANGED = Source("events", "at", f"type = {EventType.STAGE_CHANGED:d} AND object_id IS NOT NULL")


def stages_in_time(asked: Asked) -> Data:
    return line(asked, {"Changes": in_time(asked, CHANGED)})


IN_TIME = Widget(
    type="stages.in.time",
    title="Stages in time",
    group="Stage Widgets",
    right="stage:stages:view",
    others="stage:stages:view",
    data=stages_in_time,
)


# --- in campaigns -----------------------------------------------------------------------------------------------------

# One pass: which of the contacts are in the stage already, or in one further on.
NOT_BEHIND = """
    SELECT contacts.id, contacts.stage_id = %(stage)s FROM contacts JOIN stages ON stages.id = contacts.stage_id
    WHERE contacts.id = ANY(%(contacts)s::bigint[]) AND (stages.id = %(stage)s OR stages.weight > %(weight)s)
"""


def move_on(batch: Batch) -> Mapping[int, Problem] | None:
    """Puts contacts into a stage; nobody goes back."""
    from honeyguide.features.contacts import services as contacts

    stage = Stage.objects.filter(pk=batch.step.id_of("stage"), is_published=True).first()
    if stage is None:
        return batch.all_with("The stage is not there or not published.")
    found = rows(NOT_BEHIND, {"stage": stage.pk, "weight": stage.weight, "contacts": list(batch.contact_ids)})
    stay = {number: Problem(IS_THERE if same else IS_FURTHER) for number, same in found}
    contacts.set_stage([number for number in batch.contact_ids if number not in stay], stage.pk)
    return stay


IS_THERE, IS_FURTHER = "The contact is in this stage already.", "The contact is in a stage further on."
MOVE_ON = CampaignAction(
    "stage.change",
    move_on,
    label="Move to a stage",
    parameters=[Parameter(name="stage", label="Stage", of="Stage", required=True)],
)
IN_STAGES = Condition(
    "lead.stages",
    lambda step: Clause("contacts.stage_id = ANY(%s::bigint[])", (step.ids("stages"),)),
    seen=lambda step: Clause("contacts.stage_id"),
    label="Is in a stage",
    parameters=[Parameter(name="stages", label="Any of", of="Stage", several=True, required=True)],
)
