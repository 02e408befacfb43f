"""Compiles filters to one SQL condition over the table `contacts`.

Rules (docs/engine/segments.md): AND binds tighter than OR; for a value of the contact itself negative operators hold for
null; for rows of other tables positive operators ask for some row and negative ones for none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.timezone import now as current_time

from honeyguide.engine import config
from honeyguide.engine.segmenting.catalogue import Catalogue, catalogue, find
from honeyguide.engine.segmenting.dates import is_relative
from honeyguide.engine.segmenting.errors import InvalidFilter
from honeyguide.engine.segmenting.filters import Filter, groups
from honeyguide.engine.segmenting.operators import OPPOSITES, any_of, test, to_bool
from honeyguide.engine.segmenting.sources import Asked, Counted, FilterSource, Joined, Own, Related, Value, Whether
from honeyguide.engine.sql import ALL, Clause

MAX_TEXT = 1_000_000  # segments that refer to each other many times over would grow without end


@dataclass(frozen=True, slots=True)
class Context:
    """`timezone` is where dates without one are. `only` restricts whom the condition will be asked about, as a hint to
    sources that would otherwise add up everybody's rows. `trail` are the segments being compiled, outermost first."""

    now: datetime = field(default_factory=current_time)
    timezone: str = field(default_factory=lambda: config.get("default_timezone"))
    sources: Catalogue = field(default_factory=catalogue)
    only: Sequence[int] | None = None
    trail: tuple[int, ...] = ()


def compile_filters(filters: Iterable[Mapping[str, Any]], *, context: Context) -> Clause:
    """The condition that a contact matches the filters; everybody matches none. InvalidFilter when one has no answer."""
    alternatives = groups(Filter.read(raw) for raw in filters)
    if not alternatives:
        return ALL
    result = Clause.some(Clause.every(compile_filter(one, context) for one in group) for group in alternatives)
    if len(result.text) > MAX_TEXT:
        raise InvalidFilter("These filters refer to too many other segments.", "filters")
    return result


def compile_filter(one: Filter, context: Context) -> Clause:
    """The condition of a single filter."""
    source = find(context.sources, one.object, one.field)
    if source is None:
        raise InvalidFilter(f'There is no field "{one.field}" to filter by.', "field")
    operator = one.operator or source.operators[0]
    match source.reads:
        case Asked(compile=compile_it):
            return compile_it(one, context)
        case Own(value=value):
            return _on_row(value, operator, one.value, context)
        case Joined(rows=rows, value=value):
            return _joined(rows, _on_row(value, operator, one.value, context), operator)
        case Related(rows=rows, value=value):
            return _related(rows, value, operator, one.value, context)
        case Whether(rows=rows):
            asked = one.value if isinstance(one.value, list) else [one.value]
            return Clause.some(exists(rows, negated=to_bool(it) == (operator == "!=")) for it in asked)
        case Counted(rows=rows):
            return _counted(rows, operator, one.value, context)
    raise TypeError(source.reads)


def exists(rows: str, condition: Clause = ALL, *, negated: bool = False) -> Clause:
    """Whether some of the rows passes. NOT EXISTS is written out, since only so the planner can make an anti-join of it."""
    test_it = "" if condition == ALL else f" AND {condition.text}"
    return Clause(f"{'NOT ' if negated else ''}EXISTS (SELECT FROM {rows}{test_it})", condition.params)


def depends_on_time(filters: Iterable[Mapping[str, Any]], sources: Catalogue) -> bool:
    """Whether contacts may come to match, or cease to, only because time passes. Referenced segments are not followed."""
    return any(_is_timed(one, sources.get((one.object, one.field))) for one in map(Filter.read, filters))


def _is_timed(one: Filter, source: FilterSource | None) -> bool:
    value = getattr(source and source.reads, "value", None)
    return bool(value and value.kind in ("date", "datetime") and isinstance(one.value, str) and is_relative(one.value))


def _on_row(value: Value, operator: str, asked: Any, context: Context) -> Clause:
    base = OPPOSITES.get(operator, operator)
    if operator == "!in" and value.kind == "multi":  # "in" wants every option, "!in" none of them
        return ~any_of(value, asked)
    positive = test(value, base, asked, now=context.now, timezone=context.timezone)
    return positive if base == operator else ~positive


def _joined(rows: str, condition: Clause, operator: str) -> Clause:
    some = exists(rows, condition)
    holds_for_null = operator == "empty" or operator in OPPOSITES.keys() - {"!empty"}
    return some | exists(rows, negated=True) if holds_for_null else some


def _related(rows: str, value: Value, operator: str, asked: Any, context: Context) -> Clause:
    if operator in ("empty", "!empty"):
        return exists(rows, negated=operator == "empty")
    base = OPPOSITES.get(operator, operator)
    condition = test(value, base, asked, now=context.now, timezone=context.timezone)
    if operator == "!=":  # a row of which nothing is known could be equal
        condition |= Clause(f"{value.sql} IS NULL")
    return exists(rows, condition, negated=base != operator)


def _counted(rows: str, operator: str, asked: Any, context: Context) -> Clause:
    """Asked of all contacts that have rows at once; those without are settled by what 0 would answer."""
    passes = _on_row(Value("counted.number", "number"), operator, asked, context)
    zero = _on_row(Value("0", "number"), operator, asked, context)
    only = "" if context.only is None else " AND contact_id = ANY(%s::bigint[])"
    params = () if context.only is None else (list(context.only),)
    counted = f"SELECT counted.contact_id FROM ({rows.replace('{only}', only)}) counted"
    some = Clause(f"contacts.id IN ({counted} WHERE {passes.text})", params + passes.params)
    none = Clause(f"contacts.id NOT IN ({counted} WHERE counted.contact_id IS NOT NULL)", params)
    return some | (none & zero)
