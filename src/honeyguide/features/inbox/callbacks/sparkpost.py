"""SparkPost's webhooks: batches of events in envelopes, unsigned; the secret stands in the address."""

from __future__ import annotations

from collections.abc import Iterator

from honeyguide.features.inbox.callbacks.told import Event, Provider, Told, entries, event, secret_refusal, text
from honeyguide.features.inbox.notices import Kind

HARD_CLASSES = {"10", "30"}  # no such recipient
LEFT_CLASS = "90"
NO_FAILURE = {"60", "70", "80", "100"}  # an automatic answer, still trying, wants to subscribe, asks a question


def recognises(told: Told) -> bool:
    return isinstance(told.json, list) and any("msys" in entry for entry in entries(told.json))


def events(told: Told) -> Iterator[Event]:
    for envelope in entries(told.json):
        for kind, entry in (envelope.get("msys") or {}).items() if isinstance(envelope.get("msys"), dict) else ():
            if isinstance(entry, dict):
                yield from _of(kind, entry)


def _of(envelope: str, entry: dict) -> Iterator[Event]:
    what, group = text(entry, "type"), text(entry, "bounce_class")
    named = {"name": text(entry, "event_id"), "address": text(entry, "rcpt_to")}
    reason = text(entry, "raw_reason") or text(entry, "reason")
    if what == "spam_complaint":
        yield event(entry, Kind.COMPLAINT, reason="Marked as spam, says SparkPost.", **named)
    elif envelope == "unsubscribe_event" or (what in ("bounce", "out_of_band") and group == LEFT_CLASS):
        yield event(entry, Kind.UNSUBSCRIBE, reason="Unsubscribed through SparkPost.", **named)
    elif what in ("bounce", "out_of_band", "policy_rejection") and group not in NO_FAILURE:
        hard = what != "policy_rejection" and group in HARD_CLASSES
        yield event(entry, Kind.BOUNCE, reason=reason, is_hard=hard, **named)


PROVIDER = Provider("sparkpost", recognises, secret_refusal, events)
