"""The dialog of what a contact wants to get."""

import pytest

from calls import created
from honeyguide.engine.sql import rows
from honeyguide.features.contacts.services import (
    MANUAL,
    UNSUBSCRIBED,
    create_contact,
    set_do_not_contact,
    set_frequency_rules,
)
from people import ada, cy

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact():
    return create_contact({"firstname": "Anna", "email": "anna@example.com"}, by=ada()).id


@pytest.fixture
def save(client, contact):
    """save(**inputs): sends the dialog as it is filled in; `may` are the ticked channels."""
    client.force_login(ada())

    def send(*, may=("email", "sms"), **inputs):
        sent = {name.replace("_", "-"): value for name, value in inputs.items()}
        return client.post(f"/s/contacts/preferences/{contact}", {"contactable": may, **sent})

    return send


def refusals():
    return rows("SELECT channel, reason FROM do_not_contact ORDER BY channel")


def rules():
    return rows(
        "SELECT channel, frequency_number, frequency_time, preferred_channel, pause_from_date::text, pause_to_date::text "
        "FROM frequency_rules ORDER BY channel"
    )


def test_it_works(save, contact, client):
    answer = save(
        may="sms", preferred="sms", sms_number="2", sms_period="WEEK", sms_from="2026-01-05", sms_to="2026-02-01"
    )
    assert answer["HX-Redirect"] == f"/s/contacts/view/{contact}"
    assert refusals() == [("email", MANUAL)]
    assert rules() == [("sms", 2, "WEEK", True, "2026-01-05 00:00:00+00", "2026-02-01 00:00:00+00")]
    shown = client.get(f"/s/contacts/preferences/{contact}").content.decode()
    assert 'value="2026-02-01"' in shown
    assert "Do not contact" in shown


def test_opening_and_saving_changes_nothing(save, contact):
    set_do_not_contact(contact, "email", UNSUBSCRIBED)
    set_frequency_rules(contact, {"email": {"pause_to_date": "2026-01-05 13:37:00", "frequency_time": "DAY"}})
    before = refusals(), rules(), rows("SELECT count(*) FROM events")
    save(may="sms", email_period="DAY", sms_period="DAY", email_to="2026-01-05")
    assert (refusals(), rules(), rows("SELECT count(*) FROM events")) == before


def test_a_channel_is_opened_again(save, contact):
    set_do_not_contact(contact, "email", UNSUBSCRIBED)
    set_do_not_contact(contact, "fax", MANUAL)
    save(may=("email", "sms", "fax"))
    assert refusals() == []


def test_days_begin_where_the_user_is(save):
    user = ada()
    user.timezone = "America/New_York"
    user.save()
    save(email_to="2026-01-05")
    assert [row[-1] for row in rules()] == ["2026-01-05 05:00:00+00"]


def test_one_channel_is_preferred(save):
    save(preferred="sms")
    save(preferred="email")
    assert [(rule[0], rule[3]) for rule in rules()] == [("email", True), ("sms", False)]


def test_segments(save, contact):
    joined, left, other = (created(ada(), "segments", "list", {"name": name})["id"] for name in ("A", "B", "C"))
    save(segments=[left, other])
    save(segments=[joined, other, 999_999])
    assert rows("SELECT segment_id FROM segment_contacts WHERE NOT manually_removed ORDER BY 1") == [
        (joined,),
        (other,),
    ]


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ({"email_number": "many", "email_period": "DAY"}, "number of messages"),
        ({"email_number": "0", "email_period": "DAY"}, "number of messages"),
        ({"email_number": "1", "email_period": "YEAR"}, "choose a period"),
        ({"email_to": "soon"}, "enter dates"),
        ({"email_to": "2026-01-05\x00"}, "enter dates"),
        ({"email_from": "2026-01-05"}, "when to write again"),
        ({"email_from": "2026-01-05", "email_to": "2026-01-05"}, "end after it begins"),
    ],
)
def test_what_makes_no_sense_is_told_beside_the_channel(save, inputs, problem):
    answer = save(may=(), **inputs)
    assert (answer.status_code, problem in answer.content.decode()) == (422, True)
    assert (refusals(), rules()) == ([], [])


def test_only_who_may_edit_the_contact(client, contact):
    client.force_login(cy())
    assert client.get(f"/s/contacts/preferences/{contact}").status_code == 403
