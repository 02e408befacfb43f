import pytest

from calls import call, created
from people import ada

pytestmark = pytest.mark.django_db


def channels(shown):
    return {c["channel"]: (c["channelId"], c["channelName"], c["isEnabled"]) for c in shown["channels"]}


def test_every_message_has_the_known_channels():
    sms = created(ada(), "smses", "sms", {"name": "Hi", "message": "Hi"})
    body = {"name": "x", "channels": {"sms": {"channelId": sms["id"], "isEnabled": True}}}
    made = created(ada(), "messages", "message", body)
    assert channels(made) == {"email": (None, None, False), "sms": (sms["id"], "Hi", True)}


def test_put_switches_channels_off_and_keeps_their_rows():
    body = {"name": "x", "channels": [{"channel": "email", "channelId": 7, "isEnabled": 1}]}
    made = created(ada(), "messages", "message", body)
    put = call(ada(), "PUT", f"messages/{made['id']}/edit", {"name": "y"}).body["message"]
    assert channels(put)["email"] == (None, None, False)
    assert [c["id"] for c in put["channels"]] == [c["id"] for c in made["channels"]]


def test_patch_without_channels_leaves_them():
    made = created(ada(), "messages", "message", {"name": "x", "channels": {"sms": {"isEnabled": True}}})
    patched = call(ada(), "PATCH", f"messages/{made['id']}/edit", {"name": "y"}).body["message"]
    assert patched["channels"] == made["channels"]


@pytest.mark.parametrize("given", ["x", {"fax": {"isEnabled": True}}, {"sms": 1}, [[1]], {"sms": {"channelId": "x"}}])
def test_senseless_channels_are_refused(given):
    assert call(ada(), "POST", "messages/new", {"name": "x", "channels": given}).status == 400
    assert call(ada(), "GET", "messages").body["total"] == 0
