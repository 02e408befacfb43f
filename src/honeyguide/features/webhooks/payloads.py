"""What hooks are told of an event (contract webhooks, "Event types and payloads"); what it needs is read once per batch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import orjson

from honeyguide.engine import config
from honeyguide.engine.channels.models import Dispatch
from honeyguide.engine.delivery.models import OutboxMessage
from honeyguide.engine.delivery.sealed import seal
from honeyguide.engine.events import EventType, Read
from honeyguide.engine.resource.fields import iso
from honeyguide.engine.resource.rendering import render
from honeyguide.engine.resource.resource import STAMPS
from honeyguide.features.companies import services as companies
from honeyguide.features.companies.services import Company
from honeyguide.features.contacts import render as contacts
from honeyguide.features.contacts import rows as contact_rows
from honeyguide.features.emails import rendering
from honeyguide.features.emails.resource import EMAILS
from honeyguide.features.forms import submissions
from honeyguide.features.forms.resource import FORMS
from honeyguide.features.pages.resource import PAGES
from honeyguide.features.segments.resource import SEGMENTS

NEW, UPDATED = "mautic.lead_post_save_new", "mautic.lead_post_save_update"
SUBSCRIPTIONS = {0: "contactable", 1: "unsubscribed", 2: "bounced", 3: "manual"}
# What makes an identified contact "updated".
UPDATES = frozenset(
    {
        EventType.CONTACT_UPDATED, EventType.POINTS_CHANGED, EventType.STAGE_CHANGED, EventType.OWNER_CHANGED,
        EventType.TAGS_CHANGED, EventType.UTM_TAGS_ADDED,
    }
)  # fmt: skip
COMPANY_KEYS = (
    "name", "email", "address1", "address2", "phone", "city", "state", "zipcode", "country", "website", "industry",
    "description",
)  # fmt: skip


@dataclass(frozen=True)
class Occurrence:
    """An event as one of the types that hooks know."""

    type: str
    event: Read


def occurrences(events: Sequence[Read]) -> Iterable[Occurrence]:
    """What hooks may be told of these events, in their order. Several changes of a contact in one transaction are one update,
    and none when the contact was identified by it."""
    identified = {(e.xid, e.contact_id) for e in events if e.type == EventType.CONTACT_IDENTIFIED}
    updated = set()
    for event in events:
        if event.type in SINGLE:
            yield Occurrence(SINGLE[event.type], event)
        if event.type == EventType.POINTS_CHANGED and event.object_id is None:
            yield Occurrence("mautic.lead_points_change", event)
        if event.type == EventType.CONTACT_IMPORTED:
            is_new = (event.payload or {}).get("action") == "inserted"
            yield Occurrence(NEW if is_new else UPDATED, event)
        which = event.xid, event.contact_id
        if event.type in UPDATES and which not in identified and which not in updated:
            updated.add(which)
            yield Occurrence(UPDATED, event)


SINGLE = {
    EventType.CONTACT_IDENTIFIED: NEW,
    EventType.DO_NOT_CONTACT_CHANGED: "mautic.lead_channel_subscription_changed",
    EventType.COMPANY_JOINED: "mautic.lead_company_change",
    EventType.COMPANY_LEFT: "mautic.lead_company_change",
    EventType.COMPANY_CREATED: "mautic.company_post_save",
    EventType.COMPANY_UPDATED: "mautic.company_post_save",
    EventType.SEGMENT_JOINED: "mautic.lead_list_change",
    EventType.SEGMENT_LEFT: "mautic.lead_list_change",
    EventType.EMAIL_SENT: "mautic.email_on_send",
    EventType.EMAIL_OPENED: "mautic.email_on_open",
    EventType.PAGE_HIT: "mautic.page_on_hit",
    EventType.FORM_SUBMITTED: "mautic.form_on_submit",
    EventType.SMS_SENT: "mautic.sms_on_send",
}
# What each event can be, or keeps from being, told as.
CONCERNS: Mapping[EventType, frozenset[str]] = {
    **{kind: frozenset({name}) for kind, name in SINGLE.items()},
    **dict.fromkeys(UPDATES, frozenset({UPDATED})),
    EventType.POINTS_CHANGED: frozenset({UPDATED, "mautic.lead_points_change"}),
    EventType.CONTACT_IMPORTED: frozenset({NEW, UPDATED}),
    EventType.CONTACT_IDENTIFIED: frozenset({NEW, UPDATED}),
}


def events_of(names: Collection[str]) -> list[EventType]:
    """The events that must be read to tell of these types."""
    return [kind for kind, concerned in CONCERNS.items() if not concerned.isdisjoint(names)]


class World:
    """What a batch of occurrences speaks of, each kind read by one statement, when the first asks for it."""

    def __init__(self, told: Sequence[Occurrence]) -> None:
        self._told = told
        self._owner, self._stage = cache(contacts.expanded_owner), cache(contacts.expanded_stage)

    def everything(self, row: contact_rows.Row) -> dict[str, Any]:
        """A contact without groups; owners and stages, of which there are few, are read once each."""
        return contacts.everything(row, owner=self._owner, stage=self._stage)

    def _objects(self, *types: str) -> set[int]:
        return {o.event.object_id for o in self._told if o.type in types and o.event.object_id}

    @cached_property
    def contacts(self) -> dict[int, contact_rows.Row]:
        wanted = {o.event.contact_id for o in self._told if o.event.contact_id}
        return contact_rows.read(wanted | {m.contact_id for m in self.messages.values() if m.contact_id})

    @cached_property
    def companies(self) -> dict[int, Company]:
        return companies.read(self._objects("mautic.lead_company_change", "mautic.company_post_save"))

    @cached_property
    def segments(self) -> dict[int, Any]:
        return SEGMENTS.store.get_many(sorted(self._objects("mautic.lead_list_change")))

    @cached_property
    def pages(self) -> dict[int, Any]:
        stood_in = {one.page_id for one in self.submissions.values() if one.page_id}
        return PAGES.store.get_many(sorted(self._objects("mautic.page_on_hit") | stood_in))

    @cached_property
    def forms(self) -> dict[int, Any]:
        return FORMS.store.get_many(sorted(self._objects("mautic.form_on_submit")))

    @cached_property
    def submissions(self) -> dict[int, submissions.Submission]:
        told = (o.event.payload or {} for o in self._told if o.type == "mautic.form_on_submit")
        return submissions.read([payload["submission"] for payload in told if payload.get("submission")])

    @cached_property
    def messages(self) -> dict[int, OutboxMessage]:
        return OutboxMessage.objects.in_bulk(self._objects("mautic.email_on_send", "mautic.email_on_open"))

    @cached_property
    def dispatches(self) -> dict[int, Dispatch]:
        return Dispatch.objects.in_bulk(self._objects("mautic.sms_on_send"))

    @cached_property
    def contents(self) -> dict[int, str]:
        """What the messages looked like, by outbox row."""
        return rendering.web_views(
            {
                m.pk: (self.emails.get(m.email_id or 0) or rendering.NO_EMAIL, m.options or {})
                for m in self.messages.values()
            }
        )

    @cached_property
    def emails(self) -> dict[int, Any]:
        return EMAILS.store.get_many([m.email_id for m in self.messages.values() if m.email_id])


def payload(occurrence: Occurrence, world: World) -> dict[str, Any] | None:
    """What is told; None when what it speaks of is no more, or nobody is to know of it."""
    found = BUILDERS[occurrence.type](occurrence.event, world)
    return found and {**found, "timestamp": iso(occurrence.event.at)}


# --- contacts ---------------------------------------------------------------------------------------------------------


def _new(event: Read, world: World) -> dict[str, Any] | None:
    row = _identified(event, world)
    return row and {"contact": contacts.told(row, fresh=True)}


def _updated(event: Read, world: World) -> dict[str, Any] | None:
    row = _identified(event, world)
    return row and {"contact": contacts.told(row)}


def _identified(event: Read, world: World) -> contact_rows.Row | None:
    row = world.contacts.get(event.contact_id or 0)
    return row if row and row.date_identified else None


def _points(event: Read, world: World) -> dict[str, Any] | None:
    row, points = world.contacts.get(event.contact_id or 0), (event.payload or {}).get("points")
    if row is None or not points:
        return None
    return {"contact": contacts.told(row), "points": {"old_points": points[0], "new_points": points[1]}}


def _subscription(event: Read, world: World) -> dict[str, Any] | None:
    row, said = world.contacts.get(event.contact_id or 0), event.payload or {}
    return row and {
        "contact": contacts.told(row),
        "channel": said.get("channel"),
        "old_status": SUBSCRIPTIONS.get(said.get("old") or 0, "manual"),
        "new_status": SUBSCRIPTIONS.get(said.get("new") or 0, "manual"),
    }


def deleted_contact(row: contact_rows.Row) -> dict[str, Any]:
    """What is told of a contact that is about to be deleted."""
    shown = contacts.told(row)
    return {"id": row.id, "contact": shown | {"id": None, "tags": [{} for _ in shown["tags"]]}}


def _segment(event: Read, world: World) -> dict[str, Any] | None:
    row, segment = world.contacts.get(event.contact_id or 0), world.segments.get(event.object_id or 0)
    if row is None or segment is None:
        return None
    action = "added" if event.type == EventType.SEGMENT_JOINED else "removed"
    return {"contact": world.everything(row), "segment": render(SEGMENTS, segment), "action": action}


# --- companies --------------------------------------------------------------------------------------------------------


def _company_link(event: Read, world: World) -> dict[str, Any] | None:
    row, company = world.contacts.get(event.contact_id or 0), world.companies.get(event.object_id or 0)
    if row is None or company is None:
        return None
    joined = event.type == EventType.COMPANY_JOINED
    return {"added": joined, "contact": world.everything(row), "company": company_with_everything(company)}


def _company(event: Read, world: World) -> dict[str, Any] | None:
    company = world.companies.get(event.object_id or 0)
    return company and {"company": company_with_everything(company)}


def deleted_company(company: Company) -> dict[str, Any]:
    """What is told of a company that is about to be deleted."""
    return {"id": company.id, "company": company_with_everything(company) | {"id": None}}


def company_with_everything(company: Company) -> dict[str, Any]:
    from honeyguide.features.companies.render import one
    from honeyguide.features.fields.output import PLAIN

    return {
        "isPublished": company.is_published,
        "dateAdded": iso(company.date_added),
        "dateModified": iso(company.date_modified),
        "createdBy": company.created_by,
        "createdByUser": company.created_by_user,
        "modifiedBy": company.modified_by,
        "modifiedByUser": company.modified_by_user,
        "id": company.id,
        **{key: company.fields.get(f"company{key}") for key in COMPANY_KEYS},
        "score": company.score,
        "fields": orjson.loads(one(company, shape=PLAIN))["fields"],
    }


# --- e-mails ----------------------------------------------------------------------------------------------------------


def _sent(event: Read, world: World) -> dict[str, Any] | None:
    message = world.messages.get(event.object_id or 0)
    row = world.contacts.get(message.contact_id or 0) if message else None
    if message is None or row is None:
        return None  # a test copy, or a contact that is gone
    email, options = world.emails.get(message.email_id or 0), message.options or {}
    told: dict[str, Any] = {
        "email": email and _shown(email, stamps=True),
        "contact": {"id": row.id, **{alias: row.value(alias) for alias in contacts.definitions("lead")}},
        "contentHash": None,
        "idHash": seal(message.pk),
        "subject": options.get("subject") or (email.subject if email else ""),
        "source": _source(message),
        "headers": {},
    }
    if config.get("webhook_email_details"):
        told["content"] = world.contents.get(message.pk)
        told["tokens"] = options.get("tokens") or {}
    return told


def _source(message: OutboxMessage) -> list[Any]:
    """["campaign", 5] when a campaign sent it."""
    kind, _, rest = message.occasion.partition(":")
    number = rest.partition(":")[0]
    return [kind, int(number)] if kind == "campaign" and number.isdecimal() else []


def _opened(event: Read, world: World) -> dict[str, Any] | None:
    message = world.messages.get(event.object_id or 0)
    if message is None or (event.payload or {}).get("bot"):
        return None
    row, email = world.contacts.get(message.contact_id or 0), world.emails.get(message.email_id or 0)
    stat = {
        "id": message.pk,
        "emailAddress": message.address,
        "ipAddress": {} if (event.payload or {}).get("ip") else None,
        "dateSent": iso(message.sent_at),
        "isRead": True,
        "isFailed": False,
        "dateRead": iso(message.read_at or event.at),
        "retryCount": message.attempts,
        "source": "email",
        "openCount": message.open_count,
        "lastOpened": iso(message.last_opened_at or event.at),
        "sourceId": message.email_id,
        "trackingHash": seal(message.pk),
        "viewedInBrowser": message.viewed_in_browser,
        "lead": row and contacts.brief(row, with_fields=True),
        "email": email and _shown(email, stamps=False),
    }
    return {"stat": stat}


def _shown(email: Any, *, stamps: bool) -> dict[str, Any]:
    """The e-mail's details, without its content where that is not to be told."""
    left_out = set() if config.get("webhook_email_details") else {"customHtml", "plainText"}
    left_out |= set() if stamps else {field.name for field in STAMPS}
    return {name: value for name, value in render(EMAILS, email).items() if name not in left_out}


# --- pages ------------------------------------------------------------------------------------------------------------


def _visited(event: Read, world: World) -> dict[str, Any] | None:
    row, said = world.contacts.get(event.contact_id or 0), event.payload or {}
    if row is None or said.get("bot"):
        return None
    page = world.pages.get(event.object_id or 0)
    shown = page and render(PAGES, page)
    hit = {
        "id": event.id,
        "dateHit": iso(event.at),
        "dateLeft": None,
        "page": shown and {name: shown[name] for name in ("id", "title", "alias", "category")},
        "redirect": None,
        "email": None,
        "lead": contacts.brief(row, with_fields=True),
        "ipAddress": {},
        **dict.fromkeys(("country", "region", "city", "isp", "organization")),
        "code": said.get("code", 200),
        "referer": said.get("referer"),
        "url": said.get("url"),
        "urlTitle": said.get("title"),
        "userAgent": said.get("agent"),
        "remoteHost": said.get("ip"),
        "pageLanguage": said.get("language"),
        "browserLanguages": [],
        "trackingId": said.get("device"),
        "source": said.get("source"),
        "sourceId": said.get("source_id"),
        "query": said.get("query") or {},
    }
    return {"hit": hit}


# --- forms ------------------------------------------------------------------------------------------------------------


def _submitted(event: Read, world: World) -> dict[str, Any] | None:
    submission = world.submissions.get((event.payload or {}).get("submission", 0))
    form = world.forms.get(submission.form_id) if submission else None
    if submission is None or form is None:
        return None
    row = world.contacts.get(submission.contact_id or 0)
    address = {"ipAddress": submission.ip_address, "id": submission.ip_id, "ipDetails": []}
    told = {
        "id": submission.id,
        "ipAddress": address if submission.ip_address else None,
        "form": submissions.brief(form),
        "lead": row and contacts.brief(row, with_fields=True),
        "trackingId": submission.tracking_id,
        "dateSubmitted": iso(submission.date_submitted),
        "referer": submission.referer,
        "page": submissions.page_brief(world.pages.get(submission.page_id or 0)),
        "results": submissions.answers_of(form, submission),
    }
    return {"submission": told}


# --- text messages ----------------------------------------------------------------------------------------------------


def _texted(event: Read, world: World) -> dict[str, Any] | None:
    row, sent = world.contacts.get(event.contact_id or 0), world.dispatches.get(event.object_id or 0)
    if row is None or sent is None:
        return None
    return {"smsId": sent.item_id, "contact": world.everything(row), "content": sent.content}


BUILDERS: Mapping[str, Callable[[Read, World], dict[str, Any] | None]] = {
    "mautic.lead_post_save_new": _new,
    "mautic.lead_post_save_update": _updated,
    "mautic.lead_points_change": _points,
    "mautic.lead_channel_subscription_changed": _subscription,
    "mautic.lead_company_change": _company_link,
    "mautic.company_post_save": _company,
    "mautic.lead_list_change": _segment,
    "mautic.email_on_send": _sent,
    "mautic.email_on_open": _opened,
    "mautic.page_on_hit": _visited,
    "mautic.form_on_submit": _submitted,
    "mautic.sms_on_send": _texted,
}
