"""Reports over ten million events: the page of newest rows, groups with counts, and a line in time, over one month of three."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from django.db import transaction

from bench.harness import Bench, seconds_of
from honeyguide.engine import widgets
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.pages.models import Page
from honeyguide.features.reports.compiling import Asked
from honeyguide.features.reports.graphs import draw
from honeyguide.features.reports.models import Report
from honeyguide.features.reports.running import page, query_of
from honeyguide.features.reports.sources import SOURCES

EVENTS = int(os.environ.get("BENCH_EVENTS", "10000000"))
PAGES = 20
MONTHS = 3
LAST = datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC)
FIRST = LAST - timedelta(days=30)
# One pass: visits of contacts, evenly over three months, as the log of a site keeps them.
FILL = f"""
    INSERT INTO events (type, at, contact_id, object_id, payload)
    SELECT {EventType.PAGE_HIT:d}, '2026-01-01'::timestamptz + n * interval '90 days' / %(events)s,
           people.ids[1 + n %% people.number], %(page)s + n %% {PAGES},
           jsonb_build_object('url', 'https://example.com/' || n %% {PAGES}, 'device', 'd' || n %% 50000)
    FROM generate_series(0, %(events)s - 1) n, (
        SELECT array_agg(id) AS ids, count(*) AS number FROM (SELECT id FROM contacts ORDER BY id LIMIT 100000) chosen
    ) people
"""
# The worker has read them, so that the reports are measured and not its readers.
PASS = "UPDATE event_cursors SET xid = pg_current_xact_id()::text::bigint, event_id = 9000000000000000000"
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
    for month in range(1, MONTHS + 1):
        scalar("SELECT create_events_partition(make_date(2026, %s, 1))", (month,))
    try:
        with transaction.atomic():
            execute(FILL, {"events": EVENTS, "page": pages[0].pk})
            execute(PASS)
        execute("VACUUM ANALYZE events")
        _measure(bench)
    finally:
        for month in range(1, MONTHS + 1):
            execute(f"DROP TABLE events_2026_{month:02d}")
        Page.objects.filter(alias__startswith="bench-").delete()


def _measure(bench: Bench) -> None:
    """What a page of a report asks for, beside the barest statement that reads the same rows."""
    asked, note = Asked(FIRST, LAST), f"a month of {EVENTS:,} visits"
    groups = Report(
        name="R", source="page.hits", columns=["p.title"], group_by=["p.title"], filters=[],
        aggregators=[{"function": "COUNT", "column": "ph.id"}], table_order=[{"column": "p.title", "direction": "ASC"}],
    )  # fmt: skip
    listed = Report(name="R", source="page.hits", columns=["ph.date_hit", "p.title", "l.email", "ph.url"])
    line = next(graph for graph in SOURCES["page.hits"].graphs if graph.key == "mautic.page.graph.line.hits")
    span = widgets.ask({"dateFrom": f"{FIRST:%Y-%m-%d}", "dateTo": f"{LAST:%Y-%m-%d}", "timeUnit": "d"}, user=None)
    dates = (FIRST, LAST)
    for name, ours, bare, target in (
        ("report, groups", lambda: page(query_of(groups, asked)), BARE_GROUPS, None),
        ("report, first page of rows", lambda: page(query_of(listed, asked), 0, 31), BARE_ROWS, 0.5),
        ("report, line in time", lambda: draw(listed, line, asked, span), BARE_LINE, None),
    ):
        limit = seconds_of(lambda statement=bare: rows(statement, dates))
        taken = seconds_of(ours)
        bench.report(name, "s", taken, target=target, limit=limit, limit_is="the bare statement", note=note)


WORKLOADS = [over_many_events]
