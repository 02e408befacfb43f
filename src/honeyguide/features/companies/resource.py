"""Companies over REST (contract resource-companies)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from honeyguide.engine.resource import Action, Denied, NotFound, Resource, Rights
from honeyguide.engine.resource.given import DONE, Given
from honeyguide.engine.sql import Clause, scalar
from honeyguide.features.companies import render, search, services
from honeyguide.features.companies.models import Company as CompanyModel
from honeyguide.features.companies.services import Company
from honeyguide.features.fields.record_store import RecordStore


class CompanyStore(RecordStore):
    services, search = services, search

    def page(self, where: Clause, order: Sequence[str], start: int, limit: int) -> tuple[int, list[Company]]:
        ordering = f"{', '.join(order)}, companies.id" if order else search.DEFAULT_ORDER
        total = scalar(f"SELECT count(*) FROM companies WHERE {where.text}", where.params)
        return total, services.page(where.text, where.params, ordering, start, limit or None)

    def list_answer(self, total: int, items: Sequence[Company], listing: Any, call: Any) -> bytes:
        """`minimal` has no effect here."""
        shown = render.listed(items, select=listing.select)
        return b'{"total":"%d","companies":%s}' % (total, shown)

    def render(self, item: Company | services.Saved, call: Any, **_: Any) -> orjson.Fragment:
        return orjson.Fragment(render.one(item) if isinstance(item, Company) else render.saved(item))

    def render_deleted(self, item: Company, call: Any, shown: Any) -> orjson.Fragment:
        return orjson.Fragment(render.deleted(item))

    def create_from(self, params: Any, call: Any) -> tuple[services.Saved, bool]:
        """Duplicates are looked for by single calls only."""

        def check(company: Company) -> None:
            if not self.allowed("edit", company, call):
                raise Denied()

        saved = services.create_company(params, by=call.user, force=True if call.batch else None, check=check)
        return saved, saved.created

    def update_from(self, item: Company, params: Any, call: Any) -> services.Saved:
        return services.update_company(item.id, params, by=call.user, clear_missing=call.method == "PUT")

    def delete(self, item: Company, call: Any) -> None:
        services.delete_companies([item.id], by=call.user)


def add_contact(call: Any) -> dict[str, int]:
    if services.read([call.path["company_id"]]) == {}:
        raise NotFound()
    contact = _contact(call, "Contact not found.")
    services.add_contacts(call.path["company_id"], [contact.id])
    return {"success": 1}


def remove_contact(call: Any) -> dict[str, int]:
    contact = _contact(call, None)
    services.remove_contacts(call.path["company_id"], [contact.id])
    return {"success": 1}


def _contact(call: Any, message: str | None) -> Any:
    from honeyguide.features.contacts.actions import contact_of

    return contact_of(call, "edit", name="contact_id", message=message)


COMPANIES = Resource(
    name="companies",
    one="company",
    many="companies",
    label="Companies",
    example={"companyname": "Acorn Bakery", "companyemail": "hello@acorn.example", "companycity": "Prague"},
    model=CompanyModel,
    rights=Rights("lead:leads", publish=False, owner="permission_owner"),
    fields=(),  # defined by users; see features/fields
    keyed=True,
    total_as_text=True,
    empty_as_object=True,
    actions=[
        Action(
            "POST", "{company_id}/contact/{contact_id}/add", add_contact, "Put a contact into a company", gives=DONE
        ),
        Action(
            "POST",
            "{company_id}/contact/{contact_id}/remove",
            remove_contact,
            "Take a contact out of a company",
            gives=DONE,
        ),
    ],
    takes=[
        Given(name="companyname", text="The name, which is needed.", required=True, example="Acorn Bakery"),
        Given(name="companyemail", text="An e-mail address.", example="hello@acorn.example"),
        Given(name="companycity", text="The city. Fields of your own go by their aliases.", example="Prague"),
        Given(name="owner", text="The id of the user who looks after the company.", kind="integer"),
    ],
    store=CompanyStore,
)
