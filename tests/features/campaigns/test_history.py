"""What campaigns did with one contact, over REST."""

import pytest

from calls import call
from features.campaigns.journeys import campaign, contact, points, points_of, put_in, run, segment, step
from honeyguide.features.campaigns import services
from people import ada, cy

pytestmark = pytest.mark.django_db


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
    assert (done["contactLog"][0]["isScheduled"], done["contactLog"][0]["metadata"]) == (False, {"b": "2"})
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


def test_statistics_have_the_log(journey):
    ann, made, asked, later = journey
    shown = call(ada(), "GET", "stats/campaign_lead_event_log").body
    found = {
        (row["event_id"], row["lead_id"], row["is_scheduled"], row["non_action_path_taken"]) for row in shown["stats"]
    }
    expected = {(asked.pk, ann, 0, 1), (later.pk, ann, 1, 0)}
    assert {tuple(map(str, row)) for row in found} == {tuple(map(str, row)) for row in expected}, made
