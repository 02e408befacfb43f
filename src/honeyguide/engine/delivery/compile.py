"""An e-mail is compiled once; per recipient only its holes are filled.

The whole MIME message is byte segments with holes between them. Literal text is encoded to quoted-printable when the e-mail
is compiled; a hole's text when it is filled. Values cannot break the message: header lines lose their control characters,
bodies are quoted-printable, HTML values are escaped.
"""

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

import orjson

from honeyguide.engine.delivery import links, variations
from honeyguide.engine.delivery.addresses import is_address, tagged
from honeyguide.engine.delivery.mime import (
    BOUNDARY,
    CRLF,
    MIXED,
    SOFT_BREAK,
    attached,
    header_text,
    mailbox,
    one_line,
    quoted,
)
from honeyguide.engine.delivery.plaintext import from_html
from honeyguide.engine.delivery.recipients import Recipient
from honeyguide.engine.delivery.surroundings import Surroundings
from honeyguide.engine.delivery.tokens import Hole, Part, Place, fill, parse

Segment = bytes | Hole
# Each URL of `link_targets` -> the token of its stored link; None leaves links as they are.
LinkTokens = Mapping[str, str] | None

_BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)
_HEADER_NAME = re.compile(r"[!-9;-~]{1,76}").fullmatch
# Headers that only this file writes; an e-mail's own ones cannot stand beside them.
_OWN_HEADERS = {
    "date", "message-id", "mime-version", "from", "to", "cc", "bcc", "subject", "reply-to", "sender", "content-type",
    "content-transfer-encoding",
}  # fmt: skip


@dataclass(frozen=True)
class Variation:
    """One version of dynamic content and the filters of those who see it, as JSON text."""

    content: str
    filters: str


@dataclass(frozen=True)
class DynamicContent:
    name: str
    default: str
    variations: tuple[Variation, ...] = ()


@dataclass(frozen=True)
class Attachment:
    """A file that goes with the e-mail. `changed` tells one content of it from another: seconds since 1970."""

    name: str
    mime: str
    path: Path
    changed: float


@dataclass(frozen=True)
class Source:
    """What is to be sent, in the author's words. Hashable: it is the key under which a compiled e-mail is kept.

    `bulk`: a broadcast, which says so in its headers. `transactional`: no List-Unsubscribe.
    """

    subject: str
    html: str = ""
    plain_text: str = ""
    email_id: int | None = None
    from_address: str | None = None
    from_name: str | None = None
    reply_to: str | None = None
    bcc: tuple[str, ...] = ()
    send_as_owner: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    utm_tags: tuple[tuple[str, str], ...] = ()
    dynamic_content: tuple[DynamicContent, ...] = ()
    bulk: bool = False
    transactional: bool = False
    custom_tokens: frozenset[str] = frozenset()
    labels: bool = False
    attachments: tuple[Attachment, ...] = ()


def link_targets(source: Source) -> list[str]:
    """Every URL of the e-mail that is to be tracked, with its UTM tags."""
    pieces = [source.html, *_pieces(source)]
    spans = [*(span for piece in pieces for span in links.in_html(piece)), *links.in_text(_plain_text(source))]
    return sorted({links.tagged(span.url, source.utm_tags) for span in spans})


def compile_email(source: Source, surroundings: Surroundings, tokens: LinkTokens = None) -> "Compiled":
    """Reads the e-mail once. With `tokens` its links and opens are tracked."""
    return Compiled(source, surroundings, _Texts(source, surroundings, tokens))


def _pieces(source: Source) -> list[str]:
    return [piece for c in source.dynamic_content for piece in (c.default, *(v.content for v in c.variations))]


def _plain_text(source: Source) -> str:
    return source.plain_text or from_html(source.html)


class _Texts:
    """The bodies and the subject as parts, links tracked and tokens parsed."""

    def __init__(self, source: Source, around: Surroundings, tokens: LinkTokens) -> None:
        self.source = source
        self.around = around
        self.tokens = tokens if around.track_links else None
        self.subject = parse(source.subject, self.place(html=False, dynamic=False))
        html, text = self._tracked(source.html), self._tracked(_plain_text(source), links.in_text)
        if tokens is not None and around.append_pixel and html:
            html = _with_pixel(html)
        self.html = parse(html, self.place(html=True))
        self.text = parse(text, self.place(html=False))

    def place(self, *, html: bool, dynamic: bool = True) -> Place:
        more: dict[str, Callable[[str], Part | None]] = {}
        if dynamic:
            more["subject"] = lambda argument: self._subject(html)
            more["dynamiccontent"] = lambda name: self._dynamic(name, html)
        return Place(self.around, html, more, self.source.custom_tokens, self.source.labels)

    def _subject(self, html: bool) -> Hole:
        place = self.place(html=html)
        return lambda r: place.safe(fill(self.subject, r))

    def _dynamic(self, name: str, html: bool) -> Hole | None:
        wanted = name.strip().strip("\"'").lower()
        content = next((c for c in self.source.dynamic_content if c.name.lower() == wanted), None)
        if content is None:
            return None
        place = self.place(html=html, dynamic=False)

        def parts(text: str) -> list[Part]:
            text = self._tracked(text)
            return parse(text if html else from_html(text), place)

        default = parts(content.default)
        choices = [(orjson.loads(v.filters), parts(v.content)) for v in content.variations]

        def hole(recipient: Recipient) -> str:
            for filters, chosen in choices:
                if variations.matches(filters, recipient.values, self.around.types):
                    return fill(chosen, recipient)
            return fill(default, recipient)

        return hole

    def _tracked(self, text: str, find: Callable[[str], list[links.Span]] = links.in_html) -> str:
        """The text with its links replaced."""
        if self.tokens is None:
            return text
        spans = find(text)
        token_of = {span.url: self.tokens[links.tagged(span.url, self.source.utm_tags)] for span in spans}
        return links.rewrite(text, spans, token_of)


def _with_pixel(html: str) -> str:
    pixel = '<img height="1" width="1" src="{tracking_pixel}" alt="" />'
    ends = list(_BODY_END.finditer(html))
    at = ends[-1].start() if ends else len(html)
    return html[:at] + pixel + html[at:]


class Compiled:
    """An e-mail ready to be filled for any number of recipients."""

    def __init__(self, source: Source, surroundings: Surroundings, texts: _Texts) -> None:
        self.source = source
        self._around = surroundings
        self._texts = texts
        place = texts.place(html=False)
        self._from_address = parse(source.from_address or "", place)
        self._from_name = parse(source.from_name or "", place)
        self._reply_to = parse(source.reply_to or "", place)
        self._custom = [(name, parse(value, place)) for name, value in self._custom_headers()]
        self._body = _merged(self._body_segments())
        self._unsubscribe = parse("{unsubscribe_url}", place)

    def subject(self, recipient: Recipient) -> str:
        return one_line(fill(self._texts.subject, recipient))

    def html(self, recipient: Recipient) -> str:
        """The HTML as the recipient sees it, for the web view and previews."""
        return fill(self._texts.html, recipient)

    def plain_text(self, recipient: Recipient) -> str:
        return fill(self._texts.text, recipient)

    def envelope_sender(self, recipient: Recipient) -> str:
        """Where the message goes if it cannot be delivered: of a monitored mailbox an address that names the message."""
        if self._around.mailbox and recipient.hash:
            return tagged(self._around.mailbox, "bounce", recipient.hash)
        return self._around.return_path or self.sender(recipient)[0]

    def sender(self, recipient: Recipient) -> tuple[str, str]:
        """Address and name of From: the owner's in owner mode, else the e-mail's, else the system's."""
        if self._as_owner and recipient.owner and is_address(recipient.owner.email):
            return recipient.owner.email, recipient.owner.name
        address = fill(self._from_address, recipient).strip()
        if not is_address(address):
            address = self._around.from_email
        return address, fill(self._from_name, recipient).strip() or self._around.from_name

    def message(self, recipient: Recipient) -> bytes:
        """The whole message as it goes over the wire, without dot-stuffing."""
        segments = [self._header(recipient)]
        segments += [s if s.__class__ is bytes else quoted(s(recipient)) for s in self._body]
        return b"".join(segments)

    @property
    def _as_owner(self) -> bool:
        return self.source.send_as_owner or self._around.send_as_owner

    def _answer_to(self, recipient: Recipient, sender: str) -> str:
        given = fill(self._reply_to, recipient).strip()
        if is_address(given):
            return given
        if self._as_owner and recipient.owner and is_address(recipient.owner.email):
            return recipient.owner.email
        if self.source.from_address and not self._around.reply_to:
            return sender
        return self._around.reply_to or sender

    def _header(self, recipient: Recipient) -> bytes:
        address, name = self.sender(recipient)
        lines = [
            b"From: " + mailbox(address, name),
            b"To: " + mailbox(recipient.address),
            b"Reply-To: " + mailbox(self._answer_to(recipient, address)),
            b"Subject: " + header_text(fill(self._texts.subject, recipient)),
            b"Date: " + _date(int(time.time())),
            b"MIME-Version: 1.0",
        ]
        if recipient.hash:
            lines.append(f"Message-ID: <{recipient.hash}@{self._around.host}>".encode())
            if not self.source.transactional:
                lines.append(b"List-Unsubscribe: " + self._ways_out(recipient))
                lines.append(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click")
        for header, value in self._custom:
            if filled := header_text(fill(value, recipient)):
                lines.append(header + b": " + filled)
        return CRLF.join(lines) + CRLF

    def _ways_out(self, recipient: Recipient) -> bytes:
        url = fill(self._unsubscribe, recipient)
        if not self._around.mailbox:
            return f"<{url}>".encode("ascii")
        return f"<{url}>,\r\n <mailto:{tagged(self._around.mailbox, 'unsubscribe', recipient.hash)}>".encode("ascii")

    def _custom_headers(self) -> Iterable[tuple[bytes, str]]:
        """The system's headers and the e-mail's own, which win; an empty value takes a header away."""
        merged: dict[str, tuple[str, str]] = {}
        if self.source.bulk:
            merged["precedence"] = ("Precedence", "Bulk")
        if self.source.email_id and not self.source.transactional:
            merged["x-email-id"] = ("X-EMAIL-ID", str(self.source.email_id))
        for name, value in (*self._around.headers, *self.source.headers):
            name = name.strip()
            if _HEADER_NAME(name) and name.lower() not in _OWN_HEADERS:
                merged[name.lower()] = (name, value)
        return [(name.encode("ascii"), value) for name, value in merged.values() if value]

    def _body_segments(self) -> Iterable[Segment]:
        """The text, in an envelope of its own when files go with it."""
        if not self.source.attachments:
            yield from self._text_segments()
            return
        yield f'Content-Type: multipart/mixed; boundary="{MIXED}"\r\n\r\n--{MIXED}\r\n'.encode()
        yield from self._text_segments()
        for attachment in self.source.attachments:
            yield f"--{MIXED}\r\n".encode() + attached(attachment.name, attachment.mime, attachment.path.read_bytes())
        yield f"--{MIXED}--\r\n".encode()

    def _text_segments(self) -> Iterable[Segment]:
        if not self._texts.html:
            yield from _part("text/plain", self._texts.text)
            return
        yield f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n\r\n'.encode()
        for kind, parts in (("text/plain", self._texts.text), ("text/html", self._texts.html)):
            yield f"--{BOUNDARY}\r\n".encode()
            yield from _part(kind, parts)
        yield f"--{BOUNDARY}--\r\n".encode()


def _part(kind: str, parts: Sequence[Part]) -> Iterable[Segment]:
    """A body part. Soft line breaks around each hole keep every line whole, whatever is put in."""
    yield f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
    for number, part in enumerate(parts):
        if number:
            yield SOFT_BREAK
        yield quoted(part) if isinstance(part, str) else part
    yield CRLF


def _merged(segments: Iterable[Segment]) -> list[Segment]:
    merged: list[Segment] = []
    for segment in segments:
        if isinstance(segment, bytes) and merged and isinstance(merged[-1], bytes):
            merged[-1] += segment
        else:
            merged.append(segment)
    return merged


_last_date = (0, b"")


def _date(second: int) -> bytes:
    """The Date header's value; written once per second."""
    global _last_date
    if _last_date[0] != second:
        _last_date = (second, formatdate(second).encode())
    return _last_date[1]
