"""Runs reports: a page of rows, all rows as a stream, the totals of computed columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from django.db import connection, transaction
from psycopg import ClientCursor

from honeyguide.engine import config
from honeyguide.engine.audit.log import catch_up
from honeyguide.engine.sql import Clause, one, rows, scalar
from honeyguide.features.reports.compiling import Asked, Query, Shown, aggregators, compile_report
from honeyguide.features.reports.models import Report
from honeyguide.features.reports.sources import source_of

# What the totals of a computed column are made of: all rows' values.
TOTALS = {"SUM": "sum({})", "COUNT": "sum({})", "AVG": "round(avg({}), 4)", "MIN": "min({})", "MAX": "max({})"}


@dataclass(frozen=True)
class Ran:
    """`names` are the columns of the source by their names in rows, `totals` those that are computed of groups."""

    total: int
    rows: list[dict[str, str]]
    names: dict[str, str]
    totals: dict[str, str]


def query_of(report: Report, asked: Asked, *, links: bool = False) -> Query | None:
    """The report in SQL; None for one that has no rows: without columns, or of a source that is gone or records nothing."""
    source = source_of(report.source)
    if source is None or not source.tables:
        return None
    query = compile_report(report, source, asked, links=links)
    return query if query.shown else None


def run(
    report: Report, since: datetime | None = None, until: datetime | None = None, start: int = 0, limit: int = 0
) -> Ran:
    """The rows of a report as text, "" for null, those of a range of dates if asked for; a limit of 0 is all rows."""
    source = source_of(report.source)
    if source is None:  # the answers of a form that is gone
        return Ran(0, [], {}, {})
    computed = aggregators(report, source.columns()) if report.group_by else []
    totals = {f"{function} {key}": key for function, key in computed}
    query = query_of(report, Asked(since, until))
    if query is None:
        return Ran(0, [], totals | source.named(), totals)
    found = page(query, start, limit)
    total = count(query) if limit else len(found)
    names = [shown.name for shown in query.shown]
    return Ran(total, [dict(zip(names, row, strict=True)) for row in found], totals | source.named(), totals)


def page(query: Query, start: int = 0, limit: int = 0) -> list[list[str]]:
    """Some rows, or all with a limit of 0, as text, "" for null."""
    _refresh(query)
    paging = Clause(" LIMIT %s OFFSET %s", (limit, start)) if limit else Clause("")
    return [
        [_text(value) for value in row]
        for row in rows(query.statement + paging.text, query.where.params + paging.params)
    ]


def count(query: Query) -> int:
    """How many rows there are in all."""
    return scalar(f"SELECT count(*) FROM (SELECT {query.body}) AS counted", query.where.params)


def stream(query: Query) -> Iterator[list[str]]:
    """All rows of one moment, as text, in constant memory. Holds a transaction open while it is iterated."""
    _refresh(query)
    with transaction.atomic(), connection.connection.cursor(name="report") as cursor:
        cursor.itersize = max(1, config.get("report_export_batch_size"))
        cursor.execute(query.statement, query.where.params)
        for row in cursor:
            yield [_text(value) for value in row]


def totals_of(query: Query) -> list[str]:
    """A text for each value shown: over all rows, counts and sums added up, the mean of averages, the extreme of extremes; ""
    for what is not computed. Empty when nothing is."""
    computed = [shown for shown in query.shown if shown.function]
    if not computed:
        return []
    inner = ", ".join(f"{shown.text} AS c{at}" for at, shown in enumerate(computed))
    outer = ", ".join(f"({_total(shown, at)})::text" for at, shown in enumerate(computed))
    found = one(f"SELECT {outer} FROM (SELECT {inner} {query.body}) AS groups", query.where.params) or ()
    texts = dict(zip((shown.name for shown in computed), map(_text, found), strict=True))
    return [texts.get(shown.name, "") for shown in query.shown]


def statement_text(query: Query) -> str:
    """The statement as it can be read, and tried in psql: with its values in it."""
    connection.ensure_connection()
    return ClientCursor(connection.connection).mogrify(query.statement, query.where.params)


def _total(shown: Shown, at: int) -> str:
    return TOTALS[shown.function].format(f"c{at}::numeric" if shown.is_number else f"c{at}")


def _refresh(query: Query) -> None:
    if query.source.tables.startswith("audit_log"):
        catch_up()


def _text(value: str | None) -> str:
    return "" if value is None else unescape(value) if "&" in value else value
