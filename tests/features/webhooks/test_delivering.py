"""Receivers that behave well and badly: everything is told in order, at least once, and accounted for."""

import base64
import hashlib
import hmac
import json

import pytest

from calls import call, created
from honeyguide.engine import config
from honeyguide.engine.config import store
from honeyguide.engine.events import consume
from honeyguide.engine.sql import execute, scalar
from honeyguide.features.contacts.services import create_contact
from honeyguide.features.webhooks import jobs, services
from honeyguide.features.webhooks.delivering import calls_of
from honeyguide.features.webhooks.models import Webhook, WebhookLog, WebhookQueue
from honeyguide.features.webhooks.trying import send_test
from http_receiver import Receiver, status
from people import ada

pytestmark = pytest.mark.django_db(transaction=True)
NEW, DELETED = "mautic.lead_post_save_new", "mautic.lead_post_delete"


@pytest.fixture(autouse=True)
def _local():
    config.set_value("outbound_allowed_networks", ["127.0.0.0/8"])
    yield
    jobs.stop_delivering()


def hook(url, *triggers, **values):
    body = {"name": "Hook", "webhookUrl": url, "triggers": triggers or [NEW], "secret": "s3cret", **values}
    return Webhook.objects.get(pk=created(ada(), "hooks", "hook", body)["id"])


def people(*names):
    """Makes contacts."""
    for name in names:
        create_contact({"firstname": name, "email": f"{name}@x.test"}, by=None)


def deliver():
    """What the worker does in a while: everything that is due."""
    while consume(jobs.TELLING):
        pass
    while jobs.deliver_due():
        pass


def later():
    """The time that the worker leaves a failing receiver alone is over."""
    execute("UPDATE webhook_receivers SET next_attempt_at = now(), lease_until = now()")


def names_in(receiver, key=NEW):
    return [
        entry["contact"]["fields"]["core"]["firstname"]["value"]
        for call in receiver.calls
        for entry in json.loads(call.body).get(key, ())
    ]


def test_an_event_is_told_and_signed():
    config.set_value("site_url", "https://mail.test")
    with Receiver() as receiver:
        hook(receiver.url)
        people("ada")
        deliver()
    (made,) = receiver.calls
    assert (made.method, made.headers["content-type"]) == ("POST", "application/json")
    assert made.headers["x-origin-base-url"] == "https://mail.test"
    expected = base64.b64encode(hmac.new(b"s3cret", made.body, hashlib.sha256).digest()).decode()
    assert made.headers["webhook-signature"] == expected
    (entry,) = json.loads(made.body)[NEW]
    assert list(entry)[-1] == "timestamp"
    assert WebhookQueue.objects.count() == 0
    assert [(log.status_code, log.events) for log in WebhookLog.objects.all()] == [("200", 1)]


def test_configuration_that_is_read_again_does_not_get_in_the_way(monkeypatch):
    """Calls are made in an event loop, which must not wait for the database."""
    monkeypatch.setattr(store, "CACHE_SECONDS", -1)
    with Receiver() as receiver:
        made = hook(receiver.url)
        people("ada")
        deliver()
        assert send_test(made)[0].status == 200
    assert len(receiver.calls) == 2


def test_each_event_is_a_call_of_its_own_in_order():
    with Receiver() as receiver:
        hook(receiver.url)
        people("ann", "bob", "cy", "di")
        deliver()
    assert len(receiver.calls) == 4
    assert names_in(receiver) == ["ann", "bob", "cy", "di"]
    assert {made.connection for made in receiver.calls} == {1}


def test_several_events_in_one_call():
    config.set_value("queue_mode", "command_process")
    config.set_value("webhook_limit", 3)
    with Receiver() as receiver:
        hook(receiver.url)
        people("ann", "bob", "cy", "di")
        deliver()
    assert [len(json.loads(made.body)[NEW]) for made in receiver.calls] == [3, 1]
    assert names_in(receiver) == ["ann", "bob", "cy", "di"]


def test_the_newest_first():
    config.set_value("queue_mode", "command_process")
    config.set_value("webhook_limit", 2)
    with Receiver() as receiver:
        hook(receiver.url, eventsOrderbyDir="DESC")
        people("ann", "bob", "cy")
        deliver()
    assert names_in(receiver) == ["cy", "bob", "ann"]


@pytest.mark.parametrize("answer", [status(500, b"oops"), status(302, location="/x"), status(404), b""])
def test_a_failure_is_tried_again_with_the_same_message(answer):
    answers = [answer, answer, status(200)]
    with Receiver(lambda call: answers.pop(0)) as receiver:
        hook(receiver.url)
        people("ann", "bob")
        deliver()
        assert len(receiver.calls) == 1, "the receiver is left alone for a while"
        later()
        deliver()
        answers.append(status(200))
        later()
        deliver()
    assert names_in(receiver) == ["ann", "ann", "ann", "bob"]
    ids = [made.headers["webhook-id"] for made in receiver.calls]
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert WebhookQueue.objects.count() == 0


def test_a_repeated_batch_has_the_same_events():
    config.set_value("queue_mode", "command_process")
    answers = [status(503), status(200), status(200)]
    with Receiver(lambda call: answers.pop(0)) as receiver:
        hook(receiver.url)
        people("ann", "bob")
        deliver()
        people("cy")
        later()
        deliver()
    assert receiver.calls[0].body == receiver.calls[1].body
    assert names_in(receiver) == ["ann", "bob", "ann", "bob", "cy"]


def test_it_fails_for_good_and_can_be_sent_again():
    config.set_value("webhook_max_attempts", 2)
    working = []
    with Receiver(lambda call: status(200 if working else 500)) as receiver:
        made = hook(receiver.url)
        people("ann", "bob")
        for _ in range(4):
            deliver()
            later()
        assert scalar("SELECT count(*) FROM webhook_queue WHERE failed_at IS NOT NULL") == 2
        working.append(True)
        assert services.retry_failed(made, by=ada()) == 2
        deliver()
    assert names_in(receiver)[-2:] == ["ann", "bob"]
    assert WebhookQueue.objects.count() == 0


def test_a_dead_receiver_does_not_hold_up_others():
    with Receiver(lambda call: None) as dead, Receiver() as living:
        config.set_value("webhook_timeout", 1)
        hook(dead.url)
        hook(living.url)
        people("ann", "bob")
        deliver()
    assert names_in(living) == ["ann", "bob"]
    assert WebhookLog.objects.filter(status_code="N/A", note__contains="No answer within 1 seconds").count() == 1


def test_a_receiver_that_is_gone_is_not_called_again():
    with Receiver(lambda call: status(410)) as receiver:
        made = hook(receiver.url)
        people("ann")
        deliver()
        people("bob")
        later()
        deliver()
    made.refresh_from_db()
    assert (made.is_published, len(receiver.calls)) == (False, 1)
    told = scalar("SELECT options ->> 'html' FROM outbox WHERE address = 'ada@example.com'")
    assert "Hook has been stopped because the response HTTP code was 410" in told


def test_a_sick_hook_is_switched_off():
    config.set_value("webhook_disable_limit", 3)
    with Receiver(lambda call: status(500)) as receiver:
        made = hook(receiver.url)
        execute("UPDATE webhooks SET date_added = now() - interval '3 days'")
        people("ann")
        for _ in range(5):
            deliver()
            later()
    made.refresh_from_db()
    assert (made.is_published, len(receiver.calls)) == (False, 3)


def test_retry_after_is_obeyed():
    with Receiver(lambda call: status(429, retry_after="7200")) as receiver:
        hook(receiver.url)
        people("ann")
        deliver()
    assert 7000 < scalar("SELECT extract(epoch FROM next_attempt_at - now()) FROM webhook_receivers") <= 7200


def test_a_killed_process_s_hooks_are_taken_over():
    with Receiver() as receiver:
        made = hook(receiver.url)
        people("ann")
        while consume(jobs.TELLING):
            pass
        execute(
            "INSERT INTO webhook_receivers VALUES (%s, now() + interval '1 minute', NULL, 0)",
            (made.pk,),
        )
        assert jobs.deliver_due() == 0
        later()
        deliver()
    assert names_in(receiver) == ["ann"]


def test_a_paused_hook_keeps_its_events():
    with Receiver() as receiver:
        made = hook(receiver.url)
        services.pause(made, by=ada())
        people("ann")
        deliver()
        assert receiver.calls == []
        services.pause(made, by=ada())
        deliver()
    assert names_in(receiver) == ["ann"]


def test_an_unpublished_hook_is_told_nothing():
    with Receiver() as receiver:
        hook(receiver.url, isPublished=False)
        people("ann")
        deliver()
    assert (receiver.calls, WebhookQueue.objects.count()) == ([], 0)


def test_private_addresses_are_not_called():
    config.set_value("outbound_allowed_networks", [])
    with Receiver() as receiver:
        hook(receiver.url)
        people("ann")
        deliver()
    assert receiver.calls == []
    assert "not a public address" in WebhookLog.objects.get().note


def test_standard_signatures_during_a_change_of_secret():
    with Receiver() as receiver:
        made = hook(receiver.url)
        made.standard_signature = True
        made.save()
        services.rotate_secret(made, by=ada())
        people("ann")
        deliver()
    (asked,) = receiver.calls
    signed = f"{asked.headers['webhook-id']}.{asked.headers['webhook-timestamp']}.".encode() + asked.body
    valid = [
        "v1," + base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
        for secret in (made.secret, "s3cret")
    ]
    assert asked.headers["webhook-signature"].split(" ") == valid


def test_only_the_newest_calls_are_remembered():
    config.set_value("webhook_log_max", 2)
    with Receiver() as receiver:
        hook(receiver.url)
        people("ann", "bob", "cy")
        deliver()
    assert WebhookLog.objects.count() == 2


def test_a_call_is_made_again():
    with Receiver() as receiver:
        made = hook(receiver.url)
        people("ann")
        deliver()
        assert services.send_again(made, WebhookLog.objects.get()) == 1
        deliver()
    assert receiver.calls[0].body == receiver.calls[1].body


def test_groups_stay_together():
    waiting = [(1, "a", "1", 1, 1), (2, "a", "2", 1, 1), (3, "a", "3", 0, None), (4, "b", "4", 0, None)]
    found = list(calls_of(waiting, 10, whole=True))
    assert [(made.ids, made.body) for made in found] == [
        ([1, 2], b'{"a":[1,2]}'),
        ([3, 4], b'{"a":[3],"b":[4]}'),
    ]
    assert [made.ids for made in calls_of(waiting, 10, whole=False)] == [[1, 2]]
    assert [made.ids for made in calls_of(waiting[2:], 1, whole=True)] == [[3], [4]]


def test_the_statistics_table_shows_the_calls():
    with Receiver(lambda call: status(200, b"<b>thanks</b>")) as receiver:
        hook(receiver.url)
        people("ann")
        deliver()
    (row,) = call(ada(), "GET", "stats/webhook_logs").body["stats"]
    assert (row["status_code"], row["note"]) == ("200", "thanks")
