"""Template tags and filters that every page may use."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import orjson
from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince

from honeyguide.engine.ui import assets
from honeyguide.engine.ui.guard import may as is_allowed

register = template.Library()
HEX_COLOUR = re.compile("#[0-9a-fA-F]{6}")


@register.simple_tag
def asset(name: str) -> str:
    """The address of a static file."""
    return assets.url(name)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A decorative icon of the sprite; whatever it stands beside says the meaning in words."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        assets.url("vendor/icons.svg"),
        name,
    )


def edit_link(slug: str, item_id: int, text: str) -> SafeString:
    """A row's name, for screens without pages of one thing."""
    return format_html('<a href="/s/{}/edit/{}">{}</a>', slug, item_id, text)


def swatch(colour: str | None) -> SafeString:
    """A dot of a stored colour (`#rrggbb`); nothing for anything else. A picture, because styles in place are forbidden."""
    if not colour or not HEX_COLOUR.fullmatch(colour):
        return mark_safe("")
    return format_html(
        '<svg class="hg-swatch" viewBox="0 0 2 2" role="img" aria-label="{0}"><rect width="2" height="2" fill="{0}"/></svg>',
        colour,
    )


@register.filter
def undo(message: Any) -> dict[str, str] | None:
    """Where a flash message's undo button leads, and with what; None for one without."""
    path, _, kept = (message.extra_tags or "").partition(" ")
    return {"path": path, "kept": kept} if kept else None


@register.filter
def may(user: Any, right: str) -> bool:
    return is_allowed(user, right)


@register.filter
def when(moment: datetime | None, style: str = "short") -> SafeString | str:
    """A moment in the reader's time zone: `short` "3 Feb 2026, 14:05", `ago` "2 hours ago" with the moment as tooltip."""
    if not moment:
        return ""
    local = timezone.localtime(moment)
    text = f"{local.day} {local:%b %Y, %H:%M}"
    if style == "ago":
        past = moment <= timezone.now()
        apart = timesince(moment) if past else timesince(timezone.now(), moment)
        nearest = apart.split(",")[0]
        shown = "just now" if nearest.startswith("0") else f"{nearest} ago" if past else f"in {nearest}"
        return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), text, shown)
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), local.tzname(), text)


@register.filter
def number(value: Any) -> str:
    """A count with thin groups of thousands, so that 1000000 reads 1,000,000."""
    return f"{value:,}" if isinstance(value, (int, float)) else str(value if value is not None else "–")


@register.filter
def percent(part: Any, whole: Any) -> str:
    """A share with one decimal, except all of it."""
    return "–" if not whole else "100 %" if part == whole else f"{100 * part / whole:.1f} %"


@register.filter
def bytes_size(value: int | None) -> str:
    size = float(value or 0)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TB"


@register.filter
def as_json(value: Any) -> str:
    """For data attributes, which the template escapes."""
    return orjson.dumps(value, default=str).decode()


@register.filter
def as_query(pairs: Any) -> str:
    """Pairs as the query of an address."""
    return urlencode(list(pairs))


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """`mapping[key]`, or nothing."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


@register.filter
def words(name: str) -> str:
    """A wire name as words: `isPreferenceCenter` is "Preference center"."""
    parts = re.sub(r"(?<=[a-z0-9])([A-Z])", r" \1", name).replace("_", " ").lower().removeprefix("is ")
    return parts[:1].upper() + parts[1:]


@register.filter
def initials(name: str) -> str:
    return "".join(word[0] for word in (name or "?").split()[:2] if word).upper() or "?"


@register.filter
def hue(value: Any) -> str:
    """One of eight calm colours, always the same for the same thing."""
    colours = ("blue", "azure", "indigo", "purple", "pink", "orange", "lime", "teal")
    return colours[sum(map(ord, str(value))) % len(colours)]


@register.simple_tag
def badge(text: Any, colour: str = "secondary", title: str = "") -> SafeString:
    hint = format_html(' title="{}"', title) if title else mark_safe("")
    return format_html('<span class="badge bg-{}-lt"{}>{}</span>', colour, hint, text)
