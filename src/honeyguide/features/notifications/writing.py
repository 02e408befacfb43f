"""What a notification says to a contact: tokens filled, its link tracked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils import timezone

from honeyguide.engine import config
from honeyguide.engine.channels.channel import Claimed, Outcome, Outgoing
from honeyguide.engine.delivery import links, tokens
from honeyguide.engine.delivery.models import OutboxState as State
from honeyguide.engine.delivery.recipients import Recipient
from honeyguide.engine.delivery.sealed import DISPATCH, seal
from honeyguide.engine.delivery.surroundings import Surroundings
from honeyguide.engine.sql import rows
from honeyguide.features.contacts.reaching import Reached, reached
from honeyguide.features.emails.services import surroundings
from honeyguide.features.notifications import queries
from honeyguide.features.notifications.models import Notification
from honeyguide.features.notifications.subscribing import CHANNEL
from honeyguide.features.notifications.webpush import MOST_BYTES, Browser, Pushed
from honeyguide.features.pages.addresses import with_addresses

UTM = (
    ("utmSource", "utm_source"),
    ("utmMedium", "utm_medium"),
    ("utmCampaign", "utm_campaign"),
    ("utmContent", "utm_content"),
)


@dataclass(frozen=True)
class Compiled:
    """The texts of a notification in parts and holes; `token` names its tracked link, blank when it has none."""

    heading: list[tokens.Part]
    message: list[tokens.Part]
    button: list[tokens.Part]
    token: str
    site_url: str

    def payload(self, person: Reached, dispatch_id: int) -> dict[str, Any]:
        """What the service worker shows."""
        recipient = Recipient("", person.values, owner=person.owner)
        said = {
            "title": tokens.fill(self.heading, recipient),
            "body": tokens.fill(self.message, recipient),
            "tag": f"honeyguide-{dispatch_id}",
        }
        if button := tokens.fill(self.button, recipient):
            said["button"] = button
        if self.token:
            said["url"] = f"{self.site_url}/r/{self.token}?ct={seal(dispatch_id, DISPATCH)}"
        if icon := config.get("notification_icon"):
            said["icon"] = icon
        return said


def compiled(notification: Notification, around: Surroundings) -> Compiled:
    """The notification; its link is stored before anyone can follow it."""
    place = tokens.Place(around, html=False, more={})
    url = links.tagged(with_addresses(notification.url or "").strip(), _utm_tags(notification.utm_tags))
    token = links.store(CHANNEL, notification.pk, [url])[url] if url else ""
    texts = (notification.heading, notification.message, notification.button or "")
    return Compiled(*(tokens.parse(text, place) for text in texts), token=token, site_url=around.site_url)


def _utm_tags(given: Any) -> list[tuple[str, str]]:
    return [(name, str(given[key])) for key, name in UTM if given.get(key)] if isinstance(given, dict) else []


def prepare(claimed: Sequence[Claimed]) -> list[Outgoing | Outcome]:
    """A notification for each row, unless its contact or text is gone, or must not or not yet be reached."""
    around = surroundings()
    found = Notification.objects.in_bulk({row.item_id for row in claimed})
    texts = {pk: compiled(notification, around) for pk, notification in found.items()}
    people = reached(CHANNEL, [row.id for row in claimed])
    browsers: dict[int, list[Browser]] = {}
    for contact, *browser in rows(
        queries.BROWSERS, {"contacts": [row.contact_id for row in claimed if row.contact_id]}
    ):
        browsers.setdefault(contact, []).append(Browser(*browser))
    return [
        _prepared(row, texts.get(row.item_id), people.get(row.id), browsers.get(row.contact_id or 0, []))
        for row in claimed
    ]


def _prepared(
    row: Claimed, text: Compiled | None, person: Reached | None, browsers: Sequence[Browser]
) -> Outgoing | Outcome:
    if text is None:
        return _ended(row, State.CANCELLED, "The notification was deleted.")
    if person is None:
        return _ended(row, State.CANCELLED, "The contact was deleted.")
    if person.reason:
        return _ended(row, State.CANCELLED, "The contact must not be contacted.")
    if person.not_before:
        delay = (person.not_before - timezone.now()).total_seconds()
        return Outcome(row.id, State.PENDING, "Paused by the contact.", delay=max(delay, 0), counted=False)
    if not browsers:
        return _ended(row, State.FAILED, "The contact has no browser that shows notifications.")
    said = text.payload(person, row.id)
    payload = orjson.dumps(said)
    if len(payload) > MOST_BYTES:
        return _ended(row, State.FAILED, f"The notification is too long: {len(payload)} bytes of {MOST_BYTES}.")
    address = f"{len(browsers)} browser{'' if len(browsers) == 1 else 's'}"
    return Outgoing(
        row.id, row.attempts, address, f"{said['title']}\n{said['body']}", Pushed(browsers, payload, f"hg{row.id}")
    )


def _ended(row: Claimed, state: State, reason: str) -> Outcome:
    return Outcome(row.id, state, reason, counted=False)
