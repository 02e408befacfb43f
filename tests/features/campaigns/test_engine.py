"""Campaigns from sources to the log: who comes in, what is done, when, and that nothing happens twice."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from features.campaigns.journeys import (
    campaign,
    contact,
    log,
    members,
    pass_time,
    points,
    points_of,
    put_in,
    react,
    run,
    segment,
    step,
)
from honeyguide.engine import config
from honeyguide.engine.events import EventType, New, append
from honeyguide.engine.sql import execute, one, rows, scalar
from honeyguide.features.campaigns import advancing, jobs, plan, services
from honeyguide.features.campaigns.models import CampaignLog, LogState
from honeyguide.features.campaigns.steps import Action
from honeyguide.features.contacts.models import Contact
from honeyguide.features.contacts.services import delete_contacts, merge_contacts
from honeyguide.features.segments.services import add_contacts, remove_contacts
from honeyguide.features.stages import Stage
from honeyguide.features.tags import modify_tags

pytestmark = pytest.mark.django_db
DONE, FAILED, CANCELLED, SCHEDULED = LogState.DONE, LogState.FAILED, LogState.CANCELLED, LogState.SCHEDULED


def test_contacts_of_a_segment_go_through_every_step_once():
    ann, bob, cid = contact("ann"), contact("bob"), contact("cid")
    made = campaign(segment("s", ann, bob))
    first = points(made, 2, name="first")
    points(made, 3, name="second", after=first)
    assert run() == 4
    assert run() == 0
    assert points_of(ann, bob, cid) == [5, 5, 0]
    assert log(made) == [(name, who, 1, DONE, None) for name in ("first", "second") for who in (ann, bob)]
    told = rows(
        "SELECT payload ->> 'event', payload ->> 'type' FROM events WHERE type = %s", (EventType.POINTS_CHANGED.value,)
    )
    assert set(told) == {(f"{made.pk}: Welcome", "campaign")}


def test_who_joins_a_segment_comes_in_at_once_and_who_leaves_it_leaves():
    ann, bob = contact("ann"), contact("bob")
    source = segment("s", ann)
    made = campaign(source)
    points(made, trigger_mode="interval", trigger_interval=1, trigger_interval_unit="d")
    run()
    seen = react()
    add_contacts(source, contact_ids=[bob])
    seen = react(seen)
    assert members(made) == [ann, bob]
    remove_contacts(source, contact_ids=[ann])
    react(seen)
    assert members(made) == [bob]
    assert [row[1:4] for row in log(made)] == [(ann, 1, CANCELLED), (bob, 1, SCHEDULED)]


def test_conditions_part_contacts_and_say_what_they_saw():
    ann, bob = contact("ann", city="Prague"), contact("bob", city="Brno")
    made = campaign(segment("s", ann, bob))
    asked = step(made, "lead.field_value", {"field": "city", "operator": "=", "value": "Prague"})
    points(made, 1, after=asked, path="yes")
    points(made, 10, after=asked, path="no")
    run()
    assert points_of(ann, bob) == [1, 10]
    notes = rows("SELECT taken, note FROM campaign_log WHERE event_id = %s ORDER BY contact_id", (asked.pk,))
    assert notes == [(True, "Prague"), (False, "Brno")]


def _journey(*contacts):
    """Points, a question with two ways, points on each."""
    made = campaign(segment("s", *contacts))
    first = points(made, 1, name="first")
    asked = step(
        made, "lead.field_value", {"field": "city", "operator": "=", "value": "Oslo"}, after=first, name="asked"
    )
    points(made, 10, after=asked, path="yes", name="here")
    points(made, 100, after=points(made, 50, after=asked, path="no", name="there"), name="last")
    return made


def test_steps_that_are_due_at_once_are_done_in_one_go():
    ann, bob = contact("ann", city="Oslo"), contact("bob", city="Rome")
    made = _journey(ann, bob)
    while jobs.sync_due():
        pass
    assert advancing.advance() == 2 + 2 + 1 + 1 + 1
    assert points_of(ann, bob) == [11, 151]
    assert log(made) == [
        ("first", ann, 1, DONE, None), ("first", bob, 1, DONE, None),
        ("asked", ann, 1, DONE, True), ("asked", bob, 1, DONE, False),
        ("here", ann, 1, DONE, None), ("there", bob, 1, DONE, None), ("last", bob, 1, DONE, None),
    ]  # fmt: skip


def test_a_transaction_that_lasts_too_long_leaves_the_rest_to_the_next(monkeypatch):
    monkeypatch.setattr(advancing, "LONGEST_RUN", 0)
    ann, bob = contact("ann", city="Oslo"), contact("bob", city="Rome")
    made = _journey(ann, bob)
    while jobs.sync_due():
        pass
    assert [advancing.advance() for _ in range(5)] == [2, 2, 2, 1, 0]
    assert points_of(ann, bob) == [11, 151]
    assert {row[3] for row in log(made)} == {DONE}


def test_who_is_taken_out_by_a_step_does_not_go_on(monkeypatch):
    ann, bob = contact("ann"), contact("bob")
    made = campaign(segment("s", ann, bob))
    out = Action("test.out", lambda batch: services.remove_contacts(made.pk, [ann]) and None)
    known = {**plan.actions(), "test.out": out}
    monkeypatch.setattr(plan, "actions", lambda: known)
    points(made, after=step(made, "test.out"))
    run()
    assert points_of(ann, bob) == [0, 1]


def test_a_question_that_nobody_can_answer_on_the_way_is_asked_again_later(monkeypatch):
    ann = contact(city="Oslo")
    made = _journey(ann)
    known = plan.conditions()
    monkeypatch.setattr(plan, "conditions", lambda: {})
    run()
    assert points_of(ann) == [1]
    assert one("SELECT state, failures, note FROM campaign_log ORDER BY event_id DESC LIMIT 1") == (
        SCHEDULED, 1, 'There is no step of the kind "lead.field_value".',
    )  # fmt: skip
    monkeypatch.setattr(plan, "conditions", lambda: known)
    pass_time("3 hours")
    run()
    assert points_of(ann) == [11]
    assert {row[3] for row in log(made)} == {DONE}


def test_an_interval_is_waited_for():
    ann = contact()
    made = campaign(segment("s", ann))
    points(made, trigger_mode="interval", trigger_interval=2, trigger_interval_unit="h")
    assert run() == 0
    pass_time("119 minutes")
    assert run() == 0
    pass_time("1 minute")
    assert run() == 1


def test_a_decision_is_taken_once_and_a_late_act_changes_nothing():
    ann, bob = contact("ann"), contact("bob")
    made = campaign(segment("s", ann, bob))
    visit = step(made, "page.pagehit", {"url": "https://x.test/*"})
    points(made, 1, after=visit, path="yes")
    points(made, 10, after=visit, path="no", trigger_mode="interval", trigger_interval=1, trigger_interval_unit="d")
    run()
    hit = New(EventType.PAGE_HIT, ann, payload={"url": "https://x.test/tea"})
    append(hit, hit, New(EventType.PAGE_HIT, bob, payload={"url": "https://other.test/"}))
    seen = react()
    run()
    assert points_of(ann, bob) == [1, 0]
    pass_time("1 day")
    run()
    assert points_of(ann, bob) == [1, 10]
    append(New(EventType.PAGE_HIT, bob, payload={"url": "https://x.test/tea"}))
    react(seen)
    run()
    assert points_of(ann, bob) == [1, 10]


def test_what_was_done_before_a_decision_was_reached_does_not_count():
    ann = contact()
    append(New(EventType.PAGE_HIT, ann, payload={"url": "https://x.test/"}))
    execute("UPDATE events SET at = at - interval '1 hour'")
    made = campaign(segment("s", ann))
    visit = step(made, "page.pagehit", {})
    points(made, 1, after=visit, path="yes")
    run()
    react()
    assert run() == 0


def test_a_form_brings_who_sends_it_into_the_campaign():
    from honeyguide.features.forms.models import Form

    ann = contact()
    form = Form.objects.create(name="f", alias="f")
    made = campaign()
    made.forms.add(form)
    points(made)
    append(New(EventType.FORM_SUBMITTED, ann, form.pk))
    react()
    assert run() == 1
    services.sync(made.pk)
    assert members(made) == [ann], "no segment brought them, so none takes them away"


def test_restarts_are_new_rotations_and_only_where_allowed():
    ann = contact()
    once, again = campaign(), campaign(allow_restart=True)
    for made in (once, again):
        points(made)
        put_in(made, ann)
    run()
    put_in(once, ann)
    put_in(again, ann)
    run()
    assert points_of(ann) == [3]
    assert [row[2] for row in log(again)] == [1, 2]


def test_who_was_taken_out_by_hand_stays_out_and_who_left_by_a_segment_comes_back():
    ann, bob = contact("ann"), contact("bob")
    source = segment("s", ann, bob)
    made = campaign(source, allow_restart=True)
    points(made)
    run()
    services.remove_contacts(made.pk, [ann])
    remove_contacts(source, contact_ids=[bob])
    services.sync(made.pk)
    assert members(made) == []
    add_contacts(source, contact_ids=[bob])
    services.sync(made.pk)
    assert members(made) == [bob]
    run()
    assert points_of(ann, bob) == [1, 2]


def test_a_campaign_out_of_its_window_stands_still():
    ann = contact()
    made = campaign(segment("s", ann), publish_up=timezone.now() + timezone.timedelta(hours=1))
    points(made)
    assert run() == 0
    execute("UPDATE campaigns SET publish_up = now() - interval '1 minute'")
    assert run() == 1


def test_a_jump_begins_a_new_rotation():
    ann = contact()
    made = campaign(segment("s", ann))
    first = points(made)
    wait = step(made, "lead.points", {"operator": "lt", "score": 3}, after=first)
    step(made, "campaign.jump_to_event", {"jumpToEvent": first.pk}, after=wait, path="yes")
    run()
    assert points_of(ann) == [3]
    assert scalar("SELECT max(rotation) FROM campaign_log") == 3


def test_one_bad_contact_holds_up_nobody_and_ends_as_failed(monkeypatch):
    people = [contact(f"p{n}") for n in range(9)]
    made = campaign(segment("s", *people))
    sick = step(made, "test.sick")
    points(made, after=sick)

    def perform(batch):
        execute("UPDATE contacts SET points = points + 100 WHERE id = ANY(%s)", (batch.contact_ids,))
        if people[4] in batch.contact_ids:
            raise RuntimeError("poison")

    known = {**plan.actions(), "test.sick": Action("test.sick", perform)}
    monkeypatch.setattr(plan, "actions", lambda: known)
    run()
    assert points_of(*people) == [101 if n != 4 else 0 for n in range(9)]
    for _ in range(advancing.TRIES):
        pass_time("3 hours")
        run()
    assert one("SELECT state, failures, note FROM campaign_log WHERE contact_id = %s", (people[4],)) == (
        FAILED, advancing.TRIES, "poison",
    )  # fmt: skip
    assert not CampaignLog.objects.filter(state=SCHEDULED).exists()


@pytest.mark.parametrize(
    ("wait", "waited", "state"),
    [
        ("PT15M", "15 minutes", SCHEDULED),
        ("PT3D", "3 days", SCHEDULED),
        ("P3M", "3 months", SCHEDULED),
        ("null", None, FAILED),
    ],
)
def test_how_long_a_failed_step_waits_is_configured(wait, waited, state, monkeypatch):
    config.set_value("campaign_time_wait_on_event_false", wait)
    made = campaign(segment("s", contact()), is_published=True)
    step(made, "test.sick")

    def perform(batch):
        raise RuntimeError("poison")

    monkeypatch.setattr(plan, "actions", lambda: {"test.sick": Action("test.sick", perform)})
    run()
    found = one("SELECT state, due_at = at + %s::interval FROM campaign_log", (waited,))
    assert found == (state, True if waited else None)


def test_a_target_that_is_gone_is_told_and_the_contact_goes_on():
    ann = contact()
    made = campaign(segment("s", ann))
    into = step(made, "lead.changelist", {"addToLists": [987654321]})
    points(made, after=into)
    run()
    assert points_of(ann) == [1]
    assert scalar("SELECT note FROM campaign_log WHERE event_id = %s", (into.pk,)) == "There is no segment 987654321."


def test_a_contact_that_is_deleted_or_merged_loses_nobody_else():
    ann, bob, cid = contact("ann"), contact("bob"), contact("cid")
    made = campaign(segment("s", ann, bob, cid))
    points(made, trigger_mode="interval", trigger_interval=1, trigger_interval_unit="h")
    run()
    dan = contact("dan")
    delete_contacts([ann])
    merge_contacts(dan, bob)
    pass_time("1 hour")
    run()
    assert points_of(dan, cid) == [1, 1]
    assert members(made) == [cid, dan]


def test_actions_change_tags_owner_stage_values_segments_and_do_not_contact():
    ann = contact()
    target = segment("target")
    stage = Stage.objects.create(name="Hot", weight=5)
    made = campaign(segment("s", ann))
    last = None
    for type, properties in (
        ("lead.changetags", {"add_tags": ["new", "keen"], "remove_tags": ["old"]}),
        ("lead.updatelead", {"city": "Prague", "lastname": "", "firstname": "Anna"}),
        ("lead.changelist", {"addToLists": [target.pk]}),
        ("stage.change", {"stage": stage.pk}),
        ("lead.adddnc", {"channels": ["email"], "reason": "asked"}),
    ):
        last = step(made, type, properties, after=last)
    modify_tags([ann], add=["old"])
    assert run() == 5
    stored = Contact.objects.get(pk=ann)
    assert (stored.fields["city"], stored.fields["firstname"], stored.stage_id) == ("Prague", "Anna", stage.pk)
    tags = rows("SELECT tag FROM tags JOIN contact_tags ON tag_id = tags.id WHERE contact_id = %s ORDER BY 1", (ann,))
    assert tags == [("keen",), ("new",)]
    assert one("SELECT channel, reason, comments FROM do_not_contact WHERE contact_id = %s", (ann,)) == (
        "email",
        3,
        "asked",
    )
    assert scalar("SELECT count(*) FROM segment_contacts WHERE segment_id = %s", (target.pk,)) == 1
    changes = scalar("SELECT payload -> 'changes' FROM events WHERE type = %s", (EventType.CONTACT_UPDATED.value,))
    assert '"city": [null, "Prague"]' in str(changes).replace("'", '"').replace("None", "null")


def test_a_step_that_is_deleted_or_made_later_while_contacts_wait_in_it():
    ann = contact()
    made = campaign(segment("s", ann))
    wait = points(made, trigger_mode="interval", trigger_interval=1, trigger_interval_unit="h", name="wait")
    other = points(made, 5, trigger_mode="interval", trigger_interval=1, trigger_interval_unit="h", name="other")
    run()
    wait.delete()
    services.steps_changed(made.pk, deleted=[wait.pk])
    type(other).objects.filter(pk=other.pk).update(trigger_interval=2)
    services.steps_changed(made.pk, retimed=[other.pk])
    pass_time("1 hour")
    assert run() == 0
    pass_time("1 hour")
    assert run() == 1
    assert points_of(ann) == [5]


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_do_everything_once():
    people = [contact(f"p{n}") for n in range(60)]
    made = campaign(segment("s", *people))
    first = points(made)
    points(made, after=first)
    services.sync(made.pk)
    original, advancing.SLICE = advancing.SLICE, 7

    def work():
        try:
            idle = 0
            while idle < 3:
                idle = 0 if advancing.advance() else idle + 1
        finally:
            connection.close()

    try:
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        advancing.SLICE = original
    run()
    assert points_of(*people) == [2] * 60
