"""Slots that campaigns wait for, and what they put into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from honeyguide.engine.events import EventType, Read
from honeyguide.features.campaigns.parameters import Parameter
from honeyguide.features.campaigns.plan import running
from honeyguide.features.campaigns.steps import Action, Batch, Decision, Problem, Step
from honeyguide.features.dynamiccontents.services import LONGEST_SLOT, give, live_item


def asked(step: Step, parent: Step | None, events: Sequence[Read]) -> dict[int, datetime]:
    """The slot that the step names."""
    slot = step.text("dwc_slot_name")
    return {e.contact_id: e.at for e in events if e.contact_id and slot and (e.payload or {}).get("slot") == slot}


def push(batch: Batch) -> Mapping[int, Problem] | None:
    """Puts the content into the slot that the decision before it waits for."""
    decision = running().steps.get(batch.step.parent_id or 0)
    slot = decision.text("dwc_slot_name") if decision and decision.type == "dwc.decision" else ""
    if not slot or len(slot) > LONGEST_SLOT:
        return batch.all_with("The step does not follow a decision that names a slot.")
    item = live_item(batch.step.id_of("dynamicContent"))
    if item is None:
        return batch.all_with("There is no published content of that number.")
    give(batch.contact_ids, slot, item.pk)
    return None


ASKED = Decision(
    "dwc.decision",
    frozenset({EventType.DYNAMIC_CONTENT_ASKED}),
    asked,
    label="Asks for dynamic content",
    parameters=[
        Parameter(name="dwc_slot_name", label="Name of the slot", required=True),
        Parameter(name="dynamicContent", label="Content until then", of="DynamicContent"),
    ],
)
PUSH = Action(
    "dwc.push_content",
    push,
    label="Show dynamic content",
    after=frozenset({"dwc.decision"}),
    parameters=[Parameter(name="dynamicContent", label="Content", of="DynamicContent", required=True)],
)
