"""Tables as the contract has them (resource-data)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from honeyguide.engine.widgets.widget import Data


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, which leads to `link`, a path."""

    value: Any
    link: str = ""

    def shown(self) -> dict[str, Any]:
        return {"value": self.value, "type": "link", "link": self.link} if self.link else {"value": self.value}


def table(head: Sequence[str], found: Sequence[Mapping[str, Any]], cells: Sequence[Sequence[Cell]]) -> Data:
    """`found` are the raw rows, `cells` the same as people see them. Heads are the reference's untranslated names."""
    return Data({"headItems": list(head), "bodyItems": [[cell.shown() for cell in row] for row in cells]}, list(found))
