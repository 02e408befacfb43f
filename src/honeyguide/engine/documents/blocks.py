"""The blocks that documents are made of, as data: cleaning, drawing and the builder's forms all read this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Medium = Literal["email", "page"]
Kind = Literal["rich", "text", "code", "url", "image", "color", "number", "choice", "switch", "links"]

VERSION = 1
BOTH: tuple[Medium, ...] = ("email", "page")
LAYOUTS = {
    "1": (100,),
    "1-1": (50, 50),
    "1-2": (34, 66),
    "2-1": (66, 34),
    "1-1-1": (33, 34, 33),
    "1-1-1-1": (25, 25, 25, 25),
}
NETWORKS = {
    "facebook": ("Facebook", "#1464d2"), "instagram": ("Instagram", "#b5306b"), "linkedin": ("LinkedIn", "#0a66c2"),
    "x": ("X", "#1a1a1a"), "youtube": ("YouTube", "#c4161c"), "tiktok": ("TikTok", "#1a1a1a"),
    "mastodon": ("Mastodon", "#5b4be1"),
    "bluesky": ("Bluesky", "#0b63d1"), "whatsapp": ("WhatsApp", "#0b7a4b"), "website": ("Website", "#3d4852"),
}  # fmt: skip
FONTS = {
    "sans": "Arial, Helvetica, sans-serif",
    "humanist": "Verdana, Geneva, sans-serif",
    "serif": "Georgia, 'Times New Roman', serif",
    "mono": "'Courier New', Courier, monospace",
}


@dataclass(frozen=True)
class Property:
    """One value of a block. Numbers are pixels unless the label says otherwise; `choices` are (value, label)."""

    name: str
    label: str
    kind: Kind
    default: Any = ""
    low: int = 0
    high: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""


@dataclass(frozen=True)
class Block:
    kind: str
    label: str
    icon: str
    properties: tuple[Property, ...]
    media: tuple[Medium, ...] = BOTH


def _align(default: str = "left") -> Property:
    sides = (("left", "Left"), ("center", "Centre"), ("right", "Right"))
    return Property("align", "Alignment", "choice", default, choices=sides)


PADDING = Property("padding", "Space around", "number", 12, 0, 80)
COLOR = Property("color", "Colour of text", "color")
LINK = Property("link", "Link", "url")
BLOCKS = {
    block.kind: block
    for block in (
        Block("heading", "Heading", "heading", (
            Property("text", "Text", "rich", "Heading"),
            Property("level", "Level", "choice", "2", choices=(("1", "1, the title"), ("2", "2"), ("3", "3"))),
            _align(), COLOR, PADDING,
        )),
        Block("text", "Text", "align-left", (
            Property("text", "Text", "rich", "<p>Write here.</p>"),
            Property("size", "Size of text", "number", 16, 10, 48),
            _align(), COLOR, PADDING,
        )),
        Block("image", "Image", "photo", (
            Property("source", "Image", "image"),
            Property("alt", "Description", "text", hint="Read out, and shown where images are not."),
            Property("decorative", "Only an ornament, needs no description", "switch", False),
            LINK,
            Property("width", "Width in percent", "number", 100, 5, 100),
            Property("rounded", "Rounded corners", "number", 0, 0, 100),
            _align("center"), PADDING,
        )),
        Block("button", "Button", "square", (
            Property("label", "Label", "text", "Read more"),
            LINK,
            Property("background", "Colour", "color", "#1c5fb8"),
            Property("color", "Colour of text", "color", "#ffffff"),
            Property("rounded", "Rounded corners", "number", 6, 0, 40),
            Property("wide", "As wide as the column", "switch", False),
            _align("center"), PADDING,
        )),
        Block("divider", "Line", "separator-horizontal", (
            Property("color", "Colour", "color", "#c8ccd2"),
            Property("thickness", "Thickness", "number", 1, 1, 20), PADDING,
        )),
        Block("spacer", "Space", "spacing-vertical", (Property("height", "Height", "number", 32, 4, 200),)),
        Block("social", "Social networks", "share", (
            Property("links", "Networks", "links", ()), _align("center"), PADDING,
        )),
        Block("html", "HTML", "code", (
            Property("html", "HTML", "code", hint="Scripts, forms and frames are left out."), PADDING,
        )),
        Block("dynamic", "Dynamic content", "switch-2", (
            Property("slot", "Name", "text", hint="Of the dynamic content that is shown here."), PADDING,
        )),
        Block("form", "Form", "forms", (Property("form", "Form", "number", 0, 0, 2**31 - 1), PADDING), ("page",)),
        Block("video", "Video", "video", (
            Property("address", "Address of the video", "url", hint="YouTube, Vimeo, or an .mp4 file."),
            Property("title", "Title", "text", "Video"), PADDING,
        ), ("page",)),
    )
}  # fmt: skip

STYLES = (
    Property("width", "Width", "number", 600, 320, 1200),
    Property("font", "Font", "choice", "sans", choices=tuple((name, name.capitalize()) for name in FONTS)),
    Property("text", "Colour of text", "color", "#24292f"),
    Property("links", "Colour of links", "color", "#1c5fb8"),
    Property("outside", "Colour around", "color", "#f1f3f5"),
    Property("inside", "Colour of the content", "color", "#ffffff"),
    Property("dark", "In dark mode", "choice", "adapt", choices=(("adapt", "Turn dark"), ("keep", "Stay as it is"))),
    Property("preheader", "Preview text", "text", hint="Shown after the subject in the inbox."),
)
SECTION = (
    Property("background", "Colour", "color"),
    Property("padding", "Space above and below", "number", 16, 0, 120),
)


def block_kinds(medium: Medium) -> dict[str, Block]:
    """The blocks that such a document may hold."""
    return {kind: block for kind, block in BLOCKS.items() if medium in block.media}
