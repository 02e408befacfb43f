"""Companies that campaigns bring contacts to, and score."""

from __future__ import annotations

from collections.abc import Mapping

from honeyguide.engine.sql import rows
from honeyguide.features.campaigns.steps import Action, Batch, Problem
from honeyguide.features.companies import membership

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


def add_to_company(batch: Batch) -> Mapping[int, Problem] | None:
    company_id = batch.step.id_of("company")
    if not rows("SELECT id FROM companies WHERE id = %s", (company_id,)):
        return batch.all_with(f"There is no company {company_id}.")
    membership.add_contacts(company_id, batch.contact_ids)
    return None


def score_companies(batch: Batch) -> Mapping[int, Problem]:
    scored = {row[0] for row in rows(SCORE, {"contacts": list(batch.contact_ids), "score": batch.step.number("score")})}
    return {number: Problem("The contact has no company.") for number in batch.contact_ids if number not in scored}


ADD = Action("lead.addtocompany", add_to_company)
SCORE_THEM = Action("lead.scorecontactscompanies", score_companies)
