"""A page of a report's rows as people see them: dates in their time zone, yes and no, links to what is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.html import format_html

from honeyguide.engine.ui.tags import number
from honeyguide.features.reports.compiling import Query, Shown

WEB = ("http://", "https://")
LONGEST = 300  # characters of a cell; the file has all


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head; `next` is what sorting by it asks for."""

    label: str
    next: str
    state: str
    css: str


def heads(query: Query, order: tuple[str, str] | None) -> list[Head]:
    found = []
    for shown in query.visible:
        state = "" if not order or order[0] != shown.name else "descending" if order[1] == "DESC" else "ascending"
        following = f"-{shown.name}" if state == "ascending" else shown.name
        found.append(Head(shown.label, following, state, "hg-num" if shown.is_number else ""))
    return found


def cells(query: Query, row: Sequence[str], inside: Mapping[str, str]) -> list[dict[str, Any]]:
    """The visible values of a row. A computed one leads to the rows of its group; `inside` are the parameters of that page."""
    values = {shown.name: text for shown, text in zip(query.shown, row, strict=True)}
    return [
        {
            "html": _linked(query, shown, values, inside),
            "css": "hg-num" if shown.is_number else "",
            "label": shown.label,
        }
        for shown in query.visible
    ]


def totals(query: Query, texts: Sequence[str]) -> list[dict[str, Any]]:
    """The last row, none when nothing is computed; "Totals" stands in its first cell when nothing else does."""
    if not texts:
        return []
    found = [
        {"html": readable(shown, text), "css": "hg-num" if shown.is_number else ""}
        for shown, text in zip(query.shown, texts, strict=True)
        if not shown.hidden
    ]
    if found and not found[0]["html"]:
        found[0]["html"] = "Totals"
    return found


def readable(shown: Shown, text: str) -> str:
    """A value's text as it is read."""
    if text == "":
        return ""
    if shown.is_number:
        return number(float(text) if "." in text else int(text))
    if shown.kind == "boolean":
        return "Yes" if text == "1" else "No"
    if shown.kind == "datetime":
        local = timezone.localtime(datetime.fromisoformat(text).replace(tzinfo=UTC))
        return f"{local.day} {local:%b %Y, %H:%M}"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _linked(query: Query, shown: Shown, values: Mapping[str, str], inside: Mapping[str, str]) -> str:
    text = values[shown.name] if shown.key.rpartition(".")[2] == "id" else readable(shown, values[shown.name])
    if shown.function and query.groups:
        group = [("of", key) for key in query.groups] + [("is", values[f"group {key}"]) for key in query.groups]
        return format_html('<a href="?{}">{}</a>', urlencode([*inside.items(), *group]), text) if text else ""
    link = query.source.links.get(shown.key)
    if link and text and (target := values.get(f"link {link.id}")):
        return format_html('<a href="/s/{}/view/{}">{}</a>', link.path, target, text)
    if text.startswith(WEB):
        return format_html(
            '<a href="{}" rel="noopener noreferrer nofollow" target="_blank">{}</a>', values[shown.name], text
        )
    return text
