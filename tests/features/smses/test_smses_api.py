import orjson
import pytest

from calls import call, created
from honeyguide.engine.sql import scalar
from honeyguide.features.segments.models import Segment
from honeyguide.features.smses.models import Sms
from people import ada, cy

pytestmark = pytest.mark.django_db


def contact(**fields):
    return scalar(
        "INSERT INTO contacts (is_published, fields, points) VALUES (true, %s::jsonb, 0) RETURNING id",
        (orjson.dumps(fields).decode(),),
    )


def sms(**values):
    return created(ada(), "smses", "sms", {"name": "Hi", "message": "Hi", **values})


def send(sms_id, contact_id, user=None):
    return call(user or ada(), "GET", f"smses/{sms_id}/contact/{contact_id}/send")


def test_a_broadcast_needs_a_segment():
    refused = call(ada(), "POST", "smses/new", {"name": "x", "smsType": "list"})
    assert (refused.status, list(refused.body["errors"][0]["details"])) == (400, ["lists"])
    unknown = call(ada(), "POST", "smses/new", {"name": "x", "smsType": "list", "lists": [99]})
    assert unknown.status == 400
    segment = Segment.objects.create(name="s", public_name="s", alias="s")
    made = sms(smsType="list", lists=[segment.pk])
    assert list(Sms.objects.get(pk=made["id"]).lists.all()) == [segment]
    assert call(ada(), "PATCH", f"smses/{made['id']}/edit", {"message": "Ho"}).status == 200
    assert call(ada(), "PATCH", f"smses/{made['id']}/edit", {"lists": []}).status == 400


@pytest.mark.parametrize(
    ("message", "fields", "status"),
    [
        ({}, {}, "Missing phone number for contact."),
        ({"isPublished": False}, {"phone": "+420123"}, "The specified SMS was unpublished."),
    ],
)
def test_what_cannot_be_sent_says_why(message, fields, status):
    reply = send(sms(**message)["id"], contact(**fields))
    assert (reply.status, reply.body["success"], reply.body["status"]) == (200, False, status)


def test_who_must_not_be_reached_is_not():
    who = contact(phone="+420123")
    scalar(
        "INSERT INTO do_not_contact (contact_id, channel, reason, comments, date_added) "
        "VALUES (%s, 'sms', 3, '', now()) RETURNING id",
        (who,),
    )
    assert send(sms()["id"], who).body["status"] == "Contact is not contactable on the SMS channel."


def test_without_transport_nothing_is_sent():
    body = send(sms()["id"], contact(mobile="+420123")).body
    assert orjson.loads(body)["error"] == {"message": "SMS transport is disabled.", "code": 417}


def test_sending_needs_the_message_and_the_contact():
    assert send(99, contact()).status == 404
    assert send(sms()["id"], 99).status == 403
    assert send(sms()["id"], contact(), cy()).status == 403
