import pytest

from calls import call, created
from honeyguide.engine.sql import scalar
from honeyguide.features.segments.models import Segment
from people import ada, cy

pytestmark = pytest.mark.django_db


@pytest.fixture
def segment():
    return Segment.objects.create(name="s", public_name="s", alias="s")


def event(key, **values):
    return {"id": key, "name": key, "type": "lead.changepoints", "eventType": "action", **values}


def drawn(*connections):
    nodes = {end for source, target, _ in connections for end in (source, target)}
    return {
        "nodes": [{"id": node, "positionX": "1", "positionY": "2"} for node in sorted(nodes)],
        "connections": [
            {"sourceId": source, "targetId": target, "anchors": {"source": anchor, "target": "top"}}
            for source, target, anchor in connections
        ],
    }


TREE = drawn(
    ("lists", "new_1", "leadsource"), ("new_1", "new_2", "yes"), ("new_1", "new_3", "no"), ("new_2", "new_4", "bottom")
)


def campaign(segment, **values):
    body = {
        "name": "Welcome",
        "lists": [{"id": segment.pk}],
        "events": [event(f"new_{n}") for n in (1, 2, 3, 4)],
        "canvasSettings": TREE,
    }
    return created(ada(), "campaigns", "campaign", body | values)


def shape(made):
    shown = call(ada(), "GET", f"campaigns/{made['id']}").body["campaign"]
    names = {e["id"]: e["name"] for e in shown["events"]}
    return {
        e["name"]: (e["order"], e["decisionPath"], e["parent"] and names[e["parent"]["id"]]) for e in shown["events"]
    }


def test_events_take_their_places_from_the_canvas(segment):
    made = campaign(segment)
    assert shape(made) == {
        "new_1": (1, None, None),
        "new_2": (2, "yes", "new_1"),
        "new_3": (2, "no", "new_1"),
        "new_4": (3, None, "new_2"),
    }
    ids = {str(e["id"]) for e in made["events"]}
    assert {node["id"] for node in made["canvasSettings"]["nodes"]} == ids | {"lists"}


def test_parents_and_children_are_shown_once_and_not_too_deep(segment):
    made = campaign(segment)
    first = next(e for e in call(ada(), "GET", f"campaigns/{made['id']}").body["campaign"]["events"] if e["order"] == 1)
    assert [child["name"] for child in first["children"]] == ["new_2", "new_3"]
    assert "parent" not in first["children"][0]
    assert "children" not in first["children"][0]["children"][0]


def test_a_loop_in_the_drawing_does_no_harm(segment):
    loop = drawn(("new_1", "new_2", "yes"), ("new_2", "new_1", "yes"))
    made = campaign(segment, events=[event("new_1"), event("new_2")], canvasSettings=loop)
    assert call(ada(), "GET", f"campaigns/{made['id']}").status == 200


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"events": []}, "At least one event is required. Use the Launch Campaign Builder button to add one."),
        ({"lists": []}, "At least one contact source is required. Use the Launch Campaign Builder button to add one."),
        ({"lists": [{"id": 999}]}, "lists: This value is not valid."),
        ({"events": [{"id": "new_1", "type": "x", "eventType": "action"}]}, "name: A name is required."),
        ({"events": [event("new_1", triggerHour="x")]}, "triggerHour: This value is not valid."),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_stored(segment, change, message):
    body = {"name": "x", "lists": [{"id": segment.pk}], "events": [event("new_1")]} | change
    reply = call(ada(), "POST", "campaigns/new", body)
    assert (reply.status, reply.body["errors"][0]["message"]) == (400, message)
    assert call(ada(), "GET", "campaigns").body["total"] == 0


def test_put_replaces_events_and_needs_their_ids(segment):
    made = campaign(segment)
    kept = made["events"][0]["id"]
    path = f"campaigns/{made['id']}/edit"
    body = {"name": "Put", "lists": [{"id": segment.pk}], "events": [event(kept), event("new_9")]}
    put = call(ada(), "PUT", path, body).body["campaign"]
    assert put["events"][0]["id"] == kept
    assert len(put["events"]) == 2
    refused = call(ada(), "PUT", path, body | {"events": [{"name": "x"}]})
    assert refused.body["errors"][0]["message"] == '$campaign[events][0]["id"] is missing'


def test_patch_keeps_what_it_does_not_name(segment):
    made = campaign(segment)
    other = Segment.objects.create(name="t", public_name="t", alias="t")
    body = {"lists": [{"id": other.pk}], "events": [event(made["events"][1]["id"], name="Renamed")]}
    patched = call(ada(), "PATCH", f"campaigns/{made['id']}/edit", body).body["campaign"]
    assert len(patched["lists"]) == 2
    assert shape(made) == {
        "new_1": (1, None, None),
        "Renamed": (2, "yes", "new_1"),
        "new_3": (2, "no", "new_1"),
        "new_4": (3, None, "Renamed"),
    }


def test_the_channel_follows_from_type_and_properties(segment):
    made = campaign(segment, events=[event("new_1", type="email.send", properties={"email": 7})], canvasSettings=None)
    assert (made["events"][0]["channel"], made["events"][0]["channelId"]) == ("email", 7)


def test_a_clone_has_neither_events_nor_sources(segment):
    made = campaign(segment)
    reply = call(ada(), "POST", f"campaigns/clone/{made['id']}")
    copy = reply.body["campaign"]
    assert (reply.status, reply.headers["Location"]) == (302, f"/api/campaigns/{copy['id']}")
    assert (copy["name"], copy["isPublished"], copy["events"], copy["lists"]) == ("Welcome", False, [], [])


def test_contacts_come_and_go(segment):
    path = f"campaigns/{campaign(segment)['id']}"
    who = scalar("INSERT INTO contacts (is_published, fields, points) VALUES (true, '{}', 0) RETURNING id")
    assert call(ada(), "POST", f"{path}/contact/{who}/add").body == {"success": 1}
    listed = call(ada(), "GET", f"{path}/contacts?where[0][col]=lead_id&where[0][expr]=eq&where[0][val]={who}").body
    assert (listed["total"], listed["contacts"][0]["manually_added"]) == ("1", "1")
    call(ada(), "POST", f"{path}/contact/{who}/remove")
    assert call(ada(), "GET", f"{path}/contacts").body == {"total": "0", "contacts": []}
    assert call(ada(), "POST", f"{path}/contact/999/add").status == 404
    assert call(cy(), "POST", f"{path}/contact/{who}/add").status == 403
    assert call(cy(), "GET", f"{path}/contacts").status == 403


def test_events_by_themselves_show_their_campaign(segment):
    made = campaign(segment)
    shown = call(ada(), "GET", f"campaigns/events/{made['events'][0]['id']}").body["event"]
    assert shown["campaign"] == {"id": made["id"], "name": "Welcome", "category": None, "description": None}
    assert call(ada(), "GET", "campaigns/events").body["total"] == 4
    assert call(cy(), "GET", "campaigns/events").status == 403


def test_a_segment_in_use_stays_published(segment):
    campaign(segment)
    assert call(ada(), "PATCH", f"segments/{segment.pk}/edit", {"isPublished": 0}).status == 422
