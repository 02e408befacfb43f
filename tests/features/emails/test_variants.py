"""Tests of variants: everybody gets one e-mail of the family, each e-mail its share."""

import itertools
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from features.emails.test_sending import contact, segment
from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.events import EventType, consume
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.emails import services, variants, winners
from honeyguide.features.emails.jobs import COUNTERS
from honeyguide.features.emails.models import Email

pytestmark = pytest.mark.django_db(transaction=True)


def letter(name="Original", **more):
    given = {"name": name, "subject": name, "email_type": "list", "custom_html": name, "is_published": True}
    return Email.objects.create(**given | more)


def variant(root, weight, **more):
    return letter(f"Variant {weight}", variant_parent=root, variant_settings={"weight": weight}, **more)


def got():
    return Counter(email_id for (email_id,) in rows("SELECT email_id FROM outbox"))


def audience(root, count):
    root.lists.add(segment("s", *(contact(f"c{number}") for number in range(count))))


def test_each_variant_gets_its_share_and_nobody_two():
    root = letter()
    half, fifth = variant(root, "50"), variant(root, 20)
    audience(root, 20)
    assert services.send_to_segments(root) == 20
    assert got() == {half.pk: 10, fifth.pk: 4, root.pk: 6}
    assert services.send_to_segments(half) == 0


def test_nobody_gets_two_when_two_send_at_once(monkeypatch):
    starts = itertools.cycle((0.1, 0.9))
    monkeypatch.setattr(variants.random, "random", lambda: next(starts))
    barrier = threading.Barrier(4)

    def send(emails):
        try:
            for email in emails:
                barrier.wait()
                services.send_to_segments(email)
        finally:
            connection.close()

    everybody = segment("s", contact("ada"))
    emails = [letter(f"Letter {number}", variant_start_date=timezone.now()) for number in range(20)]
    for email in emails:
        email.lists.add(everybody)
        variant(email, 50, variant_start_date=timezone.now())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, [emails] * 4))
    assert scalar("SELECT count(*) FROM outbox") == len(emails)


def test_who_lost_a_test_sends_nothing():
    root = letter()
    half = variant(root, 50)
    audience(root, 4)
    stale = Email.objects.get(pk=root.pk)
    winners.declare(half)
    assert services.send_to_segments(stale) == 0
    assert services.send_to_segments(Email.objects.get(pk=half.pk)) == 4


def test_who_comes_later_is_shared_out_too(monkeypatch):
    root = letter()
    half = variant(root, 50)
    root.lists.add(segment("s", contact("early")))
    monkeypatch.setattr(variants.random, "random", lambda: 0.9)
    services.send_to_segments(root)
    root.lists.add(segment("t", contact("late")))
    monkeypatch.setattr(variants.random, "random", lambda: 0.1)
    services.send_to_segments(root)
    assert got() == {root.pk: 1, half.pk: 1}


def test_what_is_not_published_is_not_tested_and_no_share_is_above_the_whole():
    root = letter()
    variant(root, 50, is_published=False)
    variant(root, "much")
    assert variants.shares(root) == []
    first, second = variant(root, 80), variant(root, 80)
    assert variants.shares(root) == [(first.pk, 80.0), (second.pk, 20.0), (root.pk, 0.0)]


def test_translations_go_to_who_reads_them():
    root = letter(language="en")
    half = variant(root, 50)
    german = letter("Deutsch", language="de", translation_parent=root)
    root.lists.add(
        segment("s", *(contact(f"d{n}", preferred_locale="de") for n in range(4)), contact("en", preferred_locale="en"))
    )
    services.send_to_segments(root)
    assert got()[german.pk] == 4
    assert got()[root.pk] + got()[half.pk] == 1


def test_messages_of_the_test_are_counted_apart():
    root = letter(sent_count=7)
    half = variant(root, 50)
    audience(root, 4)
    services.send_to_segments(root)
    execute("UPDATE outbox SET state = %s, sent_at = now()", (OutboxState.SENT.value,))
    execute(
        "INSERT INTO events (type, contact_id, object_id) SELECT %s, contact_id, id FROM outbox",
        (EventType.EMAIL_SENT,),
    )
    while consume(COUNTERS):
        pass
    for email, sent in ((root, 9), (half, 2)):
        email.refresh_from_db()
        assert (email.sent_count, email.variant_sent_count) == (sent, 2)
        assert email.variant_start_date is not None


def test_a_test_starts_anew_when_what_is_tested_changes():
    root = letter(variant_sent_count=5)
    half = variant(root, 50, variant_read_count=3)
    audience(root, 4)
    services.send_to_segments(root)
    began = Email.objects.get(pk=half.pk).variant_start_date
    services.update_email(Email.objects.get(pk=half.pk), {"name": "Another name"})
    assert Email.objects.get(pk=half.pk).variant_read_count == 3
    services.update_email(Email.objects.get(pk=half.pk), {"subject": "Another subject"})
    for one in Email.objects.all():
        assert (one.variant_sent_count, one.variant_read_count) == (0, 0)
        assert one.variant_start_date > began
    Email.objects.update(variant_start_date=None)
    services.update_email(Email.objects.get(pk=half.pk), {"subject": "Before it began"})
    assert Email.objects.filter(variant_start_date=None).count() == 2
