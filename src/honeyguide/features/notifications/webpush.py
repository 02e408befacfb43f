"""Hands a notification to the push services of a contact's browsers, encrypted for each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec

from honeyguide.engine.channels.channel import Outgoing, Said, Send, Verdict
from honeyguide.engine.outbound import Answer, Client, Unreachable
from honeyguide.features.notifications import keys

SECONDS = 20
DAY = 24 * 3600
MOST_BYTES = 3500  # of what is said: push services take 4096 encrypted
GONE = (404, 410)
NO_LONGER = "The browser does not take notifications any more."


@dataclass(frozen=True, slots=True)
class Browser:
    """A subscription."""

    id: int
    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class Pushed:
    """What goes out for one dispatch: to all browsers of the contact. `topic` makes a repetition replace the first."""

    browsers: Sequence[Browser]
    payload: bytes
    topic: str


def provider() -> Send:
    """What sends one notification. Raises `Unready`."""
    keys.private_key()
    return send


async def send(client: Client, message: Outgoing) -> Verdict:
    """To all browsers at once; accepted when one of their services has taken it. `gone` of the verdict are the browsers that do
    not want any more."""
    pushed: Pushed = message.data
    answers = await asyncio.gather(*(_push(client, browser, pushed) for browser in pushed.browsers))
    gone = tuple(browser.id for browser, answer in zip(pushed.browsers, answers, strict=True) if _is_gone(answer))
    for said in (Said.ACCEPTED, Said.BUSY, Said.REFUSED):
        for verdict in (_verdict(answer) for answer in answers):
            if verdict.said == said:
                return Verdict(said, verdict.reason, delay=verdict.delay, gone=gone)
    return Verdict(Said.REFUSED, "The contact has no browser that shows notifications.")


async def _push(client: Client, browser: Browser, pushed: Pushed) -> Answer | str:
    try:
        body = encrypted(pushed.payload, browser)
    except ValueError as error:
        return f"The browser's keys are wrong: {error}"
    headers = {
        "TTL": str(DAY),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "Topic": pushed.topic,
        "Authorization": keys.authorization(browser.endpoint),
    }
    try:
        return await client.send("POST", browser.endpoint, body=body, headers=headers, seconds=SECONDS)
    except Unreachable as error:
        return str(error)


def encrypted(payload: bytes, browser: Browser) -> bytes:
    """For that browser only (RFC 8291). Raises ValueError for keys that are none."""
    return http_ece.encrypt(
        payload,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=keys.decoded(browser.p256dh),
        auth_secret=keys.decoded(browser.auth),
        version="aes128gcm",
    )


def _is_gone(answer: Answer | str) -> bool:
    return isinstance(answer, Answer) and answer.status in GONE


def _verdict(answer: Answer | str) -> Verdict:
    """A repetition does no harm, so whatever is not clear is tried again."""
    if isinstance(answer, str):
        return Verdict(Said.BUSY, answer)
    if answer.is_ok:
        return Verdict(Said.ACCEPTED, external_id=answer.headers.get("location"))
    if answer.status in GONE:
        return Verdict(Said.REFUSED, NO_LONGER)
    words = answer.body[:200].decode("utf-8", "replace").strip()
    reason = f"{answer.status} {words or 'without a reason'}"
    if answer.status == 429 or answer.status >= 500:
        asked = answer.headers.get("retry-after", "")
        return Verdict(Said.BUSY, reason, delay=int(asked) if asked.isdecimal() and len(asked) < 6 else 0)
    return Verdict(Said.REFUSED, reason)
