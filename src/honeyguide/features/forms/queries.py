"""What the pages of forms read beside the forms themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from honeyguide.engine.sql import one, rows

# One pass: how often each of the forms was sent.
COUNTS = "SELECT form_id, count(*) FROM form_submissions WHERE form_id = ANY(%s) GROUP BY form_id"
# One pass: the form's submissions of each of the last days.
PER_DAY = """
    SELECT (date_submitted AT TIME ZONE %(zone)s)::date, count(*)
    FROM form_submissions WHERE form_id = %(form)s AND date_submitted > now() - interval '31 days'
    GROUP BY 1 ORDER BY 1
"""
# One pass: all there are, from how many contacts, and the last one.
IN_SHORT = """
    SELECT count(*), count(DISTINCT contact_id), max(date_submitted) FROM form_submissions WHERE form_id = %s
"""
# What settings of actions choose from, by the name of the list.
CHOICES = {
    "assets": "SELECT id, title FROM assets ORDER BY title LIMIT %s",
    "categories": "SELECT id, title FROM categories WHERE bundle = 'asset' ORDER BY title LIMIT %s",
    "emails": "SELECT id, name FROM emails WHERE email_type = 'template' ORDER BY name LIMIT %s",
    "groups": "SELECT id, name FROM point_groups ORDER BY name LIMIT %s",
    "segments": "SELECT id, name FROM segments ORDER BY name LIMIT %s",
    "users": "SELECT id, concat_ws(' ', first_name, last_name) FROM users WHERE is_published ORDER BY 2 LIMIT %s",
}


def counts(form_ids: Iterable[int]) -> dict[int, int]:
    """Forms that were never sent are left out."""
    return dict(rows(COUNTS, (list(form_ids),)))


def per_day(form_id: int, *, zone: str) -> list[tuple[date, int]]:
    return rows(PER_DAY, {"form": form_id, "zone": zone})


def in_short(form_id: int) -> tuple[int, int, datetime | None]:
    """Submissions, contacts, the last submission."""
    return one(IN_SHORT, (form_id,)) or (0, 0, None)


def choices(*, most: int) -> dict[str, list[tuple[int, str]]]:
    """(id, name) of each list, at most so many."""
    return {name: rows(statement, (most,)) for name, statement in CHOICES.items()}
