"""Text messages over REST (contract resource-smses)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from honeyguide.engine.resource import Action, Denied, NotFound, Resource, Rights
from honeyguide.engine.resource.content_fields import Language, speaks
from honeyguide.engine.resource.fields import Choice, DateTime, ReadOnly, Text
from honeyguide.engine.resource.references import Category, References
from honeyguide.features.smses.channel import is_enabled
from honeyguide.features.smses.models import Sms
from honeyguide.features.smses.sending import hindrance, recipient
from honeyguide.features.smses.sending import send_to_contact as send_now_to_contact

NO_LIST = "Either no list was selected or you do not have access to one of the lists that was selected."
CONTACT_RIGHTS = Rights("lead:leads", publish=False)
TYPE = "mautic.sms.sms"
DELIVERED, SCHEDULED = "mautic.sms.timeline.status.delivered", "mautic.sms.timeline.status.scheduled"
FAILED = "mautic.sms.campaign.failed"
WORDS = {
    DELIVERED: "Delivered",
    SCHEDULED: "Scheduled",
    f"{FAILED}.unpublished": "The specified SMS was unpublished.",
    f"{FAILED}.not_contactable": "Contact is not contactable on the SMS channel.",
    f"{FAILED}.missing_number": "Missing phone number for contact.",
}


def lists_for_broadcasts(value: Callable[[str], Any]) -> dict[str, str]:
    if value("sms_type") != "list":
        return {}
    lists = value("lists")
    chosen = lists if isinstance(lists, list) else lists and lists.exists()
    return {} if chosen else {"lists": NO_LIST}


def send_to_contact(call: Any) -> Any:
    """Sends to one contact now, and tells what became of it."""
    sms = SMSES.store.get(call.path["id"])
    if sms is None:
        raise NotFound()
    found = recipient(call.path["contact_id"])
    if found is None or not call.may(CONTACT_RIGHTS.level("edit", mine=found.owner_id == call.user.pk)):
        raise Denied()
    if failure := hindrance(sms, found.number, refuses=found.refuses):
        return _told({"sent": False, "status": f"{FAILED}.{failure}"})
    if not is_enabled():
        return orjson.dumps({"error": {"message": "SMS transport is disabled.", "code": 417}}).decode()
    done = send_now_to_contact(sms, call.path["contact_id"], by=call.user)
    status = DELIVERED if done.sent else SCHEDULED if done.scheduled else done.reason
    named = {"id": sms.pk, "name": sms.name, "content": done.content, "statId": done.dispatch_id}
    return _told({"sent": done.sent, "type": TYPE, "status": status, **named})


def _told(result: dict[str, Any]) -> dict[str, Any]:
    status = result["status"]
    errors = [] if result["sent"] else [{"message": status}]
    return {"success": result["sent"], "status": WORDS.get(status, status), "result": result, "errors": errors}


SMSES = Resource(
    name="smses",
    one="sms",
    many="smses",
    label="Text messages",
    example={"name": "Reminder", "message": "See you tomorrow."},
    model=Sms,
    rights=Rights("sms:smses"),
    keyed=True,
    fields=[
        ReadOnly("id"),
        Text("name", required="A name is required."),
        Text("message", max_length=None),
        Language(),
        Category("sms"),
        DateTime("publishUp"),
        DateTime("publishDown"),
        ReadOnly("sentCount", default=0, kind="integer"),
        Choice("smsType", ("template", "list"), default="template", reset="template", hidden=True),
        References("lists", "Segment", lambda segment: segment.pk, unknown=NO_LIST, hidden=True),
        Text("description", html=True, hidden=True),
    ],
    rules=[lists_for_broadcasts],
    order=[("lower(smses.name)", "ASC")],
    search=["name", "message"],
    commands={"lang": speaks("smses")},
    actions=[
        Action(
            "GET",
            "{id}/contact/{contact_id}/send",
            send_to_contact,
            "Send a text message to a contact",
            gives={"type": ["object", "string"]},
        )
    ],
)
