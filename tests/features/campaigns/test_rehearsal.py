"""Rehearsals: who would go where, when and what would stand in the way, with nothing sent and nothing changed."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from calls import call
from features.campaigns.journeys import campaign, contact, log, pass_time, points, points_of, run, segment, step
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.campaigns import plan as plans
from honeyguide.features.campaigns.rehearsal import rehearse
from honeyguide.features.campaigns.steps import Action
from honeyguide.features.contacts.services import MANUAL, set_do_not_contact
from honeyguide.features.emails.services import create_email
from people import ada, cy

pytestmark = pytest.mark.django_db
DAY = {"trigger_mode": "interval", "trigger_interval": 1, "trigger_interval_unit": "d"}


def email(**values):
    return create_email(
        {"name": "Hello", "subject": "Hello", "custom_html": "<p>Hi</p>", "email_type": "template", **values}
    )


def steps_of(found):
    return {visit.step.name: visit for visit in found.visits}


def in_days(moment) -> int:
    return round((moment - timezone.now()) / timedelta(days=1))


def test_it_counts_each_path_and_tells_when():
    ann, bob, cid = contact("ann", city="Oslo"), contact("bob", city="Rome"), contact("cid", city="Rome")
    made = campaign(segment("s", ann, bob, cid), is_published=False)
    asked = step(made, "lead.field_value", {"field": "city", "operator": "=", "value": "Rome"}, name="Roman?", **DAY)
    points(made, name="reward", after=asked, path="yes", **DAY)
    points(made, name="console", after=asked, path="no")
    found = rehearse(made)
    told = steps_of(found)
    assert (found.entering, found.waiting) == (3, 0)
    assert (told["Roman?"].yes, told["Roman?"].no) == (2, 1)
    assert (told["reward"].count, told["console"].count) == (2, 1)
    assert [in_days(told[name].first_at) for name in ("Roman?", "reward", "console")] == [1, 2, 1]
    assert {(one.name, one.taken, one.note) for one in told["Roman?"].samples} == {
        ("Ann", False, "Oslo"), ("Bob", True, "Rome"), ("Cid", True, "Rome"),
    }  # fmt: skip


def test_it_does_exactly_what_the_engine_does_later():
    who = [contact(f"c{n}", points=n, city="Rome" if n % 3 else "Oslo") for n in range(12)]
    made = campaign(segment("s", *who))
    first = points(made, name="first")
    asked = step(
        made, "lead.field_value", {"field": "city", "operator": "=", "value": "Rome"}, name="asked", after=first
    )
    points(made, name="yes", after=asked, path="yes")
    points(made, name="no", after=asked, path="no")
    foreseen = {visit.step.name: visit.count for visit in rehearse(made).visits}
    run()
    happened = {}
    for name, *_ in log(made):
        happened[name] = happened.get(name, 0) + 1
    assert foreseen == happened


def test_nothing_is_changed_and_nothing_can_be():
    ann = contact("ann")
    made = campaign(segment("s", ann))
    points(made, 5)
    before = scalar("SELECT count(*) FROM events")
    rehearse(made)
    assert points_of(ann) == [0]
    assert log(made) == []
    assert scalar("SELECT count(*) FROM events") == before
    assert scalar("SELECT to_regclass('pg_temp.rehearsed')") is None
    with transaction.atomic():
        execute("UPDATE contacts SET points = 1 WHERE id = %s", (ann,))  # the transaction around it may still write


def test_a_step_that_writes_is_refused_by_the_database(monkeypatch):
    """Even a declaration that would change something while it is rehearsed cannot."""
    ann = contact("ann")
    made = campaign(segment("s", ann))
    points(made, name="bad")

    def meddle(step):
        execute("UPDATE contacts SET points = 99")

    bad = Action("lead.changepoints", lambda batch: None, hinders=meddle)
    monkeypatch.setattr(plans, "actions", lambda: {"lead.changepoints": bad})
    assert "read-only transaction" in rehearse(made).visits[0].problem
    assert points_of(ann) == [0]


def test_what_stands_in_the_way_of_an_email_is_told():
    fine, refuses = contact("fine"), contact("refuses")
    nobody = contact("x", email="")
    set_do_not_contact([refuses], "email", MANUAL)
    mail = email()
    made = campaign(segment("s", fine, refuses, nobody))
    step(made, "email.send", {"email": mail.pk, "email_type": "marketing"}, name="write")
    written = steps_of(rehearse(made))["write"]
    assert (written.count, written.hindered) == (3, 2)
    assert dict(written.reasons) == {
        "The contact has no e-mail address.": 1,
        "The contact must not be contacted by e-mail.": 1,
    }
    assert rows("SELECT count(*) FROM outbox") == [(0,)]


def test_an_email_that_is_gone_hinders_everybody():
    made = campaign(segment("s", contact("ann"), contact("bob")))
    step(made, "email.send", {"email": 999}, name="write")
    assert steps_of(rehearse(made))["write"].reasons == [("The e-mail is not there or not published.", 2)]


def test_a_decision_counts_as_if_nobody_acts_and_maybe_as_if_everybody_does():
    made = campaign(segment("s", contact("ann"), contact("bob")))
    sent = step(made, "email.send", {"email": email().pk}, name="write")
    opened = step(made, "email.open", name="opened?", after=sent)
    points(made, name="reward", after=opened, path="yes")
    points(made, name="remind", after=opened, path="no", **{**DAY, "trigger_interval": 3})
    told = steps_of(rehearse(made))
    assert (told["reward"].count, told["reward"].maybe) == (2, True)
    assert (told["remind"].count, told["remind"].maybe, in_days(told["remind"].first_at)) == (2, False, 3)


def test_who_waits_already_goes_on_from_there():
    ann = contact("ann")
    source = segment("s", ann)
    made = campaign(source)
    first = points(made, name="first")
    points(made, name="second", after=first, **{**DAY, "trigger_interval": 4})
    run()
    pass_time("1 day")
    found = rehearse(made)
    told = steps_of(found)
    assert (found.entering, found.waiting) == (0, 1)
    assert (told["first"].count, told["second"].count, in_days(told["second"].first_at)) == (0, 1, 3)


def test_jumps_are_followed_a_few_rounds():
    made = campaign(segment("s", contact("ann")))
    first = points(made, name="first", **DAY)
    step(made, "campaign.jump_to_event", {"jumpToEvent": first.pk}, name="again", after=first)
    found = [(visit.step.name, visit.round, in_days(visit.first_at)) for visit in rehearse(made).visits]
    assert found == [
        ("first", 1, 1),
        ("again", 1, 1),
        ("first", 2, 2),
        ("again", 2, 2),
        ("first", 3, 3),
        ("again", 3, 3),
    ]


def test_after_a_deletion_nobody_goes_on():
    made = campaign(segment("s", contact("ann")))
    gone = step(made, "lead.deletecontact", name="delete")
    points(made, name="never", after=gone)
    assert list(steps_of(rehearse(made))) == ["delete"]


def test_one_contact_is_led_through_with_reasons_whether_it_is_in_a_source_or_not():
    ann = contact("ann", city="Oslo")
    made = campaign()
    asked = step(made, "lead.field_value", {"field": "city", "operator": "=", "value": "Rome"}, name="Roman?")
    points(made, name="reward", after=asked, path="yes")
    points(made, name="console", after=asked, path="no")
    told = steps_of(rehearse(made, contact_id=ann))
    assert (told["Roman?"].samples[0].taken, told["Roman?"].samples[0].note) == (False, "Oslo")
    assert (told["reward"].count, told["console"].count) == (0, 1)


def test_a_condition_that_cannot_be_asked_says_why():
    made = campaign(segment("s", contact("ann")))
    step(made, "lead.field_value", {"field": "no_such", "operator": "=", "value": "x"}, name="asked")
    step(made, "made.up", name="unknown")
    told = steps_of(rehearse(made))
    assert "no_such" in told["asked"].problem
    assert told["unknown"].problem == 'There is no step of the kind "made.up".'


def test_it_begins_when_the_campaign_does():
    start = timezone.now() + timedelta(days=10)
    made = campaign(segment("s", contact("ann")), publish_up=start)
    points(made, name="first", **DAY)
    assert in_days(rehearse(made).visits[0].first_at) == 11


def test_it_is_told_over_rest():
    ann = contact("ann", city="Oslo")
    made = campaign(segment("s", ann, contact("bob", city="Rome")))
    step(made, "lead.field_value", {"field": "city", "operator": "=", "value": "Rome"}, name="Roman?")
    told = call(ada(), "GET", f"campaigns/{made.pk}/rehearsal").body["rehearsal"]
    assert (told["entering"], told["visits"][0]["yes"], told["visits"][0]["no"]) == (2, 1, 1)
    alone = call(ada(), "GET", f"campaigns/{made.pk}/rehearsal?contact={ann}").body["rehearsal"]
    assert alone["visits"][0]["samples"][0]["note"] == "Oslo"
    assert call(ada(), "GET", f"campaigns/{made.pk}/rehearsal?contact=77777").status == 404
    assert call(ada(), "GET", "campaigns/77777/rehearsal").status == 404
    assert call(cy(), "GET", f"campaigns/{made.pk}/rehearsal").status == 403
