"""What two contacts asked not to get, the one that they become does not get."""

import orjson
import pytest

from bodies import least
from calls import created
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.contacts.services import (
    BOUNCED,
    MANUAL,
    UNSUBSCRIBED,
    create_contact,
    merge_contacts,
    set_do_not_contact,
    set_frequency_rules,
)
from honeyguide.features.segments.models import Segment
from honeyguide.features.segments.services import rebuild
from people import ada

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    """The one that stays, and the one that goes."""
    return [create_contact({"firstname": name}, by=ada()).id for name in ("Winner", "Loser")]


def refused(contact_id):
    return rows(
        "SELECT channel, reason, comments FROM do_not_contact WHERE contact_id = %s ORDER BY channel", (contact_id,)
    )


def test_do_not_contact_entries_of_both_hold(two):
    winner, loser = two
    set_do_not_contact(winner, "sms", MANUAL, comments="asked by phone")
    set_do_not_contact(loser, "email", UNSUBSCRIBED, comments="clicked", channel_id=7)
    merge_contacts(winner, loser, by=ada())
    assert refused(winner) == [("email", UNSUBSCRIBED, "clicked"), ("sms", MANUAL, "asked by phone")]
    last = "SELECT payload::text FROM events WHERE contact_id = %s AND type = %s ORDER BY id DESC LIMIT 1"
    told = orjson.loads(scalar(last, (winner, EventType.DO_NOT_CONTACT_CHANGED)))
    assert (told["channel"], told["old"], told["new"]) == ("email", 0, UNSUBSCRIBED)


@pytest.mark.parametrize(
    ("of_winner", "of_loser", "then"),
    [
        (MANUAL, UNSUBSCRIBED, UNSUBSCRIBED),
        (UNSUBSCRIBED, BOUNCED, UNSUBSCRIBED),
        (MANUAL, BOUNCED, MANUAL),
    ],
)
def test_who_unsubscribed_stays_so(two, of_winner, of_loser, then):
    winner, loser = two
    set_do_not_contact(winner, "email", of_winner)
    set_do_not_contact(loser, "email", of_loser)
    merge_contacts(winner, loser, by=ada())
    assert [(channel, reason) for channel, reason, _ in refused(winner)] == [("email", then)]


def test_left_categories_stay_left(two):
    winner, loser = two
    left, joined = (
        created(ada(), "categories", "category", least("categories") | {"title": t})["id"] for t in ("Left", "Joined")
    )
    for contact, category, removed in ((winner, left, False), (loser, left, True), (loser, joined, False)):
        execute(
            "INSERT INTO contact_categories (contact_id, category_id, date_added, manually_added, manually_removed) "
            "VALUES (%s, %s, now(), %s, %s)",
            (contact, category, not removed, removed),
        )
    merge_contacts(winner, loser, by=ada())
    assert rows("SELECT category_id, manually_removed FROM contact_categories WHERE contact_id = %s", (winner,)) == [
        (left, True)
    ]


def test_how_often_to_write_is_taken_where_the_winner_did_not_say(two):
    winner, loser = two
    set_frequency_rules(winner, {"email": {"frequency_number": 1, "frequency_time": "DAY", "preferred_channel": 1}})
    set_frequency_rules(loser, {"email": {"frequency_number": 9, "frequency_time": "DAY"}})
    set_frequency_rules(loser, {"sms": {"frequency_number": 2, "frequency_time": "WEEK", "preferred_channel": 1}})
    merge_contacts(winner, loser, by=ada())
    assert rows(
        "SELECT channel, frequency_number, preferred_channel FROM frequency_rules WHERE contact_id = %s ORDER BY 1",
        (winner,),
    ) == [("email", 1, True), ("sms", 2, False)]


def test_segments_of_the_unsubscribed_have_the_winner(two):
    winner, loser = two
    out = {
        "glue": "and",
        "field": "dnc_unsubscribed",
        "object": "lead",
        "type": "boolean",
        "operator": "=",
        "filter": 1,
    }
    segment = Segment.objects.get(pk=created(ada(), "segments", "list", {"name": "Out", "filters": [out]})["id"])
    set_do_not_contact(loser, "email", UNSUBSCRIBED)
    merge_contacts(winner, loser, by=ada())
    rebuild(segment)
    assert rows("SELECT contact_id FROM segment_contacts WHERE segment_id = %s", (segment.pk,)) == [(winner,)]
