"""The pages of tags."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.http import urlencode

from honeyguide.engine.ui.screen import Column, Menu, Screen, Section
from honeyguide.features.tags import TAGS

TAGS_MENU = Menu(label="Tags", path="/s/tags", icon="tags", order=60, right="lead:leads:viewown", shortcut="Shift+T")


def show_tag(tag: Any) -> str:
    return format_html('<a href="/s/contacts?{}">{}</a>', urlencode({"search": f'tag:"{tag.tag}"'}), tag.tag)


TAGS_SCREEN = Screen(
    resource=TAGS,
    slug="tags",
    icon="tags",
    one="tag",
    many="Tags",
    title=lambda tag: tag.tag,
    columns=[
        Column(label="Name", show=show_tag, sort="tag"),
        Column(label="Description", show=lambda tag: tag.description),
        Column(label="ID", show=lambda tag: tag.pk, sort="id", css="hg-num"),
    ],
    sections=[Section(title="Tag", fields=["tag"])],
    labels={"tag": "Name"},
    tip="Tags are words put on contacts: by hand, by imports, by campaigns.",
    standard=("list", "new", "edit", "delete"),
)
