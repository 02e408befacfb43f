"""All filter sources there are, by (object, field)."""

from collections.abc import Mapping
from functools import cache

from honeyguide.engine.segmenting.sources import FilterSet, FilterSource
from honeyguide.loader import collect

Catalogue = Mapping[tuple[str, str], FilterSource]


@cache
def _sets() -> tuple[FilterSet, ...]:
    return tuple(collect("segment_filters", FilterSet))


def catalogue() -> dict[tuple[str, str], FilterSource]:
    """Defined fields first, so that a fixed source wins over a field of its name."""
    found: dict[tuple[str, str], FilterSource] = {}
    for filters in _sets():
        for source in filters.defined() if filters.defined else ():
            found[source.object, source.field] = source
    for filters in _sets():
        found |= {(source.object, source.field): source for source in filters.fixed}
    return found


def find(sources: Catalogue, object: str, field: str) -> FilterSource | None:
    return sources.get((object, field))
