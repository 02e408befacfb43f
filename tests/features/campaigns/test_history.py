"""What campaigns did with one contact, over REST."""

from urllib.parse import urlencode

import pytest

from calls import call
from features.campaigns.journeys import campaign, contact, points, points_of, put_in, run, segment, step
from honeyguide.engine.sql import execute
from honeyguide.features.campaigns import services
from honeyguide.features.campaigns.models import LogState
from people import ada, cy

pytestmark = pytest.mark.django_db
CANCELLED = LogState.CANCELLED.value


@pytest.fixture
def journey():
    ann = contact("ann", city="Prague")
    made = campaign(segment("s", ann))
    asked = step(made, "lead.field_value", {"field": "city", "operator": "=", "value": "Brno"}, name="Brno?")
    later = points(made, after=asked, path="no", trigger_mode="interval", trigger_interval=1, trigger_interval_unit="d")
    run()
    return ann, made, asked, later


def test_the_log_says_what_was_done_what_is_planned_and_why(journey):
    ann, made, asked, _ = journey
    shown = call(ada(), "GET", f"campaigns/{made.pk}/events/contact/{ann}").body
    assert (shown["total"], shown["membership"][0]["rotation"]) == (2, 1)
    first, second = shown["events"]
    assert (first["contactLog"][0]["nonActionPathTaken"], first["contactLog"][0]["metadata"]) == (
        True,
        {"seen": "Prague"},
    )
    assert (second["parent"], second["contactLog"][0]["isScheduled"]) == ({"id": asked.pk}, True)
    everywhere = call(ada(), "GET", f"campaigns/events/contact/{ann}").body
    assert {e["event"]["name"] for e in everywhere["events"]} == {"Brno?", "lead.changepoints"}
    assert everywhere["events"][0]["lead"]["city"] == "Prague"


def test_only_members_have_a_log_and_only_who_may_sees_it(journey):
    ann, made, *_ = journey
    bob = contact("bob")
    assert call(ada(), "GET", f"campaigns/{made.pk}/events/contact/{bob}").status == 409
    assert call(ada(), "GET", f"campaigns/{made.pk}/events/contact/999999").status == 404
    assert call(cy(), "GET", f"campaigns/{made.pk}/events/contact/{ann}").status == 403
    assert call(cy(), "PUT", f"campaigns/events/1/contact/{ann}/edit", {"dateTriggered": "2024-05-06"}).status == 403


def test_a_step_can_be_given_another_time_or_marked_as_done_once(journey):
    ann, made, _, later = journey
    last = points(made, 5, after=later)
    path = f"campaigns/events/{later.pk}/contact/{ann}/edit"
    moved = call(ada(), "PUT", path, {"triggerDate": "2031-05-06T07:08:09+00:00"})
    assert (moved.status, moved.body["event"]["contactLog"][0]["triggerDate"]) == (200, "2031-05-06T07:08:09+00:00")
    done = call(ada(), "PUT", path, {"dateTriggered": "2024-05-06 07:08:09", "metadata": {"b": "2"}}).body["event"]
    assert (done["contactLog"][0]["dateTriggered"], done["contactLog"][0]["metadata"]) == (
        "2024-05-06T07:08:09+00:00",
        {"b": "2"},
    )
    run()
    assert points_of(ann) == [5], "what follows is done, the step itself is not"
    again = call(ada(), "PUT", path, {"dateTriggered": "2024-05-06 07:08:09"})
    assert again.status == 409
    assert "already been executed at 2024-05-06T07:08:09+00:00" in again.body["errors"][0]["message"]
    assert call(ada(), "PUT", path, {}).status == 409
    assert last.pk in {e["event"]["id"] for e in call(ada(), "GET", f"campaigns/events/contact/{ann}").body["events"]}


def test_a_decision_cannot_be_scheduled(journey):
    ann, made, *_ = journey
    visit = step(made, "page.pagehit")
    refused = call(ada(), "PUT", f"campaigns/events/{visit.pk}/contact/{ann}/edit", {"triggerDate": "2031-05-06"})
    assert refused.status == 409
    assert refused.body["errors"][0]["message"].startswith("A decision type event cannot be scheduled.")


def test_what_a_client_says_of_a_step_is_kept_and_added_to(journey):
    ann, _, _, later = journey
    path = f"campaigns/events/{later.pk}/contact/{ann}/edit"
    call(ada(), "PUT", path, {"triggerDate": "2031-05-06", "metadata": '{"a": 1}'})
    said = {"ipAddress": "192.0.2.9", "metadata": {"b": [True]}, "channel": "email", "channelId": "7"}
    entry = call(ada(), "PUT", path, {"dateTriggered": "2024-05-06"} | said).body["event"]["contactLog"][0]
    assert (entry["ipAddress"], entry["channel"], entry["channelId"]) == ({"ipAddress": "192.0.2.9"}, "email", 7)
    assert entry["metadata"] == {"a": "1", "b": ["1"]}


@pytest.mark.parametrize("wrong", [{"ipAddress": "there"}, {"channelId": "x"}, {"dateTriggered": "never"}])
def test_nonsense_about_a_step_changes_nothing(journey, wrong):
    ann, made, _, later = journey
    path = f"campaigns/events/{later.pk}/contact/{ann}/edit"
    assert call(ada(), "PUT", path, {"dateTriggered": "2024-05-06"} | wrong).status == 400
    assert call(ada(), "GET", f"campaigns/{made.pk}/events/contact/{ann}").body["events"][1]["contactLog"][0][
        "isScheduled"
    ]


def test_several_steps_are_edited_at_once_and_each_says_what_is_wrong(journey):
    ann, made, asked, later = journey
    bob = contact("bob")
    put_in(made, bob)
    items = [
        {"eventId": later.pk, "contactId": ann, "dateTriggered": "2024-05-06"},
        {"eventId": later.pk, "contactId": bob, "triggerDate": "2031-05-06"},
        {"eventId": asked.pk, "contactId": ann, "dateTriggered": "2024-05-06"},
        {"eventId": asked.pk},
        {"eventId": asked.pk, "contactId": 999999, "dateTriggered": "2024-05-06"},
    ]
    answer = call(ada(), "PUT", "campaigns/events/batch/edit", items)
    assert answer.status == 200
    assert [len(told["contactLog"]) for told in answer.body["events"].values()] == [2]
    assert {key: error["code"] for key, error in answer.body["errors"].items()} == {"2": 409, "3": 404, "4": 404}
    assert call(ada(), "PUT", "campaigns/events/batch/edit", []).body == {"events": []}
    assert call(cy(), "PUT", "campaigns/events/batch/edit", items[:1]).status == 403


def test_a_contacts_campaigns_are_those_it_is_in(journey):
    ann, made, *_ = journey
    other = campaign()
    put_in(other, ann)
    services.remove_contacts(other.pk, [ann])
    shown = call(ada(), "GET", f"contacts/{ann}/campaigns").body
    assert (shown["total"], list(shown["campaigns"])) == (1, [str(made.pk)])
    assert shown["campaigns"][str(made.pk)]["listMembership"] == list(made.lists.values_list("pk", flat=True))


def test_the_timeline_tells_of_coming_and_leaving(journey):
    ann, made, *_ = journey
    services.remove_contacts(made.pk, [ann])
    shown = call(ada(), "GET", f"contacts/{ann}/activity").body["events"]
    labels = [e["eventLabel"]["label"] for e in shown if e["event"] == "campaign_membership"]
    assert sorted(labels) == ["Contact added to campaign, Welcome", "Contact removed from campaign, Welcome"]


def test_the_timeline_tells_of_steps_that_were_done_and_of_what_is_planned(journey):
    ann, made, asked, later = journey

    def told(**filters):
        query = urlencode([(f"filters[{name}]{'[]' * isinstance(value, list)}", one) for name, value in filters.items()
                           for one in (value if isinstance(value, list) else [value])])  # fmt: skip
        shown = call(ada(), "GET", f"contacts/{ann}/activity?{query}").body
        return [e for e in shown["events"] if e["event"].startswith("campaign.event")]

    done, planned = sorted(told(), key=lambda event: event["event"])
    assert (done["event"], done["eventType"]) == ("campaign.event", "Campaign action triggered")
    assert done["eventLabel"]["label"] == "Brno? / Welcome"
    assert done["eventLabel"]["href"].endswith(f"/s/campaigns/view/{made.pk}/contacts/{ann}")
    assert (done["details"]["log"]["event_id"], done["details"]["log"]["nonActionPathTaken"]) == (str(asked.pk), "1")
    assert (planned["event"], planned["details"]["log"]["isScheduled"]) == ("campaign.event.scheduled", "1")
    assert planned["details"]["log"]["triggerDate"] == planned["timestamp"] > done["timestamp"]
    assert [e["eventId"] for e in told(search="brno")] == [f"campaign.event{asked.pk}-1"]
    assert [e["event"] for e in told(search="scheduled")] == ["campaign.event.scheduled"]
    assert [e["event"] for e in told(includeEvents=["campaign.event"])] == ["campaign.event"]
    assert told(excludeEvents=["campaign.event", "campaign.event.scheduled"]) == []
    assert told(dateTo="2001-01-01 00:00:00") == []
    execute("UPDATE campaign_log SET state = %s, note = 'Called off.' WHERE event_id = %s", (CANCELLED, later.pk))
    assert [e["details"]["log"]["metadata"] for e in told() if e["details"]["log"]["event_id"] == str(later.pk)] == [
        {"failed": 1, "reason": "Called off."}
    ]


def test_statistics_have_the_log(journey):
    ann, made, asked, later = journey
    shown = call(ada(), "GET", "stats/campaign_lead_event_log").body
    found = {
        (row["event_id"], row["lead_id"], row["is_scheduled"], row["non_action_path_taken"]) for row in shown["stats"]
    }
    expected = {(asked.pk, ann, 0, 1), (later.pk, ann, 1, 0)}
    assert {tuple(map(str, row)) for row in found} == {tuple(map(str, row)) for row in expected}, made
