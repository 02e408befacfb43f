"""Reading what happened: the log's events of the kinds that are shown, and the steps of campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from honeyguide.engine.dates import to_datetime
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import ALL, Clause, literal, rows
from honeyguide.features.campaigns.models import LogState

TYPES = {
    "asset.download": "Asset downloaded",
    "campaign.event": "Campaign action triggered",
    "campaign.event.scheduled": "Campaign event scheduled",
    "campaign_membership": "Campaign membership change",
    "lead.source.created": "Contact created by source",
    "lead.source.identified": "Contact identified by source",
    "lead.donotcontact": "Do not contact",
    "dynamic.content.sent": "Dynamic Content Triggered",
    "email.failed": "Email failed",
    "email.read": "Email read",
    "email.replied": "Email replied",
    "email.sent": "Email sent",
    "sms.failed": "Failed",
    "focus.on_click": "Focus click",
    "focus.on_view": "Focus view",
    "form.submitted": "Form submitted",
    "lead.imported": "Imported",
    "integration_sync_issues": "Integration sync notice",
    "message.queue": "Message Queue",
    "page.hit": "Page hit",
    "point.gained": "Point gained",
    "segment_membership": "Segment membership change",
    "sms.sent": "Sent",
    "stage.changed": "Stage changed",
    "sms_reply": "Text message received",
    "lead.utmtagsadded": "UTM tags recorded",
    "page.videohit": "Video view event",
}
# The log's types that are shown, each with its condition on the event `e`.
SHOWN: dict[str, tuple[tuple[EventType, ...], str]] = {
    "asset.download": ((EventType.ASSET_DOWNLOADED,), "true"),
    "dynamic.content.sent": ((EventType.DYNAMIC_CONTENT_ASKED,), "e.object_id IS NOT NULL"),
    "focus.on_click": ((EventType.FOCUS_CLICKED,), "true"),
    "focus.on_view": ((EventType.FOCUS_VIEWED,), "true"),
    # A contact made by an API call is told by what identified it.
    "lead.source.created": ((EventType.CONTACT_CREATED,), "e.payload -> 'source' ->> 'object' NOT LIKE 'api%%'"),
    "lead.source.identified": ((EventType.CONTACT_IDENTIFIED,), "true"),
    "lead.donotcontact": ((EventType.DO_NOT_CONTACT_CHANGED,), "e.payload ->> 'new' <> '0'"),
    "email.failed": ((EventType.EMAIL_FAILED, EventType.EMAIL_BOUNCED), "true"),
    "email.read": ((EventType.EMAIL_OPENED,), "true"),
    "email.replied": ((EventType.EMAIL_REPLIED,), "true"),
    "email.sent": ((EventType.EMAIL_SENT,), "true"),
    "form.submitted": ((EventType.FORM_SUBMITTED,), "true"),
    "lead.imported": ((EventType.CONTACT_IMPORTED,), "true"),
    "page.hit": ((EventType.PAGE_HIT, EventType.EMAIL_CLICKED, EventType.DYNAMIC_CONTENT_CLICKED), "true"),
    "point.gained": ((EventType.POINTS_CHANGED,), "e.payload ? 'event'"),
    "campaign_membership": ((EventType.CAMPAIGN_JOINED, EventType.CAMPAIGN_LEFT), "true"),
    "segment_membership": ((EventType.SEGMENT_JOINED, EventType.SEGMENT_LEFT), "true"),
    "sms.sent": ((EventType.SMS_SENT,), "true"),
    "sms.failed": ((EventType.SMS_FAILED,), "true"),
    "sms_reply": ((EventType.SMS_REPLIED,), "true"),
    "stage.changed": ((EventType.STAGE_CHANGED,), "e.object_id IS NOT NULL"),
    "lead.utmtagsadded": ((EventType.UTM_TAGS_ADDED,), "true"),
}
# Steps of campaigns stand in a table of their own, each with its condition on the row `l`.
STEPS = {
    "campaign.event": f"l.state IN ({LogState.DONE}, {LogState.FAILED}, {LogState.CANCELLED})",
    "campaign.event.scheduled": f"l.state = {LogState.SCHEDULED}",
}
KINDS = (*SHOWN, *STEPS)
NEWEST = 100_000  # the feed of all contacts looks back this many events

EVENTS = """
    SELECT e.id, e.at, e.type, e.contact_id, e.object_id, e.payload, CASE {kinds} END AS kind
    FROM {events} e WHERE {where}
"""
STEP_ROWS = """
    SELECT l.event_id, coalesce(l.at, l.due_at, l.since), 0, l.contact_id, l.campaign_id, jsonb_build_object(
               'step', s.name, 'step_type', s.type, 'campaign', c.name, 'rotation', l.rotation, 'failed', l.state <> {done},
               'note', l.note, 'taken', l.taken) AS payload, CASE {kinds} END AS kind
    FROM campaign_log l JOIN campaign_events s ON s.id = l.event_id JOIN campaigns c ON c.id = l.campaign_id
    WHERE {where}
"""
# One pass over what a contact has (or the newest events of all): the asked slice of each kind, and how many there are of it.
READ = """
    WITH named (id, at, type, contact_id, object_id, payload, kind) AS (
        {sources}
    ), numbered AS (
        SELECT *, row_number() OVER (PARTITION BY kind ORDER BY date_trunc('second', at) DESC, id) AS number,
               count(*) OVER (PARTITION BY kind) AS total
        FROM named WHERE kind IS NOT NULL
    )
    SELECT id, at, type, contact_id, object_id, payload::text, kind, total, number FROM numbered
    WHERE number = 1 OR (number > %s AND number <= %s)
"""


@dataclass(frozen=True)
class Filters:
    """Of the feed. `include` and `exclude` are names of TYPES; dates are moments, open when None."""

    search: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    raw_dates: dict[str, str] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        return {
            "search": self.search, "includeEvents": list(self.include), "excludeEvents": list(self.exclude),
            **self.raw_dates,
        }  # fmt: skip


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of the log, or one step of a campaign, of a kind of TYPES."""

    id: int
    at: datetime
    type: int
    contact_id: int
    object_id: int | None
    payload: dict[str, Any]
    kind: str


def read_filters(raw: Any) -> Filters:
    """From the parameter `filters` of a call; what is not understood is ignored."""
    given = raw if isinstance(raw, dict) else {}
    dates = {
        name: str(given[name]) for name in ("dateFrom", "dateTo") if isinstance(given.get(name), str) and given[name]
    }
    return Filters(
        search=str(given.get("search") or "").replace("\x00", "")
        if not isinstance(given.get("search"), (list, dict))
        else "",
        include=_names(given.get("includeEvents")),
        exclude=_names(given.get("excludeEvents")),
        since=to_datetime(dates.get("dateFrom", "")),
        until=to_datetime(dates.get("dateTo", "")),
        raw_dates=dates,
    )


def _names(raw: Any) -> tuple[str, ...]:
    listed = list(raw.values()) if isinstance(raw, dict) else raw if isinstance(raw, list) else [raw] if raw else []
    return tuple(name for name in listed if isinstance(name, str))


def read_events(
    contact_id: int | None, *, filters: Filters = NO_FILTERS, page: int = 1, limit: int = 25, only: Clause = ALL
) -> tuple[list[Happened], dict[str, int]]:
    """A page of events of each kind, and how many there are of each kind."""
    kinds = [k for k in KINDS if (not filters.include or k in filters.include) and k not in filters.exclude]
    sources = [_events(contact_id, [k for k in kinds if k in SHOWN], filters, only)]
    if contact_id is not None:
        sources.append(_steps(contact_id, [k for k in kinds if k in STEPS], filters))
    sources = [source for source in sources if source]
    if not sources:
        return [], {}
    first = max(0, page - 1) * limit
    statement = READ.format(sources=" UNION ALL ".join(source.text for source in sources))
    params = [value for source in sources for value in source.params]
    found = rows(statement, (*params, first, first + limit))
    totals = {row[6]: row[7] for row in found}
    return [Happened(*row[:5], orjson.loads(row[5] or "{}"), row[6]) for row in found if row[8] > first], totals


def _events(contact_id: int | None, kinds: Sequence[str], filters: Filters, only: Clause) -> Clause | None:
    """The log's rows of these kinds; None for none."""
    if not kinds:
        return None
    where = _where(contact_id, kinds, filters, only)
    cases = " ".join(f"WHEN {_condition(kind)} THEN '{kind}'" for kind in kinds)
    newest = f"(SELECT * FROM events ORDER BY xid DESC, id DESC LIMIT {NEWEST})"
    return Clause(
        EVENTS.format(kinds=cases, events="events" if contact_id is not None else newest, where=where.text),
        where.params,
    )


def _steps(contact_id: int, kinds: Sequence[str], filters: Filters) -> Clause | None:
    """What campaigns did with the contact and plan for it. A decision that waits is nothing that happened."""
    if not kinds:
        return None
    where = Clause("l.contact_id = %s", (contact_id,))
    if filters.since:
        where &= Clause("coalesce(l.at, l.due_at, l.since) >= %s", (filters.since,))
    if filters.until:
        where &= Clause("coalesce(l.at, l.due_at, l.since) <= %s", (filters.until,))
    if filters.search:
        text = filters.search.lower()
        shown = [STEPS[kind] for kind in kinds if text in TYPES[kind].lower()]
        where &= Clause(
            f"(s.name ILIKE %s OR c.name ILIKE %s OR {' OR '.join(shown) or 'false'})", (f"%{literal(text)}%",) * 2
        )
    cases = " ".join(f"WHEN {STEPS[kind]} THEN '{kind}'" for kind in kinds)
    return Clause(STEP_ROWS.format(done=LogState.DONE, kinds=cases, where=where.text), where.params)


def _condition(kind: str) -> str:
    types, condition = SHOWN[kind]
    return f"e.type IN ({', '.join(str(t.value) for t in types)}) AND {condition}"


def _where(contact_id: int | None, kinds: Sequence[str], filters: Filters, only: Clause) -> Clause:
    where = Clause("e.contact_id = %s", (contact_id,)) if contact_id is not None else Clause("e.contact_id IS NOT NULL")
    where &= Clause("e.type = ANY(%s)", ([t.value for kind in kinds for t in SHOWN[kind][0]],))
    if filters.since:
        where &= Clause("e.at >= %s", (filters.since,))
    if filters.until:
        where &= Clause("e.at <= %s", (filters.until,))
    if only != ALL:
        where &= Clause(f"e.contact_id IN (SELECT id FROM contacts WHERE {only.text})", only.params)
    if filters.search:
        text = filters.search.lower()
        named = [t.value for kind in kinds if text in TYPES[kind].lower() for t in SHOWN[kind][0]]
        where &= Clause("e.type = ANY(%s)", (named,)) | Clause("e.payload::text ILIKE %s", (f"%{literal(text)}%",))
    return where
