"""Sending a segment e-mail: who, how many, when; then how far it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from honeyguide.engine import config
from honeyguide.engine.delivery import outbox
from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.resource import Invalid
from honeyguide.engine.sql import rows, scalar
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.charts import per_day
from honeyguide.engine.ui.tags import number
from honeyguide.features.emails import services, variants
from honeyguide.features.emails.models import Email
from honeyguide.features.emails.pages import testing

AT_ONCE = 20_000  # more than these the worker queues, so that the page answers
PAGE_SIZE = 50
STATES = {
    "waiting": ("Waiting", (OutboxState.PENDING, OutboxState.CLAIMED, OutboxState.ATTEMPTING)),
    "sent": ("Sent", (OutboxState.SENT,)),
    "failed": ("Failed", (OutboxState.FAILED,)),
    "unknown": ("Unknown", (OutboxState.UNKNOWN,)),
    "cancelled": ("Cancelled", (OutboxState.CANCELLED,)),
}
WHAT = {
    "opened": "o.read_at",
    "clicked": "nullif(o.click_count, 0)",
    "unsubscribed": "o.unsubscribed_at",
    "bounced": "o.bounced_at",
}

# One pass: a page of an e-mail's messages, newest first, with the contact's name.
RECIPIENTS = """
    SELECT o.id, o.contact_id, coalesce(o.address, c.fields ->> 'email'),
           nullif(concat_ws(' ', c.fields ->> 'firstname', c.fields ->> 'lastname'), ''),
           o.state, o.sent_at, o.read_at, o.open_count, o.click_count, o.unsubscribed_at, o.bounced_at, o.answer, o.due_at
    FROM outbox o LEFT JOIN contacts c ON c.id = o.contact_id
    WHERE o.email_id = %(email)s AND o.id < %(before)s AND {only}
    ORDER BY o.id DESC LIMIT %(limit)s
"""
NAMES = (
    "id", "contact_id", "address", "name", "state", "sent_at", "read_at", "opens", "clicks", "unsubscribed_at",
    "bounced_at", "answer", "due_at",
)  # fmt: skip


def figures(email: Email) -> dict[str, Any]:
    """The statistics as the pages show them, and why nothing moves when nothing does."""
    found = services.statistics(email)
    queued = found.sent + found.pending + found.failed + found.unknown + found.cancelled
    days = [(day.date(), sent, read, bounced) for day, sent, read, bounced in found.days if day]
    return {
        "stats": found,
        "queued": queued,
        "done": queued - found.pending,
        "sending": found.pending > 0 or email.send_started_at is not None,
        "queueing": email.send_started_at is not None,
        "still": why_still() if found.pending or email.send_started_at else "",
        "delays": services.delays(email) if found.pending else [],
        "chart": per_day("Messages", days, ("Sent", "Opened", "Bounced"), last=timezone.localdate()),
    }


def why_still() -> str:
    if not scalar("SELECT 1 FROM workers LIMIT 1"):
        return "No worker is sending right now; messages leave when one starts."
    if trouble := outbox.trouble():
        return f"Nothing leaves at the moment, and is tried again by itself. {trouble}"
    if throttle := config.get("mailer_throttle"):
        return f"At most {throttle} messages leave per second (mailer_throttle)."
    return ""


def dialog(request: HttpRequest, email: Email) -> HttpResponse:
    """What is about to happen, in numbers."""
    context = {
        "item": email,
        "pending": services.pending_count(email),
        "testing": services.testing_count(email),
        "decided_after": testing.hours(variants.duration(variants.root_of(email))),
        "lists": email.lists.all(),
        "excluded": email.excluded_lists.all(),
        "warnings": warnings(email),
        "throttle": config.get("mailer_throttle"),
        "now": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
    }
    return render(request, "emails/send.html", context)


def warnings(email: Email) -> list[str]:
    found = []
    html = (email.custom_html or "").lower()
    if not html.strip():
        found.append("The e-mail is empty.")
    elif "{unsubscribe" not in html:
        found.append("There is no unsubscribe link in it: put {unsubscribe_text} or {unsubscribe_url} into the text.")
    if not (email.from_address or config.get("mailer_from_email")):
        found.append(
            "No sender address is set: give one under Advanced in this e-mail, or for all in the configuration."
        )
    if email.lists.filter(is_published=False).exists():
        found.append("One of the segments is not published and no longer kept up to date.")
    return found


def send(request: HttpRequest, email: Email) -> HttpResponse:
    """Sends now, or at the given moment."""
    when = request.POST.get("when", "now")
    if when == "later":
        start = _moment(request.POST.get("at", ""))
        services.update_email(email, {"is_published": True, "publish_up": start}, by=request.user)
        messages.success(request, f"It will be sent from {timezone.localtime(start):%-d %b %Y, %H:%M} on.")
        return redirect(f"/s/emails/view/{email.pk}")
    pending = services.testing_count(email)
    if pending > AT_ONCE:
        if not email.is_published:
            services.update_email(email, {"is_published": True}, by=request.user)
        services.start_sending(email)
        messages.success(request, f"About {number(pending)} messages are being queued by the worker.")
        return redirect(f"/s/emails/view/{email.pk}")
    if not email.is_published:
        services.update_email(email, {"is_published": True}, by=request.user)
    queued = services.send_to_segments(email, by=request.user)
    if queued:
        messages.success(request, f"{number(queued)} messages are on their way.")
    elif services.pending_count(email):
        messages.warning(request, "All who take part in the test have it; the others get the winner.")
    else:
        messages.warning(request, "Nobody is left to send to: all who may get it have it already.")
    return redirect(f"/s/emails/view/{email.pk}")


def _moment(text: str) -> datetime:
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid({"at": "Please choose a date and a time."}) from None
    return given if given.tzinfo else timezone.make_aware(given)


def recipients(request: HttpRequest, email: Email) -> dict[str, Any]:
    """A page of who it went to, by state or by what they did."""
    chosen = request.GET.get("show", "")
    only, states = "true", None
    if chosen in STATES:
        only, states = "o.state = ANY(%(states)s)", [int(state) for state in STATES[chosen][1]]
    elif chosen in WHAT:
        only = f"{WHAT[chosen]} IS NOT NULL"
    before = request.GET.get("before", "")
    before_id = int(before) if before.isdecimal() and len(before) < 19 else 2**62
    given = {"email": email.pk, "before": before_id, "limit": PAGE_SIZE + 1, "states": states}
    found = [dict(zip(NAMES, row, strict=True)) for row in rows(RECIPIENTS.format(only=only), given)]
    labels = {state.value: (key, label) for key, (label, group) in STATES.items() for state in group}
    for message in found:
        message["state_key"], message["state_label"] = labels[message["state"]]
    return {
        "messages_sent": found[:PAGE_SIZE],
        "next": found[PAGE_SIZE - 1]["id"] if len(found) > PAGE_SIZE else None,
        "show": chosen,
        "filters": [
            ("", "All"),
            *((key, label) for key, (label, _) in STATES.items()),
            *((key, key.title()) for key in WHAT),
        ],
    }
