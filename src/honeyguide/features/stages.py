"""Stages: where a contact stands on its way to becoming a customer (contract resource-stages)."""

from __future__ import annotations

from typing import Any

from django.db import models

from honeyguide.engine.resource import Action, Denied, NotFound, Resource, Rights
from honeyguide.engine.resource.fields import DateTime, Integer, ReadOnly, Text
from honeyguide.engine.resource.models import Scheduled, Stamped
from honeyguide.engine.resource.references import Category


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
        Action("POST", "{id}/contact/{contact_id}/add", put_contact_in_stage, "Put a contact into the stage"),
        Action(
            "POST", "{id}/contact/{contact_id}/remove", take_contact_out_of_stage, "Take a contact out of its stage"
        ),
    ],
)
