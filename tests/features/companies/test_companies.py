import orjson
import pytest

from honeyguide.engine.resource.errors import Invalid, NotFound
from honeyguide.engine.sql import scalar
from honeyguide.features.companies import render
from honeyguide.features.companies.membership import add_contacts, remove_contacts
from honeyguide.features.companies.services import create_company, delete_companies, page, read, update_company
from honeyguide.features.contacts.services import create_contact
from honeyguide.features.contacts.services import read as read_contacts
from people import ada

pytestmark = pytest.mark.django_db


def make(name="Acme", **values):
    return create_company({"companyname": name, **values}, by=ada())


def company_of(contact_id):
    return read_contacts([contact_id])[contact_id].fields.get("company")


def test_it_works():
    saved = make(companycity="Berlin", companyannual_revenue=1234567, score=4, owner=ada().pk)
    fresh = orjson.loads(render.saved(saved))
    assert list(fresh["fields"]) == ["core", "social", "personal", "professional", "all"]
    assert fresh["fields"]["core"]["companycity"] == {
        "id": fresh["fields"]["core"]["companycity"]["id"], "group": "core", "label": "City", "alias": "companycity",
        "type": "text", "value": "Berlin", "normalizedValue": "Berlin",
    }  # fmt: skip
    shown = orjson.loads(render.one(read([saved.id])[saved.id]))
    assert list(shown["fields"]) == ["core", "professional", "other", "all"]
    assert (shown["score"], shown["fields"]["all"]["companyannual_revenue"]) == (4, 1234567)
    assert orjson.loads(render.deleted(saved.company))["fields"]["all"]["id"] is None


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({}, {"companyname": ["This field is required."]}),
        ({"companyname": ""}, {"companyname": ["This field is required."]}),
        ({"companyname": "B", "companycountry": "Nowhere"}, {"companycountry": ["This value is not valid."]}),
        ({"companyname": "B", "companyindustry": "Magic"}, {"companyindustry": ["This value is not valid."]}),
        ({"companyname": "B", "owner": 99999}, {"owner": ["This value is not valid."]}),
        ({"companyname": "B", "score": "many"}, {"score": ["This value is not valid."]}),
        (
            {"companyname": "L" * 300},
            {"companyname": ["This value is too long. It should have 191 characters or less."]},
        ),
    ],
)
def test_wrong_values_are_refused(values, errors):
    with pytest.raises(Invalid) as refused:
        create_company(values, by=ada())
    assert refused.value.errors == errors
    assert scalar("SELECT count(*) FROM companies") == 0


def test_the_same_name_edits_the_company_unless_forced():
    first = make(companycity="Berlin")
    again = make("acme")
    assert (again.id, again.created, again.company.fields) == (first.id, False, {"companyname": "acme"})
    assert make(force=True).created


def test_edits():
    saved = make(companycity="Berlin", score=4)
    assert update_company(saved.id, {"companycity": ""}, by=ada()).company.fields == {"companyname": "Acme"}
    put = update_company(saved.id, {"companyname": "Other"}, by=ada(), clear_missing=True).company
    assert (put.fields, put.score) == ({"companyname": "Other"}, 0)
    make("Taken")
    with pytest.raises(Invalid) as refused:
        update_company(saved.id, {"companyname": "TAKEN"}, by=ada())
    assert (refused.value.code, refused.value.errors) == (422, {"companyname": ["This field must be unique."]})
    with pytest.raises(Invalid):
        update_company(saved.id, {"companyname": ""}, by=ada())
    with pytest.raises(NotFound):
        update_company(999_999, {}, by=ada())


def test_the_first_company_is_primary_and_the_next_is_promoted():
    acme, beta = make("Acme").id, make("Beta").id
    contact = create_contact({"firstname": "Jim"}, by=ada()).id
    assert add_contacts(acme, [contact]) == 1
    assert add_contacts(acme, [contact]) == 0
    add_contacts(beta, [contact])
    assert company_of(contact) == "Acme"
    update_company(acme, {"companyname": "Acme 2"}, by=ada())
    assert company_of(contact) == "Acme 2"
    remove_contacts(acme, [contact])
    assert company_of(contact) == "Beta"
    delete_companies([beta], by=ada())
    assert company_of(contact) is None
    assert remove_contacts(beta, [contact]) == 0


def test_a_contact_names_its_company_by_name_or_id():
    acme = make("Acme").id
    assert company_of(create_contact({"firstname": "A", "company": "ACME"}, by=ada()).id) == "Acme"
    assert company_of(create_contact({"firstname": "B", "company": str(acme)}, by=ada()).id) == "Acme"
    create_contact({"firstname": "C", "company": "New"}, by=ada())
    assert scalar("SELECT count(*) FROM companies") == 2


def test_a_page_of_companies():
    for name in ("A", "B", "C"):
        make(name)
    found = page("true", (), "companies.id DESC", 1, 1)
    assert [c.fields["companyname"] for c in found] == ["B"]
    selected = orjson.loads(render.listed(found, select=frozenset({"id", "companyname"})))
    assert next(iter(selected.values()))["fields"]["professional"] == []
