import pytest

from calls import call, created
from honeyguide.engine.access import authentication
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import rows, scalar
from people import ada, bo, cy

pytestmark = pytest.mark.django_db


def stage(**values):
    return created(ada(), "stages", "stage", {"name": "MQL", **values})


def contact(owner=None):
    return created(owner or ada(), "contacts", "contact", {"email": "dora@example.com"})["id"]


def stage_of(contact_id):
    return scalar("SELECT stage_id FROM contacts WHERE id = %s", (contact_id,))


def changes(contact_id):
    return rows(
        "SELECT object_id FROM events WHERE contact_id = %s AND type = %s ORDER BY id",
        (contact_id, EventType.STAGE_CHANGED),
    )


def test_a_stage_has_a_weight_that_is_a_number():
    assert stage()["weight"] == 0
    assert stage(weight="12")["weight"] == 12
    refused = call(ada(), "POST", "stages/new", {"name": "x", "weight": "heavy"})
    assert (refused.status, refused.body["errors"][0]["details"]) == (400, {"weight": ["This value is not valid."]})
    assert call(ada(), "POST", "stages/new", {"name": "x", "weight": 2**31}).status == 400


def test_a_category_is_taken_by_its_id_and_kept_when_blank():
    category = created(ada(), "categories", "category", {"title": "Early", "bundle": "stage"})
    made = stage(category=category["id"])
    assert made["category"]["alias"] == "early"
    path = f"stages/{made['id']}/edit"
    assert call(ada(), "PATCH", path, {"category": ""}).body["stage"]["category"]["id"] == category["id"]
    unknown = call(ada(), "PATCH", path, {"category": 99})
    assert unknown.body["errors"][0]["message"] == "Category 99 does not exist"
    call(ada(), "DELETE", f"categories/{category['id']}/delete")
    assert call(ada(), "GET", f"stages/{made['id']}").body["stage"]["category"] is None


def test_a_contact_is_put_into_a_stage_and_taken_out_of_any():
    who, first, second = contact(), stage()["id"], stage()["id"]
    assert call(ada(), "POST", f"stages/{first}/contact/{who}/add").body == {"success": 1}
    assert stage_of(who) == first
    assert call(ada(), "POST", f"stages/{second}/contact/{who}/remove").body == {"success": 1}
    assert stage_of(who) is None
    assert len(changes(who)) == 2


def test_what_is_missing_is_told():
    who, mql = contact(), stage()["id"]
    no_stage = call(ada(), "POST", f"stages/99/contact/{who}/add")
    assert (no_stage.status, no_stage.body["errors"][0]["message"]) == (404, "Item was not found.")
    no_contact = call(ada(), "POST", f"stages/{mql}/contact/99/add")
    assert (no_contact.status, no_contact.body["errors"][0]["message"]) == (404, "Contact not found.")


def test_a_contact_moves_only_by_who_may_edit_it_and_see_stages():
    mql, hers = stage()["id"], contact()
    for who in (bo(), cy()):
        assert call(who, "POST", f"stages/{mql}/contact/{hers}/add").status == 403
    his = created(bo(), "contacts", "contact", {"email": "bo@customers.test", "owner": bo().pk})["id"]
    assert call(bo(), "POST", f"stages/{mql}/contact/{his}/add").status == 403
    assert (stage_of(hers), stage_of(his)) == (None, None)
    role = bo().role
    role.raw_permissions = {**role.raw_permissions, "stage:stages": ["view"]}
    role.save()
    authentication.forget()  # whoever calls is known by the version of their row, which a transaction changes once
    assert call(bo(), "POST", f"stages/{mql}/contact/{his}/add").status == 200
    assert call(bo(), "POST", f"stages/{mql}/contact/{hers}/add").status == 403


def test_a_stage_goes_although_contacts_are_in_it():
    who, mql = contact(), stage()["id"]
    call(ada(), "POST", f"stages/{mql}/contact/{who}/add")
    gone = call(ada(), "DELETE", f"stages/{mql}/delete")
    assert (gone.status, gone.body["stage"]["id"], gone.body["stage"]["name"]) == (200, None, "MQL")
    assert stage_of(who) is None
