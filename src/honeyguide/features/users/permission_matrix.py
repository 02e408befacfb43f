"""A role's permissions as a table of boxes: one row for each thing, one box for each level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from honeyguide.engine.access.permissions import SETS
from honeyguide.engine.ui.tags import words

LEVELS = {
    "viewown": "View own", "viewother": "View others'", "editown": "Edit own", "editother": "Edit others'",
    "deleteown": "Delete own", "deleteother": "Delete others'", "publishown": "Publish own", "publishother": "Publish others'",
    "editusername": "Change user name", "editemail": "Change e-mail", "editposition": "Change position",
    "editname": "Change name", "full": "All",
}  # fmt: skip
NAMES = {"lead": "Contacts", "lead:leads": "Contacts", "lead:lists": "Segments", "core": "System", "api": "API",
         "sms": "Text messages", "sms:smses": "Text messages", "mauticSocial": "Social", "dynamiccontent": "Dynamic content",
         "dynamiccontent:dynamiccontents": "Dynamic content", "tagManager": "Tags", "tagManager:tagManager": "Tags",
         "channel": "Marketing messages", "user:profile": "Own account"}  # fmt: skip


@dataclass(frozen=True)
class Box:
    """`value` is a permission's whole name, `lead:leads:viewown`."""

    value: str
    label: str
    checked: bool


def rows_of(granted: Mapping[str, Any]) -> dict[str, list[tuple[str, list[Box]]]]:
    """The table by bundle, with what is granted checked."""
    table: dict[str, list[tuple[str, list[Box]]]] = {}
    for name, levels in SETS.items():
        bundle, _, kind = name.partition(":")
        held = granted.get(name) or ()
        boxes = [Box(f"{name}:{level}", LEVELS.get(level, words(level)), level in held) for level in levels]
        table.setdefault(NAMES.get(bundle, words(bundle)), []).append((NAMES.get(name, words(kind)), boxes))
    return table


def sent(request: HttpRequest) -> dict[str, list[str]]:
    """What the checked boxes grant."""
    chosen: dict[str, list[str]] = {}
    for value in request.POST.getlist("permission"):
        name, _, level = value.rpartition(":")
        if level in SETS.get(name, ()):
            chosen.setdefault(name, []).append(level)
    return chosen
