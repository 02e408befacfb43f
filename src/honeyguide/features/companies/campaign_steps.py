"""Companies that campaigns bring contacts to, change and score."""

from __future__ import annotations

from collections.abc import Mapping

from honeyguide.engine.sql import rows
from honeyguide.features.campaigns.parameters import Choices, Parameter
from honeyguide.features.campaigns.steps import Action, Batch, Problem
from honeyguide.features.companies import membership, queries, services
from honeyguide.features.companies.scoring import score_companies_of
from honeyguide.features.fields.services import definitions

NAME = "companyname"


def add_to_company(batch: Batch) -> Mapping[int, Problem] | None:
    company_id = batch.step.id_of("company")
    if not rows("SELECT id FROM companies WHERE id = %s", (company_id,)):
        return batch.all_with(f"There is no company {company_id}.")
    membership.add_contacts(company_id, batch.contact_ids)
    return None


def score_companies(batch: Batch) -> Mapping[int, Problem]:
    scored = score_companies_of(batch.contact_ids, batch.step.number("score"))
    return {number: Problem("The contact has no company.") for number in batch.contact_ids if number not in scored}


def update_company(batch: Batch) -> Mapping[int, Problem]:
    """Writes the values to the primary company of each contact, once per company. A name that is not its own leads to the
    company of that name, made if need be, which becomes the primary one. Blanks overwrite nothing."""
    known = definitions("company")
    given = {
        alias: value for alias, value in batch.step.properties.items() if alias in known and value not in (None, "", [])
    }
    if not given:
        return batch.all_with("The step has no values for the company.")
    name = str(given.get(NAME) or "").strip()
    primary = dict(rows(queries.PRIMARIES, (list(batch.contact_ids),)))
    if name:
        named = services.find_or_create(name, by=None)
        membership.make_primary((number for number in batch.contact_ids if primary.get(number) != named), named)
        primary = dict.fromkeys(batch.contact_ids, named)
        del given[NAME]
    for company_id in sorted(set(primary.values())) if given else ():
        services.update_company(company_id, given, by=None)
    return {number: Problem("The contact has no company.") for number in batch.contact_ids if number not in primary}


def company_fields() -> Choices:
    return [(alias, definition.label) for alias, definition in definitions("company").items()]


ADD = Action(
    "lead.addtocompany",
    add_to_company,
    label="Add to a company",
    parameters=[Parameter(name="company", label="Company", of="Company", required=True)],
)
UPDATE = Action(
    "lead.updatecompany",
    update_company,
    label="Change fields of the company",
    parameters=[
        Parameter(name="", label="Values", kind="values", choices=company_fields,
                  help="What is left empty stays as it is. Another name leads to the company of that name."),
    ],
)  # fmt: skip
SCORE_THEM = Action(
    "lead.scorecontactscompanies",
    score_companies,
    label="Score the companies",
    parameters=[Parameter(name="score", label="Points", kind="number", required=True)],
)
