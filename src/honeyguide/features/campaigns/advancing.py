"""Moves contacts through running campaigns: for each step that is due, many contacts at once (engine campaigns.md 4).

One slice is one transaction: claim what is due, do it, note what became of it, and go on with what follows: steps that are due
at once are done in the same transaction, for a while, others are planned. A worker that is killed leaves nothing half done,
and its contacts to the next one; workers skip what others have claimed.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError, transaction

from honeyguide.engine import config
from honeyguide.engine.sql import Clause, execute, rows
from honeyguide.features.campaigns import plan as plans
from honeyguide.features.campaigns import queries
from honeyguide.features.campaigns.models import LogState
from honeyguide.features.campaigns.plan import Plan
from honeyguide.features.campaigns.scheduling import schedule
from honeyguide.features.campaigns.steps import Batch, Lookup, Problem, Step
from honeyguide.features.campaigns.stopping import stop_if_failing
from honeyguide.features.campaigns.timing import is_at_once

logger = logging.getLogger(__name__)

SLICE = 5_000  # contacts in one transaction
LOOKED_UP = 500  # contacts for whom something is found out elsewhere at once
LONGEST_RUN = (
    0.5  # seconds; then a transaction begins no further step, so that readers of the event log never wait long
)
TRIES = 4  # of a step that fails, with 1, 2 and 3 times the configured pause between them
LONGEST_NOTE = 500


@dataclass
class Slice:
    """The contacts that a step is done for now. `since`: what the time of the next step counts from, if not from now."""

    contacts: list[int] = field(default_factory=list)
    rotations: list[int] = field(default_factory=list)
    since: list[datetime] | None = None

    def among(self, chosen: set[int]) -> Slice:
        """Only the rows of these contacts."""
        return _slice([(c, r) for c, r in zip(self.contacts, self.rotations, strict=True) if c in chosen])


def _slice(found: Sequence[tuple[int, int]]) -> Slice:
    return Slice(*map(list, zip(*found, strict=True))) if found else Slice()


Onward = list[tuple[Step, Slice]]  # the steps that follow, and for whom


def advance(campaign_id: int | None = None) -> int:
    """Does one slice of every step that is due, in all running campaigns or in one; returns how many steps of contacts."""
    steps = plans.running(campaign_id).steps
    done = 0
    for (step_id,) in rows(queries.DUE, {"steps": list(steps)}):
        step = steps[step_id]
        if lookup := _lookup(step):  # before the transaction, as it takes its time
            lookup.find([row[0] for row in rows(queries.AHEAD, {"event": step_id, "limit": LOOKED_UP})])
        done += _advance(step.campaign_id, step_id)
    return done


def _lookup(step: Step) -> Lookup | None:
    """How to find out what a condition must know of contacts, if it is anything that the database does not hold."""
    condition = plans.conditions().get(step.type) if step.kind == "condition" else None
    return condition.lookup if condition else None


@transaction.atomic
def _advance(campaign_id: int, step_id: int) -> int:
    """A slice of one step, and of what follows at once. The plan is read anew: what is stopped or edited counts from now on."""
    until = time.monotonic() + LONGEST_RUN
    plan = plans.running(campaign_id)
    step = plan.steps.get(step_id)
    if step is None:
        return 0
    here, gone = _claim(step)
    _settle(step, gone, LogState.CANCELLED, note="The contact left the campaign.")
    done = len(here.contacts) + len(gone.contacts)
    onward = deque(_do(plan, step, here))
    while onward and time.monotonic() < until:
        step, part = onward.popleft()
        following, number = _run_on(plan, step, part)
        onward.extend(following)
        done += number
    for step, part in onward:
        schedule(plan, [step], part.contacts, part.rotations, part.since)
    return done


def _claim(step: Step) -> tuple[Slice, Slice]:
    """Who is due and still in the campaign, and who is not any more. A contact that is due in two rotations comes twice in a
    row, never in one slice, so that ids tell contacts apart."""
    limit = LOOKED_UP if _lookup(step) else SLICE
    claimed = rows(queries.CLAIM, {"event": step.id, "campaign": step.campaign_id, "limit": limit})
    here, gone = Slice(since=[]), Slice(since=[])
    for contact_id, rotation, since, is_member in claimed:
        into = here if is_member else gone
        if not into.contacts or into.contacts[-1] != contact_id:
            into.contacts.append(contact_id)
            into.rotations.append(rotation)
            into.since.append(since)
    return here, gone


# --- a step, for contacts who were planned for it, and for contacts who come to it in the same transaction


def _do(plan: Plan, step: Step, here: Slice) -> Onward:
    """Does the step for contacts it was claimed for; returns what follows."""
    if not here.contacts:
        return []
    if step.kind == "condition":
        answers = _ask(step, queries.ANSWER, here)
        if isinstance(answers, Problem):
            _fail(step, here, dict.fromkeys(here.contacts, answers))
            return []
        if lookup := _lookup(step):
            unknown = here.among(set(here.contacts) - {answer[0] for answer in answers})
            _fail(step, unknown, dict.fromkeys(unknown.contacts, Problem(lookup.unknown, retry=True)))
        return _after_answers(plan, step, answers)
    if step.kind == "decision":  # nobody took it in time: the times of the `no` path count from when the waiting began
        _settle(step, here, LogState.DONE, taken=False)
        return [(one, here) for one in plan.after(step, False) if one.kind != "decision"]
    _settle(step, here, LogState.DONE)
    return _after_action(plan, step, here)


def _run_on(plan: Plan, step: Step, part: Slice) -> tuple[Onward, int]:
    """Does the step now if it is due at once, else plans it; returns what follows, and for how many it was done."""
    if part.contacts and step.kind != "decision" and is_at_once(step.timing):
        if step.kind == "condition":
            answers = _ask(step, queries.BEGIN, part) if not _lookup(step) else None
            if isinstance(answers, list):
                return _after_answers(plan, step, answers), len(answers)
        elif step.type in plans.actions():
            text = queries.BEGIN.format(taken="NULL::boolean", note="NULL", contacts="")
            begun = sorted(rows(text, _given(step, part)))
            return _after_action(plan, step, _slice(begun)), len(begun)
    schedule(plan, [step], part.contacts, part.rotations, part.since)
    return [], 0


def _ask(step: Step, statement: str, part: Slice) -> list[tuple[int, int, bool]] | Problem:
    """A condition: which path each contact takes; or why nobody can tell."""
    condition = plans.conditions().get(step.type)
    if condition is None:
        return Problem(_unknown(step), retry=True)
    try:
        with transaction.atomic():
            matches = condition.matches(step)
            seen = condition.seen(step) if condition.seen else Clause("NULL")
            taken, note = f"coalesce(({matches.text}), false)", f"left(({seen.text})::text, {LONGEST_NOTE})"
            known = f" AND {condition.lookup.known}" if condition.lookup else ""
            contacts = f"JOIN contacts ON contacts.id = b.contact_id{known}"
            text = statement.format(taken=taken, note=note, contacts=contacts)
            return sorted(rows(text, (*matches.params, *seen.params, *_given(step, part))))
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        return Problem(_explained(problem), retry=True)


def _given(step: Step, part: Slice) -> tuple[Any, ...]:
    return part.contacts, part.rotations, step.id, step.campaign_id


def _after_answers(plan: Plan, step: Step, answers: Sequence[tuple[int, int, bool]]) -> Onward:
    parts = {path: _slice([answer[:2] for answer in answers if answer[2] is path]) for path in (True, False)}
    return [(one, part) for path, part in parts.items() for one in plan.after(step, path)]


def _after_action(plan: Plan, step: Step, here: Slice) -> Onward:
    """Does it. Who it fails for is tried again later, the others go on."""
    problems = dict(_perform(step, here))
    retried = {contact_id for contact_id, problem in problems.items() if problem.retry}
    _fail(step, here.among(retried), problems)
    _note(step, here.among(problems.keys() - retried), problems)
    passed = here.among(set(here.contacts) - retried) if retried else here
    return [(one, Slice(passed.contacts, passed.rotations)) for one in plan.after(step, None)]


def _perform(step: Step, part: Slice) -> Mapping[int, Problem]:
    """Does it for all; when that raises, for each half, down to the contacts that are the reason."""
    action = plans.actions().get(step.type)
    if action is None:
        return dict.fromkeys(part.contacts, Problem(_unknown(step)))
    try:
        with transaction.atomic():
            return action.perform(Batch(step, part.contacts, part.rotations)) or {}
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


def _settle(step: Step, part: Slice, state: LogState, *, taken: bool | None = None, note: str | None = None) -> None:
    if part.contacts:
        execute(queries.SETTLE, {**_rows(step, part), "state": state.value, "taken": taken, "note": note})


def _fail(step: Step, part: Slice, problems: Mapping[int, Problem]) -> None:
    if part.contacts:
        pause = _pause()
        given = {**_rows(step, part), "notes": _reasons(part, problems)}
        execute(queries.FAIL, {**given, "tries": TRIES if pause else 1, "pause": pause})
        stop_if_failing(step)


def _note(step: Step, part: Slice, problems: Mapping[int, Problem]) -> None:
    if part.contacts:
        execute(queries.NOTE, {**_rows(step, part), "notes": _reasons(part, problems)})


def _rows(step: Step, part: Slice) -> dict[str, Any]:
    return {"event": step.id, "contacts": part.contacts, "rotations": part.rotations}


def _reasons(part: Slice, problems: Mapping[int, Problem]) -> list[str]:
    return [problems[contact_id].reason.replace("\x00", "")[:LONGEST_NOTE] for contact_id in part.contacts]


def _pause() -> str | None:
    """How long a failed step waits at first, in ISO 8601; None when it is not to be tried again."""
    given = config.get("campaign_time_wait_on_event_false")
    if given == "null":
        return None
    return f"P{given[2:]}" if given.endswith("D") else given
