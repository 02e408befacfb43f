"""Makes one statement of a report: its columns, filters, groups and order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from honeyguide.engine.resource.columns import Column
from honeyguide.engine.sql import ALL, Clause
from honeyguide.features.reports.conditions import compare, every_group
from honeyguide.features.reports.declaring import Columns, ReportColumn, Source
from honeyguide.features.reports.models import Report

NUMERIC = ("integer", "number")
AS_TEXT = {
    "boolean": "({})::integer::text",
    "datetime": "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
}


@dataclass(frozen=True)
class Asked:
    """What whoever looks at a report may ask for beside the report itself.

    `values` replaces the values of dynamic filters, by their place among the filters; `order` (name in rows, ASC or DESC) goes
    before the report's own. `within` (key, text) shows the rows behind one group: those whose group columns read like this.
    """

    since: datetime | None = None
    until: datetime | None = None
    values: Mapping[int, Any] = field(default_factory=dict)
    order: tuple[str, str] | None = None
    within: Sequence[tuple[str, str]] = ()


EVERYTHING = Asked()


@dataclass(frozen=True, slots=True)
class Shown:
    """One value of a row: its name there, the column it is of, and its SQL as text and for sorting. `function` is set when it
    is computed of a group. A `hidden` one serves links, not people."""

    name: str
    key: str
    label: str
    kind: str
    text: str
    sort: str
    function: str = ""
    hidden: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind in NUMERIC


@dataclass(frozen=True)
class Query:
    """What a report asks for, in SQL. `grouped` are the expressions of GROUP BY, `groups` the keys of their columns."""

    source: Source
    shown: list[Shown]
    where: Clause
    groups: list[str]
    grouped: list[str]
    order: list[str]

    @property
    def statement(self) -> str:
        """All rows in their order; `where.params` are its parameters."""
        order = f" ORDER BY {', '.join(self.order)}" if self.order else ""
        return f"SELECT {', '.join(one.text for one in self.shown)} {self.body}{order}"

    @property
    def visible(self) -> list[Shown]:
        return [one for one in self.shown if not one.hidden]

    @property
    def body(self) -> str:
        """From FROM to GROUP BY; only joins whose table is named are there."""
        group = f" GROUP BY {', '.join(self.grouped)}" if self.grouped else ""
        used = [*(one.text for one in self.shown), *self.grouped, *self.order]
        return from_where(self.source, self.where, used) + group


def from_where(source: Source, where: Clause, used: Iterable[str]) -> str:
    """From FROM to WHERE, with the joins that the expressions `used` and the condition need."""
    text = " ".join([*used, where.text])
    joins = dict.fromkeys(join for alias, join in source.joins.items() if re.search(rf"\b{alias}\.", text))
    return f"FROM {source.tables} {' '.join(joins)} WHERE {source.where} AND {where.text}"


def compile_report(report: Report, source: Source, asked: Asked = EVERYTHING, *, links: bool = False) -> Query:
    """What a report names and its source does not have is left out. `links` adds the ids of what rows name, hidden."""
    columns = source.columns()
    groups = [] if asked.within else [key for key in report.group_by if key in columns]
    names = {key: name for name, key in source.named().items()}
    wanted = [key for key in dict.fromkeys(report.columns) if key in columns]
    shown = [_column(names[key], key, columns[key], groups) for key in wanted]
    if groups:
        shown += [_computed(function, key, columns[key]) for function, key in aggregators(report, columns)]
    order = [_directed(one.sort, asked.order[1]) for one in shown if asked.order and one.name == asked.order[0]]
    order += _order(report, columns, groups)
    if links and shown:
        shown += _hidden(source, columns, wanted, groups)
    return Query(
        source=source,
        shown=shown,
        where=condition_of(report, source, asked),
        groups=groups,
        grouped=[columns[key].column.sql for key in groups],
        order=order + ([] if groups or not source.row else [source.row]),
    )


def condition_of(report: Report, source: Source, asked: Asked) -> Clause:
    """The rows that the report is about."""
    columns = source.columns()
    filters = [
        {**given, "value": asked.values.get(at, given.get("value"))} if given.get("dynamic") else given
        for at, given in enumerate(filters_of(report))
    ]
    within = Clause.every(_within(columns[key].column, text) for key, text in asked.within if key in columns)
    return every_group(filters, columns, source.filters) & _between(source, columns, asked) & within


def filters_of(report: Report) -> list[Mapping[str, Any]]:
    return list(report.filters.values()) if isinstance(report.filters, dict) else list(report.filters or [])


def aggregators(report: Report, columns: Columns) -> list[tuple[str, str]]:
    """(function, key) of each that can be computed, once."""
    asked = [
        (a["function"], a["column"]) for a in report.aggregators if a.get("function") and a.get("column") in columns
    ]
    return list(dict.fromkeys(asked))


def as_text(column: Column) -> str:
    return AS_TEXT.get(column.kind, "({})::text").format(column.sql)


def _column(name: str, key: str, declared: ReportColumn, groups: Sequence[str]) -> Shown:
    """A value as text; of what rows are not grouped by, any one of the group."""
    column = declared.column
    text = as_text(column)
    if groups and key not in groups:
        text = f"min({text})"
    return Shown(name, key, declared.label, column.kind, text, _sortable(column, key, groups))


def _computed(function: str, key: str, declared: ReportColumn) -> Shown:
    column = declared.column
    text, kind = _aggregate(function, column), column.kind
    if function == "COUNT":
        kind = "integer"
    elif function in ("SUM", "AVG") or kind == "boolean":
        kind = "number"
    sort = f"({text})::numeric" if kind in NUMERIC else text
    return Shown(f"{function} {key}", key, f"{function} {declared.label}", kind, text, sort, function)


def _aggregate(function: str, column: Column) -> str:
    numeric = f"({column.sql})::integer" if column.kind == "boolean" else column.sql
    if function in ("SUM", "AVG"):
        if column.kind not in (*NUMERIC, "boolean"):
            return "NULL"
        return f"round({function}({numeric}), 4)::text" if function == "AVG" else f"SUM({numeric})::text"
    if function == "COUNT":
        return f"COUNT({column.sql})::text"
    extreme = f"{function}({numeric})"
    return AS_TEXT["datetime"].format(extreme) if column.kind == "datetime" else f"({extreme})::text"


def _hidden(source: Source, columns: Columns, wanted: Sequence[str], groups: Sequence[str]) -> list[Shown]:
    """The ids that links of the wanted columns need, and what tells a group from the others."""
    ids = dict.fromkeys(source.links[key].id for key in wanted if key in source.links)
    found = []
    for key in ids:
        sql = columns[key].column.sql
        # A link leads to one thing, so of a group only to what all its rows share.
        text = f"CASE WHEN count(DISTINCT {sql}) = 1 THEN min({sql})::text END" if groups else f"({sql})::text"
        found.append(Shown(f"link {key}", key, "", "text", text, text, hidden=True))
    for key in groups:
        text = as_text(columns[key].column)
        found.append(Shown(f"group {key}", key, "", "text", text, text, hidden=True))
    return found


def _order(report: Report, columns: Columns, groups: Sequence[str]) -> list[str]:
    return [
        _directed(_sortable(columns[key].column, key, groups), given.get("direction"))
        for given in report.table_order
        if (key := given.get("column")) in columns
    ]


def _sortable(column: Column, key: str, groups: Sequence[str]) -> str:
    return f"min(({column.sort})::text)" if groups and key not in groups else column.sort


def _directed(sql: str, direction: str | None) -> str:
    return f"{sql} {'DESC NULLS LAST' if direction == 'DESC' else 'ASC NULLS FIRST'}"


def _within(column: Column, text: str) -> Clause:
    return Clause(f"{as_text(column)} = %s", (text.replace("\x00", ""),)) if text else compare(column, "empty", None)


def _between(source: Source, columns: Columns, asked: Asked) -> Clause:
    if not source.date:
        return ALL
    sql = columns[source.date].column.sql if source.date in columns else source.date
    first = Clause(f"{sql} >= %s", (asked.since,)) if asked.since else ALL
    return first & (Clause(f"{sql} <= %s", (asked.until,)) if asked.until else ALL)
