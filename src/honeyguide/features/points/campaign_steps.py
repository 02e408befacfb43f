"""Points that campaigns give, and ask about."""

from __future__ import annotations

from collections.abc import Mapping

from honeyguide.engine.sql import Clause, rows
from honeyguide.features.campaigns.parameters import COMPARISONS, Parameter
from honeyguide.features.campaigns.steps import Action, Batch, Condition, Problem, Step
from honeyguide.features.contacts.services import adjust_points
from honeyguide.features.points.scores import add_to_scores

COMPARED = {"=": "=", "!=": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def change_points(batch: Batch) -> Mapping[int, Problem] | None:
    """Adds to the total, or to the group that is named."""
    step, delta, group_id = batch.step, batch.step.number("points"), batch.step.id_of("group")
    if delta == 0:
        return batch.all_with("The step changes points by 0.")
    told = {"event_name": f"{step.campaign_id}: {step.campaign_name}", "action_name": f"{step.id}: {step.name}"}
    if not group_id:
        adjust_points(batch.contact_ids, "plus", delta, kind="campaign", **told)
    elif not rows("SELECT id FROM point_groups WHERE id = %s", (group_id,)):
        return batch.all_with(f"There is no point group {group_id}.")
    else:
        add_to_scores(batch.contact_ids, group_id, delta, kind="campaign", **told)
    return None


def has_points(step: Step) -> Clause:
    compared = COMPARED.get(step.text("operator"), "=")
    value = _points(step)
    return Clause(f"{value.text} {compared} %s", (*value.params, step.number("score")))


def _points(step: Step) -> Clause:
    if group_id := step.id_of("group"):
        return Clause(
            "coalesce((SELECT score FROM point_group_scores s WHERE s.contact_id = contacts.id AND s.group_id = %s), 0)",
            (group_id,),
        )
    return Clause("contacts.points")


CHANGE = Action(
    "lead.changepoints",
    change_points,
    label="Change points",
    parameters=[
        Parameter(name="points", label="Points", kind="number", required=True, help="Less than 0 takes points away."),
        Parameter(name="group", label="Group", of="PointGroup"),
    ],
)
HAS_POINTS = Condition(
    "lead.points",
    has_points,
    seen=_points,
    label="Has points",
    parameters=[
        Parameter(name="operator", label="Comparison", choices=COMPARISONS, required=True, default="gte"),
        Parameter(name="score", label="Points", kind="number", required=True),
        Parameter(name="group", label="Group", of="PointGroup"),
    ],
)
