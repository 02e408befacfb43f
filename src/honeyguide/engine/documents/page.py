"""A document as the HTML of a landing page."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.documents import drawing
from honeyguide.engine.documents.blocks import FONTS, LAYOUTS
from honeyguide.engine.documents.drawing import css

RULES = (
    "*{box-sizing:border-box}img,video,iframe{max-width:100%}.hg-row{display:flex;flex-wrap:wrap;margin:0 auto}"
    ".hg-column{min-width:0}a:focus-visible{outline:2px solid;outline-offset:2px}"
    "@media (max-width:640px){.hg-row>.hg-column{width:100%!important}}"
)
DARK = (
    "@media (prefers-color-scheme:dark){body{background:#16181d!important}.hg-own{background:#22252b!important;"
    "color:#e8eaed!important}"
    ".hg-own h1,.hg-own h2,.hg-own h3{color:#f4f5f6!important}.hg-own .hg-text a{color:#8ab8ff!important}}"
)


def html(document: dict[str, Any]) -> str:
    """The page of a cleaned document; title and description come from the page's settings."""
    styles = document["styles"]
    adapts = styles["dark"] == "adapt"
    rules = RULES + (DARK if adapts else "")
    looks = css(
        margin="0", font_family=FONTS[styles["font"]], font_size="16px", color=styles["text"] or "#24292f",
        background=styles["outside"] or "#ffffff",
    )  # fmt: skip
    sections = "\n".join(_section(section, styles) for section in document["sections"])
    return (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="{"light dark" if adapts else "light only"}">\n<title>{{pagetitle}}</title>\n'
        f'<style>{rules}</style>\n</head>\n<body style="{looks}">\n<main>\n{sections}\n</main>\n</body>\n</html>\n'
    )


def _section(section: dict[str, Any], styles: dict[str, Any]) -> str:
    own = "" if section["background"] else ' class="hg-own"'
    looks = css(background=section["background"] or styles["inside"] or "#ffffff", padding=f"{section['padding']}px 0")
    columns = "".join(
        f'<div class="hg-column" style="width:{width}%">{_column(column, styles)}</div>'
        for width, column in zip(LAYOUTS[section["layout"]], section["columns"], strict=True)
    )
    return f'<section{own} style="{looks}"><div class="hg-row" style="max-width:{styles["width"]}px">{columns}</div></section>'


def _column(column: dict[str, Any], styles: dict[str, Any]) -> str:
    drawn = ((block, drawing.block(block, styles, "page")) for block in column["blocks"])
    return "".join(
        f'<div class="hg-{block["kind"]}" style="padding:{block.get("padding", 0)}px">{shown}</div>'
        for block, shown in drawn
        if shown
    )
