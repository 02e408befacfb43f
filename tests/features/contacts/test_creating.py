import orjson
import pytest

from honeyguide.engine.events import EventType
from honeyguide.engine.resource.errors import Invalid
from honeyguide.engine.sql import rows, scalar
from honeyguide.features.contacts import render
from honeyguide.features.contacts.services import create_contact, create_contacts, read, update_contact
from people import ada

pytestmark = pytest.mark.django_db


def values(contact_id):
    return read([contact_id])[contact_id].fields


def test_it_works():
    saved = create_contact({"firstname": "Jim", "email": "jim@example.com", "points": 12}, by=ada())
    shown = orjson.loads(render.saved(saved))
    assert saved.created
    assert shown["fields"]["core"]["email"]["value"] == "jim@example.com"
    assert shown["fields"]["all"]["points"] == 12
    assert shown["createdByUser"] == "Ada Admin"
    assert shown["dateIdentified"]
    assert shown["utmtags"] is None


def test_events_tell_of_a_new_contact():
    saved = create_contact({"email": "jim@example.com"}, by=ada())
    assert [t for (t,) in rows("SELECT type FROM events WHERE contact_id = %s ORDER BY id", (saved.id,))] == [
        EventType.CONTACT_CREATED,
        EventType.CONTACT_IDENTIFIED,
    ]


def test_the_same_address_in_other_case_updates():
    first = create_contact({"firstname": "Jim", "email": "jim@example.com"}, by=ada())
    again = create_contact({"email": "JIM@example.com", "phone": "555", "firstname": ""}, by=ada())
    assert (again.id, again.created) == (first.id, False)
    assert values(first.id) == {"firstname": "Jim", "email": "JIM@example.com", "phone": "555"}


def test_the_newest_of_several_is_updated():
    ids = [create_contact({"firstname": str(i)}, by=ada()).id for i in range(2)]
    for number in ids:
        scalar("""UPDATE contacts SET fields = '{"email": "two@example.com"}' WHERE id = %s RETURNING id""", (number,))
    assert create_contact({"email": "two@example.com", "city": "Rome"}, by=ada()).id == max(ids)


def test_blanks_clear_only_when_asked():
    saved = create_contact({"email": "a@example.com", "city": "Rome", "attribution": 3}, by=ada())
    create_contact({"email": "a@example.com", "city": "", "attribution": 0}, by=ada())
    assert values(saved.id)["city"] == "Rome"
    assert values(saved.id)["attribution"] == 3
    create_contact({"email": "a@example.com", "city": "", "overwriteWithBlank": 1}, by=ada())
    assert "city" not in values(saved.id)


def test_everything_at_once():
    boss = ada()
    saved = create_contact(
        {
            "firstname": "Jim", "email": "jim@example.com", "tags": ["red", "blue"], "ipAddress": "192.0.2.7", "owner": boss.pk,
            "company": "Acme", "lastActive": "2024-05-01 10:00:00", "preferred_locale": "cs_CZ", "timezone": "Europe/Prague",
            "country": "United States", "doNotContact": [{"channel": "email", "reason": 1, "comments": "asked"}],
            "frequencyRules": {"email": {"frequency_number": 2, "frequency_time": "WEEK", "preferred_channel": 1}},
        },
        by=boss,
    )  # fmt: skip
    shown = orjson.loads(render.saved(saved))
    assert [t["tag"] for t in shown["tags"]] == ["red", "blue"]
    assert shown["ipAddresses"][0]["ipAddress"] == "192.0.2.7"
    assert shown["owner"]["username"] == "ada"
    assert shown["lastActive"] == "2024-05-01T10:00:00+00:00"
    assert shown["fields"]["core"]["last_active"]["value"] is None
    assert shown["fields"]["core"]["company"]["value"] == "Acme"
    assert shown["doNotContact"] == [
        {"id": shown["doNotContact"][0]["id"], "reason": 1, "comments": "asked", "channel": "email", "channelId": None}
    ]
    assert shown["frequencyRules"][0]["frequencyTime"] == "WEEK"
    assert scalar("SELECT count(*) FROM company_contacts WHERE contact_id = %s AND is_primary", (saved.id,)) == 1


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"email": "a%b@x.test"}, {"email": ["a%b@x.test has characters not allowed in email addresses."]}),
        ({"email": "x@y"}, {"email": ["x@y is invalid."]}),
        ({"attribution": "abc"}, {"attribution": ["This value is not valid."]}),
        ({"preferred_locale": "xx_YY"}, {"preferred_locale": ["This value is not valid."]}),
        ({"country": "Nowhere"}, {"country": ["This value is not valid."]}),
        ({"firstname": ["x", "y"]}, {"firstname": ["This value is not valid."]}),
        ({"owner": 99999}, {"owner": ["This value is not valid."]}),
        ({"stage": "x"}, {"stage": ["This value is not valid."]}),
        ({"tags": [["x"]]}, {"tags": ["This value is not valid."]}),
        ({"companies": [99999]}, {"companies": ["This value is not valid."]}),
        ({"doNotContact": [{"reason": 9}]}, {"doNotContact": ["This value is not valid."]}),
        ({"frequencyRules": {"email": {"frequency_number": "x"}}}, {"frequencyRules": ["This value is not valid."]}),
        (
            {"firstname": "x" * 100_000},
            {"firstname": ["This value is too long. It should have 191 characters or less."]},
        ),
    ],
)
def test_wrong_values_are_refused_and_nothing_is_stored(given, errors):
    with pytest.raises(Invalid) as refused:
        create_contact({"lastname": "L", **given}, by=ada())
    assert refused.value.errors == errors
    assert scalar("SELECT count(*) FROM contacts") == 0


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("  Sp  ", "Sp"),
        ("   ", "   "),
        ('<b>Bold</b> & <script>x()</script> "q"', 'Bold & x() "q"'),
        ("Žluťoučký 🐝", "Žluťoučký 🐝"),
        ("a\x00b", "ab"),
        (12, "12"),
    ],
)
def test_texts_are_cleaned(given, stored):
    assert values(create_contact({"firstname": given, "nosuch": {"a": 1}}, by=ada()).id)["firstname"] == stored


def test_a_visitor_is_identified_once():
    saved = create_contact({}, by=ada())
    assert read([saved.id])[saved.id].date_identified is None
    update_contact(saved.id, {"twitter": "jim"}, by=ada())
    assert read([saved.id])[saved.id].date_identified
    assert scalar("SELECT count(*) FROM events WHERE contact_id = %s AND type = 3", (saved.id,)) == 1


def test_attribution_has_a_date():
    saved = create_contact({"firstname": "A", "attribution": 12.5}, by=ada())
    assert values(saved.id)["attribution_date"].endswith(" 00:00:00")
    update_contact(saved.id, {"attribution": "", "overwriteWithBlank": 1}, by=ada())
    assert "attribution_date" not in values(saved.id)


def test_a_batch_is_as_if_one_after_the_other():
    before = create_contact({"email": "old@example.com", "city": "Rome"}, by=ada())
    outcomes = create_contacts(
        [
            {"email": "a@example.com", "firstname": "A"},
            {"email": "OLD@example.com", "firstname": "Old"},
            {"email": "x@y"},
            {"email": "A@example.com", "lastname": "Again", "tags": "vip"},
            {"firstname": "Nameless"},
        ],
        by=ada(),
    )
    assert [getattr(o, "created", type(o)) for o in outcomes] == [True, False, Invalid, False, True]
    assert outcomes[1].id == before.id
    assert values(outcomes[0].id) == {"email": "A@example.com", "firstname": "A", "lastname": "Again"}
    assert outcomes[3].id == outcomes[0].id
    assert b'"vip"' in render.saved(outcomes[3])
    assert scalar("SELECT count(*) FROM contacts") == 3


def test_a_batch_of_a_thousand():
    outcomes = create_contacts([{"email": f"n{i}@example.com", "firstname": f"N{i}"} for i in range(1000)], by=ada())
    assert [values(o.id)["firstname"] for o in outcomes[:3]] == ["N0", "N1", "N2"]
    assert scalar("SELECT count(*) FROM events WHERE type = 1") == 1000
