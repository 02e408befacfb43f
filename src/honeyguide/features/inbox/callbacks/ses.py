"""Amazon SES through SNS: notifications signed with a certificate of Amazon's.

Everybody can have a topic that signs: so the topic must be one of ours (`mailer_callback_sns_topics`), or the address have the
secret. The certificate and the confirmation of a subscription are fetched from SNS's own hosts only.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import orjson
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate

from honeyguide.engine import config
from honeyguide.engine.outbound import Client, Unreachable
from honeyguide.features.inbox.callbacks.told import Event, Provider, Told, entries, event, text
from honeyguide.features.inbox.failures import is_hard
from honeyguide.features.inbox.notices import Kind

SNS_HOST = re.compile(r"sns\.[a-z0-9-]{1,30}\.amazonaws\.com(?:\.cn)?").fullmatch
NOTIFICATION, CONFIRMATION = "Notification", "SubscriptionConfirmation"
SIGNED = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    CONFIRMATION: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
DIGESTS = {"1": hashes.SHA1, "2": hashes.SHA256}
SECONDS = 10


def recognises(told: Told) -> bool:
    return isinstance(told.json, dict) and text(told.json, "Type") in SIGNED and "TopicArn" in told.json


def refusal(told: Told) -> str:
    topic = text(told.json, "TopicArn")
    if topic not in config.get("mailer_callback_sns_topics") and not told.has_secret:
        return f"The topic {topic} is not among mailer_callback_sns_topics."
    url = told.json.get("SigningCertURL")
    if not is_of_sns(url):
        return "The certificate is not at an address of SNS."
    try:
        return "" if _is_signed(told.json, _certificate(url)) else "The signature is wrong."
    except Unreachable as error:
        return f"The certificate cannot be fetched: {error}"


def greet(told: Told) -> str:
    """Confirms a subscription, so that nobody need open the address by hand."""
    if told.json["Type"] != CONFIRMATION:
        return ""
    url = told.json.get("SubscribeURL")
    if not is_of_sns(url):
        return "The confirmation is not at an address of SNS."
    try:
        fetch(url)
    except Unreachable as error:
        return f"The subscription cannot be confirmed: {error}"
    return ""


def events(told: Told) -> Iterator[Event]:
    if told.json["Type"] != NOTIFICATION:
        return
    try:
        message = orjson.loads(told.json["Message"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return
    if not isinstance(message, dict):
        return
    what = text(message, "notificationType") or text(message, "eventType")
    if what == "Bounce":
        yield from _bounces(message)
    elif what == "Complaint" and text(message, "complaint", "complaintFeedbackType") != "not-spam":
        yield from _complaints(message)


def _bounces(message: dict) -> Iterator[Event]:
    """Out-of-office answers are told as transient bounces too, and are none: no server's words come with them."""
    bounce: Any = message.get("bounce")
    for hit in entries(bounce.get("bouncedRecipients") if isinstance(bounce, dict) else None):
        said, address = text(hit, "diagnosticCode"), text(hit, "emailAddress")
        if text(bounce, "bounceType") == "Transient" and text(bounce, "bounceSubType") == "General" and not said:
            continue
        reason = f"{text(bounce, 'bounceType')} {text(bounce, 'bounceSubType')} {said}".strip()
        hard = text(bounce, "bounceType") == "Permanent" or (
            text(bounce, "bounceType") == "Undetermined" and is_hard(text(hit, "status"), said)
        )
        yield event(
            _told_of(message, hit),
            Kind.BOUNCE,
            name=_name(bounce, address),
            address=address,
            reason=reason,
            is_hard=hard,
        )


def _complaints(message: dict) -> Iterator[Event]:
    complaint: Any = message.get("complaint")
    for hit in entries(complaint.get("complainedRecipients") if isinstance(complaint, dict) else None):
        address = text(hit, "emailAddress")
        reason = "Marked as spam, says Amazon SES."
        yield event(
            _told_of(message, hit), Kind.COMPLAINT, name=_name(complaint, address), address=address, reason=reason
        )


def _told_of(message: dict, hit: dict) -> dict:
    return {"mail": message.get("mail"), "recipient": hit}


def _name(told: Any, address: str) -> str:
    feedback = text(told, "feedbackId")
    return f"{feedback}:{address.lower()}" if feedback else ""


def is_of_sns(url: Any) -> bool:
    """Whether an address leads to SNS itself, and nowhere else."""
    if not isinstance(url, str) or len(url) > 2000 or re.search(r"[\x00-\x20\\@]", url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and parts.port in (None, 443) and bool(SNS_HOST(parts.hostname or ""))
    except ValueError:
        return False


def fetch(url: str) -> bytes:
    """What SNS has at this address. Raises `Unreachable`."""

    async def get() -> bytes:
        async with Client() as client:
            answer = await client.send("GET", url, seconds=SECONDS)
        if not answer.is_ok:
            raise Unreachable(f"It answers {answer.status}.")
        return answer.body

    return asyncio.run(get())


@lru_cache(maxsize=16)
def _certificate(url: str) -> bytes:
    return fetch(url)


def _is_signed(message: dict, certificate: bytes) -> bool:
    digest = DIGESTS.get(text(message, "SignatureVersion"))
    if digest is None:
        return False
    names = SIGNED[message["Type"]]
    signed = "".join(f"{name}\n{message[name]}\n" for name in names if isinstance(message.get(name), str))
    try:
        key = load_pem_x509_certificate(certificate).public_key()
        if not isinstance(key, RSAPublicKey):
            return False
        signature = base64.b64decode(str(message.get("Signature", "")))
        key.verify(signature, signed.encode(), PKCS1v15(), digest())
    except (InvalidSignature, UnsupportedAlgorithm, binascii.Error, ValueError):
        return False
    return True


PROVIDER = Provider("ses", recognises, refusal, events, greet)
