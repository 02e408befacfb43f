import orjson
import pytest

from honeyguide.engine.resource.errors import Invalid, NotFound, Refused
from honeyguide.engine.sql import rows, scalar
from honeyguide.features.companies.services import create_company
from honeyguide.features.contacts import render
from honeyguide.features.contacts.services import (
    BOUNCED,
    MANUAL,
    UNSUBSCRIBED,
    add_utm_tags,
    adjust_points,
    create_contact,
    delete_contacts,
    merge_contacts,
    read,
    remove_do_not_contact,
    remove_utm_tag,
    resolve,
    set_do_not_contact,
    set_owner,
    update_contact,
)
from honeyguide.features.fields.services import create_field
from people import ada

pytestmark = pytest.mark.django_db


def make(**values):
    return create_contact(values, by=ada()).id


def row(contact_id):
    return read([contact_id])[contact_id]


def test_patch_keeps_what_is_not_sent():
    number = make(firstname="Jim", email="jim@example.com", points=5)
    shown = orjson.loads(render.saved(update_contact(number, {"city": "Brno", "points": 0}, by=ada())))
    assert shown["fields"]["core"]["city"]["value"] == "Brno"
    assert shown["fields"]["core"]["title"]["value"] is None
    assert shown["points"] == 5
    assert shown["modifiedByUser"] == "Ada Admin"


def test_saving_nothing_new_notes_who_but_not_when():
    number = make(firstname="Jim")
    update_contact(number, {"firstname": "Jim", "nosuch": 1}, by=ada())
    assert (row(number).modified_by_user, row(number).date_modified) == ("Ada Admin", None)


def test_put_clears_what_is_not_sent():
    boss = ada()
    number = make(
        title="Mr", firstname="Jim", lastActive="2024-05-01 10:00:00", points=12, attribution=3, owner=boss.pk
    )
    shown = orjson.loads(render.saved(update_contact(number, {"firstname": "Put"}, by=boss, clear_missing=True)))
    core, in_all = shown["fields"]["core"], shown["fields"]["all"]
    assert (core["title"]["value"], in_all["title"]) == ("", None)
    assert (core["fax"]["value"], in_all["fax"]) == ("", "")
    assert (core["attribution"]["value"], in_all["attribution"]) == (0, 0)
    assert shown["lastActive"] == "2024-05-01T10:00:00+00:00"
    assert shown["owner"]["id"] == boss.pk
    assert (row(number).fields, row(number).points, row(number).last_active) == ({"firstname": "Put"}, 0, None)


def test_anothers_address_is_refused():
    make(email="a@example.com")
    second = make(email="b@example.com")
    with pytest.raises(Invalid) as refused:
        update_contact(second, {"email": "A@example.com", "city": "Rome"}, by=ada())
    assert (refused.value.code, refused.value.errors) == (422, {"email": ["This field must be unique."]})
    assert row(second).fields == {"email": "b@example.com"}


def test_an_unknown_contact_is_not_found():
    with pytest.raises(NotFound):
        update_contact(999_999, {"city": "Rome"}, by=ada())


def test_companies_are_replaced_and_the_first_is_primary():
    acme, beta = (create_company({"companyname": name}, by=ada()).id for name in ("Acme", "Beta"))
    number = make(firstname="Jim")
    shown = orjson.loads(render.saved(update_contact(number, {"companies": [acme, beta]}, by=ada())))
    assert (shown["fields"]["core"]["company"]["value"], shown["fields"]["all"]["company"]) == (None, "Acme")
    update_contact(number, {"companies": [beta]}, by=ada())
    assert row(number).fields["company"] == "Beta"
    update_contact(number, {"company": ""}, by=ada(), overwrite_with_blank=True)
    assert rows("SELECT 1 FROM company_contacts WHERE contact_id = %s", (number,)) == []


@pytest.mark.parametrize(
    ("present", "wanted", "override", "result"),
    [
        (None, UNSUBSCRIBED, False, UNSUBSCRIBED),
        (MANUAL, BOUNCED, False, BOUNCED),
        (BOUNCED, UNSUBSCRIBED, False, UNSUBSCRIBED),
        (UNSUBSCRIBED, MANUAL, False, UNSUBSCRIBED),
        (UNSUBSCRIBED, MANUAL, True, MANUAL),
        (MANUAL, MANUAL, False, MANUAL),
    ],
)
def test_reasons_replace_each_other_but_unsubscribed_stays(present, wanted, override, result):
    number = make(firstname="Jim")
    if present:
        set_do_not_contact(number, "email", present)
    changed = set_do_not_contact([number], "email", wanted, override_unsubscribed=override, comments="why\x00")
    assert changed == (present != result)
    assert rows("SELECT reason FROM do_not_contact WHERE contact_id = %s", (number,)) == [(result,)]


def test_a_channel_opens_again():
    numbers = [make(firstname=name) for name in "AB"]
    assert set_do_not_contact(numbers, "email", BOUNCED) == 2
    assert remove_do_not_contact(numbers, "email", reason=MANUAL) == 0
    assert remove_do_not_contact(numbers, "email") == 2
    assert scalar("SELECT count(*) FROM events WHERE type = 13") == 4


@pytest.mark.parametrize(
    ("operator", "delta", "points"),
    [
        ("plus", 5, 20),
        ("minus", 5, 10),
        ("times", 2, 30),
        ("divide", 4, 3),
        ("divide", 0, 15),
        ("times", 10**9, 2**31 - 1),
    ],
)
def test_points_are_adjusted(operator, delta, points):
    number = make(firstname="Jim", points=15)
    adjust_points(number, operator, delta)
    assert row(number).points == points


def test_an_unknown_operator_is_refused():
    with pytest.raises(Refused, match="Invalid operator"):
        adjust_points(1, "set", 3)


def test_owners_change_in_one_statement():
    boss, numbers = ada(), [make(firstname=name) for name in "ABC"]
    assert set_owner(numbers, boss.pk, by=boss) == 3
    assert set_owner(numbers, boss.pk, by=boss) == 0


def test_utm_tags_and_the_device_of_a_visit():
    number = make(firstname="Jim")
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.0 Mobile/15E148 Safari/604.1"  # noqa: E501
    utm = add_utm_tags(number, {"utm_source": "s", "useragent": agent, "query": "a=1"}, by=ada())
    shown = render.plain(row(number))
    assert shown["utmtags"] == [{"id": utm, "query": {"a": "1"}, "userAgent": agent, "utmSource": "s"}]
    assert rows("SELECT device, device_brand, device_os_version FROM devices") == [("smartphone", "Apple", "16.0")]
    assert remove_utm_tag(number, utm)
    with pytest.raises(Refused):
        remove_utm_tag(number, utm)


def test_merging():
    winner = make(firstname="Jim", city="Rome", points=5, tags=["a"], lastActive="2024-01-01 00:00:00")
    loser = make(lastname="Doe", city="Oslo", points=7, tags=["a", "b"], lastActive="2024-05-01 00:00:00")
    update_contact(loser, {"phone": "1"}, by=ada())
    older = make(firstname="Older")
    merge_contacts(loser, older, by=ada())
    merge_contacts(winner, loser, by=ada())
    merged = row(winner)
    assert merged.fields == {"firstname": "Older", "city": "Oslo", "lastname": "Doe", "phone": "1"}
    assert (merged.points, merged.last_active.month) == (12, 5)
    assert [t["tag"] for t in orjson.loads(merged.nested.tags)] == ["a", "b"]
    assert [resolve(n) for n in (winner, loser, older, 999_999)] == [winner, winner, winner, None]
    assert scalar("SELECT count(*) FROM events WHERE contact_id = %s", (loser,)) == 0


def test_a_contact_cannot_be_merged_with_itself():
    number = make(firstname="Jim")
    with pytest.raises(Refused):
        merge_contacts(number, number)
    with pytest.raises(NotFound):
        merge_contacts(number, 999_999)


def test_deleting_takes_everything_along():
    number = make(firstname="Jim", email="jim@example.com", tags=["a"], company="Acme", ipAddress="192.0.2.1")
    set_do_not_contact(number, "email", MANUAL)
    assert delete_contacts([number, 999_999], by=ada()) == 1
    assert scalar("SELECT payload ->> 'email' FROM events WHERE type = 4") == "jim@example.com"
    assert make(email="jim@example.com") != number


def test_booleans_after_an_edit_that_may_blank():
    create_field("lead", {"label": "Opt in", "type": "boolean", "properties": {"yes": "Ja", "no": "Nein"}}, by=ada())
    number = make(firstname="Jim", opt_in=True)

    def edited(value):
        shown = orjson.loads(
            render.saved(update_contact(number, {"opt_in": value}, by=ada(), overwrite_with_blank=True))
        )
        return shown["fields"]["core"]["opt_in"]["value"], shown["fields"]["all"]["opt_in"]

    assert [edited(0), edited(None), edited(None)] == [(1, False), ("", None), (None, None)]
    update_contact(number, {"opt_in": "no"}, by=ada())
    assert row(number).fields["opt_in"] is False
