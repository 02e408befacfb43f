"""The HTML of blocks. What holds them together is told by `email` and `page`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import mark_safe

from honeyguide.engine.documents import addresses
from honeyguide.engine.documents.blocks import NETWORKS, Medium

HEADING_SIZES = {"1": 30, "2": 24, "3": 19}
PARAGRAPH = re.compile(r"<(p|ul|ol)>")
ANCHOR = re.compile(r"<a( |>)")
Block = dict[str, Any]
Styles = dict[str, Any]


def block(given: Block, styles: Styles, medium: Medium) -> str:
    """The HTML of a cleaned block; empty when there is nothing to show yet."""
    draw = {**DRAWN, "dynamic": _dynamic_email if medium == "email" else _dynamic_page}
    return draw[given["kind"]](given, styles)


def css(**values: object) -> str:
    """Declarations from names and values, those without value left out."""
    return ";".join(f"{name.replace('_', '-')}:{value}" for name, value in values.items() if value not in ("", None))


def rich(html: str, styles: Styles) -> str:
    """Cleaned HTML of a text, its paragraphs and links with their looks."""
    html = PARAGRAPH.sub(r'<\1 style="margin:0 0 1em 0">', html)
    return ANCHOR.sub(rf'<a style="{css(color=styles["links"], text_decoration="underline")}"\1', html)


def _heading(given: Block, styles: Styles) -> str:
    size, level = HEADING_SIZES[given["level"]], given["level"]
    looks = css(
        margin="0",
        font_size=f"{size}px",
        line_height="1.25",
        font_weight="bold",
        color=given["color"],
        text_align=given["align"],
    )
    text = rich(re.sub(r"</?(?:p|ul|ol|li)>", " ", given["text"]).strip(), styles)
    return f'<h{level} style="{looks}">{text}</h{level}>' if text else ""


def _text(given: Block, styles: Styles) -> str:
    looks = css(font_size=f"{given['size']}px", line_height="1.5", color=given["color"], text_align=given["align"])
    return f'<div style="{looks}">{rich(given["text"], styles)}</div>' if given["text"] else ""


def _image(given: Block, styles: Styles) -> str:
    source = addresses.image(given["source"])
    if not source:
        return ""
    looks = css(
        display="inline-block", width=f"{given['width']}%", max_width="100%", height="auto", border="0",
        border_radius=f"{given['rounded']}px" if given["rounded"] else "",
    )  # fmt: skip
    alt = "" if given["decorative"] else given["alt"]
    width = round(styles["width"] * given["width"] / 100)
    shown = format_html('<img src="{}" alt="{}" width="{}" style="{}">', source, alt, width, looks)
    if target := addresses.link(given["link"]):
        shown = format_html('<a href="{}">{}</a>', target, shown)
    return format_html('<div style="text-align:{}">{}</div>', given["align"], shown)


def _button(given: Block, styles: Styles) -> str:
    if not given["label"]:
        return ""
    background = given["background"] or styles["links"]
    frame = css(border_radius=f"{given['rounded']}px", background=background)
    looks = css(
        display="block", padding="12px 24px", color=given["color"] or "#ffffff", font_size="16px", font_weight="bold",
        line_height="1.25", text_align="center", text_decoration="none", border_radius=f"{given['rounded']}px",
    )  # fmt: skip
    # A table in pages too: one drawing that every mail program and browser understands.
    return format_html(
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0" align="{}"{} style="{}"><tr>'
        '<td bgcolor="{}" style="{}"><a href="{}" style="{}">{}</a></td></tr></table>',
        given["align"], mark_safe(' width="100%"') if given["wide"] else "", _beside(given), background, frame,
        addresses.link(given["link"]) or "#", looks, given["label"],
    )  # fmt: skip


def _beside(given: Block) -> str:
    margins = {"left": "0 auto 0 0", "center": "0 auto", "right": "0 0 0 auto"}
    return css(border_collapse="separate", margin=margins[given["align"]], float="none")


def _divider(given: Block, styles: Styles) -> str:
    looks = css(
        border="0",
        border_top=f"{given['thickness']}px solid {given['color'] or styles['text'] or '#c8ccd2'}",
        margin="0",
    )
    return f'<hr style="{looks}">'


def _spacer(given: Block, styles: Styles) -> str:
    height = given["height"]
    return f'<div style="height:{height}px;line-height:{height}px;font-size:1px">&nbsp;</div>'


def _social(given: Block, styles: Styles) -> str:
    looks = css(
        display="inline-block", margin="4px", padding="6px 12px", border_radius="14px", color="#ffffff", font_size="13px",
        text_decoration="none",
    )  # fmt: skip
    links = (
        (addresses.link(one["link"]), f"{looks};background:{NETWORKS[one['network']][1]}", NETWORKS[one["network"]][0])
        for one in given["links"]
        if addresses.link(one["link"])
    )
    shown = format_html_join(" ", '<a href="{}" style="{}">{}</a>', links)
    return format_html('<div style="text-align:{}">{}</div>', given["align"], shown) if shown else ""


def _html(given: Block, styles: Styles) -> str:
    return given["html"]


def _slot(given: Block) -> str:
    """The slot's name as a token can hold it."""
    return re.sub(r'[{}"]', "", given["slot"]).strip()


def _dynamic_email(given: Block, styles: Styles) -> str:
    return f'{{dynamiccontent="{escape(_slot(given))}"}}' if _slot(given) else ""


def _dynamic_page(given: Block, styles: Styles) -> str:
    return f"{{dwc={escape(_slot(given))}}}" if _slot(given) else ""


def _form(given: Block, styles: Styles) -> str:
    return f"{{form={given['form']}}}" if given["form"] else ""


def _video(given: Block, styles: Styles) -> str:
    address, title = given["address"], given["title"] or "Video"
    if player := addresses.player(address):
        looks = "display:block;width:100%;aspect-ratio:16/9;border:0"
        return format_html(
            '<iframe src="{}" title="{}" style="{}" allow="fullscreen; picture-in-picture" loading="lazy"></iframe>',
            player, title, looks,
        )  # fmt: skip
    if addresses.is_video_file(address):
        looks = "display:block;width:100%;height:auto"
        return format_html(
            '<video src="{}" title="{}" controls preload="metadata" style="{}"></video>', address, title, looks
        )
    return ""


DRAWN: dict[str, Callable[[Block, Styles], str]] = {
    "heading": _heading, "text": _text, "image": _image, "button": _button, "divider": _divider, "spacer": _spacer,
    "social": _social, "html": _html, "form": _form, "video": _video,
}  # fmt: skip
