"""Draws the graphs of a report: figures over the same rows as its table, without its groups."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from honeyguide.engine import widgets
from honeyguide.engine.sql import rows
from honeyguide.engine.widgets import Cell, Data
from honeyguide.engine.widgets.period import UNITS, floor
from honeyguide.features.reports.compiling import Asked, condition_of, from_where
from honeyguide.features.reports.declaring import Graph, Source
from honeyguide.features.reports.models import Report
from honeyguide.features.reports.sources import source_of

MOST = 10  # slices and ranks
UNKNOWN = "Unknown"


def graphs_of(report: Report) -> list[Graph]:
    """Those that the report names and its source has, in the report's order."""
    source = source_of(report.source)
    declared = {graph.key: graph for graph in source.graphs} if source and source.tables else {}
    return [declared[key] for key in report.graphs if key in declared]


def draw(report: Report, graph: Graph, asked: Asked, span: widgets.Asked) -> Data:
    """`asked` says which rows count; `span` the points of a line."""
    source = source_of(report.source)
    return {"line": _line, "pie": _pie, "table": _table}[graph.kind](report, source, graph, asked, span)


def _line(report: Report, source: Source, graph: Graph, asked: Asked, span: widgets.Asked) -> Data:
    unit = span.points_unit
    date = source.columns()[source.date].column.sql if source.date in source.columns() else source.date
    at = f"date_trunc(%s, {date} AT TIME ZONE %s)"
    found = _read(report, source, asked, [at, *graph.measures.values()], "GROUP BY 1", (UNITS[unit][0], span.zone))
    by_unit = {floor(row[0], unit): row[1:] for row in found if row[0] is not None}
    points = span.points(unit)
    return widgets.line(
        span,
        {
            label: [_figure(by_unit[point][place]) if point in by_unit else 0 for point in points]
            for place, label in enumerate(graph.measures)
        },
    )


def _pie(report: Report, source: Source, graph: Graph, asked: Asked, span: widgets.Asked) -> Data:
    measures = list(graph.measures.values())
    if not graph.by:
        (found,) = _read(report, source, asked, measures)
        return widgets.pie(span, dict(zip(graph.measures, map(_figure, found), strict=True)))
    found = _read(report, source, asked, [f"({graph.by})::text", *measures], _ranked())
    return widgets.pie(span, {name or UNKNOWN: _figure(figure) for name, figure in found})


def _table(report: Report, source: Source, graph: Graph, asked: Asked, span: widgets.Asked) -> Data:
    path, id_sql = graph.link
    wanted = [f"({graph.by})::text", *graph.measures.values(), f"({id_sql or 'NULL'})::text"]
    heads = [graph.head, *graph.measures]
    found = _read(report, source, asked, wanted, _ranked())
    raw = [dict(zip(heads, (row[0] or UNKNOWN, *map(_figure, row[1:-1])), strict=True)) for row in found]
    cells = [
        [
            Cell(one[graph.head], f"/s/{path}/view/{row[-1]}" if path and row[-1] else ""),
            *(Cell(one[label]) for label in graph.measures),
        ]
        for one, row in zip(raw, found, strict=True)
    ]
    return widgets.table(heads, raw, cells)


def _ranked() -> str:
    return f"GROUP BY 1 ORDER BY 2 DESC NULLS LAST, 1 LIMIT {MOST}"


def _read(
    report: Report, source: Source, asked: Asked, wanted: Sequence[str], rest: str = "", params: tuple[Any, ...] = ()
) -> list[tuple]:
    where = condition_of(report, source, asked)
    return rows(f"SELECT {', '.join(wanted)} {from_where(source, where, wanted)} {rest}", (*params, *where.params))


def _figure(value: Any) -> float:
    """JSON knows no decimals; whole ones are shown as such."""
    if not isinstance(value, Decimal):
        return value or 0
    return int(value) if value == value.to_integral_value() else float(value)
