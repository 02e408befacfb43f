"""The markup of a focus item, and the script that puts it on a page."""

from __future__ import annotations

from typing import Any

import orjson
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from honeyguide.engine.resource.content_fields import is_web_address

SCRIPT = "(function(){var d=document,b=d.createElement('div');b.innerHTML=%s;d.body.appendChild(b.firstChild);})();"
COLORS = {"background": "primary", "color": "text"}


def markup(item: Any, *, link: str = "", form: str = "") -> str:
    """The element as it is inserted into a page: what the author wrote, or headline, text and link, and the form's HTML.

    `link` is the address by which the item's own is reached, when clicks are to be counted.
    """
    properties = item.properties if isinstance(item.properties, dict) else {}
    place = (
        (properties.get(item.style) or {}).get("placement") if isinstance(properties.get(item.style), dict) else None
    )
    inner = mark_safe(item.html) if item.html else _content(item, properties, link, form)  # noqa: S308 - authors write HTML here
    return format_html(
        '<div class="mf-{} mf-{}" id="mf-{}" data-placement="{}" style="{}">{}</div>',
        item.style, item.type, item.pk or "new", place or "", _colors(properties), inner,
    )  # fmt: skip


def script(item: Any) -> str:
    return SCRIPT % orjson.dumps(markup(item)).decode().replace("</", "<\\/")


def link_of(item: Any) -> str:
    """Where the item's link leads; empty when it has none that is a web address."""
    properties = item.properties if isinstance(item.properties, dict) else {}
    content = properties.get("content")
    link = content.get("link_url") if isinstance(content, dict) else None
    return link if item.type == "link" and isinstance(link, str) and is_web_address(link) else ""


def _content(item: Any, properties: dict[str, Any], counted: str, form: str) -> SafeString:
    content = properties.get("content")
    texts = content if isinstance(content, dict) else {}
    parts = [(tag, texts[name]) for tag, name in (("h2", "headline"), ("p", "tagline")) if texts.get(name)]
    shown = format_html_join("", "<{0}>{1}</{0}>", parts)
    if link := link_of(item):
        new_window = mark_safe(' target="_blank" rel="noopener"') if _is_on(texts.get("link_new_window")) else ""
        shown += format_html(
            '<a class="mf-link" href="{}"{}>{}</a>', counted or link, new_window, texts.get("link_text") or link
        )
    return shown + mark_safe(form)  # noqa: S308 - our own markup of a form


def _is_on(value: Any) -> bool:
    return str(value or "0").lower() not in ("0", "false", "no", "off")


def _colors(properties: dict[str, Any]) -> str:
    return ";".join(f"{css}:#{color}" for css, name in COLORS.items() if (color := color_of(properties, name)))


def color_of(properties: dict[str, Any], name: str) -> str:
    """The six digits of a colour that is one; else nothing."""
    colors = properties.get("colors")
    given = str(colors.get(name) or "").lstrip("#") if isinstance(colors, dict) else ""
    return given if given.isascii() and given.isalnum() else ""
