import pytest

from honeyguide.engine.sql import scalar
from honeyguide.features.contacts.services import adjust_points, create_contact, set_do_not_contact
from honeyguide.features.contacts.timeline import TYPES, activity, read_filters
from people import ada

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact():
    number = create_contact({"firstname": "Main", "email": "main@x.test"}, by=ada()).id
    for delta in (5, 3, 7):
        adjust_points(number, "plus", delta, event_name=f"Ev{delta}", action_name="Act")
    set_do_not_contact(number, "pigeon", 3)
    return number


def test_it_works(contact):
    told = activity(contact)
    kinds = [event["event"] for event in told["events"]]
    assert sorted(kinds) == ["lead.donotcontact", "lead.source.identified", *["point.gained"] * 3]
    assert (told["total"], told["page"], told["limit"], told["maxPages"], told["types"]) == (5, 1, 25, 1.0, TYPES)
    dnc = next(e for e in told["events"] if e["event"] == "lead.donotcontact")
    assert dnc["eventLabel"] == "Pigeon"
    assert dnc["details"]["dnc"]["reason"] == "Contact was manually set as do not contact for this channel."
    identified = next(e for e in told["events"] if e["event"] == "lead.source.identified")
    assert identified["eventLabel"] == "Contact was identified by Ada Admin"


def test_pages_are_cut_per_type(contact):
    told = activity(contact, page=2, limit=2)
    assert [event["eventLabel"] for event in told["events"]] == ["Ev7 / 7"]
    assert (told["total"], told["maxPages"]) == (5, 2.0)


@pytest.mark.parametrize(
    ("raw", "total"),
    [
        ({"search": "ev5"}, 1),
        ({"search": "vips"}, 0),
        ({"search": "100%"}, 0),
        ({"includeEvents": ["point.gained"]}, 3),
        ({"excludeEvents": {"0": "point.gained"}}, 2),
        ({"includeEvents": ["nosuch"]}, 0),
        ({"dateTo": "2001-01-01 00:00:00"}, 0),
        ({"dateFrom": "garbage", "search": ["x"]}, 5),
        ("nonsense", 5),
    ],
)
def test_filters(contact, raw, total):
    assert activity(contact, filters=read_filters(raw))["total"] == total


def test_an_anonymous_contact_has_no_history():
    told = activity(create_contact({}, by=ada()).id)
    assert (told["events"], told["total"], told["maxPages"]) == ([], 0, 1)


def test_the_feed_of_all_contacts(contact):
    assert activity(None)["total"] == 5
    assert scalar("SELECT count(*) FROM contacts") == 1
