"""E-mails that forms send: to who sends them, to people who work here, and the answers to whoever wants them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.html import format_html, format_html_join

from honeyguide.engine.delivery import outbox
from honeyguide.engine.delivery.addresses import is_address
from honeyguide.engine.resource.errors import Refused
from honeyguide.engine.sql import scalar
from honeyguide.features.emails.models import Email
from honeyguide.features.emails.sending import send_to_contact
from honeyguide.features.forms.actions import Sent, SubmitAction
from honeyguide.features.forms.filling import as_html, fill_text, shown_answers
from honeyguide.features.users.models import User

MOST_ADDRESSES = 50


def send_to_sender(sent: Sent) -> None:
    """The e-mail, to the contact; one without an address gets none."""
    email = _email(sent.properties.get("email"))
    if email is None or not sent.contact_id:
        return
    tokens = {f"formfield={alias}": as_html(text) for alias, text in shown_answers(sent.fields, sent.values).items()}
    occasion = f"form:{sent.submission_id}:{sent.action_id}"
    try:
        send_to_contact(email, sent.contact_id, tokens=tokens, occasion=occasion)
    except Refused:
        return


def send_to_users(sent: Sent) -> None:
    """The e-mail, filled with the contact's values and the answers, to users."""
    named = sent.properties.get("useremail")
    email = _email(named.get("email") if isinstance(named, dict) else named)
    if email is None:
        return
    options = {
        "subject": _filled(email.subject or "", sent, html=False),
        "html": _filled(email.custom_html or "", sent),
        "from_address": email.from_address,
        "from_name": email.from_name,
        "reply_to": email.reply_to_address,
    }
    users = User.objects.filter(pk__in=sent.ids("user_id"), is_published=True).values_list("email", flat=True)
    _queue(users, options)


def send_answers(sent: Sent) -> None:
    """The answers, to the addresses that are named, and to the contact and its owner if wished."""
    subject, message = sent.text("subject") or f"{sent.form.name}: new answers", sent.text("message")
    contact = scalar("SELECT fields ->> 'email' FROM contacts WHERE id = %s", (sent.contact_id,))
    addresses = [one for name in ("to", "cc", "bcc") for one in sent.text(name).split(",")]
    if _is_on(sent, "copy_lead"):
        addresses.append(contact or "")
    if _is_on(sent, "email_to_owner"):
        owner = "SELECT u.email FROM users u JOIN contacts c ON c.owner_id = u.id WHERE c.id = %s"
        addresses.append(scalar(owner, (sent.contact_id,)) or "")
    options = {
        "subject": _filled(subject, sent, html=False),
        "html": _filled(message, sent) if message else _table(sent),
        "reply_to": contact if is_address(contact) and _is_on(sent, "set_replyto", default=True) else None,
    }
    _queue(addresses, options)


def _filled(text: str, sent: Sent, *, html: bool = True) -> str:
    return fill_text(text, sent.fields, sent.values, sent.contact_id, html=html)


def _table(sent: Sent) -> str:
    shown = shown_answers(sent.fields, sent.values)
    lines = (
        (one.label, as_html(shown[one.alias])) for one in sent.fields if one.alias in shown and one.type != "password"
    )
    rows = format_html_join("", "<tr><th align='left'>{}</th><td>{}</td></tr>", lines)
    return format_html("<p>{}</p><table>{}</table>", sent.form.name, rows)


def _queue(addresses: Iterable[str], options: dict[str, Any]) -> None:
    """One message to each, so that nobody reads who else got it."""
    wanted = dict.fromkeys(one.strip() for one in addresses if is_address(one.strip()))
    given = {name: value for name, value in options.items() if value} | {"transactional": True}
    for address in list(wanted)[:MOST_ADDRESSES]:
        outbox.enqueue_one(email_id=None, contact_id=None, address=address, options=given)


def _email(raw: Any) -> Email | None:
    text = str(raw or "")
    found = (
        Email.objects.filter(pk=int(text)).first() if text.isascii() and text.isdecimal() and len(text) < 19 else None
    )
    return found if found is not None and found.is_published else None


def _is_on(sent: Sent, name: str, *, default: bool = False) -> bool:
    value = sent.properties.get(name)
    return default if value in (None, "") else value in (True, 1, "1", "true", "on")


TO_SENDER = SubmitAction("email.send.lead", "Send an e-mail to the contact", send_to_sender)
TO_USERS = SubmitAction("email.send.user", "Send an e-mail to users", send_to_users, on_campaign_forms=True)
ANSWERS = SubmitAction("form.email", "Send the answers by e-mail", send_answers, on_campaign_forms=True)
