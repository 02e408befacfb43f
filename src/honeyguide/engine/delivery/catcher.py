"""The demo profile's mail catcher: an SMTP server that keeps every message in a file and delivers none.

Files are the messages as they came, named by their time; the newest `MOST_KEPT` stay.
"""

import email
import email.policy
import os
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from itertools import count
from pathlib import Path

from aiosmtpd.controller import Controller
from django.conf import settings

MOST_KEPT = 1000
MOST_BYTES = 32 * 1024 * 1024
_NAME = re.compile(r"\d{19}-\d{6}")
_URL = re.compile(r"https?://[^\s<>\"')]+")
_numbers = count()


@dataclass(frozen=True)
class Caught:
    """A message in a list."""

    id: str
    at: datetime
    sender: str
    recipient: str
    subject: str


@dataclass(frozen=True)
class Link:
    """Where a link leads, and the words it is on (those of a picture when it is on one)."""

    address: str
    text: str


@dataclass(frozen=True)
class Attachment:
    """A file that came with a message. `type` is what the message calls it, such as `application/pdf`."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True)
class Opened(Caught):
    """A message with all there is to it. `links` are in the order in which they stand in it."""

    headers: list[tuple[str, str]]
    html: str
    plain_text: str
    links: list[Link]
    attachments: list[Attachment]
    source: str


class _Handler:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server, session, envelope) -> str:
        name = f"{time.time_ns():019}-{next(_numbers) % 10**6:06}"
        recipients = ", ".join(envelope.rcpt_tos)
        head = f"Return-Path: <{envelope.mail_from}>\r\nDelivered-To: {recipients}\r\n"
        unfinished = self._folder / f".{name}"
        unfinished.write_bytes(head.encode("utf-8") + envelope.content)
        os.replace(unfinished, self._folder / name)
        if next(_numbers) % 50 == 0:
            prune(self._folder)
        return "250 Caught"


def folder() -> Path:
    return settings.DATA_DIR / "caught"


def start(host: str, port: int) -> Controller:
    """Catches mail in a thread of its own, until the process ends or `stop()` is called on what is returned."""
    folder().mkdir(parents=True, exist_ok=True)
    prune(folder())
    controller = Controller(
        _Handler(folder()),
        hostname=host,
        port=port,
        data_size_limit=MOST_BYTES,
        enable_SMTPUTF8=True,
        ident="Honeyguide",
    )
    controller.start()
    return controller


def messages(*, start: int = 0, limit: int = 50, search: str = "") -> tuple[int, list[Caught]]:
    """How many messages there are, and those from `start` on, newest first; `search` looks at addresses and subject."""
    names = _names(folder())
    if not search:
        return len(names), [found for name in names[start : start + limit] if (found := _summary(name))]
    words = search.lower().split()
    every = [found for name in names if (found := _summary(name))]
    matching = [m for m in every if all(w in f"{m.sender} {m.recipient} {m.subject}".lower() for w in words)]
    return len(matching), matching[start : start + limit]


def message(message_id: str) -> Opened | None:
    """One message, read entirely; None when there is none of that id."""
    data = _read(message_id)
    if data is None:
        return None
    parsed = email.message_from_bytes(data, policy=email.policy.default)
    html, plain_text = _body(parsed, "html"), _body(parsed, "plain")
    return Opened(
        **vars(_summarized(message_id, parsed)),
        headers=[(name, str(value)) for name, value in parsed.items()],
        html=html,
        plain_text=plain_text,
        links=_links(html, plain_text),
        attachments=[_attachment(part) for part in parsed.iter_attachments()],
        source=data.decode("utf-8", "replace"),
    )


def clear() -> int:
    """Deletes every message; returns how many."""
    names = _names(folder())
    for name in names:
        (folder() / name).unlink(missing_ok=True)
    return len(names)


def prune(place: Path) -> None:
    for name in _names(place)[MOST_KEPT:]:
        (place / name).unlink(missing_ok=True)


def _names(place: Path) -> list[str]:
    """Message ids, newest first."""
    if not place.is_dir():
        return []
    return sorted((entry.name for entry in os.scandir(place) if _NAME.fullmatch(entry.name)), reverse=True)


def _read(message_id: str) -> bytes | None:
    if not _NAME.fullmatch(message_id):
        return None
    try:
        return (folder() / message_id).read_bytes()
    except FileNotFoundError:
        return None


def _summary(message_id: str) -> Caught | None:
    data = _read(message_id)
    if data is None:  # pruned meanwhile
        return None
    head = data.partition(b"\r\n\r\n")[0]
    return _summarized(message_id, email.message_from_bytes(head, policy=email.policy.default))


def _summarized(message_id: str, parsed: EmailMessage) -> Caught:
    return Caught(
        id=message_id,
        at=datetime.fromtimestamp(int(message_id[:19]) / 1e9, UTC),
        sender=str(parsed.get("From", "")),
        recipient=str(parsed.get("Delivered-To", "")),
        subject=str(parsed.get("Subject", "")),
    )


class _Anchors(HTMLParser):
    """Collects the links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Link] = []
        self._address = ""
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "a":
            self._address, self._words = given.get("href") or "", []
        elif tag == "img":
            self._words.append(given.get("alt") or "")

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and _URL.match(self._address):
            self.found.append(Link(self._address, " ".join("".join(self._words).split())))
            self._address = ""


def _links(html: str, plain_text: str) -> list[Link]:
    if not html:
        return [Link(address, "") for address in dict.fromkeys(_URL.findall(plain_text))]
    anchors = _Anchors()
    anchors.feed(html)
    return list(dict.fromkeys(anchors.found))


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True) or b""
    return Attachment(part.get_filename() or "unnamed", part.get_content_type(), content)


def _body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    if part is None:
        return ""
    try:
        return part.get_content()
    except (LookupError, UnicodeError):
        return part.get_payload(decode=True).decode("utf-8", "replace")
