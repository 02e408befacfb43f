"""What the pages of contacts ask for beside the contacts themselves. Every answer is bounded."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, transaction

from honeyguide.engine.sql import Clause, execute, one, rows, scalar

COUNT_MILLISECONDS = 1500

SEGMENTS_OF = """
    SELECT s.id, s.name, m.manually_added FROM segment_contacts m JOIN segments s ON s.id = m.segment_id
    WHERE m.contact_id = %s AND NOT m.manually_removed ORDER BY s.name LIMIT 200
"""

# One pass: segments to choose from, and whether the contact is in them.
SEGMENT_CHOICES = """
    SELECT s.id, CASE WHEN %(public)s THEN coalesce(nullif(s.public_name, ''), s.name) ELSE s.name END,
           EXISTS (SELECT FROM segment_contacts m
                   WHERE m.segment_id = s.id AND m.contact_id = %(contact)s AND NOT m.manually_removed)
    FROM segments s WHERE NOT %(public)s OR (s.is_published AND s.is_preference_center)
    ORDER BY 2, 1 LIMIT 1000
"""
# One pass: categories of everything; who never said anything about one gets its e-mails.
CATEGORY_CHOICES = """
    SELECT c.id, c.title, NOT EXISTS (SELECT FROM contact_categories l
                                      WHERE l.category_id = c.id AND l.contact_id = %s AND l.manually_removed)
    FROM categories c WHERE c.bundle = 'global' AND c.is_published ORDER BY 2, 1 LIMIT 1000
"""

COMPANIES_OF = """
    SELECT c.id, c.fields ->> 'companyname', m.is_primary FROM company_contacts m JOIN companies c ON c.id = m.company_id
    WHERE m.contact_id = %s ORDER BY m.is_primary DESC, m.date_associated LIMIT 100
"""

DEVICES_OF = """
    SELECT device, device_os_name, device_os_version, client_info ->> 'name', device_brand, date_added
    FROM devices WHERE contact_id = %s ORDER BY id DESC LIMIT 50
"""

RULES_OF = """
    SELECT channel, frequency_number, frequency_time, preferred_channel, pause_from_date, pause_to_date
    FROM frequency_rules WHERE contact_id = %s ORDER BY channel LIMIT 50
"""

NOTES_OF = """
    SELECT id, type, text, coalesce(date_time, date_added), created_by_user FROM notes
    WHERE contact_id = %s ORDER BY coalesce(date_time, date_added) DESC, id DESC LIMIT 100
"""

# One pass: what came of the messages to this contact.
MAILS_OF = """
    SELECT count(*) FILTER (WHERE state = 3), count(read_at), count(*) FILTER (WHERE click_count > 0)
    FROM outbox WHERE contact_id = %s
"""

# Before and after a change to several contacts: what an undo needs.
TAGGED = """
    SELECT t.tag, l.contact_id FROM contact_tags l JOIN tags t ON t.id = l.tag_id
    WHERE l.contact_id = ANY(%s) AND t.tag = ANY(%s) ORDER BY 1, 2
"""
REFUSED = """
    SELECT contact_id, reason, comments, channel_id FROM do_not_contact
    WHERE contact_id = ANY(%s) AND channel = %s ORDER BY contact_id
"""


def segments_of(contact_id: int) -> list[tuple[int, str, bool]]:
    return rows(SEGMENTS_OF, (contact_id,))


def segment_choices(contact_id: int, *, public: bool) -> list[tuple[int, str, bool]]:
    return rows(SEGMENT_CHOICES, {"contact": contact_id, "public": public})


def category_choices(contact_id: int) -> list[tuple[int, str, bool]]:
    return rows(CATEGORY_CHOICES, (contact_id,))


def companies_of(contact_id: int) -> list[tuple[int, str, bool]]:
    return rows(COMPANIES_OF, (contact_id,))


def devices_of(contact_id: int) -> list[tuple]:
    return rows(DEVICES_OF, (contact_id,))


def rules_of(contact_id: int) -> list[tuple]:
    return rows(RULES_OF, (contact_id,))


def notes_of(contact_id: int) -> list[dict[str, Any]]:
    return [dict(zip(("id", "type", "text", "at", "by"), row, strict=True)) for row in rows(NOTES_OF, (contact_id,))]


def mails_of(contact_id: int) -> tuple[int, int, int]:
    return one(MAILS_OF, (contact_id,))


def tagged(contact_ids: list[int], tags: list[str]) -> set[tuple[str, int]]:
    """(tag, contact) of those contacts that have some of the tags."""
    return set(rows(TAGGED, (contact_ids, tags)))


def refused(contact_ids: list[int], channel: str) -> dict[int, tuple[int, str, int | None]]:
    """(reason, comments, what caused it) of those contacts that are not to be reached on the channel."""
    return {contact: tuple(rest) for contact, *rest in rows(REFUSED, (contact_ids, channel))}


def assigned(contact_ids: list[int], column: str) -> dict[int, int | None]:
    """The `owner_id` or `stage_id` of each contact."""
    return dict(rows(f"SELECT id, {column} FROM contacts WHERE id = ANY(%s) ORDER BY id", (contact_ids,)))


def names(table: str, column: str = "name") -> list[tuple[int, str]]:
    """(id, name) of segments, stages, tags or users, for pickers. `table` and `column` are names from code."""
    return rows(f"SELECT id, {column} FROM {table} ORDER BY 2 LIMIT 1000")


def count(where: Clause) -> tuple[int, bool]:
    """How many contacts match, and whether that is exact. What would take too long is the planner's estimate."""
    try:
        with transaction.atomic():
            execute("SELECT set_config('statement_timeout', %s, true)", (str(COUNT_MILLISECONDS),))
            return scalar(f"SELECT count(*) FROM contacts WHERE {where.text}", where.params), True
    except DatabaseError:
        plan = scalar(f"EXPLAIN (FORMAT JSON) SELECT 1 FROM contacts WHERE {where.text}", where.params)
        return int(plan[0]["Plan"]["Plan Rows"]), False
