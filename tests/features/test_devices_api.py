import pytest

from calls import call, created
from people import ada, bo

pytestmark = pytest.mark.django_db


def contact(user):
    return created(user, "contacts", "contact", {"firstname": "Jim"})["id"]


def test_a_device_is_made_for_a_contact():
    who = contact(ada())
    made = created(ada(), "devices", "device", {"device": "desktop", "deviceOsName": "Ubuntu", "contact": who})
    assert (made["device"], made["lead"]["id"], made["clientInfo"]) == ("desktop", who, [])
    assert call(ada(), "GET", f"devices/{made['id']}").body["device"]["lead"]["fields"] == []


def test_the_contact_is_mandatory():
    assert call(ada(), "POST", "devices/new", {"device": "x"}).body["errors"][0]["message"] == "contact ID is mandatory"
    assert call(ada(), "POST", "devices/new", {"device": "x", "lead": 99}).status == 404


def test_the_contact_decides_who_sees_and_changes_it():
    theirs = created(ada(), "devices", "device", {"device": "x", "lead": contact(ada())})["id"]
    own = created(bo(), "devices", "device", {"device": "y", "lead": contact(bo())})["id"]
    assert call(bo(), "GET", f"devices/{theirs}").status == 403
    assert call(bo(), "DELETE", f"devices/{theirs}/delete").status == 403
    assert [device["id"] for device in call(bo(), "GET", "devices").body["devices"]] == [own]
    assert call(bo(), "PATCH", f"devices/{own}/edit", {"device": "z"}).body["device"]["device"] == "z"
