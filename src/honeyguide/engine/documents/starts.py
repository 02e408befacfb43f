"""Documents to begin with."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.documents.blocks import Medium
from honeyguide.engine.documents.cleaning import clean

Block = dict[str, Any]
Section = tuple[str, str, list[list[Block]]]  # layout, colour, columns


def _heading(text: str, **more: str) -> Block:
    return {"kind": "heading", "text": text, **more}


def _text(*paragraphs: str, **more: Any) -> Block:
    return {"kind": "text", "text": "".join(f"<p>{one}</p>" for one in paragraphs), **more}


def _story(title: str) -> list[Block]:
    return [_heading(title), _text("Two sentences that make the reader curious."), {"kind": "button"}]


def _reason(word: str) -> list[Block]:
    return [_heading(word, align="center"), _text("Why.", align="center")]


FOOTER: Section = (
    "1", "", [[_text("{unsubscribe_text}", "{webview_text}", size=13, align="center")]],
)  # fmt: skip
NEWSLETTER: list[Section] = [
    ("1", "#1c3d5a", [[_heading("News of the month", level="1", align="center", color="#ffffff")]]),
    ("1", "", [[_text("Hello {contactfield=firstname|there},", "this is what happened since we last wrote.")]]),
    ("1-1", "", [_story("First story"), _story("Second story")]),
]
LETTER: list[Section] = [
    ("1", "", [[_text("Dear {contactfield=firstname|friend},", "what you want to say.", "{signature}")]]),
]
OFFER: list[Section] = [
    ("1", "", [[
        _heading("Only until Sunday", level="1", align="center"),
        _text("What it is, and what the reader gains by it.", size=18, align="center"),
        {"kind": "button", "label": "To the offer"},
    ]]),
    ("1-1-1", "#eef4fb", [_reason("Fast"), _reason("Simple"), _reason("Yours")]),
]  # fmt: skip
SIGN_UP: list[Section] = [
    ("1-1", "", [
        [_heading("What you get", level="1"), _text("In three sentences, and why now.")],
        [_heading("Sign up"), {"kind": "form"}],
    ]),
]  # fmt: skip
STARTS: dict[Medium, dict[str, list[Section]]] = {
    "email": {"Newsletter": NEWSLETTER, "Letter": LETTER, "Offer": OFFER},
    "page": {"Offer": OFFER, "Sign-up": SIGN_UP},
}


def empty(medium: Medium) -> dict[str, Any]:
    """A document with one section, and in an e-mail what every e-mail ends with."""
    return _document([("1", "", [[]])], medium)


def starts(medium: Medium) -> list[dict[str, Any]]:
    """`{"name", "document"}` of each, for the builder to choose from."""
    return [{"name": name, "document": _document(sections, medium)} for name, sections in STARTS[medium].items()]


def from_html(html: str, medium: Medium) -> dict[str, Any]:
    """A document with this HTML as its only block, without what could run in it. Raises `Invalid` when it is too long."""
    block = {"kind": "html", "html": html, "padding": 0}
    return clean({"sections": [_section(0, "1", "", [[block]])]}, medium)


def _document(sections: list[Section], medium: Medium) -> dict[str, Any]:
    made = [_section(number, *section) for number, section in enumerate(sections)]
    if medium == "email":
        made.append(_section(len(made), *FOOTER))
    return clean({"styles": {"width": 600 if medium == "email" else 960}, "sections": made}, medium)


def _section(number: int, layout: str, background: str, columns: list[list[Block]]) -> dict[str, Any]:
    blocks = [
        {"blocks": [{"id": f"b{number}-{place}-{at}", **block} for at, block in enumerate(column)]}
        for place, column in enumerate(columns)
    ]
    return {"id": f"s{number}", "layout": layout, "background": background, "columns": blocks}
