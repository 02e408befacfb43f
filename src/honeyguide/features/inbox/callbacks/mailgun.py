"""Mailgun's webhooks: one event a call, with an HMAC of a timestamp and a token. What is told twice is done once, so an
old call that somebody repeats changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from honeyguide.engine import config
from honeyguide.engine.access.proofs import is_hex_signature
from honeyguide.features.inbox.callbacks.told import Event, Provider, Told, event, secret_refusal, text
from honeyguide.features.inbox.failures import is_hard
from honeyguide.features.inbox.notices import Kind

SUPPRESSED = {
    "suppress-bounce": Kind.BOUNCE,
    "suppress-complaint": Kind.COMPLAINT,
    "suppress-unsubscribe": Kind.UNSUBSCRIBE,
}


def recognises(told: Told) -> bool:
    return isinstance(told.json, dict) and "event-data" in told.json


def refusal(told: Told) -> str:
    key = config.get("mailer_callback_mailgun_key").strip()
    if not key:
        return secret_refusal(told)
    signed = text(told.json, "signature", "timestamp") + text(told.json, "signature", "token")
    given = text(told.json, "signature", "signature")
    return "" if signed and is_hex_signature(key, signed, given) else "The signature is wrong."


def events(told: Told) -> Iterator[Event]:
    """A failure that is called temporary is still being tried by Mailgun."""
    entry = told.json["event-data"]
    if not isinstance(entry, dict):
        return
    named = {"name": text(entry, "id"), "address": text(entry, "recipient")}
    what, why = text(entry, "event"), text(entry, "reason")
    if what == "failed" and text(entry, "severity") == "permanent":
        said = text(entry, "delivery-status", "message") or text(entry, "delivery-status", "description") or why
        code = text(entry, "delivery-status", "code")
        kind = SUPPRESSED.get(why, Kind.BOUNCE)
        hard = why == "suppress-bounce" or is_hard("", f"{code} {said}")
        yield event(entry, kind, reason=f"{code} {said}".strip(), is_hard=hard, **named)
    elif what == "complained":
        yield event(entry, Kind.COMPLAINT, reason="Marked as spam, says Mailgun.", **named)
    elif what == "unsubscribed":
        yield event(entry, Kind.UNSUBSCRIBE, reason="Unsubscribed through Mailgun.", **named)


PROVIDER = Provider("mailgun", recognises, refusal, events)
