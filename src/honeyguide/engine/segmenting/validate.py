"""Checks filters before they are saved, in the contract's words (resource-segments, Filter item)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from honeyguide.engine.segmenting.catalogue import Catalogue
from honeyguide.engine.segmenting.dates import read_date
from honeyguide.engine.segmenting.errors import INVALID, InvalidFilter
from honeyguide.engine.segmenting.filters import Filter
from honeyguide.engine.segmenting.operators import OPERATORS

WITHOUT_VALUE = ("empty", "!empty")
PATTERNED = ("like", "!like", "regexp", "!regexp", "startsWith", "endsWith", "contains")
BAD_DATE = (
    'Date field filter value "{}" is invalid. It must be on format YYYY-MM-DD or using keywords like '
    "anniversary, birthday, today, tomorrow, yesterday, this week, last week, next week, this month, last month, "
    "next month, this year, last year, next year, +1 day, -1 day."
)
CIRCULAR = (
    "Update cannot be completed as the current filters are conflicting with the filters of another segment. "
    "Please check the filters and try again."
)


def validate(filters: Iterable[Mapping[str, Any]], sources: Catalogue) -> None:
    """Raises InvalidFilter for the first wrong filter. A filter on an unknown field is kept as it is.

    Values that only the database can judge (regular expressions) are accepted here, as the contract does; the build
    tells of them.
    """
    for one in map(Filter.read, filters):
        if source := sources.get((one.object, one.field)):
            _check(one, source.operators)


def _check(one: Filter, allowed: tuple[str, ...]) -> None:
    operator = one.operator or allowed[0]
    if operator not in OPERATORS or operator not in allowed:
        raise InvalidFilter(INVALID, "operator")
    if operator in WITHOUT_VALUE:
        return
    if operator in ("in", "!in") and not isinstance(one.value, list) and not (one.type == "text" and one.value):
        raise InvalidFilter(INVALID, "filter")
    if one.type in ("date", "datetime") and operator not in PATTERNED:
        text = str(one.value or "")
        if "%" not in text and read_date(text, datetime.now(UTC).date()) is None:
            raise InvalidFilter(BAD_DATE.format(text[:200]), "filters")
