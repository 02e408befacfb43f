"""Mailjet's event API: one event or a list of them, unsigned; the secret stands in the address."""

from __future__ import annotations

from collections.abc import Iterator

from honeyguide.features.inbox.callbacks.told import Event, Provider, Told, entries, event, secret_refusal, text
from honeyguide.features.inbox.notices import Kind

EVENTS = {"sent", "open", "click", "bounce", "blocked", "spam", "unsub"}
NO_SUCH = {"user unknown", "invalid domain", "no mail host", "mailbox inactive", "relay/access denied"}


def recognises(told: Told) -> bool:
    return any(text(entry, "event") in EVENTS and "time" in entry for entry in entries(told.json))


def events(told: Told) -> Iterator[Event]:
    for entry in entries(told.json):
        what, error = text(entry, "event"), text(entry, "error")
        named = {"name": "", "address": text(entry, "email")}
        reason = " ".join(filter(None, (error, text(entry, "comment"))))
        if what == "bounce":
            yield event(entry, Kind.BOUNCE, reason=reason, is_hard=entry.get("hard_bounce") is True, **named)
        elif what == "blocked":
            yield event(entry, Kind.BOUNCE, reason=f"Mailjet blocked it: {reason}", is_hard=error in NO_SUCH, **named)
        elif what == "spam":
            yield event(entry, Kind.COMPLAINT, reason="Marked as spam, says Mailjet.", **named)
        elif what == "unsub":
            yield event(entry, Kind.UNSUBSCRIBE, reason="Unsubscribed through Mailjet.", **named)


PROVIDER = Provider("mailjet", recognises, secret_refusal, events)
