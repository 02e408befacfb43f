"""Pages of marketing messages."""

import re

import pytest
from django.test import Client

from features.campaigns.journeys import campaign, contact, run, segment, step
from features.messages.test_sending import message  # noqa: F401
from honeyguide.features.messages.models import Message
from honeyguide.features.smses.models import Sms
from people import ada

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    client = Client()
    client.force_login(ada())
    return client


def test_a_message_is_made_and_changed(browser):
    sms = Sms.objects.create(name="Thanks by text", message="t")
    assert "Make one" in browser.get("/s/messages/new").content.decode()  # there is no e-mail
    refused = browser.post("/s/messages/new", {"name": "Thanks", "on-email": "1"})
    assert (refused.status_code, Message.objects.count()) == (422, 0)
    assert "Please choose what this channel sends." in refused.content.decode()
    assert browser.post("/s/messages/new", {"name": "Thanks"}).status_code == 422
    form = {"name": "Thanks", "on-sms": "1", "sms": sms.pk, "isPublished": "1"}
    assert browser.post("/s/messages/new", form).status_code == 302
    made = Message.objects.get()
    assert {c.channel: (c.is_enabled, c.channel_id) for c in made.channels.all()} == {
        "email": (False, None),
        "sms": (True, sms.pk),
        "notification": (False, None),
    }
    assert "Thanks by text" in browser.get(f"/s/messages/view/{made.pk}").content.decode()
    edited = browser.get(f"/s/messages/edit/{made.pk}").content.decode()
    assert f'<option value="{sms.pk}" selected>' in edited


def test_what_each_channel_sent_is_shown(browser, message):  # noqa: F811
    made = campaign(segment("s", contact("ann", email="", mobile="+12025550101")))
    step(made, "message.send", {"marketingMessage": message.pk})
    run()
    shown = browser.get(f"/s/messages/view/{message.pk}").content.decode()
    (row,) = [row for row in shown.split("<tr>") if "Text message" in row and "<td>" in row]
    assert re.findall(r'hg-num">(\d+)<', row) == ["0", "0", "1"]
    assert f"/s/campaigns/view/{made.pk}" in shown
