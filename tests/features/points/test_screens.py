"""Pages of point actions, groups and triggers."""

import pytest

from honeyguide.features.contacts.services import create_contact
from honeyguide.features.emails import services as emails
from honeyguide.features.points.models import PointAction, PointGroup, PointTrigger, PointTriggerLog
from honeyguide.features.segments.models import Segment
from people import ada

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(client):
    client.force_login(ada())
    return client


def test_an_action_is_made_and_changed(pages):
    email = emails.create_email({"name": "News", "subject": "N", "custom_html": "<p>x</p>"})
    group = PointGroup.objects.create(name="Reading")
    sent = {
        "name": "Opens",
        "type": "email.open",
        "delta": "5",
        "repeatable": "1",
        "isPublished": "1",
        "group": group.pk,
        "email.open:emails": [email.pk, 99999],
        "url.hit:page_url": "ignored",
    }
    assert pages.post("/s/points/new", sent).status_code == 302
    made = PointAction.objects.get()
    assert (made.name, made.delta, made.repeatable, made.group) == ("Opens", 5, True, group)
    assert made.properties == {"emails": [email.pk], "categories": []}
    shown = pages.get(f"/s/points/edit/{made.pk}").content.decode()
    assert f'<option value="{email.pk}" selected>News' in shown
    assert "+5 (Reading)" in pages.get("/s/points").content.decode()
    changed = {**sent, "type": "url.hit", "url.hit:page_url": "https://x.test/*", "url.hit:page_hits": "3"}
    assert pages.post(f"/s/points/edit/{made.pk}", changed).status_code == 302
    made.refresh_from_db()
    assert (made.type, made.properties["page_url"], made.properties["page_hits"]) == ("url.hit", "https://x.test/*", 3)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"type": "url.hit"}, "Address: please fill this in."),
        ({"type": "url.hit", "url.hit:page_url": "x", "url.hit:page_hits": "many"}, "please enter a whole number"),
        ({"type": ""}, "A point action must be selected."),
        ({"type": "nothing"}, "not valid"),
        ({"type": "page.hit", "name": ""}, "A name is required."),
    ],
)
def test_mistakes_in_actions_are_told_and_nothing_is_kept(pages, sent, told):
    answer = pages.post("/s/points/new", {"name": "A", "delta": "1", **sent})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not PointAction.objects.exists()


def event(key, kind, number="", **properties):
    told = {"event": key, f"{key}:type": kind, f"{key}:id": number, f"{key}:name": f"Event {key}"}
    return told | {f"{key}:{name}": value for name, value in properties.items()}


def test_a_trigger_and_its_events(pages):
    segment = Segment.objects.create(name="Hot", alias="hot")
    first, second = (
        event("n1", "lead.changetags", add_tags="a, b"),
        event("n2", "lead.changelists", addToLists=[segment.pk]),
    )
    sent = {"name": "Friends", "points": "10", "isPublished": "1", "triggerExistingLeads": "1", "color": "ff0000"}
    assert pages.post("/s/points/triggers/new", {**sent, **first, **second, "event": ["n1", "n2"]}).status_code == 302
    made = PointTrigger.objects.get()
    tags, lists = made.events.all()
    assert (tags.properties, lists.properties["addToLists"]) == (
        {"add_tags": ["a", "b"], "remove_tags": []},
        [segment.pk],
    )
    assert made.existing_after == 0
    shown = pages.get(f"/s/points/triggers/edit/{made.pk}").content.decode()
    assert 'value="a, b"' in shown
    assert "The worker is going through" in shown
    assert "Event n1, Event n2" in pages.get("/s/points/triggers").content.decode()
    kept = {**sent, **event(f"e{lists.pk}", "lead.changelists", lists.pk, removeFromLists=[segment.pk])}
    assert pages.post(f"/s/points/triggers/edit/{made.pk}", kept).status_code == 302
    assert [(e.pk, e.properties["removeFromLists"]) for e in made.events.all()] == [(lists.pk, [segment.pk])]


def test_events_that_we_do_not_do_keep_what_they_say(pages):
    made = PointTrigger.objects.create(name="T", points=1)
    push = made.events.create(name="Push", type="plugin.leadpush", properties={"integration": "X"}, order=1)
    pages.post(
        f"/s/points/triggers/edit/{made.pk}", {"name": "T", "points": "1", **event("e1", "plugin.leadpush", push.pk)}
    )
    push.refresh_from_db()
    assert (push.name, push.properties) == ("Event e1", {"integration": "X"})


def test_an_event_of_another_trigger_cannot_be_taken(pages):
    other = PointTrigger.objects.create(name="O").events.create(name="E", type="lead.changetags", properties={})
    pages.post(
        "/s/points/triggers/new", {"name": "T", "points": "1", **event("e1", "lead.changetags", other.pk, add_tags="x")}
    )
    other.refresh_from_db()
    assert (other.trigger.name, other.name) == ("O", "E")


def test_for_how_many_an_event_was_done(pages):
    made = PointTrigger.objects.create(name="T", points=1)
    done = made.events.create(name="E", type="lead.changetags", properties={})
    contact = create_contact({"firstname": "A"}, by=None).id
    PointTriggerLog.objects.create(event=done, contact_id=contact, date_fired="2026-01-01T00:00:00Z")
    assert "done for 1" in pages.get(f"/s/points/triggers/edit/{made.pk}").content.decode()


def test_mistakes_in_events_are_told(pages):
    answer = pages.post("/s/points/triggers/new", {"name": "T", "points": "1", **event("n1", "email.send")})
    assert answer.status_code == 422
    assert "E-mail: please fill this in." in answer.content.decode()
    assert not PointTrigger.objects.exists()


def test_groups(pages):
    assert pages.post("/s/points/groups/new", {"name": "Reading", "isPublished": "1"}).status_code == 302
    assert "Reading" in pages.get("/s/points/groups").content.decode()
    assert pages.post("/s/points/groups/new", {"name": ""}).status_code == 422
