"""Companies that campaigns bring contacts to, and score."""

from __future__ import annotations

from collections.abc import Mapping

from honeyguide.engine.sql import rows
from honeyguide.features.campaigns.parameters import Parameter
from honeyguide.features.campaigns.steps import Action, Batch, Problem
from honeyguide.features.companies import membership
from honeyguide.features.companies.scoring import score_companies_of


def add_to_company(batch: Batch) -> Mapping[int, Problem] | None:
    company_id = batch.step.id_of("company")
    if not rows("SELECT id FROM companies WHERE id = %s", (company_id,)):
        return batch.all_with(f"There is no company {company_id}.")
    membership.add_contacts(company_id, batch.contact_ids)
    return None


def score_companies(batch: Batch) -> Mapping[int, Problem]:
    scored = score_companies_of(batch.contact_ids, batch.step.number("score"))
    return {number: Problem("The contact has no company.") for number in batch.contact_ids if number not in scored}


ADD = Action(
    "lead.addtocompany",
    add_to_company,
    label="Add to a company",
    parameters=[Parameter(name="company", label="Company", of="Company", required=True)],
)
SCORE_THEM = Action(
    "lead.scorecontactscompanies",
    score_companies,
    label="Score the companies",
    parameters=[Parameter(name="score", label="Points", kind="number", required=True)],
)
