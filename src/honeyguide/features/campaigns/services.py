"""Coming into campaigns and leaving them: the only writers of membership (engine campaigns.md 3 and 7).

Who comes in is planned for the first steps in the same transaction; for who leaves, what was planned is called off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from honeyguide.engine.events import EventType
from honeyguide.engine.sql import execute, one, rows
from honeyguide.features.campaigns import plan as plans
from honeyguide.features.campaigns import queries
from honeyguide.features.campaigns.models import LogState
from honeyguide.features.campaigns.plan import Plan
from honeyguide.features.campaigns.scheduling import due_of, schedule
from honeyguide.features.campaigns.steps import Step

SLICE = 10_000  # contacts in one transaction


@dataclass(frozen=True, slots=True)
class Change:
    """How many contacts came in and how many left."""

    added: int = 0
    removed: int = 0


@transaction.atomic
def add_contacts(campaign_id: int, contact_ids: Iterable[int], *, manually: bool = True) -> int:
    """Puts contacts into a campaign; returns for how many it begins (anew).

    By hand, who left or was taken out comes back, and a campaign that allows restarts begins anew for its members. Otherwise
    only who left by a segment or a step comes back, and only where restarts are allowed.
    """
    found = one("SELECT allow_restart FROM campaigns WHERE id = %s", (campaign_id,))
    contacts = sorted({number for number in contact_ids if 0 < number < 2**63})
    if found is None or not contacts:
        return 0
    given = {"campaign": campaign_id, "contacts": contacts, "manually": manually, "restart": found[0]}
    entered = rows(queries.ENTER, {**given, "event": EventType.CAMPAIGN_JOINED.value})
    plan = plans.of_campaign(campaign_id)
    schedule(plan, plan.roots(campaign_id), [row[0] for row in entered], [row[1] for row in entered])
    return len(entered)


@transaction.atomic
def remove_contacts(campaign_id: int, contact_ids: Iterable[int], *, is_exit: bool = False) -> int:
    """Takes contacts out and calls off what was planned for them; returns how many were members.

    With `is_exit` (a segment or a step did it) they may come back by themselves where restarts are allowed.
    """
    contacts = sorted({number for number in contact_ids if 0 < number < 2**63})
    given = {"campaign": campaign_id, "contacts": contacts, "exit": is_exit, "event": EventType.CAMPAIGN_LEFT.value}
    return len(rows(queries.LEAVE, given))


@transaction.atomic
def rotate(batch_campaign: int, contact_ids: Sequence[int]) -> dict[int, int]:
    """A new rotation for members, in which every step may happen once more; tells each one's."""
    return dict(rows(queries.ROTATE, {"campaign": batch_campaign, "contacts": list(contact_ids)}))


def sync(campaign_id: int, among: Sequence[int] | None = None) -> Change:
    """Makes members of who is in the source segments, all or only these contacts, and takes out who is in none any more.

    Slices of 10,000, each a transaction of its own: one that is interrupted goes on where it was.
    """
    found = one("SELECT allow_restart FROM campaigns WHERE id = %s", (campaign_id,))
    if found is None:
        return Change()
    given = {"campaign": campaign_id, "among": None if among is None else list(among), "restart": found[0]}
    added = sum(add_contacts(campaign_id, part, manually=False) for part in _slices(queries.ENTRANTS, given))
    removed = sum(remove_contacts(campaign_id, part, is_exit=True) for part in _slices(queries.LEAVERS, given))
    return Change(added, removed)


def _slices(statement: str, given: dict) -> Iterable[list[int]]:
    after = 0
    while found := rows(statement, {**given, "after": after, "limit": SLICE}):
        yield [row[0] for row in found]
        after = found[-1][0]


@transaction.atomic
def steps_changed(campaign_id: int, *, deleted: Iterable[int] = (), retimed: Iterable[int] = ()) -> None:
    """After an edit: nobody waits for a deleted step, changed times hold for who waits already, and decisions put after steps
    that contacts have behind them can still be taken."""
    execute(queries.CALL_OFF_DELETED, {"campaign": campaign_id, "events": list(deleted)})
    plan = plans.of_campaign(campaign_id)
    changed = set(retimed)
    for step in plan.steps.values():
        if step.kind == "decision":
            _catch_up(plan, step)
        if step.id in changed or (step.kind == "decision" and any(s.id in changed for s in plan.after(step, False))):
            _retime(plan, step)
    execute("UPDATE campaigns SET synced_at = NULL WHERE id = %s", (campaign_id,))


def _retime(plan: Plan, step: Step) -> None:
    moment = due_of(plan, step)
    state = LogState.WAITING if step.kind == "decision" else LogState.SCHEDULED
    execute(queries.RETIME.format(due=moment.text), (*moment.params, step.id, state.value))


def _catch_up(plan: Plan, step: Step) -> None:
    parent = plan.steps.get(step.parent_id or 0)
    if parent is None:
        return
    taken = None if parent.kind == "action" else step.path == "yes"
    late = rows(queries.CATCH_UP, {"parent": parent.id, "event": step.id, "taken": taken})
    schedule(plan, [step], [row[0] for row in late], [row[1] for row in late], [row[2] for row in late])
