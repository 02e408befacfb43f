"""What is counted over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Source:
    """Text from code, with named parameters beside %(since)s, %(until)s and %(mine)s.

    One with a `name` is counted beforehand, hour by hour: its `measure` must add up over hours, and its rows must stay what they
    are.
    """

    table: str
    at: str
    where: str = "TRUE"
    measure: str = "count(*)"
    params: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""

    def sql(self, text: str) -> str:
        return text.format(table=self.table, at=self.at, where=self.where, measure=self.measure)
