import pytest

from calls import call, created
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import rows, scalar
from honeyguide.features.points.models import PointAction, PointTriggerEvent
from people import ada

pytestmark = pytest.mark.django_db

TAG_IT = {"name": "Tag it", "type": "lead.changetags", "properties": {"add_tags": ["hot"], "remove_tags": []}}


def trigger(**values):
    return created(ada(), "points/triggers", "trigger", {"name": "Hot", "points": 10, **values})


def group():
    return created(ada(), "points/groups", "pointGroup", {"name": "Loyalty"})


def contact():
    return scalar("INSERT INTO contacts (is_published, fields, points) VALUES (true, '{}', 0) RETURNING id")


def test_a_point_action_needs_a_known_type():
    reply = call(ada(), "POST", "points/new", {"name": "x", "type": "sms.reply"})
    assert reply.status == 400
    assert call(ada(), "GET", "points/actions/types").body["pointActionTypes"]["url.hit"] == "Visits specific URL"


def test_properties_are_those_of_the_stored_type():
    point = created(ada(), "points", "point", {"name": "x", "type": "email.open", "properties": {"emails": [1]}})
    assert point["properties"] == []
    path = f"points/{point['id']}/edit"
    assert call(ada(), "PATCH", path, {"properties": {"emails": [1]}}).body["point"]["properties"] == {"emails": [1]}
    refused = call(ada(), "PATCH", path, {"properties": {"pages": [1]}})
    assert refused.body["errors"][0]["details"] == {"properties": ["This form should not contain extra fields."]}


def test_a_group_is_taken_but_not_shown():
    point = created(ada(), "points", "point", {"name": "x", "type": "page.hit", "group": group()["id"]})
    assert "group" not in point
    assert PointAction.objects.get(pk=point["id"]).group.name == "Loyalty"


def test_events_are_replaced_by_those_that_are_sent():
    first = trigger(events=[TAG_IT, TAG_IT | {"name": "Second"}])
    keep = first["events"][1]["id"]
    path = f"points/triggers/{first['id']}/edit"
    changed = call(ada(), "PATCH", path, {"events": [{"id": keep, "type": "email.send"}, TAG_IT]}).body["trigger"]
    assert [(e["type"], e["order"]) for e in changed["events"]] == [
        ("email.send", 2),
        ("lead.changetags", 2),
    ]  # one keeps its place, one takes the place it was sent in
    assert changed["events"][0]["id"] == keep
    assert len(call(ada(), "PATCH", path, {"points": 3}).body["trigger"]["events"]) == 2
    assert call(ada(), "PUT", path, {"name": "Put"}).body["trigger"]["events"] == []


def test_an_event_of_another_trigger_cannot_be_taken_over():
    other = trigger(events=[TAG_IT])
    trigger(events=[TAG_IT | {"id": other["events"][0]["id"], "name": "Stolen"}])
    assert PointTriggerEvent.objects.get(pk=other["events"][0]["id"]).name == "Tag it"


def test_an_event_without_type_is_refused_and_nothing_is_stored():
    reply = call(ada(), "POST", "points/triggers/new", {"name": "x", "events": [{"name": "e"}]})
    assert (reply.status, reply.body["errors"][0]["message"][:15]) == (400, "Trigger events:")
    assert call(ada(), "GET", "points/triggers").body["total"] == 0


def test_delete_events():
    made = trigger(events=[TAG_IT, TAG_IT])
    path = f"points/triggers/{made['id']}/events/delete"
    assert call(ada(), "DELETE", path).body["errors"][0]["message"] == "The events attribute must be array."
    left = call(ada(), "DELETE", path, {"events": [made["events"][0]["id"]]}).body["trigger"]["events"]
    assert [event["id"] for event in left] == [made["events"][1]["id"]]


@pytest.mark.parametrize(
    ("operator", "value", "score"),
    [("plus", "3", 8), ("minus", "7", -2), ("times", "2", 10), ("divide", "2", 2), ("set", "1", 1)],
)
def test_a_group_score_changes_and_is_logged(operator, value, score):
    who, what = contact(), group()["id"]
    path = f"contacts/{who}/points/groups"
    assert call(ada(), "GET", f"{path}/{what}").body == []
    call(ada(), "POST", f"{path}/{what}/plus/5")
    shown = {"score": score, "group": {"id": what, "name": "Loyalty"}}
    assert call(ada(), "POST", f"{path}/{what}/{operator}/{value}").body == {"groupScore": shown}
    assert call(ada(), "GET", path).body == {"total": 1, "groupScores": [shown]}
    logged = rows(
        "SELECT (payload ->> 'delta')::int FROM events WHERE contact_id = %s AND type = %s ORDER BY id",
        (who, EventType.POINTS_CHANGED),
    )
    assert logged == [(5,), (score - 5,)]


@pytest.mark.parametrize("change", ["plus/x", "plus/99999999999999999999", "divide/0", "modulo/2", "plus/nan"])
def test_a_senseless_change_is_refused(change):
    assert call(ada(), "POST", f"contacts/{contact()}/points/groups/{group()['id']}/{change}").status == 400


def test_unknown_contacts_and_groups_are_not_found():
    assert call(ada(), "GET", "contacts/99999999999999999999/points/groups").status == 404
    assert call(ada(), "POST", f"contacts/{contact()}/points/groups/99/plus/1").status == 404
