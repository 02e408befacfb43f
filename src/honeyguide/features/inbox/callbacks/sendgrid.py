"""SendGrid's event webhook: a list of events, signed with ECDSA over the timestamp and the body."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from honeyguide.engine import config
from honeyguide.features.inbox.callbacks.told import Event, Provider, Told, entries, event, secret_refusal, text
from honeyguide.features.inbox.notices import Kind

SIGNATURE, TIMESTAMP = "x-twilio-email-event-webhook-signature", "x-twilio-email-event-webhook-timestamp"
# Why SendGrid did not even try, and what that means.
DROPPED = {
    "bounced address": (Kind.BOUNCE, True),
    "invalid": (Kind.BOUNCE, True),
    "spam reporting address": (Kind.COMPLAINT, False),
    "unsubscribed address": (Kind.UNSUBSCRIBE, False),
}
LEFT = {"spamreport": Kind.COMPLAINT, "unsubscribe": Kind.UNSUBSCRIBE, "group_unsubscribe": Kind.UNSUBSCRIBE}


def recognises(told: Told) -> bool:
    return SIGNATURE in told.headers or any("sg_event_id" in entry for entry in entries(told.json))


def refusal(told: Told) -> str:
    key = config.get("mailer_callback_sendgrid_key").strip()
    if not key:
        return secret_refusal(told)
    try:
        public = load_der_public_key(base64.b64decode(key))
        if not isinstance(public, EllipticCurvePublicKey):
            return "mailer_callback_sendgrid_key is no key of SendGrid's kind."
        signature = base64.b64decode(told.headers.get(SIGNATURE, ""))
        public.verify(signature, told.headers.get(TIMESTAMP, "").encode() + told.body, ECDSA(SHA256()))
    except (InvalidSignature, UnsupportedAlgorithm, binascii.Error, ValueError):
        return "The signature is wrong."
    return ""


def events(told: Told) -> Iterator[Event]:
    for entry in entries(told.json):
        what, reason = text(entry, "event"), text(entry, "reason")
        named = {"name": text(entry, "sg_event_id"), "address": text(entry, "email")}
        if what == "bounce":
            status = f"{text(entry, 'status')} {reason}".strip()
            yield event(entry, Kind.BOUNCE, reason=status, is_hard=text(entry, "type") != "blocked", **named)
        elif what == "dropped":
            kind, is_hard = DROPPED.get(reason.lower(), (Kind.BOUNCE, False))
            yield event(entry, kind, reason=f"SendGrid dropped it: {reason}", is_hard=is_hard, **named)
        elif what in LEFT:
            yield event(entry, LEFT[what], reason=f"SendGrid: {what}", **named)


PROVIDER = Provider("sendgrid", recognises, refusal, events)
