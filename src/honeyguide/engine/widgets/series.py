"""Counts over time, in one statement per series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from honeyguide.engine.sql import rows, scalar
from honeyguide.engine.widgets.period import UNITS, Asked, floor

# One pass: how many rows per unit of time in the caller's zone.
PER_UNIT = """
    SELECT date_trunc(%(step)s, {at} AT TIME ZONE %(zone)s) AS unit, {measure}
    FROM {table} WHERE {at} >= %(since)s AND {at} < %(until)s AND {where} GROUP BY unit
"""
TOTAL = "SELECT {measure} FROM {table} WHERE {at} >= %(since)s AND {at} < %(until)s AND {where}"


@dataclass(frozen=True)
class Source:
    """What is counted: text from code, with named parameters beside %(since)s, %(until)s and %(mine)s."""

    table: str
    at: str
    where: str = "TRUE"
    measure: str = "count(*)"
    params: Mapping[str, Any] = field(default_factory=dict)

    def sql(self, text: str) -> str:
        return text.format(table=self.table, at=self.at, where=self.where, measure=self.measure)


def in_time(asked: Asked, source: Source) -> list[int]:
    """A figure for each point of the span, oldest first."""
    unit = asked.points_unit
    params = {**asked.params, **source.params, "step": UNITS[unit][0], "zone": asked.zone}
    found = {floor(at, unit): number for at, number in rows(source.sql(PER_UNIT), params)}
    return [found.get(point, 0) for point in asked.points(unit)]


def totals(asked: Asked, sources: Sequence[Source]) -> list[int]:
    """The figure of each source over the whole span."""
    return [scalar(source.sql(TOTAL), {**asked.params, **source.params}) or 0 for source in sources]
