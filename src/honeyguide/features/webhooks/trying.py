"""A call with made-up events, so that people see whether a receiver understands it before anything happens."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import orjson

from honeyguide.engine import config
from honeyguide.engine.outbound import Answer, Client
from honeyguide.engine.resource.fields import iso
from honeyguide.features.companies.services import Company
from honeyguide.features.contacts import render as contacts
from honeyguide.features.contacts.rows import Row
from honeyguide.features.webhooks import payloads
from honeyguide.features.webhooks.delivering import attempt
from honeyguide.features.webhooks.models import Webhook

MESSAGE_ID = "msg_test"


def send_test(hook: Webhook) -> tuple[Answer | None, str | None]:
    """Tells the receiver an example of each type it is told about; the answer, and what it said, or why there is none."""
    body = orjson.dumps(examples(hook.triggers))

    async def send() -> tuple[Answer | None, str | None]:
        async with Client() as client:
            return await attempt(client, hook, body, MESSAGE_ID)

    with config.held():
        return asyncio.run(send())


def examples(types: list[str]) -> dict[str, Any]:
    """By type an example of what is told, and the time."""
    now = datetime.now(UTC)
    made = _all(now)
    return {name: made.get(name, {}) for name in types} | {"timestamp": iso(now)}


def _all(now: datetime) -> dict[str, Any]:
    person = _person(now)
    contact, company = contacts.told(person), payloads.company_with_everything(_company(now))
    brief = contacts.brief(person, with_fields=True)
    email = {"id": 5, "name": "Spring news", "subject": "Spring is here", "language": "en", "emailType": "list"}
    form = {"id": 4, "name": "Newsletter", "alias": "newsletter", "category": None}
    page = {"id": 3, "title": "Spring", "alias": "spring", "category": None}
    return {
        "mautic.lead_post_save_new": {"contact": contact},
        "mautic.lead_post_save_update": {"contact": contact},
        "mautic.lead_points_change": {"contact": contact, "points": {"old_points": 0, "new_points": 10}},
        "mautic.lead_post_delete": payloads.deleted_contact(person),
        "mautic.lead_channel_subscription_changed": {
            "contact": contact, "channel": "email", "old_status": "contactable", "new_status": "unsubscribed",
        },
        "mautic.lead_company_change": {"added": True, "contact": contact, "company": company},
        "mautic.lead_list_change": {
            "contact": contact, "segment": {"id": 2, "name": "Friends", "alias": "friends"}, "action": "added",
        },
        "mautic.company_post_save": {"company": company},
        "mautic.company_post_delete": {"id": 7, "company": company | {"id": None}},
        "mautic.email_on_send": {
            "email": email, "contact": {"id": person.id, **person.fields}, "contentHash": None, "idHash": "0" * 28,
            "subject": "Spring is here", "source": [], "headers": {}, "content": "<p>Hello Ada</p>", "tokens": {},
        },
        "mautic.email_on_open": {
            "stat": {
                "id": 8, "emailAddress": "ada@example.com", "dateSent": iso(now), "isRead": True, "isFailed": False,
                "dateRead": iso(now), "source": "email", "openCount": 1, "sourceId": 5, "trackingHash": "0" * 28,
                "lead": brief, "email": email,
            }
        },
        "mautic.form_on_submit": {
            "submission": {"id": 13, "form": form, "lead": brief, "results": {"email": "ada@example.com"}, "page": None}
        },
        "mautic.page_on_hit": {"hit": {"id": 21, "dateHit": iso(now), "page": page, "lead": brief, "url": "/spring"}},
        "mautic.sms_on_send": {"smsId": 6, "contact": contact, "content": "Hello Ada"},
    }  # fmt: skip


def _person(now: datetime) -> Row:
    fields = {"firstname": "Ada", "lastname": "Example", "email": "ada@example.com", "city": "Prague"}
    return Row(52, True, now, 1, "Example User", now, 1, "Example User", fields, 10, None, None, now, now)


def _company(now: datetime) -> Company:
    fields = {"companyname": "Example Ltd", "companycity": "Prague"}
    return Company(7, True, now, 1, "Example User", None, None, None, fields, 0, None)
