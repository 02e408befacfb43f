"""A document as HTML that mail programs show: tables, looks inlined, readable on a phone and in dark mode."""

from __future__ import annotations

from typing import Any

from django.utils.html import escape

from honeyguide.engine.documents import drawing
from honeyguide.engine.documents.blocks import FONTS, LAYOUTS
from honeyguide.engine.documents.drawing import css

TABLE = 'role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"'
PHONE = (
    "@media (max-width:{width}px){{.hg-in{{width:100%!important}}.hg-column{{display:block!important;width:100%!important;"
    "box-sizing:border-box}}}}"
)
DARK = (
    "@media (prefers-color-scheme:dark){.hg-out{background:#16181d!important}.hg-own{background:#22252b!important;"
    "color:#e8eaed!important}.hg-own h1,.hg-own h2,.hg-own h3{color:#f4f5f6!important}"
    ".hg-own .hg-link a{color:#8ab8ff!important}}"
)
HIDDEN = "display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;mso-hide:all"


def html(document: dict[str, Any]) -> str:
    """The e-mail of a cleaned document."""
    styles = document["styles"]
    adapts = styles["dark"] == "adapt"
    rules = PHONE.format(width=styles["width"]) + (DARK if adapts else "")
    schemes = "light dark" if adapts else "light only"
    outside = styles["outside"] or "#ffffff"
    preheader = f'<div style="{HIDDEN}">{escape(styles["preheader"])}</div>' if styles["preheader"] else ""
    text = css(font_family=FONTS[styles["font"]], font_size="16px", color=styles["text"] or "#24292f")
    sections = "\n".join(_section(section, styles) for section in document["sections"])
    return (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="{schemes}">\n<meta name="supported-color-schemes" content="{schemes}">\n'
        f"<style>:root{{color-scheme:{schemes}}}{rules}</style>\n</head>\n"
        f'<body class="hg-out" style="margin:0;padding:0;background:{outside}">\n{preheader}'
        f'<table {TABLE} class="hg-out" bgcolor="{outside}" style="background:{outside}">'
        f'<tr><td align="center" style="padding:16px 0">\n'
        f'<table role="presentation" class="hg-in" width="{styles["width"]}" cellpadding="0" cellspacing="0" border="0" '
        f'style="width:{styles["width"]}px;max-width:100%;{text}">\n{sections}\n</table>\n</td></tr></table>\n</body>\n</html>\n'
    )


def _section(section: dict[str, Any], styles: dict[str, Any]) -> str:
    """One row. Only sections without a colour of their own change theirs in dark mode."""
    color = section["background"] or styles["inside"] or "#ffffff"
    own = "" if section["background"] else ' class="hg-own"'
    looks = css(background=color, color=styles["text"], padding=f"{section['padding']}px 0")
    widths = LAYOUTS[section["layout"]]
    columns = "".join(
        f'<td class="hg-column" width="{width}%" valign="top" style="width:{width}%;vertical-align:top">'
        f"{_column(column, styles)}</td>"
        for width, column in zip(widths, section["columns"], strict=True)
    )
    return f'<tr><td{own} bgcolor="{color}" style="{looks}"><table {TABLE}><tr>{columns}</tr></table></td></tr>'


def _column(column: dict[str, Any], styles: dict[str, Any]) -> str:
    drawn = ((block, drawing.block(block, styles, "email")) for block in column["blocks"])
    rows = "".join(
        f'<tr><td class="{"hg-link" if block["kind"] == "text" else "hg-block"}" style="padding:{block.get("padding", 0)}px">'
        f"{shown}</td></tr>"
        for block, shown in drawn
        if shown
    )
    return f"<table {TABLE}>{rows}</table>" if rows else "&nbsp;"
