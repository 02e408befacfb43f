"""Campaigns that send marketing messages: by which channel each contact gets one."""

import pytest
from django.utils import timezone

from features.campaigns.journeys import campaign, contact, run, segment, step
from honeyguide.engine import config
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.contacts.services import set_do_not_contact
from honeyguide.features.emails import services as emails
from honeyguide.features.messages.models import Message
from honeyguide.features.smses.models import Sms

pytestmark = pytest.mark.django_db
WAITS = 0


@pytest.fixture
def message():
    config.set_value("sms_enabled", True)
    mail = emails.create_email({"name": "m", "subject": "m", "custom_html": "<p>m</p>", "email_type": "template"})
    sms = Sms.objects.create(name="t", message="t")
    made = Message.objects.create(name="Thanks")
    made.channels.create(channel="email", channel_id=mail.pk, is_enabled=True)
    made.channels.create(channel="sms", channel_id=sms.pk, is_enabled=True)
    made.channels.create(channel="tweet", channel_id=1, is_enabled=True)
    return made


def rule(who, channel, **values):
    names = ["contact_id", "channel", "date_added", "preferred_channel", *values]
    given = [who, channel, timezone.now(), values.pop("preferred_channel", False), *values.values()]
    names = list(dict.fromkeys(names))
    execute(f"INSERT INTO frequency_rules ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(given))})", given)


def sent():
    """Who gets what, as (contact, channel)."""
    return sorted(
        rows("SELECT contact_id, 'email' FROM outbox UNION ALL SELECT contact_id, channel FROM dispatches"),
    )


def test_each_gets_it_by_the_channel_they_like(message):
    likes_sms = contact("ann", mobile="+12025550101")
    no_rules = contact("bob", mobile="+12025550102")
    no_mail = contact("cid", email="", mobile="+12025550103")
    refuses_mail = contact("dan", mobile="+12025550104")
    paused_mail = contact("eve", mobile="+12025550105")
    full_of_sms = contact("fay", mobile="+12025550106")
    refuses_all = contact("gil", mobile="+12025550107")
    rule(likes_sms, "sms", preferred_channel=True)
    set_do_not_contact(refuses_mail, "email", 3)
    rule(paused_mail, "email", pause_to_date=timezone.now() + timezone.timedelta(days=3))
    rule(full_of_sms, "sms", preferred_channel=True, frequency_number=1, frequency_time="WEEK")
    execute(
        "INSERT INTO dispatches (channel, item_id, contact_id, occasion, state, priority, attempts, due_at, queued_at, sent_at, "
        "click_count) VALUES ('sms', 999, %s, 'x', 3, 2, 1, now(), now(), now() - interval '2 days', 0)",
        (full_of_sms,),
    )
    set_do_not_contact(refuses_all, "email", 3)
    set_do_not_contact(refuses_all, "sms", 3)
    people = [likes_sms, no_rules, no_mail, refuses_mail, paused_mail, full_of_sms, refuses_all]
    made = campaign(segment("s", *people))
    step(made, "message.send", {"marketingMessage": message.pk})
    run()
    execute("DELETE FROM dispatches WHERE item_id = 999")
    assert sent() == [
        (likes_sms, "sms"), (no_rules, "email"), (no_mail, "sms"), (refuses_mail, "sms"), (paused_mail, "sms"),
        (full_of_sms, "email"),
    ]  # fmt: skip
    told = "SELECT note FROM campaign_log WHERE contact_id = %s"
    assert scalar(told, (refuses_all,)) == "No channel of the message reaches the contact."


def test_who_has_had_enough_everywhere_gets_it_later(message):
    config.set_value("sms_frequency_number", 1)
    message.channels.filter(channel="email").update(is_enabled=False)
    who = contact("ann", mobile="+12025550101")
    rule(who, "sms", pause_to_date=timezone.now() + timezone.timedelta(days=3))
    made = campaign(segment("s", who))
    step(made, "message.send", {"marketingMessage": message.pk})
    run()
    assert rows("SELECT state, (due_at - now()) > interval '2 days' FROM dispatches") == [(WAITS, True)]


def test_nothing_is_sent_of_what_is_not_published(message):
    message.is_published = False
    message.save()
    made = campaign(segment("s", contact("ann", mobile="+12025550101")))
    step(made, "message.send", {"marketingMessage": message.pk})
    run()
    assert sent() == []
