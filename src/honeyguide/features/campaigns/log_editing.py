"""What clients say of a contact's steps: when they are to be done, or that they were (contract resource-campaigns, "Contact event
logs")."""

from __future__ import annotations

import ipaddress
from datetime import datetime
from typing import Any

import orjson
from django.db import DataError, transaction

from honeyguide.engine.api.batch import read_entries
from honeyguide.engine.api.call import Answer
from honeyguide.engine.api.failures import batch_entry, controller_error
from honeyguide.engine.dates import to_datetime
from honeyguide.engine.resource import Denied, Invalid, NotFound, Refused
from honeyguide.engine.resource.fields import iso, text_of
from honeyguide.engine.sql import one
from honeyguide.features.campaigns import plan as plans
from honeyguide.features.campaigns.history import MEMBERSHIP, NOT_A_MEMBER, may_see, with_log
from honeyguide.features.campaigns.models import CampaignEvent, LogState
from honeyguide.features.campaigns.scheduling import schedule
from honeyguide.features.contacts.actions import contact_of

MISSING = "contactId and/or eventId are misssing from this item's parameters."  # to the letter of the contract
MOST_METADATA = 10_000  # characters
# One pass: the step gets the time that a client gave it, or counts as done.
EDIT = f"""
    INSERT INTO campaign_log (campaign_id, event_id, contact_id, rotation, state, since, due_at, at, taken, failures, edited)
    VALUES (%(campaign)s, %(event)s, %(contact)s, %(rotation)s, %(state)s, now(), %(due)s, %(at)s, %(taken)s, 0,
            %(edited)s::jsonb)
    ON CONFLICT (event_id, contact_id, rotation) DO UPDATE SET
        state = excluded.state, due_at = coalesce(excluded.due_at, campaign_log.due_at), at = excluded.at,
        taken = coalesce(excluded.taken, campaign_log.taken),
        edited = coalesce(campaign_log.edited, '{{}}') || excluded.edited || CASE WHEN excluded.edited ? 'metadata'
            AND jsonb_typeof(campaign_log.edited -> 'metadata') = 'object'
            THEN jsonb_build_object('metadata', campaign_log.edited -> 'metadata' || (excluded.edited -> 'metadata'))
            ELSE '{{}}' END
    WHERE campaign_log.state <> {LogState.DONE}
    RETURNING xmax = 0
"""
DONE_AT = """
    SELECT at FROM campaign_log WHERE event_id = %(event)s AND contact_id = %(contact)s AND rotation = %(rotation)s
"""


def edit_log(call: Any) -> Any:
    """Schedules a step for a contact, or marks it as done, after which what follows is planned."""
    contact = contact_of(call, "edit", name="contact_id", message="Contact not found.")
    event = _event(call.path["event_id"], call)
    created = _edit(event, contact.id, call.params if isinstance(call.params, dict) else {})
    return Answer({"event": with_log(event, contact.id)}, status=201 if created else 200)


def edit_logs(call: Any) -> Any:
    """The same for several pairs of step and contact; one's error does not stop the others."""
    call.require("campaign:campaigns:viewown", "campaign:campaigns:viewother")
    shown: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for key, params in read_entries(call).items():
        try:
            event, contact_id = _edit_item(params, call)
        except Denied as error:  # the reference puts the whole answer there, as text
            errors[str(key)] = orjson.dumps(controller_error(error).data).decode()
        except (Invalid, Refused, DataError) as error:
            errors[str(key)] = batch_entry(Refused() if isinstance(error, DataError) else error)
        else:
            told = with_log(event, contact_id)
            told["contactLog"] = shown.get(str(event.pk), {}).get("contactLog", []) + told["contactLog"]
            shown[str(event.pk)] = told
    return {"events": shown or []} | ({"errors": errors} if errors else {})


def _edit_item(params: Any, call: Any) -> tuple[CampaignEvent, int]:
    numbers = [
        text_of(params.get(name)).strip() if isinstance(params, dict) else "" for name in ("eventId", "contactId")
    ]
    if not all(text.isascii() and text.isdigit() and int(text) for text in numbers):
        raise NotFound(MISSING)
    call.path["event_id"], call.path["contact_id"] = map(int, numbers)
    contact = contact_of(call, "edit", name="contact_id", message="Contact not found.")
    event = _event(call.path["event_id"], call)
    _edit(event, contact.id, params)
    return event, contact.id


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
    edited = _told(params)
    taken = None if at is None or event.event_type == "action" else not edited.get("nonActionPathTaken", False)
    given = {"campaign": event.campaign_id, "event": event.pk, "contact": contact_id, "rotation": member[3]}
    state = LogState.SCHEDULED if at is None else LogState.DONE
    values = {"state": state.value, "due": due, "at": at, "taken": taken, "edited": orjson.dumps(edited).decode()}
    changed = one(EDIT, given | values)
    if changed is None:
        done = one(DONE_AT, given)
        when = iso(done[0]) if done else ""
        raise Refused(f"{named} has already been executed at {when} for the contact {contact_id}.", code=409)
    if at is not None:
        plan = plans.of_campaign(event.campaign_id)
        schedule(plan, plan.after(plan.steps[event.pk], taken), [contact_id], [member[3]])
    return changed[0]


def _told(params: dict[str, Any]) -> dict[str, Any]:
    """What the client says of the entry besides its times, as the log shows it."""
    told: dict[str, Any] = {}
    if address := text_of(params.get("ipAddress")).strip():
        told["ipAddress"] = {"ipAddress": _address(address)}
    if params.get("metadata") is not None:
        told["metadata"] = _metadata(params["metadata"])
    if params.get("nonActionPathTaken") is not None:
        told["nonActionPathTaken"] = text_of(params["nonActionPathTaken"]) in ("1", "True", "true")
    if channel := text_of(params.get("channel")).replace("\x00", "")[:191]:
        told["channel"] = channel
    number = text_of(params.get("channelId")).strip()
    if number:
        if not (number.isascii() and number.isdigit() and int(number) < 2**63):
            raise Refused("channelId: This value is not valid.")
        told["channelId"] = int(number)
    return told


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise Refused("ipAddress: This value is not valid.") from None


def _metadata(value: Any) -> Any:
    """An object, or the JSON of one, with texts inside; anything else is nothing."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return []
    if not isinstance(value, dict) or len(orjson.dumps(value)) > MOST_METADATA:
        return []
    return _as_texts(value)


def _as_texts(value: Any) -> Any:
    match value:
        case dict():
            return {str(name).replace("\x00", ""): _as_texts(inner) for name, inner in value.items()}
        case list():
            return [_as_texts(inner) for inner in value]
        case _:
            return text_of(value).replace("\x00", "")


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
    if not may_see(event.campaign, call):
        raise Denied()
    return event
