"""The canvas's page: what it is given, what it saves, keeps as a draft and rehearses."""

import orjson
import pytest

import people
from calls import call
from features.campaigns.journeys import campaign, contact, points, run, segment
from honeyguide.features.campaigns import drawing, page_queries
from honeyguide.features.campaigns import plan as plans
from honeyguide.features.campaigns.models import Campaign, CampaignDraft
from honeyguide.features.companies.models import Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(client):
    client.force_login(people.ada())

    def send(path, body=None):
        sent = b"" if body is None else orjson.dumps(body)
        answer = client.post(f"/s/campaigns/builder/{path}", sent, content_type="application/json")
        assert "json" in answer.headers["Content-Type"], answer.content[-3000:]
        return answer.status_code, orjson.loads(answer.content)

    return send


def node(name, x=100, y=50):
    return {"id": name, "positionX": str(x), "positionY": str(y)}


def link(source, target, anchor="bottom"):
    return {"sourceId": source, "targetId": target, "anchors": {"source": anchor, "target": "top"}}


def drawn(*sources):
    asked = {"field": "city", "operator": "=", "value": "Rome"}
    return {
        "events": [
            {"id": "new1", "name": "Roman?", "type": "lead.field_value", "eventType": "condition", "properties": asked},
            {"id": "new2", "name": "Reward", "type": "lead.changepoints", "eventType": "action", "properties": {"points": 5}},
            {"id": "new3", "name": "Console", "type": "lead.changepoints", "eventType": "action", "properties": {"points": 1}},
        ],
        "canvasSettings": {
            "nodes": [node("lists"), node("new1"), node("new2", 10, 200), node("new3", 300, 200)],
            "connections": [
                link("lists", "new1", "leadsource"), link("new1", "new2", "yes"), link("new1", "new3", "no"),
            ],
        },
        "lists": [one.pk for one in sources],
        "forms": [],
    }  # fmt: skip


def test_what_is_drawn_becomes_the_campaign_and_runs(send):
    ann = contact("ann", city="Rome")
    source = segment("s", ann)
    made = campaign()
    status, answer = send(f"{made.pk}/save", drawn(source))
    assert status == 200
    asked, reward, console = made.events.all()
    assert [(one.parent_id, one.decision_path) for one in (reward, console)] == [(asked.pk, "yes"), (asked.pk, "no")]
    assert [entry["id"] for entry in answer["stored"]["canvasSettings"]["nodes"]] == [
        "lists", str(asked.pk), str(reward.pk), str(console.pk),
    ]  # fmt: skip
    run()
    done = [number for number, one in page_queries.figures(made.pk).items() if one.done]
    assert sorted(done) == [asked.pk, reward.pk]


def test_what_is_stored_goes_out_and_comes_back_as_it_was(send):
    made = campaign(segment("s"))
    send(f"{made.pk}/save", drawn(*made.lists.all()))
    stored = drawing.drawing_of(Campaign.objects.get(pk=made.pk))
    assert send(f"{made.pk}/save", stored)[0] == 200
    assert drawing.drawing_of(Campaign.objects.get(pk=made.pk)) == stored


def test_saving_replaces_sources_and_steps_and_unhooks_what_is_no_longer_led_to(send):
    first, second = segment("first"), segment("second")
    made = campaign(first)
    send(f"{made.pk}/save", drawn(first))
    stored = drawing.drawing_of(Campaign.objects.get(pk=made.pk))
    kept = [event for event in stored["events"] if event["name"] != "Console"]
    canvas = {
        "nodes": stored["canvasSettings"]["nodes"][:3],
        "connections": stored["canvasSettings"]["connections"][:1],
    }
    send(f"{made.pk}/save", {"events": kept, "canvasSettings": canvas, "lists": [second.pk], "forms": []})
    assert list(made.lists.all()) == [second]
    assert [(event.name, event.parent_id) for event in made.events.all()] == [("Roman?", None), ("Reward", None)]


def test_a_draft_changes_nothing_until_it_is_saved_or_thrown_away(send):
    made = campaign()
    points(made, name="first")
    assert send(f"{made.pk}/draft", drawn())[0] == 200
    assert [event.name for event in made.events.all()] == ["first"]
    assert CampaignDraft.objects.get(campaign=made).drawing["events"][0]["name"] == "Roman?"
    send(f"{made.pk}/draft")
    assert not CampaignDraft.objects.exists()


def test_saving_ends_the_draft(send):
    made = campaign()
    send(f"{made.pk}/draft", drawn())
    send(f"{made.pk}/save", drawn())
    assert not CampaignDraft.objects.exists()


def test_a_drawing_is_rehearsed_before_it_is_saved(send):
    source = segment("s", contact("ann", city="Rome"), contact("bob", city="Oslo"), contact("cid", city="Rome"))
    made = campaign()
    status, answer = send(f"{made.pk}/rehearse", drawn(source))
    assert status == 200
    assert answer["entering"] == 3
    assert {key: one["count"] for key, one in answer["steps"].items()} == {"new1": 3, "new2": 2, "new3": 1}
    assert not made.events.exists()


def test_a_jump_to_a_step_that_is_only_drawn_is_rehearsed_and_saved(send):
    made = campaign()
    source = segment("s", contact("ann"))
    body = drawn(source)
    body["events"].append(
        {"id": "new4", "name": "Again", "type": "campaign.jump_to_event", "eventType": "action",
         "triggerMode": "interval", "triggerInterval": 1, "triggerIntervalUnit": "d", "properties": {"jumpToEvent": "new1"}}
    )  # fmt: skip
    body["canvasSettings"]["nodes"].append(node("new4"))
    body["canvasSettings"]["connections"].append(link("new3", "new4"))
    assert send(f"{made.pk}/rehearse", body)[1]["steps"]["new4"]["count"] == 1
    send(f"{made.pk}/save", body)
    assert made.events.get(name="Again").properties["jumpToEvent"] == made.events.get(name="Roman?").pk


@pytest.mark.parametrize(
    "body",
    [[], {"x": 1}, {"events": 7}, {"events": [7]}, {"events": [{"name": "a\x00b", "type": "x", "eventType": "action"}]},
     {"lists": [99999999]}, {"lists": [[[1]]]}, {"events": [{"name": "n" * 100_000, "type": "x", "eventType": "action"}]},
     {"canvasSettings": {"nodes": [1, None, {"id": [1]}], "connections": {"a": {"sourceId": {}}}}}],
)  # fmt: skip
@pytest.mark.parametrize("act", ["save", "draft", "rehearse"])
def test_odd_drawings_are_no_errors_of_the_server(send, act, body):
    made = campaign()
    points(made, name="first")
    status, answer = send(f"{made.pk}/{act}", body)
    assert status < 500
    assert status == 200 or answer["error"]
    assert [event.name for event in made.events.all()] in (["first"], [])


def test_only_who_may_edit_saves(client):
    made = campaign()
    client.force_login(people.cy())
    for act in ("save", "draft", "rehearse"):
        assert (
            client.post(f"/s/campaigns/builder/{made.pk}/{act}", b"{}", content_type="application/json").status_code
            == 403
        )


def test_the_palette_knows_every_kind_and_its_choices():
    vip = segment("VIP")
    acme = Company.objects.create(fields={"companyname": "Acme"})
    found = {one["type"]: one for one in drawing.kinds()}
    assert found.keys() == {*plans.actions(), *plans.conditions(), *plans.decisions()}
    assert [name for name, one in found.items() if not one["declared"]] == []
    assert found["lead.changelist"]["parameters"][0]["choices"] == [[str(vip.pk), "VIP"]]
    assert found["lead.addtocompany"]["parameters"][0]["choices"] == [[str(acme.pk), "Acme"]]
    assert found["email.open"]["after"] == ["email.send", "message.send"]
    assert found["lead.field_value"]["parameters"][0]["required"]


def test_rest_sees_what_the_canvas_saved(send):
    made = campaign()
    send(f"{made.pk}/save", drawn(segment("s")))
    shown = call(people.ada(), "GET", f"campaigns/{made.pk}").body["campaign"]
    assert len(shown["events"]) == 3
    assert shown["canvasSettings"] == drawing.drawing_of(Campaign.objects.get(pk=made.pk))["canvasSettings"]
