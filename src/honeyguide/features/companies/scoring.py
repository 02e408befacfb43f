"""Scores that companies get for what their contacts do."""

from __future__ import annotations

from collections.abc import Iterable

from honeyguide.engine.sql import rows

# One pass: a score for every company of the contacts, once per contact; tells whose company it was.
SCORE = """
    WITH linked AS (
        SELECT company_id, count(*) AS contacts FROM company_contacts
        WHERE contact_id = ANY(%(contacts)s::bigint[]) GROUP BY company_id
    ), locked AS (
        SELECT id FROM companies WHERE id IN (SELECT company_id FROM linked) ORDER BY id FOR NO KEY UPDATE
    ), scored AS (
        UPDATE companies SET score = greatest(least(score + %(score)s::bigint * linked.contacts, 2147483647), -2147483648)::int
        FROM linked JOIN locked ON locked.id = linked.company_id WHERE companies.id = linked.company_id
        RETURNING companies.id
    )
    SELECT DISTINCT l.contact_id FROM company_contacts l JOIN scored ON scored.id = l.company_id
    WHERE l.contact_id = ANY(%(contacts)s::bigint[])
"""


def score_companies_of(contact_ids: Iterable[int], score: int) -> set[int]:
    """Adds to the score of every company of the contacts, once per contact; returns the contacts that have a company."""
    return {row[0] for row in rows(SCORE, {"contacts": list(contact_ids), "score": score})}
