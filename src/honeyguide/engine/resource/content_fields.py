"""Fields that several kinds of content share: a language, a link, UTM tags, structures of a fixed shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from honeyguide.engine.places import is_locale
from honeyguide.engine.resource.fields import INVALID, Field, strip_tags, text_of
from honeyguide.engine.sql import Clause

Shape = Mapping[str, Any]
OPENING = re.compile(r"<[a-zA-Z][^<>]*>")
HANDLER = re.compile(r"""\son\w+\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
HAS_SCHEME = re.compile(r"[/.]|[\w+.-]+://|[^:/?@#]+@")
WEB = re.compile(r"https?://([^\s/?#@]+@)?[^\s/?#:@]+(:\d{1,5})?([/?#]\S*)?", re.IGNORECASE)
UTM_TAGS: Shape = dict.fromkeys(("utmSource", "utmMedium", "utmCampaign", "utmContent"))


def Language(name: str = "language", *, default: str = "en", **options: Any) -> Field:
    """A locale such as `cs` or `cs_CZ`."""

    def parse(raw: Any) -> str:
        text = text_of(raw).strip()
        if text and not is_locale(text):
            raise ValueError(INVALID)
        return text or default

    options.setdefault("reset", default)
    return Field(name=name, parse=parse, default=default, kind="language", **options)


def HtmlPage(name: str, **options: Any) -> Field:
    """A whole HTML page as its author wrote it, scripts included, but for handlers in attributes (`onclick="..."`)."""

    def parse(raw: Any) -> str | None:
        text = OPENING.sub(lambda tag: HANDLER.sub("", tag.group()), text_of(raw))
        return text.strip() or None

    return Field(name=name, parse=parse, kind="html", **options)


def Url(name: str, *, invalid: str = "", **options: Any) -> Field:
    """A link; `http://` is put before what has no scheme. With `invalid`, what is no web address is refused with it."""

    def parse(raw: Any) -> str | None:
        text = strip_tags(text_of(raw)).strip()
        if text and not HAS_SCHEME.match(text):
            text = f"http://{text}"
        if text and invalid and not is_web_address(text):
            raise ValueError(invalid)
        return text or None

    return Field(name=name, parse=parse, kind="url", **options)


def is_web_address(text: str) -> bool:
    return WEB.fullmatch(text) is not None


def shaped(shape: Shape, raw: Any) -> dict[str, Any]:
    """`raw` in this shape: exactly its keys, nested, each with the value given or null."""
    given = raw if isinstance(raw, dict) else {}
    return {
        key: shaped(inner, given.get(key))
        if isinstance(inner, dict)
        else inner
        if inner is not None
        else given.get(key)
        for key, inner in shape.items()
    }


def Shaped(name: str, shape: Shape, **options: Any) -> Field:
    """A map with fixed keys. Unknown keys are dropped, missing ones null; in `shape` a list stands for an empty list.

    Not sent, it is stored as an empty list, which is also what a partly selected item shows.
    """

    def parse(raw: Any) -> dict[str, Any]:
        return shaped(shape, raw)

    def show(value: Any) -> dict[str, Any]:
        return shaped(shape, value)

    return Field(name=name, parse=parse, render=show, default=list, reset=list, kind="structure", **options)


def UtmTags(name: str = "utmTags", **options: Any) -> Field:
    """The UTM tags that links of this content get."""
    return Shaped(name, UTM_TAGS, **options)


def speaks(table: str) -> Callable[[str, Any], Clause]:
    """The search command `lang:cs`: the language, with or without territory."""
    return lambda value, call: Clause(f"({table}.language = %s OR {table}.language LIKE %s)", (value, f"{value}\\_%"))
