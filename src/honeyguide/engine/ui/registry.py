"""All screens, pages and menu entries that features declare, found once."""

from functools import cache

from honeyguide.engine.ui.screen import Menu, Pages, Screen
from honeyguide.loader import collect


@cache
def screens() -> tuple[Screen, ...]:
    return tuple(collect("screens", Screen))


@cache
def pages() -> tuple[Pages, ...]:
    return tuple(collect("screens", Pages))


@cache
def menu() -> tuple[Menu, ...]:
    return tuple(sorted(collect("screens", Menu), key=lambda entry: (entry.admin, entry.order)))
