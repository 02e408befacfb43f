"""Providers tell what became of messages: who is believed, and what their words mean."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.inbox.messages import BOUNCED, UNSUBSCRIBED, contact, happened, reasons, sent
from honeyguide.engine import config
from honeyguide.engine.delivery.sealed import seal
from honeyguide.engine.events import EventType, consume
from honeyguide.engine.outbound import Unreachable
from honeyguide.engine.sql import scalar
from honeyguide.features.emails.jobs import OBEDIENCE
from honeyguide.features.inbox.callbacks import PROVIDERS, Told, ses

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("honeyguide.engine.tracking.urls")]
ANN = "ann@example.com"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces"
CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"


@pytest.fixture(autouse=True)
def _secret():
    config.set_value("mailer_callback_secret", "s3cret")


def tell(said, *, secret="s3cret", **headers):
    body = said if isinstance(said, bytes) else orjson.dumps(said)
    query = f"?secret={secret}" if secret else ""
    answer = Client(headers=headers).post(f"/mailer/callback{query}", body, content_type="application/json")
    consume(OBEDIENCE)
    return answer


def sendgrid(event, **more):
    return [{"event": event, "email": ANN, "sg_event_id": "e1", "timestamp": 1, **more}]


def mailgun(event, **more):
    return {"signature": {}, "event-data": {"event": event, "id": "m1", "recipient": ANN, **more}}


def sparkpost(kind, envelope="message_event", **more):
    return [{"msys": {envelope: {"type": kind, "event_id": "s1", "rcpt_to": ANN, **more}}}]


def mailjet(event, **more):
    return {"event": event, "time": 1, "email": ANN, "MessageID": 7, **more}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (sendgrid("bounce", type="bounce", status="5.1.1", reason="550 no such user"), [BOUNCED]),
        (sendgrid("bounce", type="blocked", reason="550 blocked"), []),
        (sendgrid("dropped", reason="Bounced Address"), [BOUNCED]),
        (sendgrid("dropped", reason="Invalid SMTPAPI header"), []),
        (sendgrid("deferred", reason="450"), []),
        (sendgrid("spamreport"), [UNSUBSCRIBED]),
        (sendgrid("group_unsubscribe"), [UNSUBSCRIBED]),
        (
            mailgun("failed", severity="permanent", **{"delivery-status": {"code": 550, "message": "no such user"}}),
            [BOUNCED],
        ),
        (mailgun("failed", severity="permanent", reason="suppress-bounce"), [BOUNCED]),
        (mailgun("failed", severity="permanent", **{"delivery-status": {"code": 552, "message": "mailbox full"}}), []),
        (mailgun("failed", severity="temporary", **{"delivery-status": {"code": 550}}), []),
        (mailgun("complained"), [UNSUBSCRIBED]),
        (mailgun("unsubscribed"), [UNSUBSCRIBED]),
        ({"RecordType": "Bounce", "ID": 1, "Type": "HardBounce", "Email": ANN, "Details": "no"}, [BOUNCED]),
        ({"RecordType": "Bounce", "ID": 1, "Type": "SoftBounce", "Email": ANN}, []),
        ({"RecordType": "Bounce", "ID": 1, "Type": "AutoResponder", "Email": ANN}, []),
        ({"RecordType": "SpamComplaint", "ID": 1, "Email": ANN}, [UNSUBSCRIBED]),
        (
            {
                "RecordType": "SubscriptionChange",
                "Recipient": ANN,
                "SuppressSending": True,
                "SuppressionReason": "HardBounce",
            },
            [BOUNCED],
        ),
        ({"RecordType": "SubscriptionChange", "Recipient": ANN, "SuppressSending": False}, []),
        (sparkpost("bounce", bounce_class="10", raw_reason="550 5.1.1"), [BOUNCED]),
        (sparkpost("bounce", bounce_class="22"), []),
        (sparkpost("out_of_band", bounce_class="60"), []),
        (sparkpost("spam_complaint"), [UNSUBSCRIBED]),
        (sparkpost("list_unsubscribe", "unsubscribe_event"), [UNSUBSCRIBED]),
        (mailjet("bounce", hard_bounce=True, error="user unknown"), [BOUNCED]),
        ([mailjet("bounce", hard_bounce=False, error="quota exceeded")], []),
        (mailjet("blocked", error="preblocked"), []),
        (mailjet("spam", source="JMRPP"), [UNSUBSCRIBED]),
        (mailjet("unsub"), [UNSUBSCRIBED]),
    ],
)
def test_what_the_words_of_each_provider_mean(said, expected):
    ann = contact()
    answer = tell(said)
    assert answer.status_code == 200
    assert reasons(ann) == expected
    assert tell(said).content == b"0 events taken."


def test_the_message_is_found_by_the_hash_wherever_the_provider_keeps_it():
    ann = contact("ann.now@example.com")
    first, last = sent(ann), sent(ann)
    tell(sendgrid("bounce", type="bounce", reason="550 no such user", **{"smtp-id": f"<{seal(first)}@mail.test>"}))
    assert scalar("SELECT bounced_at IS NOT NULL FROM outbox WHERE id = %s", (first,))
    assert not scalar("SELECT bounced_at IS NOT NULL FROM outbox WHERE id = %s", (last,))
    assert reasons(ann) == [BOUNCED]
    assert happened(ann, EventType.EMAIL_BOUNCED) == 1


@pytest.mark.parametrize("secret", ["", "wrong", "s3cret%00", "ž"])
def test_who_does_not_prove_who_they_are_is_not_heard(secret, caplog):
    ann = contact()
    assert tell(mailjet("unsub"), secret=secret).status_code == 403
    assert reasons(ann) == []
    assert "in the name of mailjet was refused" in caplog.text


def test_without_a_configured_secret_a_blank_one_opens_nothing():
    config.set_value("mailer_callback_secret", "")
    assert tell(mailjet("unsub"), secret="").status_code == 403
    assert (
        Client().post("/mailer/callback?secret=", b'{"event":"unsub","time":1}', content_type="a/b").status_code == 403
    )


@pytest.mark.parametrize(("body", "status"), [(b"", 400), (b"{", 400), (b"[]", 404), (b'{"a":1}', 404), (b"null", 404)])
def test_other_calls_are_answered_with_what_is_wrong(body, status):
    assert tell(body).status_code == status


def test_only_posts_are_taken():
    assert Client().get("/mailer/callback").status_code == 405


def test_sendgrids_signature_counts_where_its_key_is_configured():
    key = ec.generate_private_key(ec.SECP256R1())
    kind = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    config.set_value("mailer_callback_sendgrid_key", base64.b64encode(key.public_key().public_bytes(*kind)).decode())
    body = orjson.dumps(sendgrid("unsubscribe"))
    signature = base64.b64encode(key.sign(b"1700000000" + body, ec.ECDSA(hashes.SHA256()))).decode()
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": signature,
        "X-Twilio-Email-Event-Webhook-Timestamp": "1700000000",
    }
    assert tell(body, secret="", **headers).status_code == 200
    assert tell(body + b" ", secret="", **headers).status_code == 403
    assert tell(body).status_code == 403  # the secret is not enough then


def test_mailguns_signature_counts_where_its_key_is_configured():
    config.set_value("mailer_callback_mailgun_key", "key")
    said = mailgun("unsubscribed")
    signature = hmac.new(b"key", b"1700000000token", hashlib.sha256).hexdigest()
    said["signature"] = {"timestamp": "1700000000", "token": "token", "signature": signature}
    assert tell(said, secret="").status_code == 200
    said["signature"]["token"] = "other"
    assert tell(said).status_code == 403
    said["signature"] = {"signature": hmac.new(b"key", b"", hashlib.sha256).hexdigest()}
    assert tell(said).status_code == 403


# --- Amazon ---------------------------------------------------------------------------------------------------------


class Amazon:
    """Signs as SNS does, with a certificate of its own, and counts what is fetched of it."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        now = datetime.now(UTC)
        made = x509.CertificateBuilder(name, name, self.key.public_key(), 1, now, now + timedelta(days=1))
        self.certificate = made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        self.fetched: list[str] = []

    def fetch(self, url: str) -> bytes:
        self.fetched.append(url)
        if url.endswith("gone.pem"):
            raise Unreachable("gone")
        return self.certificate

    def said(self, message, kind="Notification", *, topic=TOPIC, version="2", **more):
        """A call, signed over the names and values in the order of the names."""
        said = {
            "Type": kind, "MessageId": "1", "TopicArn": topic, "Message": orjson.dumps(message).decode(),
            "Timestamp": "2026-11-24T01:00:00.000Z", "SignatureVersion": version, "SigningCertURL": CERTIFICATE_URL, **more,
        }  # fmt: skip
        signed = ["Message", "MessageId", "SubscribeURL", "Subject", "Timestamp", "Token", "TopicArn", "Type"]
        raw = "".join(f"{name}\n{said[name]}\n" for name in signed if name in said).encode()
        digest = hashes.SHA256() if version == "2" else hashes.SHA1()  # noqa: S303
        said["Signature"] = base64.b64encode(self.key.sign(raw, padding.PKCS1v15(), digest)).decode()
        return said


@pytest.fixture
def amazon(monkeypatch):
    made = Amazon()
    monkeypatch.setattr(ses, "fetch", made.fetch)
    ses._certificate.cache_clear()
    config.set_value("mailer_callback_sns_topics", [TOPIC])
    yield made
    ses._certificate.cache_clear()


def bounce(kind="Permanent"):
    hit = {"emailAddress": ANN, "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
    told = {"bounceType": kind, "bounceSubType": "General", "feedbackId": "f1", "bouncedRecipients": [hit]}
    return {"notificationType": "Bounce", "bounce": told, "mail": {"messageId": "x"}}


@pytest.mark.parametrize("version", ["1", "2"])
def test_amazons_notifications_are_believed_by_their_signature(amazon, version):
    ann = contact()
    assert tell(amazon.said(bounce(), version=version), secret="").status_code == 200
    assert reasons(ann) == [BOUNCED]
    assert amazon.fetched == [CERTIFICATE_URL]


def test_amazons_complaints_and_soft_bounces(amazon):
    ann = contact()
    tell(amazon.said(bounce("Transient")), secret="")
    assert reasons(ann) == []
    hit = {"feedbackId": "f2", "complaintFeedbackType": "abuse", "complainedRecipients": [{"emailAddress": ANN}]}
    tell(amazon.said({"eventType": "Complaint", "complaint": hit}), secret="")
    assert reasons(ann) == [UNSUBSCRIBED]


def test_out_of_office_answers_that_amazon_calls_bounces_are_none(amazon):
    away = bounce("Transient")
    del away["bounce"]["bouncedRecipients"][0]["diagnosticCode"]
    assert tell(amazon.said(away), secret="").content == b"0 events taken."


def test_a_topic_of_somebody_else_is_refused_however_well_signed(amazon):
    said = amazon.said(bounce(), topic="arn:aws:sns:eu-west-1:666:evil")
    assert tell(said, secret="").status_code == 403
    assert amazon.fetched == []


def test_what_was_changed_on_the_way_is_refused(amazon):
    said = amazon.said(bounce())
    said["Message"] = said["Message"].replace("ann@", "bob@")
    assert tell(said).status_code == 403
    assert tell(amazon.said(bounce()) | {"SignatureVersion": "3"}).status_code == 403
    assert (
        tell(amazon.said(bounce()) | {"SigningCertURL": CERTIFICATE_URL.replace("-1.pem", "gone.pem")}).status_code
        == 403
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-west-1.amazonaws.com/a.pem",
        "https://evil.test/sns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.test/a.pem",
        "https://sns.eu-west-1.amazonaws.com@evil.test/a.pem",
        "https://evil.test\\@sns.eu-west-1.amazonaws.com/a.pem",
        "https://bucket.s3.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/a.pem",
        "https://[::1/",
        None,
        7,
    ],
)
def test_nothing_is_fetched_from_elsewhere(amazon, url):
    assert not ses.is_of_sns(url)
    assert tell(amazon.said(bounce()) | {"SigningCertURL": url}).status_code == 403
    said = amazon.said({}, "SubscriptionConfirmation", Token="t", SubscribeURL=url)
    assert tell(said).status_code in (403, 502)
    assert [fetched for fetched in amazon.fetched if fetched != CERTIFICATE_URL] == []


def test_a_subscription_of_our_topic_confirms_itself(amazon):
    url = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
    assert tell(amazon.said({}, "SubscriptionConfirmation", Token="t", SubscribeURL=url), secret="").status_code == 200
    assert amazon.fetched == [CERTIFICATE_URL, url]


# --- anything -------------------------------------------------------------------------------------------------------

NAMES = [
    "event", "email", "sg_event_id", "event-data", "signature", "RecordType", "Type", "Email", "msys", "message_event",
    "rcpt_to", "bounce_class", "time", "TopicArn", "Message", "SigningCertURL", "bounce", "reason", "delivery-status",
]  # fmt: skip
VALUES = [
    "bounce", "failed", "Bounce", "HardBounce", "Notification", "dropped", ANN, "a\x00@b.c", "10", "x" * 5000, "😀",
]  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.sampled_from(VALUES) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=25,
)


@given(ANYTHING)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_told_is_answered(said):
    answer = Client().post("/mailer/callback?secret=s3cret", orjson.dumps(said), content_type="application/json")
    assert answer.status_code in (200, 403, 404)


@given(ANYTHING)
@settings(max_examples=200)
def test_every_provider_reads_whatever_it_recognises(said):
    told = Told({}, b"", said, True)
    for provider in PROVIDERS:
        if provider.recognises(told):
            assert all(len(event.notice.reason) < 2000 for event in provider.events(told))
