"""A test of variants as its page shows it: another variant, shares, how it stands, the winner."""

import re
from datetime import timedelta

import pytest
from django.db.models import Q
from django.utils import timezone

import people
from features.emails.test_sending import contact, segment
from features.emails.test_variants import got, letter, variant
from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.events import EventType
from honeyguide.engine.resource import Refused
from honeyguide.engine.sql import execute
from honeyguide.features.emails import services, variants, winners
from honeyguide.features.emails.models import Email

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browse(client):
    client.force_login(people.ada())
    return client


def words(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def sent_to(root, count):
    root.lists.add(segment("s", *(contact(f"c{number}") for number in range(count))))
    services.send_to_segments(root)
    execute("UPDATE outbox SET state = %s, sent_at = now()", (OutboxState.SENT.value,))


def read_by(email, count, column="read_at = now()"):
    execute(
        f"UPDATE outbox SET {column} WHERE id IN (SELECT id FROM outbox WHERE email_id = %s ORDER BY id LIMIT %s)",
        (email.pk, count),
    )


def test_how_it_stands_is_counted_and_said(browse):
    root = letter()
    half = variant(root, 50)
    sent_to(root, 60)
    assert winners.verdict(winners.results(root)) == (None, "Nothing can be said yet.")
    read_by(root, 6)
    read_by(half, 8)
    best, said = winners.verdict(winners.results(root))
    assert (best.email, best.rate, "it could be chance" in said) == (half, 8 / 30, True)
    read_by(half, 25)
    assert [(one.sent, one.read, one.share) for one in winners.results(root)] == [(30, 6, 50.0), (30, 25, 50.0)]
    shown = words(browse.get(f"/s/emails/view/{root.pk}"))
    assert "“Variant 50” is ahead, and chance alone would hardly show this (less than 1 %)." in shown


def test_what_decides_is_chosen(browse):
    root = letter()
    half = variant(root, 50)
    sent_to(root, 20)
    read_by(root, 9)
    read_by(half, 5, "click_count = 1, read_at = now()")
    assert winners.verdict(winners.results(root))[0].email == root
    browse.post(f"/s/emails/shares/{root.pk}", {f"share-{half.pk}": "30", "decides": "email.clickthrough"})
    half.refresh_from_db()
    assert half.variant_settings == {"weight": 30, "winnerCriteria": "email.clickthrough"}
    assert winners.verdict(winners.results(root))[0].email == half
    for wrong in (
        {f"share-{half.pk}": "101"},
        {f"share-{half.pk}": "x"},
        {},
        {"decides": "luck", f"share-{half.pk}": "1"},
        {"sample": "0", f"share-{half.pk}": "1"},
        {"sample": "", f"share-{half.pk}": "1"},
        {"hours": "-3", f"share-{half.pk}": "1"},
        {"hours": "99999", f"share-{half.pk}": "1"},
    ):
        browse.post(f"/s/emails/shares/{root.pk}", {"decides": "email.openrate", **wrong})
    half.refresh_from_db()
    assert half.variant_settings["weight"] == 30


def test_a_variant_is_a_copy_that_is_tested_once_it_is_published(browse):
    root = letter(custom_html="<p>Hi</p>")
    root.lists.add(segment("s", contact("a")))
    browse.post(f"/s/emails/variant/{root.pk}")
    made = Email.objects.get(variant_parent=root)
    assert (made.name, made.custom_html, made.is_published, made.variant_settings["weight"]) == (
        "Original (2)",
        "<p>Hi</p>",
        False,
        50,
    )
    assert variants.shares(root) == []
    Email.objects.filter(pk=made.pk).update(is_published=True)
    assert variants.shares(root) == [(made.pk, 50.0), (root.pk, 50.0)]
    with pytest.raises(Refused):
        variants.add_variant(letter(language="de", translation_parent=root))


def test_the_winner_becomes_the_original_and_nobody_gets_two(browse):
    root = letter(language="en")
    half, third = variant(root, 50), variant(root, 20)
    german = letter("Deutsch", language="de", translation_parent=root)
    sent_to(root, 10)
    browse.post(f"/s/emails/winner/{half.pk}")
    for one in (root, half, third, german):
        one.refresh_from_db()
    assert (half.variant_parent, half.is_published, half.variant_settings, half.variant_start_date) == (
        None,
        True,
        {},
        None,
    )
    assert [(one.variant_parent, one.is_published) for one in (root, third)] == [(half, False)] * 2
    assert german.translation_parent == half
    assert list(half.lists.all()) == list(root.lists.all())
    before = got()
    half.lists.add(segment("late", contact("late")))
    assert services.send_to_segments(half) == 1
    assert got() - before == {half.pk: 1}
    assert winners.verdict(winners.results(half)) == (None, "Nothing can be said yet.")


def test_without_a_test_nobody_wins(browse):
    alone = letter()
    assert "There is no test to win." in words(browse.post(f"/s/emails/winner/{alone.pk}", follow=True))
    assert "Test of variants" not in words(browse.get(f"/s/emails/view/{alone.pk}"))


def test_who_may_only_see_declares_nothing(client):
    root = letter()
    half = variant(root, 50)
    client.force_login(people.cy())
    for path in ("variant", "shares", "winner"):
        assert client.post(f"/s/emails/{path}/{half.pk}").status_code == 403
    assert Email.objects.filter(variant_parent=root).count() == 1


def started(root, hours_ago):
    at = timezone.now() - timedelta(hours=hours_ago)
    Email.objects.filter(Q(pk=root.pk) | Q(variant_parent=root)).update(variant_start_date=at)


def arranged(root, browse, **given):
    shares = {f"share-{one.pk}": one.variant_settings["weight"] for one in root.variant_children.all()}
    browse.post(f"/s/emails/shares/{root.pk}", {"decides": "email.openrate", **shares, **given})
    root.refresh_from_db()


def test_forms_and_downloads_of_who_came_from_it_decide(browse):
    root = letter()
    half = variant(root, 50)
    sent_to(root, 20)
    read_by(root, 9, "click_count = 1, read_at = now()")
    read_by(half, 4, "click_count = 1, read_at = now()")
    execute(
        "INSERT INTO events (type, contact_id, at) SELECT %s, contact_id, now() + interval '1 minute' FROM outbox"
        " WHERE email_id = %s AND (click_count > 0 OR id %% 2 = 0)",
        (EventType.ASSET_DOWNLOADED.value, half.pk),
    )
    execute(
        "INSERT INTO events (type, contact_id, at) SELECT %s, contact_id, now() - interval '1 hour' FROM outbox",
        (EventType.FORM_SUBMITTED.value,),
    )
    arranged(root, browse, decides="asset.downloads")
    found = winners.results(root)
    assert [one.acted for one in found] == [0, 4]
    assert winners.verdict(found)[0].email == half
    assert "Downloaded" in words(browse.get(f"/s/emails/view/{root.pk}"))
    arranged(root, browse, decides="form.submissions")
    assert [one.acted for one in winners.results(root)] == [0, 0]


def test_the_winner_declares_itself_when_the_time_is_over(browse):
    root = letter()
    half, idle = variant(root, 30), variant(root, 30, is_published=False)
    arranged(root, browse, hours="4")
    sent_to(root, 20)
    read_by(half, 3)
    assert "The winner is declared by itself" in words(browse.get(f"/s/emails/view/{half.pk}"))
    started(root, 3.9)
    assert winners.declare_due() == 0
    started(root, 4)
    assert winners.declare_due() == 1
    assert winners.declare_due() == 0
    for one in (root, half, idle):
        one.refresh_from_db()
    assert (half.variant_parent, half.is_published, half.variant_settings) == (None, True, {})
    assert [(one.variant_parent, one.is_published) for one in (root, idle)] == [(half, False)] * 2


def test_the_original_wins_where_nobody_did_what_decides(browse):
    root = letter()
    variant(root, 50)
    arranged(root, browse, hours="1")
    sent_to(root, 10)
    started(root, 2)
    assert winners.declare_due() == 1
    root.refresh_from_db()
    assert (root.variant_parent, root.is_published) == (None, True)


def test_a_test_that_is_over_for_everybody_waits_while_it_is_unpublished(browse):
    root = letter()
    variant(root, 50)
    arranged(root, browse, hours="1")
    sent_to(root, 10)
    started(root, 2)
    Email.objects.filter(pk=root.pk).update(is_published=False)
    assert winners.declare_due() == 0


def test_without_hours_a_person_declares(browse):
    root = letter()
    variant(root, 50)
    for hours in ("", "nan", "1e999", "-1", None, [], "x"):
        Email.objects.filter(pk=root.pk).update(variant_settings={"sendWinnerDelay": hours, "totalWeight": hours})
        started(root, 9999)
        assert winners.declare_due() == 0
        root.refresh_from_db()
        assert variants.sample(root) == 100.0


@pytest.mark.parametrize("declared", ["by a person", "by itself"])
def test_who_does_not_take_part_waits_for_the_winner(browse, declared):
    root = letter()
    half = variant(root, 50)
    arranged(root, browse, sample="40", hours="1")
    root.lists.add(segment("s", *(contact(f"c{number}") for number in range(200))))
    taking_part = services.testing_count(root)
    assert 50 < taking_part < 110
    dialog = words(browse.get(f"/s/emails/send/{root.pk}"))
    assert f"{taking_part} of them take part in the test" in dialog
    assert "declared 1 hour after" in dialog
    browse.post(f"/s/emails/send/{root.pk}", {"when": "now"})
    assert abs(got()[root.pk] - got()[half.pk]) <= 1
    assert got().total() == taking_part
    again = words(browse.post(f"/s/emails/send/{root.pk}", {"when": "now"}, follow=True))
    assert "the others get the winner" in again
    assert services.queue_due_broadcasts() == 0
    execute("UPDATE outbox SET state = %s, sent_at = now()", (OutboxState.SENT.value,))
    read_by(half, 10)
    if declared == "by itself":
        started(root, 2)
        execute("UPDATE outbox SET sent_at = now() - interval '1 hour'")
        winners.declare_due()
    else:
        browse.post(f"/s/emails/winner/{half.pk}")
    before = got()
    assert services.queue_due_broadcasts() == 200 - taking_part
    assert got() - before == {half.pk: 200 - taking_part}
    assert services.queue_due_broadcasts() == 0
    assert Email.objects.filter(send_started_at__isnull=False).count() == 0
