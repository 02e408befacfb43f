"""Switching a hook off whose receiver does not want it, or is not there any more, and telling people."""

from __future__ import annotations

from django.db import transaction
from django.utils.html import format_html

from honeyguide.engine import config
from honeyguide.engine.audit import record
from honeyguide.engine.delivery import outbox
from honeyguide.engine.delivery.addresses import is_address
from honeyguide.features.users.models import User
from honeyguide.features.webhooks.models import Webhook

SUBJECT = "Webhook has been stopped"


@transaction.atomic
def stop(hook: Webhook, reason: str) -> None:
    """Unpublishes the hook and writes to who is to know. What waits for it stays where it is."""
    if not Webhook.objects.filter(pk=hook.pk, is_published=True).update(is_published=False):
        return
    record("webhook", "webhook", hook.pk, "stop", {"name": hook.name, "reason": reason})
    html = format_html("<p>{} has been stopped because {}</p>", hook.name, reason)
    for address in _addresses(hook):
        outbox.enqueue_one(
            email_id=None,
            contact_id=None,
            address=address,
            options={"subject": SUBJECT, "html": str(html), "transactional": True},
        )


def _addresses(hook: Webhook) -> list[str]:
    if not config.get("webhook_send_notification_to_author"):
        return [a for a in config.get("webhook_notification_email_addresses") if is_address(a)]
    users = [number for number in (hook.modified_by, hook.created_by) if number]
    return list(dict.fromkeys(User.objects.filter(pk__in=users, is_published=True).values_list("email", flat=True)))
