"""Text messages over REST (contract resource-smses)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from honeyguide.engine.resource import Action, Denied, NotFound, Resource, Rights
from honeyguide.engine.resource.content_fields import Language, speaks
from honeyguide.engine.resource.fields import Choice, DateTime, ReadOnly, Text
from honeyguide.engine.resource.references import Category, References
from honeyguide.engine.sql import one
from honeyguide.features.smses.models import Sms

NO_LIST = "Either no list was selected or you do not have access to one of the lists that was selected."
CONTACT_RIGHTS = Rights("lead:leads", publish=False)
FAILURES = {
    "mautic.sms.campaign.failed.unpublished": "The specified SMS was unpublished.",
    "mautic.sms.campaign.failed.not_contactable": "Contact is not contactable on the SMS channel.",
    "mautic.sms.campaign.failed.missing_number": "Missing phone number for contact.",
}
# One pass: whose the contact is, the number to send to, and whether it may be sent to.
RECIPIENT = """
    SELECT owner_id, coalesce(nullif(fields ->> 'mobile', ''), fields ->> 'phone', ''),
           EXISTS (SELECT 1 FROM do_not_contact d WHERE d.contact_id = contacts.id AND d.channel = 'sms')
    FROM contacts WHERE id = %s
"""


def lists_for_broadcasts(value: Callable[[str], Any]) -> dict[str, str]:
    if value("sms_type") != "list":
        return {}
    lists = value("lists")
    chosen = lists if isinstance(lists, list) else lists and lists.exists()
    return {} if chosen else {"lists": NO_LIST}


def send_to_contact(call: Any) -> Any:
    """Sends to one contact now. Until a transport is there, what could be sent is answered as "transport disabled"."""
    sms = SMSES.store.get(call.path["id"])
    if sms is None:
        raise NotFound()
    recipient = one(RECIPIENT, (min(call.path["contact_id"], 2**63 - 1),))
    if recipient is None or not call.may(CONTACT_RIGHTS.level("edit", mine=recipient[0] in (call.user.pk,))):
        raise Denied()
    _, number, blocked = recipient
    failure = None
    if not sms.is_published:
        failure = "mautic.sms.campaign.failed.unpublished"
    elif blocked:
        failure = "mautic.sms.campaign.failed.not_contactable"
    elif not number:
        failure = "mautic.sms.campaign.failed.missing_number"
    if failure:
        return {
            "success": False,
            "status": FAILURES[failure],
            "result": {"sent": False, "status": failure},
            "errors": [{"message": failure}],
        }
    return orjson.dumps({"error": {"message": "SMS transport is disabled.", "code": 417}}).decode()


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
