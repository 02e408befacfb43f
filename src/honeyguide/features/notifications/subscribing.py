"""Browsers that begin and cease to show notifications."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction

from honeyguide.engine.resource.errors import Refused
from honeyguide.engine.sql import rows, scalar
from honeyguide.features.contacts.services import remove_do_not_contact, set_do_not_contact
from honeyguide.features.notifications import keys, queries

CHANNEL = "notification"
UNSUBSCRIBED = 1
LONGEST = 2000
WRONG = "This is no push subscription."


@transaction.atomic
def subscribe(contact_id: int, subscription: Any) -> bool:
    """The browser shows notifications to that contact, as its own `PushSubscription` says; returns whether that is news. Who had
    unsubscribed is back. Raises `Refused` for what is no subscription."""
    endpoint, p256dh, auth = read(subscription)
    names = {"contact": contact_id, "endpoint": endpoint, "p256dh": p256dh, "auth": auth}
    is_new = scalar(queries.SUBSCRIBE, names)
    if is_new:
        remove_do_not_contact(contact_id, CHANNEL, reason=UNSUBSCRIBED)
    return is_new


def read(subscription: Any) -> tuple[str, str, str]:
    """Endpoint and keys. Raises `Refused`."""
    given = subscription if isinstance(subscription, dict) else {}
    found = given.get("keys") if isinstance(given.get("keys"), dict) else {}
    endpoint, p256dh, auth = given.get("endpoint"), found.get("p256dh"), found.get("auth")
    if not all(
        isinstance(text, str) and 0 < len(text) <= LONGEST and text.isascii() for text in (endpoint, p256dh, auth)
    ):
        raise Refused(WRONG)
    try:
        parts = urlsplit(endpoint)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), keys.decoded(p256dh))
        if parts.scheme not in ("https", "http") or not parts.hostname or len(keys.decoded(auth)) != 16:
            raise ValueError
    except ValueError:
        raise Refused(WRONG) from None
    if any(ord(character) < 33 for character in endpoint):
        raise Refused(WRONG)
    return endpoint, p256dh, auth


@transaction.atomic
def unsubscribe(endpoint: str) -> None:
    """The browser does not want notifications any more."""
    _forget([], endpoint, "Switched off in the browser.")


@transaction.atomic
def forget(browsers: Sequence[int]) -> None:
    """Push services say that these browsers are gone."""
    _forget(browsers, "", "The browser does not take notifications any more.")


def _forget(browsers: Sequence[int], endpoint: str, why: str) -> None:
    """Who has no browser left has unsubscribed."""
    left = rows(queries.FORGET, {"ids": list(browsers), "endpoint": endpoint})
    if left:
        set_do_not_contact([row[0] for row in left], CHANNEL, UNSUBSCRIBED, comments=why)
