"""Steps about campaigns themselves: into others and out of them, and back to an earlier step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from honeyguide.engine.dates import to_datetime
from honeyguide.engine.sql import Clause, rows
from honeyguide.features.campaigns import plan as plans
from honeyguide.features.campaigns import services
from honeyguide.features.campaigns.parameters import COMPARISONS, Choices, Parameter, items_of
from honeyguide.features.campaigns.scheduling import schedule
from honeyguide.features.campaigns.steps import Action, Batch, Condition, Problem, Step

COMPARED = {"gt": ">", "lt": "<", "gte": ">=", "lte": "<=", "eq": "=", "neq": "<>"}


def add_and_remove(batch: Batch) -> Mapping[int, Problem] | None:
    """First into campaigns, by hand, then out of campaigns; `this` is the campaign of the step. Both mean a restart."""
    here = batch.step.campaign_id
    add, remove = (_campaigns(batch.step, name) for name in ("addTo", "removeFrom"))
    known = {row[0] for row in rows("SELECT id FROM campaigns WHERE id = ANY(%s::bigint[])", (add + remove,))}
    restart = here in add and here in remove
    for campaign_id in add:
        if campaign_id in known and not (restart and campaign_id == here):
            services.add_contacts(campaign_id, batch.contact_ids)
    for campaign_id in remove:
        services.remove_contacts(campaign_id, batch.contact_ids, is_exit=True)
    if restart:
        services.add_contacts(here, batch.contact_ids)
    missing = sorted({*add, *remove} - known)
    return batch.all_with(f"There is no campaign {', '.join(map(str, missing))}.") if missing else None


def _campaigns(step: Step, name: str) -> list[int]:
    """The ids of the property, `this` first."""
    return [step.campaign_id] * ("this" in step.texts(name)) + step.ids(name)


def jump(batch: Batch) -> Mapping[int, Problem] | None:
    """Goes on at another step of the campaign, in a new rotation."""
    plan = plans.of_campaign(batch.step.campaign_id)
    target = plan.steps.get(batch.step.id_of("jumpToEvent"))
    if target is None:
        return batch.all_with("The step to jump to is not there any more.")
    rotations = services.rotate(batch.step.campaign_id, batch.contact_ids)
    schedule(plan, [target], list(rotations), list(rotations.values()))
    return None


def is_in_campaigns(step: Step) -> Clause:
    """Was ever in one of the campaigns, if asked since or before a day."""
    condition = Clause("m.campaign_id = ANY(%s::bigint[])", (step.ids("campaigns"),))
    if step.text("dataAddedLimit") in ("1", "True", "true") and (when := _moment(step.text("dateAdded"))):
        compared = COMPARED.get(step.text("expr"), "=")
        condition &= Clause(f"m.date_added::date {compared} %s::date", (when,))
    text = f"EXISTS (SELECT FROM campaign_contacts m WHERE m.contact_id = contacts.id AND {condition.text})"
    return Clause(text, condition.params)


def _moment(text: str) -> datetime | None:
    return to_datetime(text) if text else None


def campaigns() -> Choices:
    return [("this", "this campaign"), *items_of("Campaign")]


def leaves(step: Step) -> bool:
    """Whether contacts leave this campaign, for good or to begin anew."""
    return step.campaign_id in _campaigns(step, "removeFrom")


ADD_AND_REMOVE = Action(
    "campaign.addremovelead",
    add_and_remove,
    ends=leaves,
    label="Change campaigns",
    parameters=[
        Parameter(name="addTo", label="Put into", choices=campaigns, several=True),
        Parameter(name="removeFrom", label="Take out of", choices=campaigns, several=True),
    ],
)
JUMP = Action(
    "campaign.jump_to_event",
    jump,
    ends=lambda step: True,
    label="Jump to another step",
    parameters=[Parameter(name="jumpToEvent", label="Go on at", kind="step", required=True)],
)
IN_CAMPAIGNS = Condition(
    "lead.campaigns",
    is_in_campaigns,
    label="Was in a campaign",
    parameters=[
        Parameter(name="campaigns", label="Any of", of="Campaign", several=True, required=True),
        Parameter(name="dataAddedLimit", label="Only by when they came in", kind="switch"),
        Parameter(name="expr", label="The day", choices=COMPARISONS),
        Parameter(name="dateAdded", label="Day", kind="date"),
    ],
)
