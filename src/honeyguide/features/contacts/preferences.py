"""Whom not to contact on which channel, and how often the others want to hear from us (engine contacts.md 6 and 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from honeyguide.engine.audit import current
from honeyguide.engine.events import EventType, New, append, append_many
from honeyguide.engine.fieldtypes import INVALID
from honeyguide.engine.resource.errors import Invalid
from honeyguide.engine.sql import execute, rows
from honeyguide.features.contacts.drafts import Rule, read_rule

CONTACTABLE, UNSUBSCRIBED, BOUNCED, MANUAL = 0, 1, 2, 3

# One pass: a row for every contact that has none, and another reason for those that may change theirs.
SET = """
    WITH old AS (
        SELECT contact_id, reason FROM do_not_contact WHERE contact_id = ANY(%(contacts)s) AND channel = %(channel)s
    ), stored AS (
        INSERT INTO do_not_contact (contact_id, channel, channel_id, reason, comments, date_added)
        SELECT id, %(channel)s, %(channel_id)s, %(reason)s, %(comments)s, now()
        FROM contacts WHERE id = ANY(%(contacts)s) ORDER BY id
        ON CONFLICT (contact_id, channel) DO UPDATE
        SET reason = excluded.reason, comments = excluded.comments, channel_id = excluded.channel_id,
            date_added = excluded.date_added
        WHERE do_not_contact.reason <> excluded.reason AND (do_not_contact.reason <> 1 OR %(override)s)
        RETURNING id, contact_id
    )
    SELECT stored.contact_id, stored.id, coalesce(old.reason, 0) FROM stored LEFT JOIN old USING (contact_id) ORDER BY 1
"""
# One pass: makes contacts contactable again.
REMOVE = """
    DELETE FROM do_not_contact
    WHERE contact_id = ANY(%(contacts)s) AND channel = %(channel)s AND (%(reason)s::int IS NULL OR reason = %(reason)s)
    RETURNING contact_id, id, reason
"""

# One pass: what one contact refused holds for another, too. Who unsubscribed stays unsubscribed.
INHERIT = """
    WITH old AS (
        SELECT channel, reason FROM do_not_contact WHERE contact_id = %(heir)s
    ), stored AS (
        INSERT INTO do_not_contact (contact_id, channel, channel_id, reason, comments, date_added)
        SELECT %(heir)s, channel, channel_id, reason, comments, date_added
        FROM do_not_contact WHERE contact_id = %(of)s ORDER BY channel
        ON CONFLICT (contact_id, channel) DO UPDATE
        SET reason = excluded.reason, comments = excluded.comments, channel_id = excluded.channel_id,
            date_added = excluded.date_added
        WHERE do_not_contact.reason <> 1 AND excluded.reason = 1
        RETURNING id, channel, reason, comments
    )
    SELECT id, channel, coalesce(old.reason, 0), stored.reason, comments FROM stored LEFT JOIN old USING (channel) ORDER BY 2
"""
# One pass: a category that one contact left is one that the other left.
INHERIT_CATEGORIES = """
    INSERT INTO contact_categories (contact_id, category_id, date_added, manually_added, manually_removed)
    SELECT %(heir)s, category_id, date_added, false, true
    FROM contact_categories WHERE contact_id = %(of)s AND manually_removed
    ON CONFLICT (contact_id, category_id) DO UPDATE SET manually_added = false, manually_removed = true
"""
# One pass: what a contact said about categories.
SAY = """
    INSERT INTO contact_categories (contact_id, category_id, date_added, manually_added, manually_removed)
    SELECT %(contact)s, said.category, now(), said.wanted, NOT said.wanted
    FROM unnest(%(categories)s::bigint[], %(wanted)s::boolean[]) AS said (category, wanted) ORDER BY 2
    ON CONFLICT (contact_id, category_id) DO UPDATE
    SET manually_added = excluded.manually_added, manually_removed = excluded.manually_removed
"""
# One pass: how often to write, where the heir said nothing; which channel it prefers stays its own.
INHERIT_RULES = """
    INSERT INTO frequency_rules (contact_id, channel, frequency_number, frequency_time, preferred_channel,
                                 pause_from_date, pause_to_date, date_added)
    SELECT %(heir)s, channel, frequency_number, frequency_time, false, pause_from_date, pause_to_date, date_added
    FROM frequency_rules WHERE contact_id = %(of)s
    ON CONFLICT DO NOTHING
"""


@transaction.atomic
def set_do_not_contact(
    contact_ids: int | Iterable[int],
    channel: str,
    reason: int,
    *,
    by: Any = None,
    channel_id: int | None = None,
    comments: str = "",
    override_unsubscribed: bool = False,
) -> int:
    """Stops a channel for contacts; returns for how many that was news.

    Reasons: 1 unsubscribed, 2 bounced, 3 manual. Another reason replaces the present one, except that who unsubscribed
    stays unsubscribed unless `override_unsubscribed`. `channel_id` is the e-mail or SMS that caused it.
    """
    channel, comments = channel.replace("\x00", ""), comments.replace("\x00", "")
    changed = rows(
        SET,
        {
            "contacts": as_ids(contact_ids),
            "channel": channel,
            "channel_id": channel_id,
            "reason": reason,
            "comments": comments,
            "override": override_unsubscribed,
        },
    )
    who = current(by).as_list()
    append_many(
        New(
            EventType.DO_NOT_CONTACT_CHANGED,
            contact_id,
            number,
            {"channel": channel, "old": old, "new": reason, "comments": comments, "by": who},
        )
        for contact_id, number, old in changed
    )
    return len(changed)


@transaction.atomic
def remove_do_not_contact(
    contact_ids: int | Iterable[int], channel: str, *, by: Any = None, reason: int | None = None
) -> int:
    """Opens a channel again, with `reason` only where that was the reason; returns for how many that was news."""
    channel = channel.replace("\x00", "")
    removed = rows(REMOVE, {"contacts": as_ids(contact_ids), "channel": channel, "reason": reason})
    who = current(by).as_list()
    append_many(
        New(
            EventType.DO_NOT_CONTACT_CHANGED,
            contact_id,
            number,
            {"channel": channel, "old": old, "new": CONTACTABLE, "comments": "", "by": who},
        )
        for contact_id, number, old in removed
    )
    return len(removed)


@transaction.atomic
def inherit_preferences(heir_id: int, of_id: int, *, by: Any = None) -> None:
    """What one contact asked not to get, the other does not get either: channels, categories, and how often."""
    ids = {"heir": heir_id, "of": of_id}
    stored = rows(INHERIT, ids)
    execute(INHERIT_CATEGORIES, ids)
    execute(INHERIT_RULES, ids)
    who = current(by).as_list()
    append_many(
        New(
            EventType.DO_NOT_CONTACT_CHANGED,
            heir_id,
            number,
            {"channel": channel, "old": old, "new": reason, "comments": comments, "by": who},
        )
        for number, channel, old, reason, comments in stored
    )


def set_frequency_rules(contact_id: int, rules: Mapping[str, Mapping[str, Any]], *, by: Any = None) -> None:
    """Sets preferences by channel, each as `{frequency_number, frequency_time, pause_from_date, pause_to_date,
    preferred_channel}`; other channels stay. Raises `Invalid`."""
    try:
        parsed = [read_rule(channel, entry) for channel, entry in rules.items()]
    except ValueError:
        raise Invalid({"frequencyRules": INVALID}) from None
    store_frequency_rules(contact_id, parsed)


@transaction.atomic
def store_frequency_rules(contact_id: int, rules: Sequence[Rule]) -> None:
    for rule in sorted(rules, key=lambda rule: rule.channel):
        execute(
            """
            INSERT INTO frequency_rules (contact_id, channel, frequency_number, frequency_time, preferred_channel,
                                         pause_from_date, pause_to_date, date_added)
            VALUES (%s, %s, %s, %s, %s, %s, %s, now())
            ON CONFLICT (contact_id, channel) DO UPDATE
            SET frequency_number = excluded.frequency_number, frequency_time = excluded.frequency_time,
                preferred_channel = excluded.preferred_channel, pause_from_date = excluded.pause_from_date,
                pause_to_date = excluded.pause_to_date
            """,
            (contact_id, rule.channel, rule.number, rule.time, rule.preferred, rule.pause_from, rule.pause_to),
        )
    append(New(EventType.FREQUENCY_RULES_CHANGED, contact_id, payload={"channels": [rule.channel for rule in rules]}))


@transaction.atomic
def set_categories(contact_id: int, *, wanted: Sequence[int] = (), unwanted: Sequence[int] = ()) -> None:
    """Of which global categories the contact wants e-mails, and of which not; others stay."""
    said = {"categories": [*wanted, *unwanted], "wanted": [True] * len(wanted) + [False] * len(unwanted)}
    execute(SAY, {"contact": contact_id, **said})
    payload = {"wanted": list(wanted), "unwanted": list(unwanted)}
    append(New(EventType.CATEGORIES_CHANGED, contact_id, payload=payload))


def as_ids(contacts: Any) -> list[int]:
    """Contacts given as one or many ids, or as things that have one, sorted."""
    if isinstance(contacts, int):
        return [contacts]
    if hasattr(contacts, "pk"):
        return [contacts.pk]
    return sorted({getattr(contact, "pk", contact) for contact in contacts})
