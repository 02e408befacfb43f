"""Contacts as whom a message reaches: what it is written from, whether it may be sent, and when.

The statements about dispatches (text messages, notifications) are the same for every channel but for `{reachable}`, a SQL
condition on `contacts`: has a number, has a device. Their parameters are those of `limits`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from honeyguide.engine import config
from honeyguide.engine.delivery.models import OutboxState as State
from honeyguide.engine.delivery.recipients import Owner
from honeyguide.engine.sql import rows

PERSON = """
    contacts.fields::text, contacts.points, company.fields::text,
    owner.email, owner.first_name, owner.last_name, owner.position, owner.signature
"""
BELONGINGS = """
    LEFT JOIN LATERAL (
        SELECT companies.fields FROM company_contacts AS link JOIN companies ON companies.id = link.company_id
        WHERE link.contact_id = contacts.id AND link.is_primary LIMIT 1
    ) AS company ON true
    LEFT JOIN users AS owner ON owner.id = contacts.owner_id
"""

# When a contact may next get a message of the channel: null is now. A pause wins; then the contact's own rule, else the system's.
NOT_BEFORE = f"""
    CASE
        WHEN rule.pause_to_date > now() AND coalesce(rule.pause_from_date, now()) <= now() THEN rule.pause_to_date
        WHEN coalesce(rule.frequency_number, %(frequency_number)s) > 0 AND (
            SELECT count(*) FROM dispatches AS earlier
            WHERE earlier.contact_id = contacts.id AND earlier.channel = %(channel)s AND earlier.state = {State.SENT}
              AND earlier.sent_at > now() - limits.period
        ) >= coalesce(rule.frequency_number, %(frequency_number)s) THEN now() + limits.period
    END
"""
RULES = """
    LEFT JOIN frequency_rules AS rule ON rule.contact_id = contacts.id AND rule.channel = %(channel)s
    CROSS JOIN LATERAL (SELECT CASE coalesce(rule.frequency_time, %(frequency_time)s)
        WHEN 'WEEK' THEN interval '1 week' WHEN 'MONTH' THEN interval '1 month' ELSE interval '1 day' END AS period) AS limits
"""
REFUSES = """
    EXISTS (SELECT FROM do_not_contact AS dnc WHERE dnc.contact_id = contacts.id AND dnc.channel = %(channel)s)
"""
UNWANTED = """
    EXISTS (SELECT FROM contact_categories AS unwanted WHERE unwanted.contact_id = contacts.id
            AND unwanted.category_id = %(category)s AND unwanted.manually_removed)
"""

# One pass: everything the messages of claimed dispatches are made of, who refuses them, and who has had too many.
RECIPIENTS = f"""
    SELECT dispatches.id, {PERSON}, dnc.reason, {NOT_BEFORE}
    FROM dispatches
    JOIN contacts ON contacts.id = dispatches.contact_id
    {BELONGINGS}
    LEFT JOIN do_not_contact AS dnc ON dnc.contact_id = contacts.id AND dnc.channel = %(channel)s
    {RULES}
    WHERE dispatches.id = ANY(%(ids)s::bigint[])
"""

# Why a contact cannot get the item; null when it can.
WHY_NOT = f"""
    CASE WHEN NOT ({{reachable}}) THEN 'address' WHEN {REFUSES} THEN 'refused' WHEN {UNWANTED} THEN 'category' END
"""
# One pass: which of the contacts cannot get the item, and why.
BLOCKED = f"""
    SELECT id, reason FROM (
        SELECT contacts.id, {WHY_NOT} AS reason FROM contacts WHERE contacts.id = ANY(%(contacts)s::bigint[])
    ) AS found WHERE reason IS NOT NULL
"""
# What hinders the item, or that the rules of how often put it off.
HINDRANCE = f"""
    coalesce(%(texts)s::jsonb ->> ({WHY_NOT}),
             CASE WHEN (SELECT {NOT_BEFORE} FROM (VALUES (1)) AS once {RULES}) IS NOT NULL THEN %(later)s::text END)
"""
# Of the contacts, those who can, each with the time from which.
CHOSEN = f"""
    SELECT contacts.id, NULL::bigint, {NOT_BEFORE} FROM contacts {RULES} WHERE contacts.id = ANY(%(contacts)s::bigint[])
"""


class Reached:
    """A contact that a message goes to: its values, and whether and from when on it may be reached by the channel."""

    __slots__ = ("not_before", "owner", "reason", "values")

    not_before: datetime | None

    def __init__(self, row: Sequence[Any]) -> None:
        contact, points, company, *owner, self.reason, self.not_before = row
        values = orjson.loads(contact)
        values["points"] = points
        self.values = {**orjson.loads(company), **values} if company else values
        self.owner = Owner(*(value or "" for value in owner)) if owner[0] else None


def limits(channel: str) -> dict[str, Any]:
    """The channel and the system's frequency rule for it, as the statements take them."""
    known = channel == "sms"  # the only one with a rule in the configuration besides e-mail
    return {
        "channel": channel,
        "frequency_number": config.get("sms_frequency_number") if known else 0,
        "frequency_time": config.get("sms_frequency_time") if known else "DAY",
    }


def reached(channel: str, dispatch_ids: Sequence[int]) -> dict[int, Reached]:
    """The contacts of dispatches, by the dispatch's id; those whose contact is gone are missing."""
    found = rows(RECIPIENTS, {**limits(channel), "ids": list(dispatch_ids)})
    return {row[0]: Reached(row[1:]) for row in found}
