"""Counts over time, in a statement or three per series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from honeyguide.engine.sql import rows, scalar
from honeyguide.engine.widgets.period import UNITS, Asked, floor
from honeyguide.engine.widgets.rollups import parts
from honeyguide.engine.widgets.source import Source

# One pass: how many rows per unit of time in the caller's zone.
PER_UNIT = """
    SELECT date_trunc(%(step)s, {at} AT TIME ZONE %(zone)s) AS unit, {measure}
    FROM {table} WHERE {at} >= %(since)s AND {at} < %(until)s AND {where} GROUP BY unit
"""
TOTAL = "SELECT {measure} FROM {table} WHERE {at} >= %(since)s AND {at} < %(until)s AND {where}"


def in_time(asked: Asked, source: Source) -> list[int]:
    """A figure for each point of the span, oldest first."""
    unit = asked.points_unit
    found: dict[datetime, int] = defaultdict(int)
    for part, counted in parts(asked, source):
        params = {**part.params, **counted.params, "step": UNITS[unit][0], "zone": asked.zone}
        for at, number in rows(counted.sql(PER_UNIT), params):
            found[floor(at, unit)] += number
    return [found.get(point, 0) for point in asked.points(unit)]


def totals(asked: Asked, sources: Sequence[Source]) -> list[int]:
    """The figure of each source over the whole span."""
    return [
        sum(
            scalar(counted.sql(TOTAL), {**part.params, **counted.params}) or 0 for part, counted in parts(asked, source)
        )
        for source in sources
    ]
