"""The running campaigns and their steps, as the engine reads them, anew for each slice of work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from typing import Any

import orjson

from honeyguide.engine.sql import Clause, rows
from honeyguide.features.campaigns.steps import Action, Condition, Decision, Step, Timing
from honeyguide.loader import collect

RUNNING = (
    "campaigns.is_published AND (campaigns.publish_up IS NULL OR campaigns.publish_up <= now()) "
    "AND (campaigns.publish_down IS NULL OR campaigns.publish_down > now())"
)
# One pass: the steps of the campaigns, with the names of these.
STEPS = """
    SELECT e.id, e.campaign_id, campaigns.name, e.name, e.type, e.event_type, e.properties::text, e.parent_id, e.decision_path,
           e.trigger_mode, e.trigger_interval, e.trigger_interval_unit, e.trigger_date, e.trigger_hour,
           e.trigger_restricted_start_hour, e.trigger_restricted_stop_hour, e.trigger_restricted_days_of_week::text
    FROM campaign_events e JOIN campaigns ON campaigns.id = e.campaign_id
    WHERE {where}
    ORDER BY e."order", e.id
"""


@dataclass(frozen=True)
class Plan:
    """Steps by id, and which follow which."""

    steps: Mapping[int, Step]
    following: Mapping[tuple[int | None, int, str | None], Sequence[Step]]  # by (parent, campaign, path)

    def roots(self, campaign_id: int) -> Sequence[Step]:
        """The steps that a contact begins with."""
        return self.following.get((None, campaign_id, None), ())

    def after(self, step: Step, taken: bool | None) -> Sequence[Step]:
        """The steps that follow: on the path taken, or (None) after an action."""
        if taken is None:
            return [one for path in (None, "yes") for one in self.following.get((step.id, step.campaign_id, path), ())]
        return self.following.get((step.id, step.campaign_id, "yes" if taken else "no"), ())


def running(campaign_id: int | None = None) -> Plan:
    """The steps of all campaigns that run now, or of one if it does."""
    where = Clause(RUNNING)
    return _read(where if campaign_id is None else where & Clause("campaigns.id = %s", (campaign_id,)))


def of_campaign(campaign_id: int) -> Plan:
    """The steps of a campaign, whether it runs or not."""
    return _read(Clause("campaigns.id = %s", (campaign_id,)))


def running_names(campaign_id: int | None = None) -> list[tuple[int, str]]:
    """Ids and names of the campaigns that run now, or of one if it does."""
    where = Clause(RUNNING)
    where = where if campaign_id is None else where & Clause("id = %s", (campaign_id,))
    return rows(f"SELECT id, name FROM campaigns WHERE {where.text} ORDER BY id", where.params)


def _read(where: Clause) -> Plan:
    return arranged(map(_step, rows(STEPS.format(where=where.text), where.params)))


def arranged(found: Iterable[Step]) -> Plan:
    """The plan of these steps, which follow one another as their parents and paths say."""
    steps = {step.id: step for step in found}
    following: dict[tuple[int | None, int, str | None], list[Step]] = {}
    for step in steps.values():
        parent = step.parent_id if step.parent_id in steps else None
        following.setdefault((parent, step.campaign_id, step.path if parent else None), []).append(step)
    return Plan(steps, following)


def _step(row: tuple[Any, ...]) -> Step:
    properties = orjson.loads(row[6])
    mode, interval, unit, date, hour, start, stop = row[9:16]
    return Step(
        *row[:6],
        properties=properties if isinstance(properties, dict) else {},
        parent_id=row[7],
        path=row[8],
        timing=timing(mode, interval, unit, date, hour, start, stop, orjson.loads(row[16] or "[]")),
    )


def timing(
    mode: str | None, interval: int | None, unit: str | None, date: datetime | None, hour: time | None, start: time | None,
    stop: time | None, days: Any,
) -> Timing:  # fmt: skip
    """From what an event holds. Hours count without their seconds."""
    hour, start, stop = (one.replace(second=0, microsecond=0) if one else None for one in (hour, start, stop))
    return Timing(mode, interval or 0, unit, date, hour, start, stop, _days(days))


def _days(listed: Any) -> tuple[int, ...]:
    listed = list(listed.values()) if isinstance(listed, dict) else listed if isinstance(listed, list) else []
    return tuple(int(day) for day in map(str, listed) if day.isdecimal() and len(day) == 1)


@cache
def actions() -> Mapping[str, Action]:
    return {action.type: action for action in collect("campaign_steps", Action)}


@cache
def conditions() -> Mapping[str, Condition]:
    return {condition.type: condition for condition in collect("campaign_steps", Condition)}


@cache
def decisions() -> Mapping[str, Decision]:
    return {decision.type: decision for decision in collect("campaign_steps", Decision)}
