"""Moves contacts through running campaigns: for each step that is due, many contacts at once (engine campaigns.md 4).

One slice is one transaction: claim what is due, do it, note what became of it, plan what follows. A worker that is killed
leaves nothing half done, and its contacts to the next one; workers skip what others have claimed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from honeyguide.engine import config
from honeyguide.engine.sql import execute, rows
from honeyguide.features.campaigns import plan as plans
from honeyguide.features.campaigns import queries
from honeyguide.features.campaigns.models import LogState
from honeyguide.features.campaigns.plan import Plan
from honeyguide.features.campaigns.scheduling import schedule
from honeyguide.features.campaigns.steps import Batch, Problem, Step
from honeyguide.features.campaigns.stopping import stop_if_failing

logger = logging.getLogger(__name__)

SLICE = 10_000  # contacts in one transaction: short enough that readers of the event log never wait long
TRIES = 4  # of a step that fails, with 1, 2 and 3 times the configured pause between them
LONGEST_NOTE = 500


@dataclass
class Slice:
    """The contacts that a step is done for now."""

    contacts: list[int] = field(default_factory=list)
    rotations: list[int] = field(default_factory=list)
    since: list[datetime] = field(default_factory=list)

    def batch(self, step: Step) -> Batch:
        return Batch(step, self.contacts, self.rotations)

    def among(self, chosen: set[int]) -> Slice:
        """Only the rows of these contacts."""
        kept = [row for row in zip(self.contacts, self.rotations, self.since, strict=True) if row[0] in chosen]
        return Slice(*map(list, zip(*kept, strict=True))) if kept else Slice()


def advance(campaign_id: int | None = None) -> int:
    """Does one slice of every step that is due, in all running campaigns or in one; returns how many steps of contacts."""
    plan = plans.running(campaign_id)
    due = rows(queries.DUE, {"steps": list(plan.steps)})
    return sum(_advance(plan, plan.steps[step_id]) for (step_id,) in due)


@transaction.atomic
def _advance(plan: Plan, step: Step) -> int:
    here, gone = _claim(step)
    _settle(step, gone, LogState.CANCELLED, notes=["The contact left the campaign."] * len(gone.contacts))
    if here.contacts:
        if step.kind == "condition":
            _ask(plan, step, here)
        elif step.kind == "decision":
            _give_up(plan, step, here)
        else:
            _act(plan, step, here)
    return len(here.contacts) + len(gone.contacts)


def _claim(step: Step) -> tuple[Slice, Slice]:
    """Who is due and still in the campaign, and who is not any more. A contact that is due in two rotations comes twice in a
    row, never in one slice, so that ids tell contacts apart."""
    claimed = rows(queries.CLAIM, {"event": step.id, "campaign": step.campaign_id, "limit": SLICE})
    here, gone = Slice(), Slice()
    for contact_id, rotation, since, is_member in claimed:
        into = here if is_member else gone
        if not into.contacts or into.contacts[-1] != contact_id:
            into.contacts.append(contact_id)
            into.rotations.append(rotation)
            into.since.append(since)
    return here, gone


# --- the three kinds of steps


def _ask(plan: Plan, step: Step, here: Slice) -> None:
    """A condition: everybody goes on, by one of its two paths."""
    condition = plans.conditions().get(step.type)
    if condition is None:
        _settle_problems(step, here, dict.fromkeys(here.contacts, Problem(_unknown(step), retry=True)))
        return
    try:
        with transaction.atomic():
            matches = condition.matches(step)
            seen = condition.seen(step) if condition.seen else None
            text = queries.ASK.format(matches=matches.text, seen=seen.text if seen else "NULL")
            found = rows(text, (*matches.params, *(seen.params if seen else ()), here.contacts))
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        _settle_problems(step, here, dict.fromkeys(here.contacts, Problem(_explained(problem), retry=True)))
        return
    answers = {contact_id: (matched, value) for contact_id, matched, value in found}
    takens = [answers.get(contact_id, (False, None))[0] for contact_id in here.contacts]
    notes = [answers.get(contact_id, (False, None))[1] for contact_id in here.contacts]
    _settle(step, here, LogState.DONE, takens=takens, notes=notes)
    for taken in (True, False):
        part = here.among({c for c, t in zip(here.contacts, takens, strict=True) if t is taken})
        schedule(plan, plan.after(step, taken), part.contacts, part.rotations)


def _give_up(plan: Plan, step: Step, here: Slice) -> None:
    """A decision that nobody took in time: the `no` path, whose times count from when the waiting began."""
    _settle(step, here, LogState.DONE, takens=[False] * len(here.contacts))
    following = [one for one in plan.after(step, False) if one.kind != "decision"]
    schedule(plan, following, here.contacts, here.rotations, here.since)


def _act(plan: Plan, step: Step, here: Slice) -> None:
    """An action: who it failed for is tried again, the others go on."""
    problems = dict(_perform(step, here))
    retried = {contact_id for contact_id, problem in problems.items() if problem.retry}
    _settle_problems(step, here.among(retried), problems)
    passed = here.among(set(here.contacts) - retried) if retried else here
    notes = [problems[c].reason[:LONGEST_NOTE] if c in problems else None for c in passed.contacts]
    _settle(step, passed, LogState.DONE, notes=notes)
    schedule(plan, plan.after(step, None), passed.contacts, passed.rotations)


def _perform(step: Step, part: Slice) -> Mapping[int, Problem]:
    """Does it for all; when that raises, for each half, down to the contacts that are the reason."""
    action = plans.actions().get(step.type)
    if action is None:
        return dict.fromkeys(part.contacts, Problem(_unknown(step)))
    try:
        with transaction.atomic():
            return action.perform(part.batch(step)) or {}
    except (OperationalError, InterfaceError):
        raise  # the database is away, or two workers were in each other's way: all of it is done again
    except Exception as problem:
        if len(part.contacts) == 1:
            logger.warning("Campaign step %d failed for contact %d: %s", step.id, part.contacts[0], _explained(problem))
            return {part.contacts[0]: Problem(_explained(problem), retry=True)}
        half = len(part.contacts) // 2
        halves = (set(part.contacts[:half]), set(part.contacts[half:]))
        return {k: v for ids in halves for k, v in _perform(step, part.among(ids)).items()}


def _unknown(step: Step) -> str:
    return f'There is no step of the kind "{step.type}".'


def _explained(problem: Exception) -> str:
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0][:LONGEST_NOTE]


# --- what became of it


def _settle(
    step: Step,
    part: Slice,
    state: LogState,
    *,
    takens: Sequence[bool | None] | None = None,
    notes: Sequence[str | None] | None = None,
) -> None:
    if not part.contacts:
        return
    nothing = [None] * len(part.contacts)
    given = {"event": step.id, "contacts": part.contacts, "rotations": part.rotations}
    states = [state.value] * len(part.contacts)
    execute(queries.SETTLE, {**given, "states": states, "takens": takens or nothing, "notes": notes or nothing})


def _settle_problems(step: Step, part: Slice, problems: Mapping[int, Problem]) -> None:
    if part.contacts:
        notes = [problems[contact_id].reason.replace("\x00", "")[:LONGEST_NOTE] for contact_id in part.contacts]
        given = {"event": step.id, "contacts": part.contacts, "rotations": part.rotations, "notes": notes}
        pause = _pause()
        execute(queries.FAIL, {**given, "tries": TRIES if pause else 1, "pause": pause})
        stop_if_failing(step)


def _pause() -> str | None:
    """How long a failed step waits at first, in ISO 8601; None when it is not to be tried again."""
    given = config.get("campaign_time_wait_on_event_false")
    if given == "null":
        return None
    return f"P{given[2:]}" if given.endswith("D") else given
