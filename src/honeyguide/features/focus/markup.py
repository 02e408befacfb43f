"""The markup of a focus item, and the script that puts it on a page."""

from __future__ import annotations

from typing import Any

import orjson
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from honeyguide.engine.resource.content_fields import is_web_address

SCRIPT = "(function(){var d=document,b=d.createElement('div');b.innerHTML=%s;d.body.appendChild(b.firstChild);})();"
COLORS = {"background": "primary", "color": "text"}


def markup(item: Any) -> str:
    """The element as it is inserted into a page: what the author wrote, or headline, text and link."""
    properties = item.properties if isinstance(item.properties, dict) else {}
    place = (
        (properties.get(item.style) or {}).get("placement") if isinstance(properties.get(item.style), dict) else None
    )
    inner = mark_safe(item.html) if item.html else _content(item, properties)  # noqa: S308 - authors write HTML here
    return format_html(
        '<div class="mf-{} mf-{}" id="mf-{}" data-placement="{}" style="{}">{}</div>',
        item.style, item.type, item.pk or "new", place or "", _colors(properties), inner,
    )  # fmt: skip


def script(item: Any) -> str:
    return SCRIPT % orjson.dumps(markup(item)).decode().replace("</", "<\\/")


def _content(item: Any, properties: dict[str, Any]) -> SafeString:
    content = properties.get("content")
    texts = content if isinstance(content, dict) else {}
    parts = [(tag, texts[name]) for tag, name in (("h2", "headline"), ("p", "tagline")) if texts.get(name)]
    shown = format_html_join("", "<{0}>{1}</{0}>", parts)
    link = texts.get("link_url")
    if item.type == "link" and isinstance(link, str) and is_web_address(link):
        shown += format_html('<a href="{}">{}</a>', link, texts.get("link_text") or link)
    return shown


def _colors(properties: dict[str, Any]) -> str:
    colors = properties.get("colors")
    given = colors if isinstance(colors, dict) else {}
    known = {css: str(given[name]) for css, name in COLORS.items() if str(given.get(name) or "").isalnum()}
    return ";".join(f"{css}:#{value}" for css, value in known.items())
