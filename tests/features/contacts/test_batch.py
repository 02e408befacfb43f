"""Batch calls that name one contact more than once: each entry has its answer, and the last word counts."""

import pytest

from calls import call, created
from honeyguide.features.contacts.models import Contact
from people import ada

pytestmark = pytest.mark.django_db


def contact(**values):
    return created(ada(), "contacts", "contact", values)["id"]


def shown(reply, key, name):
    found = reply.body["contacts"]
    return (found[key] if isinstance(found, list) else found[str(key)])["fields"]["all"][name]


def test_an_id_twice_in_an_edit():
    number = contact(email="twice@example.com")
    entries = [{"id": number, "firstname": "A", "city": "Rome"}, {"id": number, "firstname": "B"}]
    reply = call(ada(), "PATCH", "contacts/batch/edit", entries)
    assert reply.body["statusCodes"] == [200, 200]
    assert [shown(reply, 0, "firstname"), shown(reply, 1, "firstname")] == ["A", "B"]
    stored = call(ada(), "GET", f"contacts/{number}").body["contact"]["fields"]["all"]
    assert (stored["firstname"], stored["city"]) == ("B", "Rome")


def test_an_id_twice_of_which_one_is_wrong():
    number, other = contact(email="twice@example.com"), contact(email="other@example.com")
    entries = [
        {"id": number, "email": "other@example.com"},
        {"id": number, "city": "Oslo"},
        {"id": other, "city": "Bonn"},
    ]
    reply = call(ada(), "PATCH", "contacts/batch/edit", entries)
    assert reply.body["statusCodes"][1:] == [200, 200]
    assert call(ada(), "GET", f"contacts/{number}").body["contact"]["fields"]["all"]["city"] == "Oslo"


def test_an_address_twice_in_new_contacts_is_one_contact():
    entries = [{"email": "same@example.com", "firstname": "A"}, {"email": "SAME@example.com", "city": "Rome"}]
    reply = call(ada(), "POST", "contacts/batch/new", entries)
    assert reply.body["statusCodes"] == [201, 200]
    assert Contact.objects.count() == 1
    stored = call(ada(), "GET", "contacts?search=same@example.com").body["contacts"]
    values = next(iter(stored.values()))["fields"]["all"]
    assert (values["firstname"], values["city"]) == ("A", "Rome")


def test_an_id_twice_in_a_delete():
    number = contact(email="twice@example.com")
    reply = call(ada(), "DELETE", f"contacts/batch/delete?ids={number},{number}")
    assert (reply.status, len(reply.body["contacts"])) == (200, 1)
    assert not Contact.objects.filter(pk=number).exists()


def test_a_company_twice_in_an_edit():
    number = created(ada(), "companies", "company", {"companyname": "Twice"})["id"]
    entries = [{"id": number, "companycity": "Rome"}, {"id": number, "companycountry": "Italy"}]
    reply = call(ada(), "PATCH", "companies/batch/edit", entries)
    assert reply.body["statusCodes"] == [200, 200]
    stored = call(ada(), "GET", f"companies/{number}").body["company"]["fields"]["all"]
    assert (stored["companycity"], stored["companycountry"]) == ("Rome", "Italy")
