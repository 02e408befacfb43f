"""What a returned message does to the contact and to the figures of the e-mail."""

import pytest

from calls import call
from features.inbox import samples
from features.inbox.messages import BOUNCED, UNSUBSCRIBED, about, contact, happened, hear, reasons, sent
from honeyguide.engine.delivery.models import OutboxMessage
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import execute, rows
from honeyguide.features.emails import services as emails
from honeyguide.features.emails.models import Email
from honeyguide.features.inbox.acting import act
from honeyguide.features.inbox.jobs import forget_notices
from honeyguide.features.inbox.models import State
from honeyguide.features.inbox.notices import Kind, Notice
from people import ada

pytestmark = pytest.mark.django_db(transaction=True)
SOFT = samples.dsn(status="4.2.2", words="smtp; 452 4.2.2 mailbox full")


def test_a_hard_bounce_ends_mail_to_the_contact_and_counts_on_the_email():
    ann = contact()
    email = Email.objects.create(name="May", subject="May")
    message = sent(ann, email=email)
    assert hear(about(samples.dsn(), message)) == State.DONE
    assert reasons(ann) == [BOUNCED]
    assert happened(ann, EventType.EMAIL_BOUNCED) == 1
    assert emails.statistics(email).bounced == 1
    assert "user unknown" in OutboxMessage.objects.get(pk=message).answer


def test_the_same_message_twice_and_two_reports_of_one_bounce_count_once():
    ann = contact()
    raw = about(samples.dsn(), sent(ann))
    assert hear(raw, "1") == State.DONE
    assert hear(raw, "1") is None
    assert hear(raw, "2") == State.REPEATED
    assert happened(ann, EventType.EMAIL_BOUNCED) == 1


def test_soft_bounces_only_count_when_they_go_on():
    ann = contact()
    for number in range(1, 5):
        assert hear(about(SOFT, sent(ann)), str(number)) == State.DONE
    assert reasons(ann) == []
    assert hear(about(SOFT, sent(ann)), "5") == State.DONE
    assert reasons(ann) == [BOUNCED]


def test_a_forged_hash_does_nothing():
    ann = contact()
    sent(ann, days_ago=40)
    assert hear(samples.dsn()) == State.UNMATCHED
    assert hear(samples.unsubscribe(), "2") == State.UNMATCHED
    assert reasons(ann) == []


def test_without_a_hash_only_an_address_we_just_wrote_to_can_bounce():
    ann, bob = contact(), contact("bob@example.com")
    sent(ann, days_ago=1)
    sent(bob, "bob@example.com", days_ago=40)
    assert hear(samples.dsn(original="")) == State.DONE
    assert hear(samples.dsn(original="", recipient="bob@example.com"), "2") == State.UNMATCHED
    assert (reasons(ann), reasons(bob)) == ([BOUNCED], [])


def test_a_blind_copy_that_comes_back_says_nothing_of_the_contact():
    ann = contact()
    email = Email.objects.create(name="May", subject="May", bcc_address="archive@shop.test, b@shop.test")
    message = sent(ann, email=email)
    assert hear(about(samples.dsn(recipient="archive@shop.test"), message)) == State.UNMATCHED
    assert reasons(ann) == []


@pytest.mark.parametrize("raw", [samples.complaint(), samples.unsubscribe()])
def test_who_complains_or_unsubscribes_by_mail_gets_no_more(raw):
    ann = contact()
    email = Email.objects.create(name="May", subject="May")
    assert hear(about(raw, sent(ann, email=email))) == State.DONE
    assert reasons(ann) == [UNSUBSCRIBED]
    assert emails.statistics(email).unsubscribed == 1


def test_a_reply_is_an_event_of_the_contact_once():
    ann = contact("ann.lee@example.com")
    message = sent(ann, "ann.lee@example.com")
    answer = samples.reply("Ann <annlee+mail@example.com>")
    assert hear(about(answer, message)) == State.DONE
    assert hear(about(answer, message)) is None
    assert happened(ann, EventType.EMAIL_REPLIED) == 1
    assert OutboxMessage.objects.get(pk=message).read_at is not None
    kept = call(ada(), "GET", "stats/email_stat_replies").body["stats"]
    assert [(row["stat_id"], row["message_id"]) for row in kept] == [(str(message), "<r1@example.com>")]


def test_a_reply_of_somebody_else_is_not_the_contacts():
    ann = contact()
    assert hear(about(samples.reply("eve@example.com"), sent(ann))) == State.UNMATCHED
    assert happened(ann, EventType.EMAIL_REPLIED) == 0


def test_who_proved_who_they_are_is_believed_about_an_address_too():
    ann = contact()
    notice = Notice(Kind.BOUNCE, address="ann@example.com", is_hard=True, reason="550")
    assert act(notice, source="mailbox", key="1") == State.UNMATCHED
    assert act(notice, source="sendgrid", key="2", trusted=True) == State.DONE
    hear(samples.AWAY, "3")
    assert reasons(ann) == [BOUNCED]


def test_old_notices_are_forgotten():
    for key, days in (("1", 89), ("2", 91)):
        act(Notice(Kind.REPLY), source="mailbox", key=key)
        execute("UPDATE notices SET at = now() - %s * interval '1 day' WHERE key = %s", (days, key))
    forget_notices(0)
    assert rows("SELECT key FROM notices") == [("1",)]
