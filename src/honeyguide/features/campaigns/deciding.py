"""Decisions: what contacts do, as the event log tells it, takes them down the `yes` path, within a second or two."""

from __future__ import annotations

from collections.abc import Sequence

from honeyguide.engine.events import Read
from honeyguide.engine.sql import rows
from honeyguide.features.campaigns import plan as plans
from honeyguide.features.campaigns import queries
from honeyguide.features.campaigns.plan import Plan
from honeyguide.features.campaigns.scheduling import schedule
from honeyguide.features.campaigns.steps import Step


def decide(events: Sequence[Read]) -> None:
    """Every waiting decision that these events answer is taken, once."""
    plan = plans.running()
    for step in plan.steps.values():
        decision = plans.decisions().get(step.type) if step.kind == "decision" else None
        matching = [event for event in events if decision and event.type in decision.events]
        if decision and matching:
            _take(plan, step, dict(decision.met(step, plan.steps.get(step.parent_id or 0), matching)))


def _take(plan: Plan, step: Step, acted: dict) -> None:
    if not acted:
        return
    contacts = sorted(acted)
    times = [acted[contact_id] for contact_id in contacts]
    taken = rows(queries.TAKE, {"event": step.id, "contacts": contacts, "times": times})
    schedule(plan, plan.after(step, True), [row[0] for row in taken], [row[1] for row in taken])
