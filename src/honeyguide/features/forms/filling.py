"""Texts of a form's author with the tokens that its answers fill: `{formfield=alias}`, and those of the contact."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from honeyguide.engine.delivery.tokens import Place, fill, in_url, parse
from honeyguide.features.emails.services import reader, surroundings
from honeyguide.features.forms.answering import Answer
from honeyguide.features.forms.choices import labels

BRACES = str.maketrans({"{": "&#123;", "}": "&#125;"})
IN_URL = re.compile(r"\{formfield=([A-Za-z0-9_]{1,60})\}")


def shown_answers(fields: Sequence[Any], values: Mapping[str, Answer]) -> dict[str, str]:
    """What the visitor read and wrote, by alias: the labels of choices, with commas between several."""
    return {one.alias: ", ".join(labels(one, values[one.alias])) for one in fields if values.get(one.alias)}


def as_html(written: str) -> SafeString:
    """What a visitor wrote, as text in HTML; a token in it is none."""
    return mark_safe(escape(written).translate(BRACES))  # noqa: S308 - escaped


def fill_text(
    text: str, fields: Sequence[Any], values: Mapping[str, Answer], contact_id: int | None, *, html: bool = True
) -> str:
    """In HTML what people wrote is escaped."""
    shown = shown_answers(fields, values)

    def answer(alias: str) -> str:
        written = shown.get(alias.strip().lower(), "")
        return as_html(written) if html else written

    return fill(parse(text, Place(surroundings(), html=html, more={"formfield": answer})), reader(contact_id))


def fill_url(url: str, fields: Sequence[Any], values: Mapping[str, Answer], contact_id: int | None) -> str:
    """What people wrote is encoded, so that it stays a part of the address."""
    shown = shown_answers(fields, values)
    filled = IN_URL.sub(lambda found: quote(shown.get(found[1].lower(), ""), safe=""), url.strip())
    return fill(in_url(filled), reader(contact_id)) if "{" in filled else filled
