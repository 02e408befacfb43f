"""Runs a report: its columns, filters, groups and order as one statement."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from honeyguide.engine.audit.log import catch_up
from honeyguide.engine.resource.columns import Column
from honeyguide.engine.sql import ALL, Clause, rows, scalar
from honeyguide.features.reports.conditions import every_group
from honeyguide.features.reports.declaring import Columns, Source
from honeyguide.features.reports.models import Report
from honeyguide.features.reports.sources import SOURCES

NUMERIC = ("integer", "number")
AS_TEXT = {
    "boolean": "({})::integer::text",
    "datetime": "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
}


@dataclass(frozen=True)
class Ran:
    """`names` are the columns of the source by their names in rows, `totals` those that are computed of groups."""

    total: int
    rows: list[dict[str, str]]
    names: dict[str, str]
    totals: dict[str, str]


@dataclass(frozen=True)
class Query:
    """What a report asks for, in SQL. `shown` are the texts by name in rows, `grouped` the expressions of GROUP BY."""

    source: Source
    shown: dict[str, str]
    where: Clause
    grouped: list[str]
    order: list[str]

    @property
    def body(self) -> str:
        """From FROM to GROUP BY; only joins whose table is named are there."""
        used = " ".join([*self.shown.values(), self.where.text, *self.grouped, *self.order])
        joins = dict.fromkeys(join for alias, join in self.source.joins.items() if re.search(rf"\b{alias}\.", used))
        group = f" GROUP BY {', '.join(self.grouped)}" if self.grouped else ""
        return f"FROM {self.source.tables} {' '.join(joins)} WHERE {self.source.where} AND {self.where.text}{group}"


def run(
    report: Report, since: datetime | None = None, until: datetime | None = None, start: int = 0, limit: int = 0
) -> Ran:
    """The rows of a report as text, "" for null, those of a range of dates if asked for; a limit of 0 is all rows.

    What a report names and its source does not have is left out. A report without columns has no rows.
    """
    source = SOURCES.get(report.source)
    if source is None:  # the answers of a form that is gone
        return Ran(0, [], {}, {})
    columns, names = source.columns(), source.named()
    totals = _totals(report, columns)
    query = _query(report, source, since, until)
    if not source.tables or not query.shown:
        return Ran(0, [], totals | names, totals)
    if report.source == "audit.log":
        catch_up()
    paging = Clause(" LIMIT %s OFFSET %s", (limit, start)) if limit else Clause("")
    order = f" ORDER BY {', '.join(query.order)}" if query.order else ""
    found = rows(
        f"SELECT {', '.join(query.shown.values())} {query.body}{order}{paging.text}",
        (*query.where.params, *paging.params),
    )
    # One pass: how many rows there are in all, when only some were read.
    total = (
        scalar(f"SELECT count(*) FROM (SELECT {query.body}) AS counted", query.where.params) if limit else len(found)
    )
    shown = [dict(zip(query.shown, map(_text, row), strict=True)) for row in found]
    return Ran(total, shown, totals | names, totals)


def _query(report: Report, source: Source, since: datetime | None, until: datetime | None) -> Query:
    columns = source.columns()
    names = {key: name for name, key in source.named().items()}
    groups = [key for key in report.group_by if key in columns]
    shown = {names[key]: _shown(columns[key].column, key, groups) for key in report.columns if key in columns}
    if groups:
        shown |= {f"{f} {key}": _aggregate(f, columns[key].column) for f, key in _aggregators(report, columns)}
    filters = report.filters.values() if isinstance(report.filters, dict) else report.filters
    return Query(
        source=source,
        shown=shown,
        where=every_group(filters, columns, source.filters) & _between(source, columns, since, until),
        grouped=[columns[key].column.sql for key in groups],
        order=_order(report, columns, groups) + ([] if groups or not source.row else [source.row]),
    )


def _shown(column: Column, key: str, groups: list[str]) -> str:
    """A value as text; of what rows are not grouped by, any one of the group."""
    text = AS_TEXT.get(column.kind, "({})::text").format(column.sql)
    return text if not groups or key in groups else f"min({text})"


def _aggregators(report: Report, columns: Columns) -> list[tuple[str, str]]:
    return [
        (a["function"], a["column"]) for a in report.aggregators if a.get("function") and a.get("column") in columns
    ]


def _totals(report: Report, columns: Columns) -> dict[str, str]:
    return {f"{function} {key}": key for function, key in _aggregators(report, columns)} if report.group_by else {}


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


def _order(report: Report, columns: Columns, groups: list[str]) -> list[str]:
    terms = []
    for given in report.table_order:
        if (key := given.get("column")) in columns:
            sort = columns[key].column.sort
            if groups and key not in groups:
                sort = f"min(({sort})::text)"
            terms.append(f"{sort} {'DESC NULLS LAST' if given.get('direction') == 'DESC' else 'ASC NULLS FIRST'}")
    return terms


def _between(source: Source, columns: Columns, since: datetime | None, until: datetime | None) -> Clause:
    if not source.date:
        return ALL
    sql = columns[source.date].column.sql if source.date in columns else source.date
    first = Clause(f"{sql} >= %s", (since,)) if since else ALL
    return first & (Clause(f"{sql} <= %s", (until,)) if until else ALL)


def _text(value: str | None) -> str:
    return "" if value is None else unescape(value) if "&" in value else value
