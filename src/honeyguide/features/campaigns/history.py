"""What campaigns did with one contact and what they plan (contract resource-campaigns, "Contact event logs")."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
from django.db import transaction

from honeyguide.engine.api.call import Answer
from honeyguide.engine.dates import to_datetime
from honeyguide.engine.resource import Denied, NotFound, Refused
from honeyguide.engine.resource.fields import iso, text_of
from honeyguide.engine.sql import one, rows
from honeyguide.features.campaigns import plan as plans
from honeyguide.features.campaigns.event_fields import EVENT
from honeyguide.features.campaigns.models import Campaign, CampaignEvent, LogState
from honeyguide.features.campaigns.scheduling import schedule
from honeyguide.features.contacts.actions import contact_of
from honeyguide.features.contacts.render import values_of
from honeyguide.features.contacts.rows import Row

NOT_A_MEMBER = "The contact %contact% is not in the campaign %campaign%."
# One pass: the rows of one contact, newest first. A decision that still waits is no entry yet.
READ = f"""
    SELECT l.campaign_id, l.event_id, l.rotation, l.state, l.since, l.due_at, l.at, l.taken, l.failures, l.note
    FROM campaign_log l
    WHERE l.contact_id = %(contact)s AND (%(campaign)s::bigint IS NULL OR l.campaign_id = %(campaign)s)
      AND (%(event)s::bigint IS NULL OR l.event_id = %(event)s) AND l.state <> {LogState.WAITING}
    ORDER BY coalesce(l.at, l.since) DESC, l.event_id DESC LIMIT 1000
"""
MEMBERSHIP = """
    SELECT date_added, manually_removed, manually_added, rotation, date_last_exited FROM campaign_contacts
    WHERE campaign_id = %s AND contact_id = %s
"""
# One pass: the step gets the time that a person gave it, or counts as done.
EDIT = f"""
    INSERT INTO campaign_log (campaign_id, event_id, contact_id, rotation, state, since, due_at, at, taken, failures, note)
    VALUES (%(campaign)s, %(event)s, %(contact)s, %(rotation)s, %(state)s, now(), %(due)s, %(at)s, %(taken)s, 0, %(note)s)
    ON CONFLICT (event_id, contact_id, rotation) DO UPDATE SET
        state = excluded.state, due_at = coalesce(excluded.due_at, campaign_log.due_at), at = excluded.at,
        taken = coalesce(excluded.taken, campaign_log.taken), note = coalesce(excluded.note, campaign_log.note)
    WHERE campaign_log.state <> {LogState.DONE}
    RETURNING xmax = 0
"""
DONE_AT = """
    SELECT at FROM campaign_log WHERE event_id = %(event)s AND contact_id = %(contact)s AND rotation = %(rotation)s
"""
LEAD = (
    "title", "firstname", "lastname", "company", "position", "email", "phone", "mobile", "address1", "address2", "city",
    "state", "zipcode", "timezone", "country",
)  # fmt: skip
TIMES = tuple(field for field in EVENT if field.name.startswith("trigger") or field.name == "decisionPath")


def log_of_contact(call: Any) -> Any:
    """Everything that the campaigns the caller sees did with a contact."""
    contact = contact_of(call, name="contact_id", message="Contact not found.")
    found = rows(READ, {"contact": contact.id, "campaign": None, "event": None})
    events = CampaignEvent.objects.select_related("campaign").in_bulk([row[1] for row in found])
    visible = [row for row in found if row[1] in events and _may_see(events[row[1]].campaign, call)]
    shown = _lead(contact)
    listed = [
        {"event": _named(events[row[1]]), "lead": shown, "campaign": _campaign(events[row[1]].campaign), **_entry(row)}
        for row in visible
    ]
    return {"total": len(listed), "events": listed}


def log_in_campaign(call: Any) -> Any:
    """The steps of a campaign, each with what became of it for a contact."""
    campaign = Campaign.objects.filter(pk=min(call.path["id"], 2**63 - 1)).first()
    if campaign is None:
        raise NotFound()
    if not _may_see(campaign, call):
        raise Denied()
    contact = contact_of(call, name="contact_id", message="Contact not found.")
    member = one(MEMBERSHIP, (campaign.pk, contact.id))
    if member is None:
        raise Refused(NOT_A_MEMBER, code=409)
    entries: dict[int, list[dict[str, Any]]] = {}
    for row in rows(READ, {"contact": contact.id, "campaign": campaign.pk, "event": None}):
        entries.setdefault(row[1], []).append(_entry(row))
    added, removed, by_hand, rotation, exited = member
    return {
        "total": campaign.events.count(),
        "events": [_step(event, entries.get(event.pk, [])) for event in campaign.events.all()],
        "campaign": _campaign(campaign),
        "membership": [
            {
                "dateAdded": iso(added),
                "manuallyRemoved": removed,
                "manuallyAdded": by_hand,
                "rotation": rotation,
                "dateLastExited": iso(exited),
            }
        ],
    }


def edit_log(call: Any) -> Any:
    """Schedules a step for a contact, or marks it as done, after which what follows is planned."""
    contact = contact_of(call, "edit", name="contact_id", message="Contact not found.")
    event = _event(call.path["event_id"], call)
    created = _edit(event, contact.id, call.params if isinstance(call.params, dict) else {})
    return Answer({"event": _with_log(event, contact.id)}, status=201 if created else 200)


@transaction.atomic
def _edit(event: CampaignEvent, contact_id: int, params: dict[str, Any]) -> bool:
    """Whether the entry is new. Raises `Refused` (409) for what cannot be done."""
    member = one(MEMBERSHIP, (event.campaign_id, contact_id))
    if member is None or member[1]:
        raise Refused(NOT_A_MEMBER, code=409)
    due, at = (_moment(params, name) for name in ("triggerDate", "dateTriggered"))
    named = f"The event {event.pk} in the campaign {event.campaign_id}"
    if due is None and at is None:
        raise Refused(
            f"{named} must be scheduled or marked as complete as the contact {contact_id} does not have a log entry yet.",
            code=409,
        )
    if at is None and event.event_type == "decision":
        where = f"Event: {event.pk}, campaign: {event.campaign_id}, contact: {contact_id}."
        raise Refused(f"A decision type event cannot be scheduled. {where}", code=409)
    no_path = text_of(params.get("nonActionPathTaken")) in ("1", "True", "true")
    taken = None if at is None or event.event_type == "action" else not no_path
    metadata = params.get("metadata")
    note = orjson.dumps(metadata).decode() if isinstance(metadata, (dict, list)) else text_of(metadata)
    note = note.replace("\x00", "")[:500] or None
    given = {"campaign": event.campaign_id, "event": event.pk, "contact": contact_id, "rotation": member[3]}
    state = LogState.SCHEDULED if at is None else LogState.DONE
    changed = one(EDIT, {**given, "state": state.value, "due": due, "at": at, "taken": taken, "note": note})
    if changed is None:
        done = one(DONE_AT, given)
        when = iso(done[0]) if done else ""
        raise Refused(f"{named} has already been executed at {when} for the contact {contact_id}.", code=409)
    if at is not None:
        plan = plans.of_campaign(event.campaign_id)
        schedule(plan, plan.after(plan.steps[event.pk], taken), [contact_id], [member[3]])
    return changed[0]


def _moment(params: dict[str, Any], name: str) -> datetime | None:
    text = text_of(params.get(name)).strip()
    found = to_datetime(text) if text else None
    if text and found is None:
        raise Refused(f"{name}: This value is not valid.")
    return found


def _event(number: int, call: Any) -> CampaignEvent:
    event = CampaignEvent.objects.select_related("campaign").filter(pk=min(number, 2**63 - 1)).first()
    if event is None:
        raise NotFound()
    if not _may_see(event.campaign, call):
        raise Denied()
    return event


def _may_see(campaign: Campaign, call: Any) -> bool:
    from honeyguide.features.campaigns.resource import CAMPAIGNS

    return CAMPAIGNS.store.allowed("view", campaign, call)


# --- how it is shown --------------------------------------------------------------------------------------------------


def _entry(row: tuple) -> dict[str, Any]:
    _, _, rotation, state, since, due, at, taken, failures, note = row
    metadata: Any = []
    if note and note.startswith("{"):
        metadata = _decoded(note)
    elif state in (LogState.FAILED, LogState.CANCELLED) or failures or (note and taken is None):
        metadata = {"failed": 1, "reason": note}
    elif note:
        metadata = {"seen": note}
    return {
        "ipAddress": None,
        "dateTriggered": iso(at or since),
        "isScheduled": state == LogState.SCHEDULED,
        "triggerDate": iso(due) if state == LogState.SCHEDULED else None,
        "metadata": metadata,
        "nonActionPathTaken": taken is False,
        "channel": None,
        "channelId": None,
        "rotation": rotation,
    }


def _decoded(note: str) -> Any:
    try:
        return orjson.loads(note)
    except orjson.JSONDecodeError:
        return {"reason": note}


def _lead(contact: Row) -> dict[str, Any]:
    values = values_of(contact)
    return {"id": contact.id, "points": contact.points, "color": None, **{alias: values.get(alias) for alias in LEAD}}


def _named(event: CampaignEvent) -> dict[str, Any]:
    return {
        "id": event.pk,
        "name": event.name,
        "description": event.description,
        "type": event.type,
        "eventType": event.event_type,
        "channel": event.channel,
        "channelId": event.channel_id,
    }


def _campaign(campaign: Campaign) -> dict[str, Any]:
    category = None if campaign.category_id is None else {}
    return {"id": campaign.pk, "name": campaign.name, "category": category, "description": campaign.description}


def _step(event: CampaignEvent, entries: list[dict[str, Any]]) -> dict[str, Any]:
    shown = _named(event) | {field.name: field.render(getattr(event, field.attribute)) for field in TIMES}
    parent = {"id": event.parent_id} if event.parent_id else None
    return shown | {"order": event.order, "parent": parent, "contactLog": entries}


def _with_log(event: CampaignEvent, contact_id: int) -> dict[str, Any]:
    """The step with the contact's entries, in its campaign with the other steps."""
    campaign = event.campaign
    entries: dict[int, list[dict[str, Any]]] = {}
    for row in rows(READ, {"contact": contact_id, "campaign": campaign.pk, "event": None}):
        entries.setdefault(row[1], []).append(_entry(row))
    others = [_step(other, entries.get(other.pk, [])) for other in campaign.events.all() if other.pk != event.pk]
    about = _campaign(campaign) | {
        "allowRestart": campaign.allow_restart,
        "publishUp": iso(campaign.publish_up),
        "publishDown": iso(campaign.publish_down),
        "events": [{name: value for name, value in other.items() if name != "parent"} for other in others],
        "deleted": None,
    }
    return _step(event, entries.get(event.pk, [])) | {"campaign": about}
