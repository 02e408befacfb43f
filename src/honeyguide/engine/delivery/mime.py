"""Bytes of a MIME message, written so that parts of it can be filled in later.

Quoted-printable is used for bodies because it can be spliced: a soft line break before and after a hole makes what is put
there independent of its neighbours. Header lines are short; they are filled as text and encoded whole.
"""

import base64
import binascii
import re
from urllib.parse import quote

CRLF = b"\r\n"
SOFT_BREAK = b"=\r\n"
BOUNDARY = "=_honeyguide_alternative"  # "=_" never occurs in quoted-printable text
MIXED = "=_honeyguide_mixed"  # around the text and its attachments; never occurs in base64 either
LONGEST_PLAIN_HEADER = 900  # a line may have 998 bytes

_SAFE_LINE = re.compile(r"[ -<>-~]{0,72}").fullmatch
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+").fullmatch


def quoted(text: str) -> bytes:
    """Text as quoted-printable UTF-8 lines of at most 76 bytes, line ends CRLF. May be spliced after a soft break."""
    if _SAFE_LINE(text):
        return text.encode("ascii")
    text = _NOT_TEXT.sub("", _LINE_ENDS.sub("\n", text))
    encoded = binascii.b2a_qp(text.encode("utf-8"), quotetabs=False, istext=True)
    return encoded.replace(b"\n", CRLF)


def one_line(text: str) -> str:
    """Text that cannot end a header line: control characters and line separators become spaces."""
    return _CONTROLS.sub(" ", text).strip()


def header_text(text: str) -> bytes:
    """An unstructured header value: as it is when it is short ASCII, else as encoded words."""
    text = one_line(text)
    if text.isascii() and len(text) <= LONGEST_PLAIN_HEADER and "=?" not in text:
        return text.encode("ascii")
    return encoded_words(text)


def encoded_words(text: str) -> bytes:
    """RFC 2047 words of at most 75 bytes, split between characters, one per line."""
    words, chunk = [], b""
    for character in text:
        encoded = character.encode("utf-8")
        if len(chunk) + len(encoded) > 45:
            words.append(chunk)
            chunk = b""
        chunk += encoded
    words.append(chunk)
    return b"\r\n ".join(b"=?utf-8?b?" + base64.b64encode(word) + b"?=" for word in words)


def mailbox(address: str, name: str | None = None) -> bytes:
    """`Name <address>` for From, Reply-To and To."""
    address_bytes = one_line(address).encode("utf-8")
    name = one_line(name or "")
    if not name:
        return address_bytes
    if not name.isascii() or "=?" in name or len(name) > LONGEST_PLAIN_HEADER // 2:
        shown = encoded_words(name) + b"\r\n"
    elif _ATOM(name):
        shown = name.encode("ascii")
    else:
        shown = b'"' + re.sub(r'(["\\])', r"\\\1", name).encode("ascii") + b'"'
    return shown + b" <" + address_bytes + b">"


def attached(name: str, mime: str, content: bytes) -> bytes:
    """A file as a part of a message, with its headers. A name that is not plain ASCII is written as RFC 2231 says."""
    name = one_line(name)
    plain = re.sub(r'["\\]|[^ -~]', "_", name)
    named = f'filename="{plain}"' if plain == name else f"filename*=utf-8''{quote(name, safe='')}"
    header = f"Content-Type: {mime}\r\nContent-Disposition: attachment;\r\n {named}\r\n"
    return (
        header.encode()
        + b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(content).replace(b"\n", CRLF)
    )
