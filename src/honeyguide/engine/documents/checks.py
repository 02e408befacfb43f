"""What a reader would stumble over. Nothing of it keeps a document from being saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from honeyguide.engine.documents import addresses
from honeyguide.engine.documents.blocks import Medium
from honeyguide.engine.documents.cleaning import blocks_of

UNSUBSCRIBE = re.compile(r"\{unsubscribe_(?:text|url)\}", re.IGNORECASE)


def problems(document: dict[str, Any], medium: Medium) -> list[dict[str, str]]:
    """`{"id", "text"}` of each block of a cleaned document that needs a look; the id is empty for the whole."""
    blocks = blocks_of(document["sections"])
    found = [{"id": block["id"], "text": text} for block in blocks for text in _of_block(block)]
    if medium == "email" and blocks and not UNSUBSCRIBE.search(" ".join(_texts(blocks))):
        found.append({"id": "", "text": "Nothing lets the reader unsubscribe: put {unsubscribe_text} into a text."})
    levels = [int(block["level"]) for block in blocks if block["kind"] == "heading"]
    if any(after > before + 1 for before, after in zip([0, *levels], levels, strict=False)):
        found.append({"id": "", "text": "A heading skips a level; readers who listen lose their way."})
    return found


def _of_block(block: dict[str, Any]) -> Iterator[str]:
    match block["kind"]:
        case "image":
            if not addresses.image(block["source"]):
                yield "This image has no address that can be shown."
            elif not block["alt"] and not block["decorative"]:
                yield "This image has no description."
            if block["link"] and not addresses.link(block["link"]):
                yield "The link of this image leads nowhere; it begins with https://, for example."
        case "button":
            if not addresses.link(block["link"]):
                yield "The link of this button leads nowhere; it begins with https://, for example."
            if not block["label"]:
                yield "This button has no label, and is not shown."
        case "social":
            if any(not addresses.link(one["link"]) for one in block["links"]):
                yield "A network has no address, and is not shown."
        case "dynamic":
            if not block["slot"]:
                yield "This dynamic content has no name, and is not shown."
        case "form":
            if not block["form"]:
                yield "No form is chosen."
        case "video":
            if not addresses.player(block["address"]) and not addresses.is_video_file(block["address"]):
                yield "This video cannot be played: YouTube, Vimeo or an .mp4 file."


def _texts(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for block in blocks:
        yield from (str(block[name]) for name in ("text", "html", "link") if name in block)
