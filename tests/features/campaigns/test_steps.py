"""Kinds of steps, each run by the engine on a contact."""

from datetime import UTC, datetime

import pytest

from features.campaigns.journeys import campaign, contact, points, react, run, segment, step
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.campaigns.models import CampaignEvent
from honeyguide.features.companies.membership import add_contacts
from honeyguide.features.companies.services import create_company
from honeyguide.features.forms.models import Form, FormSubmission
from honeyguide.features.visits.services import new_visitor

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
COMPANIES = "SELECT fields ->> 'companyname', fields ->> 'companycity' FROM companies ORDER BY id"


def note():
    return scalar("SELECT note FROM campaign_log WHERE note IS NOT NULL")


# --- companies


def journey(who, **values):
    made = campaign(segment("s", *who), is_published=True)
    return step(made, "lead.updatecompany", values)


def test_the_primary_company_is_changed():
    ann, bob = contact("ann"), contact("bob")
    acme = create_company({"companyname": "Acme", "companycity": "Oslo"}, by=None).id
    add_contacts(acme, [ann])
    journey([ann, bob], companycity="Bergen", companyemail="")
    run()
    assert rows(COMPANIES) == [("Acme", "Bergen")]
    assert note() == "The contact has no company."


def test_another_name_leads_to_that_company():
    ann, bob = contact("ann"), contact("bob")
    acme = create_company({"companyname": "Acme"}, by=None).id
    add_contacts(acme, [ann])
    journey([ann, bob], companyname="Bell", companycity="Bergen")
    run()
    assert rows(COMPANIES) == [("Acme", None), ("Bell", "Bergen")]
    found = rows("SELECT contact_id, company_id = %s FROM company_contacts WHERE is_primary ORDER BY 1", (acme,))
    assert found == [(ann, False), (bob, False)]
    assert rows("SELECT fields ->> 'company' FROM contacts") == [("Bell",), ("Bell",)]


# --- forms


def answered(who, form, **results):
    FormSubmission.objects.create(form=form, contact_id=who, date_submitted=datetime.now(UTC), results=results)


@pytest.mark.parametrize(
    ("operator", "value", "taken"),
    [
        ("=", "RED", True), ("=", "re", False), ("!=", "blue", True), ("like", "e", True), ("!like", "x%", True),
        ("contains", "%", False), ("startsWith", "r", True), ("endsWith", "r", False), ("empty", "", False),
        ("!empty", "", True), ("gt", "5", False), ("x", "red", False),
    ],
)  # fmt: skip
def test_answers_are_asked_for(operator, value, taken):
    ann = contact("ann")
    form = Form.objects.create(name="F", alias="f")
    answered(ann, form, color="red")
    made = campaign(segment("s", ann), is_published=True)
    properties = {"form": form.pk, "field": "color", "operator": operator, "value": value}
    CampaignEvent.objects.create(
        campaign=made, name="?", type="form.field_value", event_type="condition", properties=properties
    )
    run()
    assert rows("SELECT taken, note FROM campaign_log") == [(taken, "red")]


@pytest.mark.parametrize(
    ("operator", "value", "taken"), [("gt", "9", True), ("lte", "9.5", False), ("lt", "many", False)]
)
def test_numbers_are_compared_as_numbers(operator, value, taken):
    ann = contact("ann")
    form = Form.objects.create(name="F", alias="f")
    answered(ann, form, people="10")
    made = campaign(segment("s", ann), is_published=True)
    properties = {"form": form.pk, "field": "people", "operator": operator, "value": value}
    CampaignEvent.objects.create(
        campaign=made, name="?", type="form.field_value", event_type="condition", properties=properties
    )
    run()
    assert rows("SELECT taken FROM campaign_log") == [(taken,)]


# --- devices


@pytest.mark.parametrize(("wanted", "points_of_phone"), [(["smartphone"], 1), (["desktop"], 0), ([], 1)])
def test_a_visit_with_a_device_is_waited_for(wanted, points_of_phone):
    visitor = new_visitor(agent=PHONE, address="", url="https://x.test/")
    made = campaign(segment("s", visitor.contact), is_published=True)
    waits = CampaignEvent.objects.create(
        campaign=made, name="Visit", type="page.devicehit", event_type="decision", properties={"device_type": wanted}
    )
    points(made, after=waits, path="yes")
    run()
    execute(
        "INSERT INTO events (type, contact_id, payload) VALUES (60, %s, jsonb_build_object('device', %s::text))",
        (visitor.contact, visitor.device),
    )
    react()
    run()
    assert scalar("SELECT points FROM contacts WHERE id = %s", (visitor.contact,)) == points_of_phone
