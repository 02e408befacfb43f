"""What the pages of campaigns ask for beside the campaigns themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from honeyguide.engine.events import EventType
from honeyguide.engine.sql import Clause, one, rows
from honeyguide.features.campaigns.models import LogState

NOBODY = (0, 0, 0)
STATES = {
    "pending": (LogState.SCHEDULED, LogState.WAITING),
    "done": (LogState.DONE,),
    "failed": (LogState.FAILED,),
    "cancelled": (LogState.CANCELLED,),
}

# One pass: members, who was ever in, and failed steps of each campaign.
IN_SHORT = f"""
    SELECT c.id, (SELECT count(*) FROM campaign_contacts m WHERE m.campaign_id = c.id AND NOT m.manually_removed),
           (SELECT count(*) FROM campaign_contacts m WHERE m.campaign_id = c.id),
           (SELECT count(*) FROM campaign_events e JOIN campaign_log l ON l.event_id = e.id
            WHERE e.campaign_id = c.id AND l.state = {LogState.FAILED})
    FROM unnest(%s::bigint[]) AS c (id)
"""
# One pass: how many contacts each step did, keeps, failed for, and when it moves next.
FIGURES = f"""
    SELECT l.event_id, count(*) FILTER (WHERE l.state = {LogState.DONE}),
           count(*) FILTER (WHERE l.state = {LogState.DONE} AND l.taken),
           count(*) FILTER (WHERE l.state = {LogState.DONE} AND NOT l.taken),
           count(*) FILTER (WHERE l.state = {LogState.SCHEDULED}), count(*) FILTER (WHERE l.state = {LogState.WAITING}),
           count(*) FILTER (WHERE l.state = {LogState.SCHEDULED} AND l.failures > 0),
           count(*) FILTER (WHERE l.state = {LogState.FAILED}),
           count(*) FILTER (WHERE l.state = {LogState.DONE} AND l.note IS NOT NULL AND e.event_type = 'action'),
           min(l.due_at) FILTER (WHERE l.state IN ({LogState.SCHEDULED}, {LogState.WAITING}))
    FROM campaign_events e JOIN campaign_log l ON l.event_id = e.id
    WHERE e.campaign_id = %s GROUP BY l.event_id
"""
# One pass: who came and who left, per day.
CHANGES = """
    SELECT (at AT TIME ZONE %(zone)s)::date AS day, count(*) FILTER (WHERE type = %(joined)s),
           count(*) FILTER (WHERE type = %(left)s)
    FROM events WHERE type IN (%(joined)s, %(left)s) AND object_id = %(id)s AND at >= now() - interval '31 days'
    GROUP BY day
"""
NAMED = """
    nullif(concat_ws(' ', c.fields ->> 'firstname', c.fields ->> 'lastname'), ''), c.fields ->> 'email'
"""
# One pass: a page of the contacts of a campaign, by id.
MEMBERS = f"""
    SELECT m.contact_id, {NAMED}, m.date_added, m.rotation, m.manually_added, m.date_last_exited
    FROM campaign_contacts m JOIN contacts c ON c.id = m.contact_id
    WHERE m.campaign_id = %(campaign)s AND m.manually_removed = %(gone)s AND m.contact_id < %(before)s
    ORDER BY m.contact_id DESC LIMIT %(limit)s
"""
# One pass: a page of a campaign's log in the order of its key, backwards.
ENTRIES = f"""
    SELECT l.event_id, l.contact_id, l.rotation, {NAMED}, l.state, l.due_at, l.at, l.taken, l.failures, l.note
    FROM campaign_log l JOIN contacts c ON c.id = l.contact_id
    WHERE l.event_id = ANY(%s::bigint[]) AND (l.event_id, l.contact_id, l.rotation) < (%s, %s, %s) AND {{only}}
    ORDER BY l.event_id DESC, l.contact_id DESC, l.rotation DESC LIMIT %s
"""
# One pass: all that a campaign did with a contact and plans for it, round by round.
WAY = """
    SELECT l.event_id, l.rotation, l.state, l.since, l.due_at, l.at, l.taken, l.failures, l.note
    FROM campaign_log l WHERE l.contact_id = %s AND l.campaign_id = %s
    ORDER BY l.rotation, l.since, coalesce(l.at, l.due_at) NULLS LAST, l.event_id LIMIT 1000
"""
# One pass: the campaigns that a contact is or was in, with what is still planned for it.
CAMPAIGNS_OF = f"""
    SELECT c.id, c.name, m.manually_removed, m.date_added,
           (SELECT min(l.due_at) FROM campaign_log l WHERE l.contact_id = m.contact_id AND l.campaign_id = c.id
            AND l.state IN ({LogState.SCHEDULED}, {LogState.WAITING}))
    FROM campaign_contacts m JOIN campaigns c ON c.id = m.campaign_id
    WHERE m.contact_id = %s AND (%s::bigint IS NULL OR c.created_by = %s) ORDER BY m.manually_removed, m.date_added DESC LIMIT 50
"""
MEMBERSHIP = """
    SELECT date_added, manually_added, manually_removed, date_last_exited, rotation FROM campaign_contacts
    WHERE campaign_id = %s AND contact_id = %s
"""
END = (2**63 - 1, 2**63 - 1, 2**31 - 1)


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of a step, in contacts. `retried` are among the scheduled ones, `noted` among the done."""

    done: int = 0
    yes: int = 0
    no: int = 0
    scheduled: int = 0
    waiting: int = 0
    retried: int = 0
    failed: int = 0
    noted: int = 0
    next_at: datetime | None = None

    @property
    def pending(self) -> int:
        return self.scheduled + self.waiting

    @property
    def reached(self) -> int:
        return self.done + self.pending + self.failed


@dataclass(frozen=True, slots=True)
class Member:
    """A contact of a campaign, present or former."""

    contact_id: int
    name: str | None
    email: str | None
    added_at: datetime
    rotation: int
    by_hand: bool
    exited_at: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the log with the contact's name."""

    step_id: int
    contact_id: int
    rotation: int
    name: str | None
    email: str | None
    state: int
    due_at: datetime | None
    at: datetime | None
    taken: bool | None
    failures: int
    note: str | None


@dataclass(frozen=True, slots=True)
class Passage:
    """A step of one contact: since when it was awaited, when it was due, when done, on which path, and why."""

    step_id: int
    rotation: int
    state: int
    since: datetime
    due_at: datetime | None
    at: datetime | None
    taken: bool | None
    failures: int
    note: str | None


@dataclass(frozen=True, slots=True)
class Membership:
    """Since when a contact is in a campaign, or (`removed`) no more; `exited_at` when a segment or a step took it out."""

    added_at: datetime
    by_hand: bool
    removed: bool
    exited_at: datetime | None
    rotation: int


def way(campaign_id: int, contact_id: int) -> list[Passage]:
    """Everything that the campaign did with the contact and plans for it, in the order in which it happens."""
    return [Passage(*row) for row in rows(WAY, (contact_id, campaign_id))]


def membership(campaign_id: int, contact_id: int) -> Membership | None:
    found = one(MEMBERSHIP, (campaign_id, contact_id))
    return Membership(*found) if found else None


def campaigns_of(
    contact_id: int, *, created_by: int | None = None
) -> list[tuple[int, str, bool, datetime, datetime | None]]:
    """(id, name, whether it left, since when, when it moves next) of a contact's campaigns, or those only of one user."""
    return rows(CAMPAIGNS_OF, (contact_id, created_by, created_by))


def in_short(campaign_ids: Sequence[int]) -> Mapping[int, tuple[int, int, int]]:
    """For each campaign: contacts in it, contacts ever in it, failed steps."""
    return {row[0]: row[1:] for row in rows(IN_SHORT, (list(campaign_ids),))}


def figures(campaign_id: int) -> Mapping[int, Figures]:
    """By step; steps that nobody came to are left out."""
    return {row[0]: Figures(*row[1:]) for row in rows(FIGURES, (campaign_id,))}


def changes_per_day(campaign_id: int, *, zone: str) -> list[tuple[date, int, int]]:
    """Came and left per day of the last month, in a time zone."""
    given = {"joined": int(EventType.CAMPAIGN_JOINED), "left": int(EventType.CAMPAIGN_LEFT), "id": campaign_id}
    return rows(CHANGES, {**given, "zone": zone})


def members(campaign_id: int, *, gone: bool, before: int | None, limit: int) -> list[Member]:
    """A page of the contacts in the campaign, or (`gone`) of those who left, from the id `before` downwards."""
    given = {"campaign": campaign_id, "gone": gone, "before": before or END[0], "limit": limit}
    return [Member(*row) for row in rows(MEMBERS, given)]


def entries(step_ids: Sequence[int], what: str, *, before: Sequence[int] | None, limit: int) -> list[Entry]:
    """A page of the log of these steps. `what`: a name of STATES, or yes, no, retried or noted."""
    only = {
        "yes": Clause(f"l.state = {LogState.DONE} AND l.taken"),
        "no": Clause(f"l.state = {LogState.DONE} AND NOT l.taken"),
        "retried": Clause(f"l.state = {LogState.SCHEDULED} AND l.failures > 0"),
        "noted": Clause(f"l.state = {LogState.DONE} AND l.note IS NOT NULL"),
    }.get(what) or Clause("l.state = ANY(%s::int[])", ([int(state) for state in STATES[what]],))
    found = rows(ENTRIES.format(only=only.text), (list(step_ids), *(before or END), *only.params, limit))
    return [Entry(*row) for row in found]
