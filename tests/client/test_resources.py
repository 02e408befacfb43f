"""Calls of the client against a real server."""

import pytest

from honeyguide.client import Invalid, NotFound


def test_an_item_from_beginning_to_end(api):
    made = api.contacts.create({"email": "ada@example.com", "firstname": "Ada", "points": 3})
    assert api.contacts.get(made["id"])["fields"]["all"]["firstname"] == "Ada"
    assert api.contacts.edit(made["id"], {"lastname": "Lovelace"})["fields"]["all"]["firstname"] == "Ada"
    assert api.contacts.replace(made["id"], {"email": "ada@example.com"})["fields"]["all"]["firstname"] is None
    assert api.contacts.delete(made["id"])["id"] is None
    with pytest.raises(NotFound) as error:
        api.contacts.get(made["id"])
    assert error.value.status == 404


def test_what_is_wrong_is_told_by_field(api):
    with pytest.raises(Invalid) as error:
        api.segments.create({"description": "has no name"})
    assert list(error.value.details) == ["name"]


def test_lists_have_totals_and_conditions(api):
    for points in (1, 2, 3):
        api.contacts.create({"email": f"p{points}@example.com", "points": points})
    page = api.contacts.list(
        where=[{"col": "points", "expr": "gte", "val": 2}], order_by="points", descending=True, limit=1
    )
    assert page.total == 2
    assert [contact["points"] for contact in page.items] == [3]
    assert api.tags.list().items == []


@pytest.mark.parametrize("resource", ["tags", "stages"])  # one is listed as an object, one as an array
def test_iterating_meets_every_item_once(api, resource):
    calls = getattr(api, resource)
    made = [item.item["id"] for item in calls.create_many({"name": f"n{n}", "tag": f"n{n}"} for n in range(7)).items]
    seen = []
    for item in calls.iterate(size=3):
        seen.append(item["id"])
        if len(seen) == 2:
            calls.delete(made[0])  # later ones must not move into the place of those already seen
    assert seen == made


def test_batches_tell_what_became_of_each_entry(api):
    result = api.segments.create_many([{"name": "One"}, {"name": ""}, {"name": "Three"}], size=2)
    assert [(item.index, item.status, item.ok) for item in result.items] == [
        (0, 201, True),
        (1, 400, False),
        (2, 201, True),
    ]
    assert result.failed[0].error["details"] == {"name": ["A name is required."]}
    ids = [item.item["id"] for item in result.items if item.ok]
    changed = api.segments.edit_many([{"id": ids[0], "name": "Uno"}, {"id": 999999, "name": "None"}])
    assert [item.status for item in changed.items] == [200, 404]
    assert {item["name"] for item in api.segments.delete_many([*ids, 999999], size=1)} == {"Uno", "Three"}
    assert api.segments.list().total == 0


def test_calls_of_contacts(api):
    contact = api.contacts.create({"email": "a@example.com"})["id"]
    assert api.contacts.add_do_not_contact(contact)["doNotContact"][0]["channel"] == "email"
    assert api.contacts.remove_do_not_contact(contact)["doNotContact"] == []
    api.contacts.add_points(contact, 5)
    api.contacts.add_points(contact, -2)
    assert api.contacts.get(contact)["points"] == 3
    with_tags = api.contacts.add_utm_tags(contact, {"utm_campaign": "spring"})
    assert api.contacts.remove_utm_tags(contact, with_tags["utmtags"][0]["id"])["utmtags"] == []
    segment = api.segments.create({"name": "VIP"})["id"]
    assert api.segments.add_contacts(segment, [contact, 999999])[str(contact)] == {"success": True}
    assert [found["name"] for found in api.contacts.segments(contact)] == ["VIP"]
    api.segments.remove_contact(segment, contact)
    company = api.companies.create({"companyname": "Acme"})["id"]
    api.companies.add_contact(company, contact)
    assert [found["companyname"] for found in api.contacts.companies(contact)] == ["Acme"]
    assert api.contacts.campaigns(contact) == []
    events = api.contacts.activity(contact, limit=50)
    assert events["total"] > 0
    only = api.contacts.activity(contact, include=["segment_membership"])
    assert {event["event"] for event in only["events"]} == {"segment_membership"}


def test_mail_files_and_other_calls(api):
    contact = api.contacts.create({"email": "a@example.com"})["id"]
    email = api.emails.create({"name": "Hi", "subject": "Hi", "customHtml": "<p>{code}</p>", "emailType": "template"})
    api.emails.send_to_contact(email["id"], contact, tokens={"code": "42"})
    assert (
        api.forms.submissions(api.forms.create({"name": "F", "fields": [{"label": "E", "type": "email"}]})["id"]).total
        == 0
    )
    assert api.upload("files/images/new", "dot.gif", GIF)["file"]["name"].endswith("gif")
    assert "total" in api.call("GET", "stats/audit_log", query={"limit": 1})
    assert api.me()["username"] == "ada"


GIF = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


def test_the_version_is_known_without_a_right_to_anything(site):
    import people
    from honeyguide.client import Basic, Honeyguide

    people.cy()
    with Honeyguide(site, Basic("cy", people.PASSWORD)) as client:
        assert client.get_mautic_version() == "5.1.1"
