"""Reads a message that came to a mailbox of ours: what does it tell, and about which of our messages?

Bounces come as reports (RFC 3464) or as prose, complaints as RFC 5965 reports, unsubscriptions by the mail address in
List-Unsubscribe, replies as ordinary mail. All of it is written by strangers: nothing here raises but `Unreadable`, reads more
than it needs, or believes anything; hashes are proved later.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses

from honeyguide.features.inbox.failures import code_of, is_hard, says_failure
from honeyguide.features.inbox.notices import Kind, Notice

MOST_TEXT = 100_000
MOST_PARTS = 50
MOST_HASHES = 20
LONGEST_REASON = 400

_HASH = re.compile(r"(?<![0-9a-fA-F])[0-9a-f]{28}(?![0-9a-fA-F])")
_TAGGED = re.compile(r"\+(bounce|unsubscribe)_([0-9a-f]{28})@", re.I)
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"]{1,64}@[^\s<>()\[\],;:\"]{1,190}\.[^\s<>()\[\],;:\".]{2,63}")
_DAEMON = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mdaemon|microsoftexchange)", re.I)
_AWAY = re.compile(
    r"^\s*(?:automatic reply|auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office|abwesen|away from)", re.I
)
_DELIVERED_TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
_AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply")
_COMPLAINTS = {"abuse", "fraud", "virus", "other"}


class Unreadable(Exception):
    """The bytes are no message that can be taken apart; the text says why."""


def read(raw: bytes) -> Notice:
    """What a message tells. Mail of no interest is a notice of NOTHING. Raises `Unreadable`."""
    try:
        letter = _Letter(BytesParser(policy=compat32).parsebytes(raw))
        return _complaint(letter) or _report(letter) or _unsubscribe(letter) or _prose(letter) or _answer(letter)
    except (MessageError, RecursionError, LookupError, ValueError, AssertionError, TypeError, AttributeError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}"[:LONGEST_REASON]) from error


class _Letter:
    """A message with the parts that matter found: reports by content type, and all readable text."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.parts = [part for part, _ in zip(message.walk(), range(MOST_PARTS), strict=False)]
        self.sender = _first_address(self.header("From"))
        self.message_id = self.header("Message-ID").strip()[:LONGEST_REASON]
        self.subject = self.header("Subject")

    def header(self, name: str) -> str:
        return _decoded(self.message.get(name, ""))

    def headers(self, names: Iterable[str]) -> str:
        return " ".join(_decoded(value) for name in names for value in self.message.get_all(name, []))

    def part(self, kind: str) -> Message | None:
        return next((part for part in self.parts if part.get_content_type() == kind), None)

    def tagged(self, purpose: str) -> str:
        """The hash behind `+bounce_` or `+unsubscribe_` in the address it was sent to; blank when there is none."""
        found = _TAGGED.finditer(self.headers(_DELIVERED_TO))
        return next((tag[2].lower() for tag in found if tag[1].lower() == purpose), "")

    def text(self) -> str:
        """All that is written in it, also in the original that it brings back."""
        pieces, left = [], MOST_TEXT
        for piece in self._texts():
            pieces.append(piece[:left])
            left -= len(piece)
            if left <= 0:
                break
        return "\n".join(pieces)

    def own_text(self) -> str:
        """What its author wrote: the first part of text."""
        return next((_payload(part) for part in self.parts if part.get_content_maintype() == "text"), "")[:MOST_TEXT]

    def hashes(self) -> tuple[str, ...]:
        found = [self.tagged("bounce"), self.tagged("unsubscribe")]
        found += _HASH.findall(self.headers(("In-Reply-To", "References")))
        found += _HASH.findall(self.text())
        return tuple(dict.fromkeys(filter(None, found)))[:MOST_HASHES]

    def _texts(self) -> Iterator[str]:
        for part in self.parts:
            if part is not self.message:
                yield "\n".join(f"{name}: {value}" for name, value in part.items())
            if not part.is_multipart():
                yield _payload(part)

    def notice(self, kind: Kind, *, address: str = "", is_hard: bool = False, reason: str = "") -> Notice:
        return Notice(
            kind, self.hashes(), address.lower(), self.sender, is_hard, _line(reason), message_id=self.message_id
        )


def _complaint(letter: _Letter) -> Notice | None:
    """A feedback report: the recipient, or their provider, calls a message spam."""
    part = letter.part("message/feedback-report")
    if part is None:
        return None
    fields = _fields(part)
    kind = fields.get("feedback-type", "").lower()
    address = _first_address(fields.get("original-rcpt-to", ""))
    if kind == "opt-out":
        return letter.notice(Kind.UNSUBSCRIBE, address=address, reason="Unsubscribed through the mail provider.")
    if kind not in _COMPLAINTS:  # "not-spam", or reports about signatures
        return letter.notice(Kind.NOTHING, reason=f"A feedback report of type {kind or 'unknown'}.")
    by = fields.get("user-agent") or letter.sender
    return letter.notice(Kind.COMPLAINT, address=address, reason=f"Marked as spam ({kind}), says {by}")


def _report(letter: _Letter) -> Notice | None:
    """A delivery status report. Delays and successes are nothing: who delays is still trying."""
    part = letter.part("message/delivery-status")
    if part is None:
        return None
    recipients = [block for block in _blocks(part) if "final-recipient" in block or "original-recipient" in block]
    failed = next((block for block in recipients if block.get("action", "").lower() == "failed"), None)
    if failed is None:
        actions = ", ".join(sorted({block.get("action", "?") for block in recipients})) or "none"
        return letter.notice(Kind.NOTHING, reason=f"A delivery report: {actions}.")
    words = failed.get("diagnostic-code", "")
    status = code_of(failed.get("status", ""))
    told = words or letter.own_text()
    return letter.notice(
        Kind.BOUNCE,
        address=_recipient(failed.get("original-recipient", "")) or _recipient(failed.get("final-recipient", "")),
        is_hard=is_hard(status, told),
        reason=f"{status} {words.partition(';')[2] or words}" if words else status or _line(told),
    )


def _unsubscribe(letter: _Letter) -> Notice | None:
    if not letter.tagged("unsubscribe"):
        return None
    return letter.notice(Kind.UNSUBSCRIBE, address=letter.sender, reason="Unsubscribed by mail.")


def _prose(letter: _Letter) -> Notice | None:
    """A bounce in a server's own words: from a daemon, with Exim's header, or to the address that only bounces go to."""
    failed = letter.header("X-Failed-Recipients")
    automatic = letter.header("Auto-Submitted").strip().lower()
    from_daemon = bool(_DAEMON.match(letter.sender)) or letter.header("Return-Path").strip() == "<>"
    expected = failed or from_daemon or letter.tagged("bounce")
    if not expected or (automatic.startswith("auto-replied") and not failed):
        return None
    words = letter.own_text()
    if not (failed or says_failure(words)):
        return None
    ours = {_first_address(letter.header(name)) for name in ("To", "From")}
    mentioned = (found.lower().strip(".'") for found in _ADDRESS.findall(words[:5000]))
    address = _first_address(failed) or next((found for found in mentioned if found not in ours), "")
    return letter.notice(Kind.BOUNCE, address=address, is_hard=is_hard("", words), reason=_telling(words))


def _answer(letter: _Letter) -> Notice:
    """A reply, unless a machine wrote it."""
    if _is_automatic(letter):
        return letter.notice(Kind.NOTHING, reason="An automatic answer.")
    if not letter.sender or not letter.hashes():
        return letter.notice(Kind.NOTHING, reason="Not about a message of ours.")
    return letter.notice(Kind.REPLY, reason="An answer.")


def _is_automatic(letter: _Letter) -> bool:
    submitted = letter.header("Auto-Submitted").strip().lower()
    return bool(
        (submitted and submitted != "no")
        or any(letter.message.get(name) for name in _AUTOMATIC_HEADERS)
        or letter.header("Precedence").strip().lower() in ("bulk", "junk", "auto_reply", "list")
        or letter.tagged("bounce")
        or _DAEMON.match(letter.sender)
        or _AWAY.match(letter.subject)
    )


# --- pieces of messages ---------------------------------------------------------------------------------------------


def _payload(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = part.get_content_charset("utf-8")
    try:
        return data[:MOST_TEXT].decode(charset, "replace")
    except LookupError:
        return data[:MOST_TEXT].decode("utf-8", "replace")


def _decoded(value: object) -> str:
    text = str(value)
    if "=?" in text:
        with contextlib.suppress(MessageError, LookupError, ValueError):
            text = str(make_header(decode_header(text)))
    return text.encode("utf-8", "replace").decode("utf-8")


def _blocks(part: Message) -> list[dict[str, str]]:
    """The groups of fields of a delivery report: of the message first, then of each recipient."""
    inner = part.get_payload()
    if isinstance(inner, list):
        return [{name.lower(): _decoded(value) for name, value in block.items()} for block in inner[:MOST_PARTS]]
    return [_as_fields(block) for block in re.split(r"\r?\n[ \t]*\r?\n", str(inner)[:MOST_TEXT])]


def _fields(part: Message) -> dict[str, str]:
    merged: dict[str, str] = {}
    for block in _blocks(part):
        merged |= block
    return merged | _as_fields(_payload(part))


def _as_fields(text: str) -> dict[str, str]:
    lines = re.sub(r"\r?\n[ \t]+", " ", text).splitlines()
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}


def _recipient(field: str) -> str:
    """`rfc822; ann@example.com` -> the address."""
    return _first_address(field.partition(";")[2] or field)


def _first_address(text: str) -> str:
    try:
        found = [address for _, address in getaddresses([text[:LONGEST_REASON]]) if "@" in address]
    except (IndexError, ValueError):
        found = []
    return found[0].strip().lower() if found else ""


def _telling(words: str) -> str:
    """The line that says why, else the beginning."""
    lines = [line.strip() for line in words[:5000].splitlines() if line.strip()]
    return next((line for line in lines if code_of(line)), " ".join(lines))


def _line(text: str) -> str:
    return re.sub(r"[\x00-\x20\x7f]+", " ", text).strip()[:LONGEST_REASON]
