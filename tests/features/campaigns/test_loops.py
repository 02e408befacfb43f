"""Loops that never wait are refused with the steps they are made of; all others are taken."""

import pytest

from calls import call
from features.campaigns.journeys import campaign, points, step
from honeyguide.features.campaigns import plan as plans
from honeyguide.features.campaigns.loops import endless
from people import ada

pytestmark = pytest.mark.django_db
HOUR = {"trigger_mode": "interval", "trigger_interval": 1, "trigger_interval_unit": "h"}


def loop_of(made) -> list[str]:
    return [one.name for one in endless(plans.of_campaign(made.pk))]


def jump(made, target, **values):
    return step(made, "campaign.jump_to_event", {"jumpToEvent": target.pk}, name="jump", **values)


def test_a_jump_back_without_time_is_found():
    made = campaign()
    first = points(made, name="first")
    second = points(made, name="second", after=first)
    jump(made, second, after=second)
    assert loop_of(made) == ["second", "jump"]


@pytest.mark.parametrize("where", ["first", "jump"])
def test_time_anywhere_in_it_makes_it_a_good_loop(where):
    made = campaign()
    first = points(made, name="first", **(HOUR if where == "first" else {}))
    jump(made, first, after=first, **(HOUR if where == "jump" else {}))
    assert loop_of(made) == []


def test_a_date_is_waited_for_only_once():
    made = campaign()
    first = points(made, name="first", trigger_mode="date", trigger_date="2031-01-01T00:00:00Z")
    jump(made, first, after=first)
    assert loop_of(made) == ["first", "jump"]


def test_a_condition_or_an_act_of_the_contact_may_end_it():
    made = campaign()
    first = points(made, name="first")
    asked = step(made, "lead.points", {"operator": "lt", "score": 3}, after=first)
    jump(made, first, after=asked, path="yes")
    mail = step(made, "email.send", {"email": 1}, name="mail")
    opened = step(made, "email.open", after=mail)
    jump(made, mail, after=opened, path="yes")
    assert loop_of(made) == []


def test_the_no_path_of_a_decision_without_time_is_no_pause():
    made = campaign()
    mail = step(made, "email.send", {"email": 1}, name="mail")
    opened = step(made, "email.open", name="opened", after=mail)
    jump(made, mail, after=opened, path="no")
    assert loop_of(made) == ["mail", "opened", "jump"]


def test_two_jumps_to_each_other_and_a_restart_are_loops_too():
    made = campaign()
    one, two = points(made, name="one"), points(made, name="two")
    jump(made, two, after=one)
    jump(made, one, after=two)
    assert loop_of(made) == ["one", "jump", "two", "jump"]
    again = campaign()
    step(again, "campaign.addremovelead", {"addTo": ["this"], "removeFrom": ["this"]}, name="restart")
    assert loop_of(again) == ["restart"]


def test_saving_one_is_refused_and_nothing_is_changed():
    made = campaign()
    first = points(made, name="first")
    body = {
        "events": [
            {"id": first.pk, "name": "renamed"},
            {"id": "new1", "name": "Again", "type": "campaign.jump_to_event", "eventType": "action", "parent": first.pk,
             "properties": {"jumpToEvent": first.pk}},
        ]
    }  # fmt: skip
    answer = call(ada(), "PATCH", f"campaigns/{made.pk}/edit", body)
    assert answer.status == 400
    assert "“renamed”, “Again”" in answer.body["errors"][0]["message"]
    assert [event.name for event in made.events.all()] == ["first"]
