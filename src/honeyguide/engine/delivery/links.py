"""Links of an e-mail become `/r/{token}` at compile time; everything else in the HTML stays byte for byte.

One row per URL and message is stored then, and the redirect leads to stored URLs only.
"""

import re
import secrets
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit, urlunsplit

from honeyguide.engine.delivery import tokens
from honeyguide.engine.sql import execute, rows

TOKEN_LENGTH = 25
_ALPHABET = string.ascii_lowercase + string.digits
_TRACKED = re.compile(r"(?:https?|ftp)://[^\s\x00-\x1f]+", re.IGNORECASE)
_URL_FIELD = re.compile(r"\{(?:contactfield|leadfield)=[^{}]+\}\S*", re.IGNORECASE)
# Parentheses only in pairs: a URL often stands in some itself.
_BARE = re.compile(r"(?:https?|ftp)://(?:\{[^{}\s]*\}|\([^\s()<>]*\)|[^\s<>\"'{}()])+", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>][^\s>]*))?""")
_RESOLVED_LATER = {"contactfield", "leadfield"}  # by the redirect, which knows the contact

# One pass: the URLs that are new for this message get a token; a URL already known keeps its own.
STORE = """
    INSERT INTO links (token, channel, channel_id, url, hits, unique_hits)
    SELECT token, %(channel)s, %(channel_id)s, url, 0, 0
    FROM unnest(%(tokens)s::text[], %(urls)s::text[]) AS given (token, url)
    ON CONFLICT (channel, channel_id, md5(url)) DO NOTHING
"""

# One pass: the tokens of a message's URLs.
FIND = """
    SELECT url, token FROM links
    WHERE channel = %(channel)s AND channel_id = %(channel_id)s AND md5(url) IN (
        SELECT md5(given.url) FROM unnest(%(urls)s::text[]) AS given (url))
    ORDER BY url
"""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a URL stands in a text."""

    start: int
    end: int
    url: str


class _Finder(HTMLParser):
    """Collects the href values of `a` and `area` with their exact place in the source."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.line_starts = [0, *(m.end() for m in re.finditer("\n", html))]
        self.spans: list[Span] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("a", "area") or any(name == "mautic:disable-tracking" for name, _ in attrs):
            return
        line, column = self.getpos()
        start = self.line_starts[line - 1] + column
        source = self.get_starttag_text() or ""
        for found in _ATTRIBUTE.finditer(source, 1 + len(tag)):
            if found[1].lower() == "href" and found[2]:
                quotes = found[2][0] in "\"'"
                begin, end = found.span(2)
                raw = source[begin + quotes : end - quotes]
                self.spans.append(Span(start + begin + quotes, start + end - quotes, unescape(raw).strip()))
                return


def in_html(html: str) -> list[Span]:
    """Every link of the document that is to be tracked."""
    finder = _Finder(html)
    finder.feed(html)
    finder.close()
    return [span for span in finder.spans if is_tracked(span.url)]


def in_text(text: str) -> list[Span]:
    """Every bare URL of a plain text that is to be tracked."""
    spans = []
    for found in _BARE.finditer(text):
        url = found[0].rstrip(".,;:!?]")
        if is_tracked(url):
            spans.append(Span(found.start(), found.start() + len(url), url))
    return spans


def is_tracked(url: str) -> bool:
    """Web addresses, and fields that hold one, unless they contain a token that only the message can resolve."""
    if not (_TRACKED.fullmatch(url) or _URL_FIELD.fullmatch(url)):
        return False
    return set(tokens.names(url)) <= _RESOLVED_LATER


def rewrite(text: str, spans: Sequence[Span], token_of: Mapping[str, str]) -> str:
    """The text with each URL replaced by the internal token of its tracked link."""
    written, end = [], 0
    for span in spans:
        written += [text[end : span.start], f"{{trackable={token_of[span.url]}}}"]
        end = span.end
    return "".join([*written, text[end:]])


def tagged(url: str, utm_tags: Sequence[tuple[str, str]]) -> str:
    """The URL with `utm_*` parameters, which win over none of its own."""
    parts = urlsplit(url)
    missing = [(name, value) for name, value in utm_tags if f"{name}=" not in parts.query]
    if not missing or url.startswith("{"):
        return url
    query = "&".join(filter(None, [parts.query, urlencode(missing)]))
    return urlunsplit(parts._replace(query=query))


def store(channel: str, channel_id: int, urls: Sequence[str]) -> dict[str, str]:
    """The token of each URL, stored before anyone can click on it."""
    wanted = sorted(set(urls))
    if not wanted:
        return {}
    names = {"channel": channel, "channel_id": channel_id, "urls": wanted}
    found = dict(rows(FIND, names))
    if len(found) < len(wanted):
        execute(STORE, {**names, "tokens": [_new_token() for _ in wanted]})
        found = dict(rows(FIND, names))
    return found


def _new_token() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(TOKEN_LENGTH))
