"""What a recipient, and his mail program, read in a message."""

from __future__ import annotations

import email
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from functools import cached_property
from html.parser import HTMLParser

from smtp_sink import Message


class _Anatomy(HTMLParser):
    """The words, links and pictures of an HTML part."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.pictures = "", []
        self.links: dict[str, str] = {}
        self._open = ""

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "a":
            self._open = given["href"]
        if tag == "img":
            self.pictures.append(given["src"])

    def handle_data(self, data):
        self.words += data
        if self._open:
            self.links[data.strip()] = self._open

    def handle_endtag(self, tag):
        if tag == "a":
            self._open = ""


@dataclass
class Received:
    """A message as it came over SMTP."""

    message: Message

    @cached_property
    def parsed(self) -> EmailMessage:
        return email.message_from_bytes(self.message.data, policy=policy.default)

    @cached_property
    def html(self) -> _Anatomy:
        anatomy = _Anatomy()
        anatomy.feed(self.parsed.get_body(("html",)).get_content())
        return anatomy

    @property
    def plain_text(self) -> str:
        return self.parsed.get_body(("plain",)).get_content()

    @property
    def pixel(self) -> str:
        return next(address for address in self.html.pictures if address.endswith(".gif"))

    @property
    def one_click(self) -> str:
        """The https or http address of List-Unsubscribe."""
        addresses = [part.strip().strip("<>") for part in self.parsed["List-Unsubscribe"].split(",")]
        return next(address for address in addresses if address.startswith("http"))
