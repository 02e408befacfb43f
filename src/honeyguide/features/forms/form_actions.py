"""Hands the answers of a form to another server (engine forms.md 4, `form.repost`)."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlencode

import orjson
from django.utils.html import escape

from honeyguide.engine import config
from honeyguide.engine.delivery import outbox
from honeyguide.engine.delivery.addresses import is_address
from honeyguide.engine.outbound import Answer, Client, Unreachable
from honeyguide.engine.resource.errors import Invalid
from honeyguide.features.contacts import rows as contact_rows
from honeyguide.features.forms.actions import Reply, Sent, SubmitAction
from honeyguide.features.forms.answering import VIEW_ONLY

SECONDS = 15
OWN = frozenset(("post_url", "authorization_header", "failure_email"))


def repost(sent: Sent) -> Reply | None:
    """The other server may refuse the answers, or say where the visitor goes. When it cannot be reached, or fails, the
    submission stays and somebody is told."""
    url = sent.text("post_url")
    if not url:
        return None
    body = urlencode(_fields(sent)).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", **_authorization(sent.text("authorization_header"))}
    if sent.address:
        headers["X-Forwarded-For"] = sent.address
    try:
        answer = _call(url, body, headers)
    except Unreachable as error:
        _tell(sent, str(error))
        return None
    said = _said(answer)
    if violations := _violations(sent, said):
        raise Invalid(violations)
    redirect = said.get("redirect")
    if not answer.is_ok or said.get("error") or said.get("errors"):
        _tell(sent, f"It answered {answer.status}: {str(said.get('error') or said.get('errors') or '')[:500]}")
    return Reply(redirect=redirect) if isinstance(redirect, str) and redirect else None


def _fields(sent: Sent) -> list[tuple[str, str]]:
    """The answers under the names that the other server knows, then the contact's values, then what the form is."""
    found = []
    for one in sent.fields:
        value = sent.values.get(one.alias)
        if one.type in VIEW_ONLY or value is None:
            continue
        name = (sent.text(one.alias) if one.alias not in OWN else "") or one.alias
        found += [(f"{name}[]", part) for part in value] if isinstance(value, list) else [(name, value)]
    row = contact_rows.read([sent.contact_id]).get(sent.contact_id) if sent.contact_id else None
    if row:
        values = {"id": row.id, **row.fields}
        found += [(f"mautic_contact[{alias}]", str(value)) for alias, value in values.items() if value is not None]
    form = {"id": sent.form.pk, "name": sent.form.name, "url": sent.referer}
    return found + [(f"mautic_form[{name}]", str(value)) for name, value in form.items()]


def _authorization(given: str) -> dict[str, str]:
    """`Header: value`, or what the header Authorization says."""
    text = given.replace("\r", "").replace("\n", "")
    name, colon, value = text.partition(":")
    if colon and name.strip().replace("-", "").isalnum():
        return {name.strip(): value.strip()}
    return {"Authorization": text} if text else {}


def _call(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    async def whole() -> Answer:
        async with Client() as client:
            return await client.send("POST", url, body=body, headers=headers, seconds=SECONDS)

    with config.held():
        return asyncio.run(whole())


def _said(answer: Answer) -> dict[str, Any]:
    """What the server answered, as JSON or as a query string."""
    text = answer.body.decode("utf-8", "replace")
    try:
        parsed = orjson.loads(text)
    except orjson.JSONDecodeError:
        parsed = {name: values[-1] for name, values in parse_qs(text[:10_000]).items()}
    return parsed if isinstance(parsed, dict) else {}


def _violations(sent: Sent, said: dict[str, Any]) -> dict[str, str]:
    """What is wrong with which field, by our aliases; the server may use its own names."""
    found = said.get("violations")
    ours = {sent.text(one.alias) or one.alias: one.alias for one in sent.fields}
    return {ours.get(name, name): str(text) for name, text in found.items()} if isinstance(found, dict) else {}


def _tell(sent: Sent, reason: str) -> None:
    address = sent.text("failure_email")
    if not is_address(address):
        return
    text = f"<p>The answers of the form {escape(sent.form.name)} (submission {sent.submission_id}) did not reach "
    text += f"{escape(sent.text('post_url'))}.</p><p>{escape(reason)}</p>"
    options = {"subject": f"Not handed on: {sent.form.name}", "html": text, "transactional": True}
    outbox.enqueue_one(email_id=None, contact_id=None, address=address, options=options)


REPOST = SubmitAction(
    "form.repost", "Post the answers to another form", repost, on_campaign_forms=True, after_commit=True
)
