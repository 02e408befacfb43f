"""Planning the next step of contacts: one statement per step, whatever the number of contacts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from honeyguide.engine.sql import Clause, execute
from honeyguide.features.campaigns import queries
from honeyguide.features.campaigns.models import LogState
from honeyguide.features.campaigns.plan import Plan
from honeyguide.features.campaigns.steps import Step
from honeyguide.features.campaigns.timing import due, is_personal, zone_of_contact

WITH_CONTACTS = "JOIN contacts ON contacts.id = b.contact_id"


def schedule(
    plan: Plan,
    steps: Sequence[Step],
    contacts: Sequence[int],
    rotations: Sequence[int],
    since: Sequence[datetime | None] | None = None,
) -> int:
    """Plans each step for each contact, its time counted from `since` (None is now); returns how many plans are new."""
    planned = 0
    if not contacts:
        return planned
    for step in steps:
        moment = due_of(plan, step)
        joined = WITH_CONTACTS if "contacts." in moment.text else ""
        state = LogState.WAITING if step.kind == "decision" else LogState.SCHEDULED
        text = queries.PLAN.format(due=moment.text, contacts=joined)
        arrays = (list(contacts), list(rotations), list(since) if since else [None] * len(contacts))
        planned += execute(text, (step.campaign_id, step.id, state.value, *moment.params, *arrays))
    return planned


def due_of(plan: Plan, step: Step) -> Clause:
    """The SQL of when a row `b` of the step is due. A decision's time is up when the first step of its `no` path is due, and
    never without such a path."""
    timings = [step.timing] if step.kind != "decision" else [one.timing for one in plan.after(step, False)]
    if not timings:
        return Clause("NULL::timestamptz")
    zone = zone_of_contact() if any(map(is_personal, timings)) else Clause("'UTC'")
    moments = [_with_zone(due(timing, "b.since", "zoned.zone"), zone) for timing in timings]
    text = ", ".join(moment.text for moment in moments)
    return Clause(f"least({text})", tuple(value for moment in moments for value in moment.params))


def _with_zone(moment: Clause, zone: Clause) -> Clause:
    if "zoned.zone" not in moment.text:
        return moment
    return Clause(f"(SELECT {moment.text} FROM (SELECT {zone.text}) AS zoned (zone))", moment.params + zone.params)
