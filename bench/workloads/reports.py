"""Reports over ten million events: the page of newest rows, groups with counts, and a line in time, over one month of three."""

from __future__ import annotations

from datetime import datetime, timedelta

from bench.harness import Bench, seconds_of
from bench.log import EVENTS, PAGES, long_log
from honeyguide.engine import widgets
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import rows
from honeyguide.features.pages.models import Page
from honeyguide.features.reports.compiling import Asked
from honeyguide.features.reports.graphs import draw
from honeyguide.features.reports.models import Report
from honeyguide.features.reports.running import page, query_of
from honeyguide.features.reports.sources import SOURCES

MONTHS = 3
BARE_GROUPS = f"""
    SELECT p.title, count(*) FROM events ph JOIN pages p ON p.id = ph.object_id
    WHERE ph.type = {EventType.PAGE_HIT:d} AND ph.at BETWEEN %s AND %s GROUP BY 1 ORDER BY 1
"""
BARE_LINE = f"""
    SELECT date_trunc('day', at), count(*) FROM events WHERE type = {EventType.PAGE_HIT:d} AND at BETWEEN %s AND %s GROUP BY 1
"""
BARE_ROWS = f"SELECT * FROM events WHERE type = {EventType.PAGE_HIT:d} AND at BETWEEN %s AND %s LIMIT 30"


def over_many_events(bench: Bench) -> None:
    pages = [Page.objects.create(title=f"Page {n}", alias=f"bench-{n}") for n in range(PAGES)]
    try:
        with long_log(MONTHS, page=pages[0].pk) as (_, last):
            _measure(bench, last - timedelta(days=30), last)
    finally:
        Page.objects.filter(alias__startswith="bench-").delete()


def _measure(bench: Bench, first: datetime, last: datetime) -> None:
    """What a page of a report asks for, beside the barest statement that reads the same rows."""
    asked, note = Asked(first, last), f"a month of {EVENTS:,} visits"
    groups = Report(
        name="R", source="page.hits", columns=["p.title"], group_by=["p.title"], filters=[],
        aggregators=[{"function": "COUNT", "column": "ph.id"}], table_order=[{"column": "p.title", "direction": "ASC"}],
    )  # fmt: skip
    listed = Report(name="R", source="page.hits", columns=["ph.date_hit", "p.title", "l.email", "ph.url"])
    line = next(graph for graph in SOURCES["page.hits"].graphs if graph.key == "mautic.page.graph.line.hits")
    span = widgets.ask({"dateFrom": f"{first:%Y-%m-%d}", "dateTo": f"{last:%Y-%m-%d}", "timeUnit": "d"}, user=None)
    dates = (first, last)
    for name, ours, bare, target in (
        ("report, groups", lambda: page(query_of(groups, asked)), BARE_GROUPS, None),
        ("report, first page of rows", lambda: page(query_of(listed, asked), 0, 31), BARE_ROWS, 0.5),
        ("report, line in time", lambda: draw(listed, line, asked, span), BARE_LINE, None),
    ):
        limit = seconds_of(lambda statement=bare: rows(statement, dates))
        taken = seconds_of(ours)
        bench.report(name, "s", taken, target=target, limit=limit, limit_is="the bare statement", note=note)


WORKLOADS = [over_many_events]
