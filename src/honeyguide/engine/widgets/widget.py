"""The declaration of a widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from honeyguide.engine.widgets.period import Asked


@dataclass(frozen=True)
class Data:
    """A widget's answer, and the same for `dataFormat=raw`."""

    shown: Any
    raw: Any


@dataclass(frozen=True, kw_only=True)
class Widget:
    """`data(asked)` gives its figures, None when there are none for what was asked.

    `right` lets one see the widget, `others` the figures of what is not one's own: without it `asked.mine` is one's id.
    """

    type: str
    title: str
    group: str
    right: str
    others: str = ""
    data: Callable[[Asked], Data | None]

    def __post_init__(self) -> None:
        if not self.others:
            object.__setattr__(self, "others", self.right.removesuffix("own") + "other")
