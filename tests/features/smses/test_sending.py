"""Text messages that really leave, to a provider that is a local server."""

import base64
import hashlib
import hmac
from urllib.parse import parse_qs

import orjson
import pytest
from django.test import Client, override_settings

from calls import call, created
from features.campaigns.journeys import campaign, react, run, segment, step
from honeyguide.engine import config
from honeyguide.engine.sql import execute, one, rows, scalar
from honeyguide.engine.tracking.hits import writer
from honeyguide.features.campaigns.models import CampaignEvent
from honeyguide.features.contacts.services import set_do_not_contact
from honeyguide.features.smses import jobs, services
from honeyguide.features.smses.models import Sms
from honeyguide.features.smses.numbers import e164, spellings
from http_receiver import Receiver, status
from people import ada

pytestmark = pytest.mark.django_db
ANN, BOB = "+420603000001", "+420603000002"
SITE = "https://mail.test"


def accepted(received) -> bytes:
    number = len(received.body)
    return status(201, orjson.dumps({"sid": f"SM{number}-{received.connection}", "status": "queued"}))


@pytest.fixture
def provider():
    with Receiver(accepted) as receiver, override_settings(SITE_URL=SITE):
        values = {
            "sms_enabled": True, "sms_username": "AC1", "sms_password": "token", "sms_from": "+12025550100",
            "sms_base_url": f"http://127.0.0.1:{receiver.port}", "outbound_allowed_networks": ["127.0.0.0/8"],
        }  # fmt: skip
        for name, value in values.items():
            config.set_value(name, value)
        yield receiver
        jobs.SENDING.close()


def signature(token, url, form):
    """What Twilio sends, as its documentation says how to make it."""
    text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def contact(**fields):
    return scalar(
        "INSERT INTO contacts (is_published, fields, points) VALUES (true, %s::jsonb, 0) RETURNING id",
        (orjson.dumps(fields).decode(),),
    )


def text(**values) -> Sms:
    made = created(ada(), "smses", "sms", {"name": "Hi", "message": "Hi {contactfield=firstname|you}", **values})
    return Sms.objects.get(pk=made["id"])


def send(sms, who):
    return call(ada(), "GET", f"smses/{sms.pk}/contact/{who}/send")


def forms(receiver):
    return [{name: values[0] for name, values in parse_qs(c.body.decode()).items()} for c in receiver.calls]


def states(sms):
    return rows("SELECT state, count(*) FROM dispatches WHERE item_id = %s GROUP BY 1 ORDER BY 1", (sms.pk,))


def test_one_message_is_sent_at_once(provider):
    sms, who = text(), contact(firstname="Ann", mobile="603 000 001", phone="1")
    config.set_value("sms_default_region", "CZ")
    reply = send(sms, who)
    number = scalar("SELECT id FROM dispatches")
    assert reply.body == {
        "success": True,
        "status": "Delivered",
        "result": {
            "sent": True, "type": "mautic.sms.sms", "status": "mautic.sms.timeline.status.delivered", "id": sms.pk,
            "name": "Hi", "content": "Hi Ann", "statId": number,
        },
        "errors": [],
    }  # fmt: skip
    assert provider.calls[0].path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert base64.b64decode(provider.calls[0].headers["authorization"].split()[1]) == b"AC1:token"
    assert forms(provider) == [
        {"To": ANN, "Body": "Hi Ann", "From": "+12025550100", "StatusCallback": f"{SITE}/sms/twilio/status"}
    ]
    stat = call(ada(), "GET", "stats/sms_message_stats").body["stats"]
    assert [(row["sms_id"], row["lead_id"], row["is_failed"], row["source"]) for row in stat] == [
        (str(sms.pk), str(who), "0", "api")
    ]


def test_a_segment_gets_it_once_and_who_refuses_does_not(provider):
    people = [contact(firstname=f"P{n}", mobile=f"+4206030001{n:02}") for n in range(30)]
    deaf, refusing = contact(firstname="D"), contact(mobile=ANN)
    set_do_not_contact(refusing, "sms", 3)
    sms = text(smsType="list", lists=[segment("s", *people, deaf, refusing).pk])
    assert services.pending_count(sms) == 30
    assert (services.send_to_segments(sms), services.send_to_segments(sms)) == (30, 0)
    while jobs.SENDING.run():
        pass
    assert sorted(form["Body"] for form in forms(provider)) == sorted(f"Hi P{n}" for n in range(30))
    assert states(sms) == [(3, 30)]
    assert max(c.connection for c in provider.calls) <= 16


@pytest.mark.parametrize(
    ("answer", "state", "again"),
    [
        (status(400, b'{"code":21211,"message":"Invalid To"}'), 4, False),
        (status(503, b"", retry_after="7200"), 0, True),
        (status(401, b'{"code":20003,"message":"Authenticate"}'), 0, True),
        (status(504), 5, False),
        (b"", 5, False),
    ],
)
def test_what_the_provider_says_decides(provider, answer, state, again):
    provider.answer = lambda received: answer
    sms, who = text(), contact(mobile=ANN)
    reply = send(sms, who).body
    assert (reply["success"], states(sms)) == (False, [(state, 1)])
    assert (reply["status"] == "Scheduled") is again
    attempts, due = one("SELECT attempts, extract(epoch FROM due_at - now())::int FROM dispatches")
    if answer.startswith(b"HTTP/1.1 503"):
        assert (attempts, due) == (1, 7200)
    if answer.startswith(b"HTTP/1.1 401"):
        assert attempts == 0
        assert scalar("SELECT reason FROM channel_troubles") == "401 Authenticate (20003)"


def test_without_a_connection_nothing_is_lost_and_nothing_in_doubt(provider):
    config.set_value("sms_base_url", "http://127.0.0.1:9")
    sms = text()
    assert send(sms, contact(mobile=ANN)).body["status"] == "Scheduled"
    assert states(sms) == [(0, 1)]


def test_what_a_dead_sender_left_is_due_again_or_unknown(provider):
    sms = text()
    for number, state in enumerate((1, 2)):
        execute(
            "INSERT INTO dispatches (channel, item_id, contact_id, occasion, state, priority, attempts, due_at, queued_at, "
            "click_count, claim, claimed_at) VALUES ('sms', %s, %s, 'x', %s, 2, 0, now(), now(), 0, gen_random_uuid(), "
            "now() - interval '1 hour')",
            (sms.pk, contact(mobile=f"+42060300001{number}"), state),
        )
    while jobs.SENDING.run():
        pass
    assert states(sms) == [(3, 1), (5, 1)]
    assert len(provider.calls) == 1
    assert services.settle_unknown(sms, resend=True) == 1
    while jobs.SENDING.run():
        pass
    assert (states(sms), len(provider.calls)) == ([(3, 2)], 2)


def test_who_has_had_enough_waits(provider):
    config.set_value("sms_frequency_number", 1)
    sms, who = text(), contact(mobile=ANN)
    assert send(sms, who).body["success"] is True
    assert send(sms, who).body["status"] == "Scheduled"
    assert len(provider.calls) == 1


def test_links_are_tracked(provider):
    sms = text(message="See https://shop.test/tea?a=1 now")
    who = contact(mobile=ANN)
    send(sms, who)
    body = forms(provider)[0]["Body"]
    assert body.startswith(f"See {SITE}/r/")
    assert body.endswith(" now")
    link = body.split()[1].removeprefix(SITE)
    answer = Client().get(link, headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"})
    assert answer["Location"] == "https://shop.test/tea?a=1"
    writer.flush()
    assert one("SELECT click_count, clicked_at IS NOT NULL FROM dispatches") == (1, True)
    assert one("SELECT hits, unique_hits FROM links WHERE channel = 'sms'") == (1, 1)
    assert rows("SELECT type, contact_id FROM events WHERE type = 52") == [(52, who)]


def told(path, form, token="token"):
    signed = signature(token, f"{SITE}{path}", form)
    return Client().post(path, form, headers={"X-Twilio-Signature": signed})


def test_a_reply_is_noted_and_stop_ends_it(provider):
    ann, other = contact(mobile="(202) 555-0123", firstname="Ann"), contact(phone="+12025550123")
    form = {"AccountSid": "AC1", "From": "+12025550123", "Body": "Yes!", "MessageSid": "SM9"}
    assert told("/sms/twilio/callback", form, token="wrong").status_code == 403
    assert told("/sms/twilio/callback", {**form, "AccountSid": "AC2"}).status_code == 403
    assert told("/sms/twilio/callback", {"AccountSid": "AC1", "Body": "x"}).status_code == 400
    assert scalar("SELECT count(*) FROM sms_replies") == 0
    assert [told("/sms/twilio/callback", form).status_code for _ in range(2)] == [200, 200]
    assert rows("SELECT contact_id, payload ->> 'message' FROM events WHERE type = 53 ORDER BY 1") == [
        (ann, "Yes!"),
        (other, "Yes!"),
    ]
    assert told("/sms/receive", {**form, "Body": " STOP ", "MessageSid": "SM10"}).status_code == 200
    assert rows("SELECT contact_id, channel, reason FROM do_not_contact ORDER BY 1") == [
        (ann, "sms", 1),
        (other, "sms", 1),
    ]
    feed = call(ada(), "GET", f"contacts/{ann}/activity").body["events"]
    assert sorted(e["details"]["message"] for e in feed if e["event"] == "sms_reply") == ["STOP", "Yes!"]


def test_the_provider_tells_how_it_went(provider):
    sms, who = text(), contact(mobile=ANN)
    send(sms, who)
    sid = scalar("SELECT external_id FROM dispatches")
    form = {"AccountSid": "AC1", "MessageSid": sid, "MessageStatus": "undelivered", "ErrorCode": "30003"}
    assert told("/sms/twilio/status", form).status_code == 204
    assert one("SELECT state, answer FROM dispatches") == (4, "The provider says: undelivered (30003)")


def test_campaigns_send_and_wait_for_a_reply(provider):
    ann, deaf = contact(firstname="Ann", mobile=ANN), contact(firstname="Deaf")
    sms = text()
    made = campaign(segment("s", ann, deaf))
    sent = step(made, "sms.send_text_sms", {"sms": sms.pk})
    asked = CampaignEvent.objects.create(
        campaign=made,
        name="r",
        type="sms.reply",
        event_type="decision",
        properties={"pattern": "Y*"},
        order=2,
        parent=sent,
    )
    step(made, "lead.changepoints", {"points": 5}, after=asked, path="yes")
    run()
    assert (jobs.SENDING.run(), [form["To"] for form in forms(provider)]) == (1, [ANN])
    services.receive(ANN, "no")
    after = react()
    assert scalar("SELECT points FROM contacts WHERE id = %s", (ann,)) == 0
    services.receive(ANN, "yes, please")
    react(after)
    run()
    assert scalar("SELECT points FROM contacts WHERE id = %s", (ann,)) == 5


def test_numbers_are_written_one_way():
    assert e164("(202) 555-0123") == "+12025550123"
    assert e164("+420 603 000 001") == ANN
    assert [e164(wrong) for wrong in ("", "abc", "12", "9" * 100)] == [None] * 4
    assert {"+12025550123", "12025550123", "(202) 555-0123", "2025550123"} <= set(spellings("+12025550123"))
