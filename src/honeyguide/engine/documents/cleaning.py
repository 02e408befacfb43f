"""Lets documents in. Whatever comes out can be drawn, and comes out unchanged when it is cleaned again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import nh3

from honeyguide.engine.documents.blocks import (
    LAYOUTS,
    NETWORKS,
    SECTION,
    STYLES,
    VERSION,
    Medium,
    Property,
    block_kinds,
)
from honeyguide.engine.resource import Invalid

MAX_SECTIONS = 100
MAX_BLOCKS = 500
MAX_TEXT = 100_000
MAX_LINE = 2_000
MAX_LINKS = 12
ROUNDS = 4  # HTML that is nested wrongly may need more than one cleaning until nothing changes any more
COLOR = re.compile(r"#[0-9a-f]{6}")
ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
# No character that the database or an HTTP header cannot hold.
UNUSABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
SCHEMES = {"http", "https", "mailto", "tel"}
RICH_TAGS = {"a", "b", "strong", "i", "em", "u", "s", "sub", "sup", "br", "p", "ul", "ol", "li"}
CODE_TAGS = RICH_TAGS | {
    "abbr", "blockquote", "caption", "center", "code", "col", "colgroup", "dd", "del", "details", "div", "dl", "dt",
    "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "ins", "pre", "q", "small", "span",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
}  # fmt: skip
TABLE = {"align", "bgcolor", "valign", "width", "height"}
CODE_ATTRIBUTES = {
    "*": {"style", "title", "dir", "lang", "role"},
    "a": {"href", "target"},
    "img": {"src", "alt", "width", "height"},
    "table": TABLE | {"border", "cellpadding", "cellspacing"},
    "tr": TABLE,
    "td": TABLE | {"colspan", "rowspan"},
    "th": TABLE | {"colspan", "rowspan", "scope"},
    "div": {"align"},
    "p": {"align"},
}
CODE_STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left",
    "border-radius", "border-right", "border-spacing", "border-style", "border-top", "border-width", "color",
    "display", "font-family", "font-size", "font-style", "font-weight", "height", "letter-spacing", "line-height",
    "margin", "margin-bottom", "margin-left", "margin-right", "margin-top", "max-width", "min-width", "padding",
    "padding-bottom", "padding-left", "padding-right", "padding-top", "text-align", "text-decoration",
    "text-transform", "vertical-align", "white-space", "width", "word-break",
}  # fmt: skip


def clean(given: Any, medium: Medium) -> dict[str, Any]:
    """The document that was given, complete and safe to draw. Raises `Invalid`, naming the place, for what is none."""
    document = _mapping(given, "document", {"version", "styles", "sections"})
    if document.get("version", VERSION) != VERSION:
        raise _wrong("version", "This document was made by another version.")
    sections = _sequence(document.get("sections", []), "sections", MAX_SECTIONS)
    cleaned = [_section(section, medium, f"section {number}") for number, section in enumerate(sections, 1)]
    if sum(len(column["blocks"]) for section in cleaned for column in section["columns"]) > MAX_BLOCKS:
        raise _wrong("sections", f"At most {MAX_BLOCKS} blocks.")
    ids = [part["id"] for section in cleaned for part in (section, *blocks_of([section]))]
    if len(ids) != len(set(ids)):
        raise _wrong("sections", "Two parts have the same id.")
    styles = _mapping(document.get("styles", {}), "styles", {one.name for one in STYLES})
    return {"version": VERSION, "styles": _properties(styles, STYLES, "styles"), "sections": cleaned}


def blocks_of(sections: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [block for section in sections for column in section["columns"] for block in column["blocks"]]


def _section(given: Any, medium: Medium, where: str) -> dict[str, Any]:
    section = _mapping(given, where, {"id", "layout", "columns", *(one.name for one in SECTION)})
    layout = section.get("layout", "1")
    if not isinstance(layout, str) or layout not in LAYOUTS:
        raise _wrong(where, "There is no such layout.")
    columns = _sequence(section.get("columns"), where, len(LAYOUTS[layout]))
    if len(columns) != len(LAYOUTS[layout]):
        raise _wrong(where, "The layout has another number of columns.")
    return {
        "id": _id(section.get("id"), where),
        **_properties(section, SECTION, where),
        "layout": layout,
        "columns": [{"blocks": _blocks(column, medium, where)} for column in columns],
    }


def _blocks(given: Any, medium: Medium, where: str) -> list[dict[str, Any]]:
    column = _mapping(given, where, {"blocks"})
    return [_block(block, medium, where) for block in _sequence(column.get("blocks", []), where, MAX_BLOCKS)]


def _block(given: Any, medium: Medium, where: str) -> dict[str, Any]:
    kind = given.get("kind") if isinstance(given, dict) else None
    block = block_kinds(medium).get(kind) if isinstance(kind, str) else None
    if block is None:
        raise _wrong(where, "There is no such block.")
    _mapping(given, where, {"id", "kind", *(one.name for one in block.properties)})
    return {
        "id": _id(given.get("id"), where),
        "kind": kind,
        **_properties(given, block.properties, f"{where}, {block.label}"),
    }


def _properties(given: dict[str, Any], declared: Sequence[Property], where: str) -> dict[str, Any]:
    return {one.name: _value(given.get(one.name, one.default), one, where) for one in declared}


def _value(given: Any, declared: Property, where: str) -> Any:
    where = f"{where}: {declared.label}"
    match declared.kind:
        case "number":
            if isinstance(given, bool) or not isinstance(given, int):
                raise _wrong(where, "This must be a whole number.")
            return min(max(given, declared.low), declared.high)
        case "switch":
            if not isinstance(given, bool):
                raise _wrong(where, "This must be yes or no.")
            return given
        case "choice":
            if given not in [value for value, _ in declared.choices]:
                raise _wrong(where, "There is no such choice.")
            return given
        case "links":
            return [_network(link, where) for link in _sequence(given, where, MAX_LINKS)]
        case "color":
            text = _text(given, where, MAX_LINE).strip().lower()
            if text and not COLOR.fullmatch(text):
                raise _wrong(where, "A colour looks like #1c5fb8.")
            return text
        case "rich":
            return cleaned_html(_text(given, where, MAX_TEXT), tags=RICH_TAGS, attributes={"a": {"href"}})
        case "code":
            return cleaned_html(
                _text(given, where, MAX_TEXT), tags=CODE_TAGS, attributes=CODE_ATTRIBUTES, styles=CODE_STYLES
            )
        case _:  # a line of text; addresses are judged when they are drawn, so that what is half typed can be kept
            return " ".join(_text(given, where, MAX_LINE).split())


def _network(given: Any, where: str) -> dict[str, str]:
    link = _mapping(given, where, {"network", "link"})
    network = link.get("network")
    if not isinstance(network, str) or network not in NETWORKS:
        raise _wrong(where, "There is no such network.")
    return {"network": network, "link": " ".join(_text(link.get("link", ""), where, MAX_LINE).split())}


def cleaned_html(html: str, *, tags: set[str], attributes: dict[str, set[str]], styles: set[str] | None = None) -> str:
    """The HTML without anything that could run; text and tokens stay."""
    for _ in range(ROUNDS):
        before = html
        html = nh3.clean(
            html, tags=tags, attributes=attributes, filter_style_properties=styles, url_schemes=SCHEMES, link_rel=None
        )
        if html == before:
            return html
    return nh3.clean_text(html)


def _text(given: Any, where: str, longest: int) -> str:
    if not isinstance(given, str):
        raise _wrong(where, "This must be text.")
    if len(given) > longest:
        raise _wrong(where, f"At most {longest} characters.")
    return UNUSABLE.sub("", given)


def _id(given: Any, where: str) -> str:
    if not isinstance(given, str) or not ID.fullmatch(given):
        raise _wrong(where, "A part has no id.")
    return given


def _mapping(given: Any, where: str, names: set[str]) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _wrong(where, "This cannot be read.")
    if unknown := [str(name)[:40] for name in given if name not in names]:
        raise _wrong(where, f"There is no {unknown[0]!r} here.")
    return given


def _sequence(given: Any, where: str, longest: int) -> Sequence[Any]:
    if not isinstance(given, (list, tuple)):
        raise _wrong(where, "This cannot be read.")
    if len(given) > longest:
        raise _wrong(where, f"At most {longest} of them.")
    return given


def _wrong(where: str, text: str) -> Invalid:
    return Invalid({where: text})
