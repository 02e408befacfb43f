"""Segments follow what happens to contacts, and following ends where building anew would."""

import random
import threading
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.segments.test_services import PRAGUE, contact, flt, leadlist, segment
from honeyguide.engine.events import EventType, New, Read, append, consume
from honeyguide.engine.sql import execute, rows
from honeyguide.features.contacts.models import Contact
from honeyguide.features.segments import building, jobs, queries, services
from honeyguide.features.segments.building import rebuild_all
from honeyguide.features.segments.models import Segment

DAY = timedelta(days=1)
READ = "SELECT id, xid::text::bigint, at, type, contact_id, object_id, NULL FROM events WHERE id > %s ORDER BY id"


def follow(after=0):
    """Hands the log to the consumer until nothing new is in it. (Its cursor waits for commits, which tests have none of.)"""
    while found := [Read(*row) for row in rows(READ, (after,))]:
        jobs.react(found)
        after = found[-1].id
    return after


def told(type, contact_id, object_id=None):
    append(New(type, contact_id, object_id))


@pytest.mark.django_db
def test_it_works():
    made = segment(PRAGUE)
    services.rebuild(made)
    one = contact()
    told(EventType.CONTACT_CREATED, one)
    follow()
    assert queries.members(made.pk) == [one]
    Contact.objects.filter(pk=one).update(fields={"city": "Brno"})
    told(EventType.CONTACT_UPDATED, one)
    follow()
    assert queries.members(made.pk) == []


@pytest.mark.django_db
def test_segments_that_ask_for_others_follow_in_the_same_go():
    inner = segment(PRAGUE)
    outer = segment(leadlist(inner.pk))
    rebuild_all()
    one, by_hand = contact(), contact("Brno")
    told(EventType.CONTACT_CREATED, one)
    services.add_contacts(inner, contact_ids=[by_hand])
    follow()
    assert queries.members(outer.pk) == [one, by_hand]


@pytest.mark.django_db
def test_a_change_of_a_company_reaches_its_contacts():
    made = segment(flt("companycity", "=", "Berlin", object="company"))
    services.rebuild(made)
    one = contact()
    execute('INSERT INTO companies (id, is_published, fields) VALUES (7, true, \'{"companycity": "Berlin"}\')')
    execute(
        "INSERT INTO company_contacts (contact_id, company_id, is_primary, date_associated) VALUES (%s, 7, true, now())",
        (one,),
    )
    told(EventType.COMPANY_UPDATED, None, 7)
    follow()
    assert queries.members(made.pk) == [one]


@pytest.mark.django_db
def test_many_changes_at_once_make_a_build_due(monkeypatch):
    made = segment(PRAGUE)
    services.rebuild(made)
    monkeypatch.setattr(jobs, "FEW_CONTACTS", 1)
    for one in [contact(), contact()]:
        told(EventType.CONTACT_CREATED, one)
    follow()
    assert queries.members(made.pk) == []
    assert queries.due(10) == [made.pk]
    assert jobs.build_due() == 1
    assert len(queries.members(made.pk)) == 2
    assert jobs.build_due() == 0


@pytest.mark.django_db
def test_new_and_edited_segments_are_due_at_once_and_others_later():
    made = segment(PRAGUE)
    assert jobs.build_due() == 1
    assert queries.due(10) == []
    services.update_segment(made, {"filters": [flt("city", "=", "Brno")]})
    assert queries.due(10) == [made.pk]
    timed = segment(flt("date_added", "gt", "-3 days", "date"))
    jobs.build_due(), jobs.build_due()
    made.refresh_from_db()
    timed.refresh_from_db()
    assert (made.rebuild_after - made.last_built_at).total_seconds() > 20 * 3600
    assert 800 < (timed.rebuild_after - timed.last_built_at).total_seconds() < 1000


@pytest.mark.django_db
def test_a_failing_segment_is_left_alone_until_its_next_build():
    good, bad = segment(PRAGUE), segment(PRAGUE)
    rebuild_all()
    Segment.objects.filter(pk=bad.pk).update(filters=[flt("city", "regexp", "(")])
    one = contact()
    told(EventType.CONTACT_CREATED, one)
    follow()
    bad.refresh_from_db()
    assert queries.members(good.pk) == [one]
    assert "regular expression" in bad.build_error


@pytest.fixture
def another_worker():
    """A second connection, outside of the test's transaction."""
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        yield other


@pytest.mark.django_db
def test_two_workers_never_build_one_segment_at_once(another_worker):
    made, untouched = segment(PRAGUE), segment(PRAGUE)
    another_worker.execute("SET lock_timeout = '5s'")
    another_worker.execute("SELECT pg_advisory_xact_lock(%s, %s)", (queries.LOCK, made.pk))
    services.rebuild(untouched)
    Segment.objects.filter(pk=made.pk).update(last_built_at=timezone.now(), rebuild_after=timezone.now() + DAY)
    one = contact()
    assert services.rebuild(made).skipped
    told(EventType.CONTACT_CREATED, one)
    follow()
    assert queries.members(untouched.pk) == [one]
    assert queries.members(made.pk) == []
    assert queries.due(10) == [made.pk]
    another_worker.rollback()
    assert jobs.build_due() == 1
    assert queries.members(made.pk) == [one]


@pytest.mark.django_db
def test_a_build_of_filters_that_were_edited_meanwhile_leaves_nothing(monkeypatch):
    made, _ = segment(PRAGUE), contact()
    write = building._write_difference

    def edited(*given):
        Segment.objects.update(filters=[flt("city", "=", "Brno")])
        return write(*given)

    monkeypatch.setattr(building, "_write_difference", edited)
    assert services.rebuild(made) == services.Change(skipped=True)
    assert queries.members(made.pk) == []


@pytest.mark.django_db(transaction=True)
def test_a_contact_added_by_hand_during_a_build_is_no_obstacle(another_worker):
    made, one, two = segment(PRAGUE), contact(), contact()
    adding = threading.Timer(0.3, another_worker.commit)
    another_worker.execute(
        "INSERT INTO segment_contacts (date_added, manually_added, manually_removed, contact_id, segment_id) "
        "VALUES (now(), true, false, %s, %s)",
        (two, made.pk),
    )
    adding.start()
    change = services.rebuild(made)
    adding.join()
    assert (change.added, change.error) == (1, None)
    assert queries.members(made.pk) == [one, two]


@pytest.mark.django_db(transaction=True)
def test_the_log_itself_is_followed():
    made = segment(PRAGUE)
    services.rebuild(made)
    one = contact()
    told(EventType.CONTACT_CREATED, one)
    while consume(jobs.FRESHNESS):
        pass
    assert queries.members(made.pk) == [one]


CHANGES = ("city", "points", "tag", "untag", "add", "remove", "create", "delete", "join_company", "bounce", "open")
FILTERS = [
    [PRAGUE],
    [flt("city", "!=", "Prague"), flt("points", "gt", "5", "number")],
    [flt("tags", "in", ["1"], "tags"), flt("city", "empty", None, glue="or")],
    [flt("tags", "!in", ["1", "2"], "tags")],
    [flt("companycity", "=", "Berlin", object="company")],
    [flt("dnc_bounced", "=", "1", "boolean")],
    [flt("lead_email_read_count", "gt", "1", "number", "behaviors")],
]


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), names=st.lists(st.sampled_from(CHANGES), min_size=5, max_size=30))
def test_following_ends_where_building_anew_would(seed, names):
    chance = random.Random(seed)  # noqa: S311
    execute("DELETE FROM outbox")
    for table in ("company_contacts", "companies", "contact_tags", "do_not_contact", "segments", "contacts", "events"):
        execute(f"DELETE FROM {table}")
    execute("INSERT INTO tags (id, tag) VALUES (1, 'a'), (2, 'b') ON CONFLICT DO NOTHING")
    execute('INSERT INTO companies (id, is_published, fields) VALUES (7, true, \'{"companycity": "Berlin"}\')')
    for _ in range(6):
        contact(chance.choice(["Prague", "Brno"]))
    segments = [segment(*filters) for filters in FILTERS]
    segments += [segment(leadlist(segments[0].pk)), segment(leadlist(segments[1].pk, segments[2].pk, operator="!in"))]
    rebuild_all()
    after = 0
    for name in names:
        change(name, chance, segments)
        if chance.random() < 0.4:
            after = follow(after)
    follow(after)
    followed = {one.pk: queries.members(one.pk) for one in segments}
    changes = rebuild_all()
    assert all(not (change.added or change.removed or change.error) for change in changes.values())
    assert {one.pk: queries.members(one.pk) for one in segments} == followed


def change(name, chance, segments):
    ids = list(Contact.objects.values_list("pk", flat=True)) or [contact()]
    one, tag = chance.choice(ids), chance.choice([1, 2])
    match name:
        case "city":
            Contact.objects.filter(pk=one).update(fields=chance.choice([{}, {"city": "Prague"}, {"city": "Brno"}]))
            told(EventType.CONTACT_UPDATED, one)
        case "points":
            Contact.objects.filter(pk=one).update(points=chance.randint(0, 10))
            told(EventType.POINTS_CHANGED, one)
        case "tag":
            execute("INSERT INTO contact_tags (contact_id, tag_id) VALUES (%s, %s) ON CONFLICT DO NOTHING", (one, tag))
            told(EventType.TAGS_CHANGED, one)
        case "untag":
            execute("DELETE FROM contact_tags WHERE contact_id = %s AND tag_id = %s", (one, tag))
            told(EventType.TAGS_CHANGED, one)
        case "add":
            services.add_contacts(chance.choice(segments), contact_ids=[one])
        case "remove":
            services.remove_contacts(chance.choice(segments), contact_ids=[one])
        case "create":
            told(EventType.CONTACT_CREATED, contact(chance.choice(["Prague", "Brno"])))
        case "delete":
            Contact.objects.filter(pk=one).delete()
        case "join_company":
            execute(
                "INSERT INTO company_contacts (contact_id, company_id, is_primary, date_associated) "
                "VALUES (%s, 7, false, now()) ON CONFLICT DO NOTHING",
                (one,),
            )
            told(EventType.COMPANY_JOINED, one, 7)
        case "bounce":
            execute(
                "INSERT INTO do_not_contact (contact_id, channel, reason, comments, date_added) "
                "VALUES (%s, 'email', 2, '', now()) ON CONFLICT DO NOTHING",
                (one,),
            )
            told(EventType.DO_NOT_CONTACT_CHANGED, one)
        case "open":
            execute(
                "INSERT INTO outbox (contact_id, occasion, state, priority, attempts, queued_at, open_count, "
                "click_count, viewed_in_browser) VALUES (%s, %s, 3, 2, 1, now(), 2, 0, false)",
                (one, str(chance.random())),
            )
            told(EventType.EMAIL_OPENED, one)
