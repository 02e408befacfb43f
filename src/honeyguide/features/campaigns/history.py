"""What campaigns did with one contact and what they plan (contract resource-campaigns, "Contact event logs")."""

from __future__ import annotations

from typing import Any

import orjson

from honeyguide.engine.resource import Denied, NotFound, Refused
from honeyguide.engine.resource.fields import iso
from honeyguide.engine.sql import one, rows
from honeyguide.features.campaigns.event_fields import EVENT
from honeyguide.features.campaigns.models import Campaign, CampaignEvent, LogState
from honeyguide.features.contacts.actions import contact_of
from honeyguide.features.contacts.render import values_of
from honeyguide.features.contacts.rows import Row

NOT_A_MEMBER = "The contact %contact% is not in the campaign %campaign%."
# One pass: the rows of one contact, newest first. A decision that still waits is no entry yet.
READ = f"""
    SELECT l.campaign_id, l.event_id, l.rotation, l.state, l.since, l.due_at, l.at, l.taken, l.failures, l.note, l.edited
    FROM campaign_log l
    WHERE l.contact_id = %(contact)s AND (%(campaign)s::bigint IS NULL OR l.campaign_id = %(campaign)s)
      AND (%(event)s::bigint IS NULL OR l.event_id = %(event)s) AND l.state <> {LogState.WAITING}
    ORDER BY coalesce(l.at, l.since) DESC, l.event_id DESC LIMIT 1000
"""
MEMBERSHIP = """
    SELECT date_added, manually_removed, manually_added, rotation, date_last_exited FROM campaign_contacts
    WHERE campaign_id = %s AND contact_id = %s
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
    visible = [
        row for row in found if row[1] in events and may_see(events[row[1]].campaign, call) and not _is_wish(row)
    ]
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
    if not may_see(campaign, call):
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


def may_see(campaign: Campaign, call: Any) -> bool:
    from honeyguide.features.campaigns.resource import CAMPAIGNS

    return CAMPAIGNS.store.allowed("view", campaign, call)


# --- how it is shown --------------------------------------------------------------------------------------------------


def _is_wish(row: tuple) -> bool:
    """Whether a client has scheduled the step and nothing else happened; the reference lists such among a campaign's only."""
    return row[3] == LogState.SCHEDULED and row[10] is not None


def _entry(row: tuple) -> dict[str, Any]:
    _, _, rotation, state, since, due, at, taken, _, _, edited = row
    shown = {
        "ipAddress": None,
        "dateTriggered": iso(at or since),
        "isScheduled": state == LogState.SCHEDULED,
        "triggerDate": iso(due) if state == LogState.SCHEDULED else None,
        "metadata": _metadata(row),
        "nonActionPathTaken": taken is False,
        "channel": None,
        "channelId": None,
        "rotation": rotation,
    }
    if edited is not None:  # the reference calls every such entry scheduled
        shown |= {"dateTriggered": iso(at), "isScheduled": True, "triggerDate": iso(due or since)} | orjson.loads(
            edited
        )
    return shown


def _metadata(row: tuple) -> Any:
    _, _, _, state, _, _, _, taken, failures, note, _ = row
    if state in (LogState.FAILED, LogState.CANCELLED) or failures or (note and taken is None):
        return {"failed": 1, "reason": note}
    return {"seen": note} if note else []


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


def with_log(event: CampaignEvent, contact_id: int) -> dict[str, Any]:
    """The step with the contact's entries, in its campaign with the other steps."""
    campaign = event.campaign
    entries: dict[int, list[dict[str, Any]]] = {}
    for row in rows(READ, {"contact": contact_id, "campaign": campaign.pk, "event": None}):
        if row[1] == event.pk or not _is_wish(row):
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
