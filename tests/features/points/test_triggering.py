"""Reaching a number of points does what triggers say, once per contact."""

import pytest

from features.campaigns.journeys import campaign
from honeyguide.engine.events import consume
from honeyguide.engine.sql import rows, scalar
from honeyguide.features.contacts.services import adjust_points, create_contact, merge_contacts, update_contact
from honeyguide.features.emails import services as emails
from honeyguide.features.points import triggering
from honeyguide.features.points.jobs import TRIGGERS
from honeyguide.features.points.models import PointGroup, PointTrigger
from honeyguide.features.points.scores import change_score
from honeyguide.features.segments.models import Segment
from honeyguide.features.segments.services import add_contacts
from honeyguide.features.tags import modify_tags
from people import ada

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_to_read():
    pull()


def pull():
    while consume(TRIGGERS):
        pass


def person(name="ann", **values):
    return create_contact({"email": f"{name}@x.test", **values}, by=None).id


def trigger(points, *events, **values):
    made = PointTrigger.objects.create(name="T", points=points, **values)
    for order, (kind, properties) in enumerate(events):
        made.events.create(name="E", type=kind, properties=properties, order=order)
    return made


def tagging(*names):
    return "lead.changetags", {"add_tags": list(names)}


def tags(contact):
    found = rows(
        "SELECT t.tag FROM contact_tags l JOIN tags t ON t.id = l.tag_id WHERE l.contact_id = %s ORDER BY 1", (contact,)
    )
    return [tag for (tag,) in found]


def test_it_works():
    trigger(10, tagging("hot"))
    ann = person()
    adjust_points(ann, "plus", 9)
    pull()
    assert tags(ann) == []
    adjust_points(ann, "plus", 1)
    pull()
    assert tags(ann) == ["hot"]


def test_an_event_is_done_once_whatever_the_points_do():
    trigger(10, tagging("hot"))
    ann = person()
    adjust_points(ann, "plus", 10)
    pull()
    modify_tags([ann], remove=["hot"])
    adjust_points(ann, "minus", 10)
    pull()
    adjust_points(ann, "plus", 20)
    pull()
    assert tags(ann) == []


def test_new_contacts_and_points_set_by_hand_count():
    trigger(0, tagging("new"))
    trigger(5, tagging("five"))
    ann = person()
    pull()
    assert tags(ann) == ["new"]
    update_contact(ann, {"points": 6}, by=ada())
    pull()
    assert tags(ann) == ["five", "new"]


def test_triggers_that_are_not_live_do_nothing():
    trigger(0, tagging("off"), is_published=False)
    ann = person()
    pull()
    assert tags(ann) == []


def test_points_of_a_group():
    group = PointGroup.objects.create(name="G")
    trigger(3, tagging("of group"), group=group)
    ann = person(points=50)
    pull()
    assert tags(ann) == []
    change_score(ann, group.pk, "plus", 3, event_name="x", action_name="y")
    pull()
    assert tags(ann) == ["of group"]


def test_segments_and_campaigns():
    into, out = (Segment.objects.create(name=name, alias=name) for name in ("into", "out"))
    journey = campaign()
    ann = person()
    add_contacts(out, contact_ids=[ann])
    trigger(
        1,
        ("lead.changelists", {"addToLists": [str(into.pk), 99999], "removeFromLists": [out.pk]}),
        ("campaign.changecampaign", {"addTo": [journey.pk], "removeFrom": []}),
    )
    adjust_points(ann, "plus", 1)
    pull()
    members = rows("SELECT segment_id FROM segment_contacts WHERE contact_id = %s AND NOT manually_removed", (ann,))
    assert members == [(into.pk,)]
    assert rows("SELECT contact_id FROM campaign_contacts WHERE campaign_id = %s", (journey.pk,)) == [(ann,)]


def test_an_email_is_sent_once_and_who_has_no_address_gets_it_later():
    email = emails.create_email({"name": "E", "subject": "E", "custom_html": "<p>x</p>"})
    trigger(1, ("email.send", {"email": str(email.pk)}))
    ann, bob = person(points=1), create_contact({"firstname": "bob", "points": 1}, by=None).id
    pull()
    assert rows("SELECT contact_id FROM outbox") == [(ann,)]
    update_contact(bob, {"email": "bob@x.test"}, by=None)
    adjust_points([ann, bob], "plus", 1)
    pull()
    assert rows("SELECT contact_id FROM outbox ORDER BY 1") == [(ann,), (bob,)]


def test_an_event_that_breaks_holds_up_nothing(monkeypatch):
    def broken(event, contact_ids):
        scalar("SELECT 1 / 0")

    real = triggering.effects()
    monkeypatch.setattr(triggering, "effects", lambda: {**real, "broken": triggering.Effect("broken", broken)})
    trigger(1, ("broken", {}), ("plugin.leadpush", {}), tagging("after"))
    ann = person(points=1)
    pull()
    assert tags(ann) == ["after"]
    assert scalar("SELECT count(*) FROM point_trigger_log") == 1


def test_contacts_that_were_there_before(client, monkeypatch):
    monkeypatch.setattr(triggering, "SLICE", 2)
    people = [person(f"p{number}", points=number) for number in range(5)]
    pull()
    trigger(2, tagging("quiet"))
    asked = trigger(3, tagging("all"), trigger_existing_leads=True, date_added=scalar("SELECT now()"))
    triggering.begin_with_existing(asked)
    late = person("late", points=9)
    while triggering.look_at_existing():
        pass
    assert [tags(contact) for contact in people] == [[], [], [], ["all"], ["all"]]
    assert tags(late) == []
    pull()
    assert tags(late) == ["all", "quiet"]
    asked.refresh_from_db()
    assert asked.existing_after is None


def test_who_was_merged_is_not_served_again():
    email = emails.create_email({"name": "E", "subject": "E", "custom_html": "<p>x</p>"})
    trigger(1, ("email.send", {"email": email.pk}))
    ann, bob = person("ann"), person("bob", points=1)
    pull()
    merge_contacts(ann, bob, by=None)
    adjust_points(ann, "plus", 1)
    pull()
    assert scalar("SELECT count(*) FROM outbox") == 1
