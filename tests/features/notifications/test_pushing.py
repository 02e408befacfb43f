"""Notifications that really leave: to a push service that is a local server, read as a browser reads them."""

import base64

import http_ece
import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client, override_settings

from calls import call
from features.campaigns.journeys import campaign, contact, run, segment, step
from honeyguide.engine import config
from honeyguide.engine.sql import one, rows, scalar
from honeyguide.engine.tracking.hits import writer
from honeyguide.features.contacts.merging import merge_contacts
from honeyguide.features.messages.models import Message
from honeyguide.features.notifications import jobs, keys, services
from honeyguide.features.notifications.models import Notification
from http_receiver import Receiver, status
from people import ada

pytestmark = pytest.mark.django_db
SITE = "https://mail.test"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"


class Browser:
    """Has keys as a real one, and reads what its push service was given."""

    def __init__(self, port: int, name: str = "one") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = b"0123456789abcdef"
        self.endpoint = f"http://127.0.0.1:{port}/push/{name}"

    @property
    def subscription(self):
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "keys": {"p256dh": keys.encoded(point), "auth": keys.encoded(self.secret)}}

    def read(self, received):
        clear = http_ece.decrypt(received.body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        return orjson.loads(clear)


@pytest.fixture
def push():
    with Receiver(lambda received: status(201, location="/m/1")) as receiver, override_settings(SITE_URL=SITE):
        config.set_value("notification_enabled", True)
        config.set_value("outbound_allowed_networks", ["127.0.0.0/8"])
        yield receiver
        jobs.SENDING.close()


def notification(**values):
    return Notification.objects.create(
        **{"name": "n", "heading": "Hi {contactfield=firstname}", "message": "Ten per cent off", **values}
    )


def test_a_notification_reaches_the_browser(push):
    who, browser = contact("ann"), Browser(push.port)
    assert services.subscribe(who, browser.subscription) is True
    assert services.subscribe(who, browser.subscription) is False
    made = notification(url="https://shop.test/", button="Look", utm_tags={"utmSource": "push"})
    assert services.send_to_contact(made, who).sent
    (received,) = push.calls
    said = browser.read(received)
    assert (said["title"], said["body"], said["button"]) == ("Hi Ann", "Ten per cent off", "Look")
    assert (received.headers["content-encoding"], received.headers["ttl"]) == ("aes128gcm", "86400")
    token, key = received.headers["authorization"].removeprefix("vapid ").split(", ")
    point = keys.decoded(key.removeprefix("k="))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    origin = f"http://127.0.0.1:{push.port}"
    assert jwt.decode(token.removeprefix("t="), public, ["ES256"], audience=origin)["sub"] == SITE
    answer = Client().get(said["url"].removeprefix(SITE), headers={"user-agent": CHROME})
    assert answer["Location"] == "https://shop.test/?utm_source=push"
    writer.flush()
    assert one("SELECT state, click_count FROM dispatches") == (3, 1)
    assert rows("SELECT type FROM events WHERE type BETWEEN 55 AND 59 ORDER BY id") == [(58,), (55,), (57,)]
    stats = call(ada(), "GET", "stats/push_notification_stats").body["stats"]
    assert [(row["notification_id"], row["is_clicked"]) for row in stats] == [(str(made.pk), "1")]


def test_who_switches_off_is_left_alone_and_may_come_back(push):
    who, browser = contact("ann"), Browser(push.port)
    services.subscribe(who, browser.subscription)
    push.answer = lambda received: status(410)
    done = services.send_to_contact(notification(), who)
    assert (done.sent, done.reason) == (False, "The browser does not take notifications any more.")
    assert scalar("SELECT count(*) FROM push_subscriptions") == 0
    assert rows("SELECT contact_id, channel, reason FROM do_not_contact") == [(who, "notification", 1)]
    services.subscribe(who, browser.subscription)
    assert scalar("SELECT count(*) FROM do_not_contact") == 0


def test_of_several_browsers_one_is_enough(push):
    who, good, gone = contact("ann"), Browser(push.port), Browser(push.port, "gone")
    push.answer = lambda received: status(404 if received.path.endswith("gone") else 201)
    services.subscribe(who, good.subscription)
    services.subscribe(who, gone.subscription)
    assert services.send_to_contact(notification(), who).sent
    assert rows("SELECT endpoint FROM push_subscriptions") == [(good.endpoint,)]
    assert scalar("SELECT count(*) FROM do_not_contact") == 0


def test_what_is_in_doubt_is_sent_again_and_replaces_the_first(push):
    who, browser = contact("ann"), Browser(push.port)
    services.subscribe(who, browser.subscription)
    push.answer = lambda received: b""
    assert services.send_to_contact(notification(), who).sent is False
    assert one("SELECT state, attempts FROM dispatches") == (0, 1)
    push.answer = lambda received: status(201)
    scalar("UPDATE dispatches SET due_at = now() RETURNING 1")
    assert jobs.SENDING.run() == 1
    assert len({received.headers["topic"] for received in push.calls}) == 1


def tell(what, body):
    return Client(HTTP_USER_AGENT=CHROME).post(f"/notification/{what}", body, content_type="application/json")


def test_browsers_tell_that_they_begin_and_cease(push):
    browser = Browser(push.port)
    assert tell("subscribe", {"subscription": browser.subscription}).json() == {"success": True}
    assert scalar("SELECT count(*) FROM push_subscriptions") == 1
    assert tell("unsubscribe", {"endpoint": browser.endpoint}).json() == {"success": True}
    assert scalar("SELECT count(*) FROM push_subscriptions") == 0
    assert scalar("SELECT reason FROM do_not_contact") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        None, [], "x", {"endpoint": "https://x.test/"}, {"endpoint": "file:///etc/passwd"}, {"keys": {"p256dh": "\x00"}},
        {"endpoint": "https://x.test/\x00"}, {"endpoint": "https://[x/"}, {"endpoint": "https://x.test/" + "y" * 100_000},
        {"keys": {"p256dh": "AAAA", "auth": "AAAA"}}, {"keys": [1]}, {"endpoint": -1},
    ],
)  # fmt: skip
def test_what_is_no_subscription_makes_nothing(push, wrong):
    before = scalar("SELECT count(*) FROM contacts")
    given = Browser(push.port).subscription | wrong if isinstance(wrong, dict) else wrong
    if isinstance(wrong, dict) and "endpoint" in wrong and str(wrong["endpoint"]) == "https://x.test/":
        given.pop("keys")
    assert tell("subscribe", {"subscription": given}).json() == {"success": False}
    assert tell("unsubscribe", {"endpoint": wrong}).status_code == 200
    assert scalar("SELECT count(*) FROM contacts") == before


def test_the_script_holds_our_key_and_is_not_there_when_switched_off(push):
    script = Client().get("/notification/push.js")
    assert keys.public_key() in script.content.decode()
    assert len(keys.decoded(keys.public_key())) == 65
    worker = Client().get("/notification/worker.js")
    assert (worker.status_code, worker["Service-Worker-Allowed"]) == (200, "/")
    own = base64.urlsafe_b64encode(bytes(31) + b"\x01").decode()
    config.set_value("notification_vapid_private_key", own)
    assert keys.public_key() not in script.content.decode()
    config.set_value("notification_enabled", False)
    assert Client().get("/notification/push.js").status_code == 404


def test_campaigns_send_and_ask(push):
    reached, not_reached = contact("ann"), contact("bob")
    services.subscribe(reached, Browser(push.port).subscription)
    made = campaign(segment("s", reached, not_reached))
    step(made, "notification.send_notification", {"notification": notification().pk})
    run()
    assert rows("SELECT contact_id, occasion LIKE 'campaign:%%' FROM dispatches") == [(reached, True)]
    assert (jobs.SENDING.run(), len(push.calls)) == (1, 1)


def test_a_marketing_message_goes_to_the_browser_when_there_is_no_mail(push):
    who = contact("ann", email="")
    services.subscribe(who, Browser(push.port).subscription)
    message = Message.objects.create(name="m")
    message.channels.create(channel="notification", channel_id=notification().pk, is_enabled=True)
    step(campaign(segment("s", who)), "message.send", {"marketingMessage": message.pk})
    run()
    assert jobs.SENDING.run() == 1


def test_browsers_stay_when_contacts_are_merged(push):
    winner, loser = contact("ann"), contact("bob")
    services.subscribe(loser, Browser(push.port).subscription)
    merge_contacts(winner, loser)
    assert rows("SELECT contact_id FROM push_subscriptions") == [(winner,)]
