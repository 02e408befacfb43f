"""What a campaign would do with the real contacts, with nothing sent and nothing changed.

The steps are walked through from the sources downwards. Each gets its contacts with their times from the one before it, in one
statement, with the conditions and times of the engine itself. It all happens in a temporary table, in a transaction that may
write nothing else and is rolled back.

What people will do is not known, so a decision counts twice: `no` as if nobody acts, and `yes`, where everything below is
`maybe`, as if everybody acts at once. Values are read as they are now, also where a step before would change them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DatabaseError, OperationalError, transaction
from django.utils import timezone

from honeyguide.engine.sql import Clause, execute, rows, scalar
from honeyguide.features.campaigns import plan as plans
from honeyguide.features.campaigns.loops import JUMP
from honeyguide.features.campaigns.models import Campaign, LogState
from honeyguide.features.campaigns.plan import Plan
from honeyguide.features.campaigns.scheduling import due_of
from honeyguide.features.campaigns.steps import Step

ROUNDS = 3  # how often a jump back is followed
SAMPLES = 5
REASONS = 20
START = 0  # the visit of those who come in

CREATE = """
    CREATE TEMPORARY TABLE rehearsed (
        visit integer, contact_id bigint, since timestamptz, due_at timestamptz, taken boolean, note text
    ) ON COMMIT DROP
"""
LIMIT = "SELECT set_config('statement_timeout', %s, true), set_config('transaction_read_only', 'on', true)"
# One pass: the members of the segments who would come in.
COME_IN = f"""
    INSERT INTO rehearsed (visit, contact_id, since, due_at)
    SELECT {START}, s.contact_id, %(start)s, %(start)s
    FROM (SELECT DISTINCT contact_id FROM segment_contacts
          WHERE segment_id = ANY(%(segments)s::bigint[]) AND NOT manually_removed) AS s
    LEFT JOIN campaign_contacts m ON m.campaign_id = %(campaign)s AND m.contact_id = s.contact_id
    WHERE m.contact_id IS NULL OR (%(restart)s AND m.manually_removed AND m.date_last_exited IS NOT NULL)
"""
ALONE = f"""
    INSERT INTO rehearsed (visit, contact_id, since, due_at)
    SELECT {START}, id, %(start)s, %(start)s FROM contacts WHERE id = %(contact)s
"""
# One pass: those who come to a step from the one before it, and those who wait at it already; when each is due, and, for a
# condition, what it would say of them or, for an action, why it would do nothing.
ARRIVE = """
    INSERT INTO rehearsed (visit, contact_id, since, due_at, taken, note)
    SELECT %s, b.contact_id, b.since, coalesce(b.due_at, {due}), {taken}, left(({note})::text, 500)
    FROM (
        SELECT contact_id, {since} AS since, NULL::timestamptz AS due_at FROM rehearsed
        WHERE visit = %s AND (%s::boolean IS NULL OR taken = %s)
        {waiting}
    ) AS b JOIN contacts ON contacts.id = b.contact_id
"""
WAITING = f"""
    UNION ALL
    SELECT l.contact_id, l.since, greatest(l.due_at, %s) FROM campaign_log l
    JOIN campaign_contacts m ON m.campaign_id = l.campaign_id AND m.contact_id = l.contact_id AND NOT m.manually_removed
    WHERE l.event_id = %s AND l.state IN ({LogState.SCHEDULED}, {LogState.WAITING})
"""
# One pass: how many came to each step, when, and which way they went.
COUNTS = """
    SELECT visit, count(*), min(due_at), max(due_at), count(*) FILTER (WHERE taken), count(*) FILTER (WHERE NOT taken),
           count(note) FROM rehearsed GROUP BY visit
"""
# One pass: what stands in the way at these steps, of how many.
NOTES = """
    SELECT visit, note, count(*) FROM rehearsed WHERE visit = ANY(%s::int[]) AND note IS NOT NULL
    GROUP BY visit, note ORDER BY count(*) DESC, note
"""
# One pass: the first contacts of each step.
FIRST = """
    SELECT v.visit, r.contact_id, coalesce(nullif(concat_ws(' ', c.fields ->> 'firstname', c.fields ->> 'lastname'), ''),
           c.fields ->> 'email'), r.due_at, r.taken, r.note
    FROM unnest(%s::int[]) AS v (visit)
    CROSS JOIN LATERAL (SELECT * FROM rehearsed WHERE rehearsed.visit = v.visit LIMIT %s) AS r
    JOIN contacts c ON c.id = r.contact_id
"""
STILL_WAITING = f"""
    SELECT count(*) FROM campaign_log l
    JOIN campaign_contacts m ON m.campaign_id = l.campaign_id AND m.contact_id = l.contact_id AND NOT m.manually_removed
    WHERE l.event_id = ANY(%s::bigint[]) AND l.state IN ({LogState.SCHEDULED}, {LogState.WAITING})
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One contact at a step: when it would be due, by which path it would go on, what was seen or stands in the way."""

    contact_id: int
    name: str | None
    due_at: datetime | None
    taken: bool | None
    note: str | None


@dataclass
class Visit:
    """What would happen at a step. `after` is the visit it follows; `round` counts how often a jump led back."""

    number: int
    step: Step
    after: int
    round: int = 1
    maybe: bool = False
    count: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    yes: int = 0
    no: int = 0
    hindered: int = 0
    reasons: list[tuple[str, int]] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    problem: str = ""


@dataclass(frozen=True)
class Rehearsal:
    """`entering` contacts would come in at `start`, `waiting` ones are in the campaign already and go on."""

    start: datetime
    entering: int
    waiting: int
    visits: Sequence[Visit]


class TooSlow(Exception):
    """The contacts cannot be walked through in the time that was given."""


def rehearse(
    campaign: Campaign,
    *,
    contact_id: int | None = None,
    plan: Plan | None = None,
    segments: Sequence[int] | None = None,
    seconds: int = 600,
) -> Rehearsal:
    """Everybody who would come in now and who waits already, or one contact as if it came in now.

    `plan` and `segments` stand for what is stored when something else is drawn. Raises `TooSlow` after so
    many `seconds` in one statement.
    """
    walk = _Walk(plan or plans.of_campaign(campaign.pk), campaign, contact_id)
    if segments is None:
        segments = [one.pk for one in campaign.lists.all()]
    try:
        with transaction.atomic():
            execute(CREATE)
            execute("CREATE INDEX rehearsed_visit ON rehearsed (visit)")
            rows(LIMIT, (f"{seconds}s",))
            found = walk.through(segments)
            transaction.set_rollback(True)
    except OperationalError as error:
        if "statement timeout" in str(error):
            raise TooSlow(f"This takes longer than {seconds} seconds here.") from error
        raise
    return found


class _Walk:
    """Visits the steps, each after the one that leads to it."""

    def __init__(self, plan: Plan, campaign: Campaign, contact_id: int | None):
        self.plan, self.campaign, self.contact_id = plan, campaign, contact_id
        self.start = max(timezone.now(), campaign.publish_up or timezone.now())
        self.visits: list[Visit] = []

    def through(self, segments: Sequence[int]) -> Rehearsal:
        given = {
            "start": self.start, "segments": list(segments), "contact": self.contact_id,
            "campaign": self.campaign.pk, "restart": self.campaign.allow_restart,
        }  # fmt: skip
        entering = execute(COME_IN if self.contact_id is None else ALONE, given)
        for step in self.plan.roots(self.campaign.pk):
            self._visit(step, after=START, since="due_at", path=None)
        waiting = scalar(STILL_WAITING, (list(self.plan.steps),)) if self.contact_id is None else 0
        _count(self.visits)
        return Rehearsal(self.start, entering, waiting, self.visits)

    def _visit(
        self, step: Step, *, after: int, since: str, path: bool | None, round: int = 1, maybe: bool = False
    ) -> None:
        visit = Visit(len(self.visits) + 1, step, after, round, maybe)
        self.visits.append(visit)
        try:
            with transaction.atomic():
                self._arrive(visit, since, path)
        except OperationalError:
            raise
        except (DatabaseError, ValueError, LookupError) as problem:
            visit.problem = str(problem).strip().splitlines()[0][:500]
            return
        for following, link in self._following(step, round, maybe):
            self._visit(following, after=visit.number, **link)

    def _following(self, step: Step, round: int, maybe: bool) -> Iterator[tuple[Step, dict[str, Any]]]:
        """The steps after this one, each with how it is come to."""
        if step.kind == "action":
            link = {"since": "due_at", "path": None, "round": round, "maybe": maybe}
            action = plans.actions().get(step.type)
            if action is None or not action.ends(step):
                yield from ((one, link) for one in self.plan.after(step, None))
            target = self.plan.steps.get(step.id_of("jumpToEvent")) if step.type == JUMP else None
            if target is not None and round < ROUNDS:
                yield target, {**link, "round": round + 1}
        elif step.kind == "condition":
            for taken in (True, False):
                link = {"since": "due_at", "path": taken, "round": round, "maybe": maybe}
                yield from ((one, link) for one in self.plan.after(step, taken))
        else:
            link = {"since": "since", "path": None, "round": round}
            yield from ((one, {**link, "maybe": True}) for one in self.plan.after(step, True))
            unmoved = (one for one in self.plan.after(step, False) if one.kind != "decision")
            yield from ((one, {**link, "maybe": maybe}) for one in unmoved)

    def _arrive(self, visit: Visit, since: str, path: bool | None) -> None:
        step = visit.step
        due, (taken, note) = due_of(self.plan, step), _foreseen(step)
        joins = visit.round == 1 and self.contact_id is None
        text = ARRIVE.format(
            due=due.text, taken=taken.text, note=note.text, since=since, waiting=WAITING if joins else ""
        )
        came = (visit.after, path, path, *((self.start, step.id) if joins else ()))
        execute(text, (visit.number, *due.params, *taken.params, *note.params, *came))


def _foreseen(step: Step) -> tuple[Clause, Clause]:
    """What a condition would answer, and what it would see or what would hinder an action."""
    nothing = Clause("NULL")
    if step.kind == "condition" and (condition := plans.conditions().get(step.type)):
        matches = condition.matches(step)
        seen = condition.seen(step) if condition.seen else nothing
        return Clause(f"coalesce(({matches.text}), false)", matches.params), seen
    if step.kind == "action" and (action := plans.actions().get(step.type)):
        return Clause("NULL::boolean"), action.hinders(step) if action.hinders else nothing
    if step.kind == "decision" and step.type in plans.decisions():
        return Clause("NULL::boolean"), nothing
    raise LookupError(f'There is no step of the kind "{step.type}".')


def _count(visits: Sequence[Visit]) -> None:
    """Puts into the visits what the table tells of them."""
    by_number: Mapping[int, Visit] = {visit.number: visit for visit in visits}
    for number, *found in rows(COUNTS):
        if visit := by_number.get(number):
            visit.count, visit.first_at, visit.last_at, visit.yes, visit.no, noted = found
            visit.hindered = noted if visit.step.kind == "action" else 0
    for number, reason, count in rows(NOTES, ([v.number for v in visits if v.hindered],)):
        if len(by_number[number].reasons) < REASONS:
            by_number[number].reasons.append((reason, count))
    for number, *found in rows(FIRST, (list(by_number), SAMPLES)):
        by_number[number].samples.append(Sample(*found))
