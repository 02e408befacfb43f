"""Campaigns in which too much fails stop by themselves and say so."""

import pytest

from calls import call
from features.campaigns.journeys import campaign, contact, pass_time, points, run, segment, step
from honeyguide.engine.sql import rows
from honeyguide.features.campaigns import plan
from honeyguide.features.campaigns.models import Campaign
from honeyguide.features.campaigns.steps import Action
from people import ada

pytestmark = pytest.mark.django_db


@pytest.fixture
def failing(monkeypatch):
    """The ids of contacts for whom the step `test.sick` fails."""
    sick: set[int] = set()

    def perform(batch):
        if sick & set(batch.contact_ids):
            raise RuntimeError("out of order")

    known = {**plan.actions(), "test.sick": Action("test.sick", perform)}
    monkeypatch.setattr(plan, "actions", lambda: known)
    return sick


def sick_campaign(people, **values):
    made = campaign(segment("s", *people), created_by=ada().pk, **values)
    points(made, after=step(made, "test.sick", name="Call the shop"))
    return made


def test_it_stops_when_a_tenth_fails_and_writes_to_its_author(failing):
    people = [contact(f"p{n}") for n in range(40)]
    failing |= set(people[:10])
    made = sick_campaign(people)
    run()
    made.refresh_from_db()
    assert not made.is_published
    assert made.stopped_because == "“Call the shop” failed for 10 of 40 contacts."
    written = rows("SELECT address, options ->> 'subject' FROM outbox")
    assert written == [("ada@example.com", "A campaign has been stopped")]


def test_less_than_a_tenth_and_one_of_a_few_do_not_stop_it(failing):
    many = [contact(f"p{n}") for n in range(111)]
    failing |= set(many[:11])
    few = [contact(f"q{n}") for n in range(3)]
    failing.add(few[0])
    first, second = sick_campaign(many), sick_campaign(few)
    run()
    assert Campaign.objects.filter(pk__in=[first.pk, second.pk], is_published=True).count() == 2


def test_publishing_again_counts_anew_and_everybody_goes_on(failing):
    people = [contact(f"p{n}") for n in range(20)]
    failing |= set(people)
    made = sick_campaign(people)
    run()
    assert not Campaign.objects.get(pk=made.pk).is_published
    failing.clear()
    failing.add(people[0])
    assert call(ada(), "PATCH", f"campaigns/{made.pk}/edit", {"isPublished": True}).status == 200
    pass_time("2 hours")
    run()
    made.refresh_from_db()
    assert (made.is_published, made.stopped_because) == (True, None)
    assert rows("SELECT count(*) FROM contacts WHERE points = 1") == [(19,)]
