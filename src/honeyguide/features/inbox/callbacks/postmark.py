"""Postmark's webhooks: one event a call, unsigned; the secret stands in the address."""

from __future__ import annotations

from collections.abc import Iterator

from honeyguide.features.inbox.callbacks.told import Event, Provider, Told, event, secret_refusal, text
from honeyguide.features.inbox.notices import Kind

HARD = {"HardBounce", "BadEmailAddress", "ManuallyDeactivated"}
SOFT = {
    "SoftBounce",
    "Blocked",
    "SMTPApiError",
    "DMARCPolicy",
    "VirusNotification",
    "SpamNotification",
    "InboundError",
    "DnsError",
}
SUPPRESSED = {
    "HardBounce": Kind.BOUNCE,
    "SpamComplaint": Kind.COMPLAINT,
    "ManualSuppression": Kind.UNSUBSCRIBE,
}


def recognises(told: Told) -> bool:
    return isinstance(told.json, dict) and "RecordType" in told.json


def events(told: Told) -> Iterator[Event]:
    """Automatic answers and addresses that want a confirmation are told as bounces too, and are none."""
    entry = told.json
    record, kind = text(entry, "RecordType"), text(entry, "Type")
    name = f"{record}:{text(entry, 'ID')}" if text(entry, "ID") else ""
    reason = text(entry, "Details") or text(entry, "Description") or kind
    if record == "Bounce" and kind in HARD | SOFT:
        yield event(entry, Kind.BOUNCE, name=name, address=text(entry, "Email"), reason=reason, is_hard=kind in HARD)
    elif record == "SpamComplaint" or (record == "Bounce" and kind == "SpamComplaint"):
        yield event(
            entry, Kind.COMPLAINT, name=name, address=text(entry, "Email"), reason="Marked as spam, says Postmark."
        )
    elif record == "Bounce" and kind == "Unsubscribe":
        yield event(
            entry, Kind.UNSUBSCRIBE, name=name, address=text(entry, "Email"), reason="Unsubscribed, says Postmark."
        )
    elif record == "SubscriptionChange" and entry.get("SuppressSending") is True:
        why = text(entry, "SuppressionReason")
        meant = SUPPRESSED.get(why, Kind.UNSUBSCRIBE)
        address = text(entry, "Recipient")
        yield event(entry, meant, name="", address=address, reason=f"Postmark: {why}", is_hard=meant == Kind.BOUNCE)


PROVIDER = Provider("postmark", recognises, secret_refusal, events)
