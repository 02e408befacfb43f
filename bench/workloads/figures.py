"""A dashboard over a long event log: a year of visits, charts of all of it."""

from __future__ import annotations

import base64
import os
import time
import urllib.request
from collections.abc import Callable
from urllib.parse import urlencode

from django.db import transaction

from bench.harness import PASSWORD, Bench, seconds_of, wait_until
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.engine.widgets.jobs import keep_all

EVENTS = int(os.environ.get("BENCH_EVENTS", "10000000"))
MONTHS = 12
CHARTS = (
    "page.hits.in.time", "points.in.time", "emails.in.time", "submissions.in.time", "asset.downloads.in.time",
    "created.leads.in.time",
)  # fmt: skip
PARTITIONS = """
    SELECT create_events_partition((now() - n * interval '1 month')::date) FROM generate_series(1, %s) n
"""
VISITS = f"""
    INSERT INTO events (at, type, contact_id, payload)
    SELECT date_trunc('month', now()) - make_interval(months => %(months)s) * (1 - n::float / %(events)s), {EventType.PAGE_HIT:d},
           mod(n, 100000) + 1, '{{"url": "https://shop.example/sale", "code": 200}}'
    FROM generate_series(0, %(events)s - 1) n
"""
# The readers of the log need not go over what was made up.
READ = """
    UPDATE event_cursors SET xid = pg_current_xact_id()::text::bigint, event_id = (SELECT max(id) FROM events)
"""
COUNTING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE state = 'active' AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND query LIKE '%%date_trunc%%'
"""
BARE = f"SELECT date_trunc('month', at), count(*) FROM events WHERE type = {EventType.PAGE_HIT:d} GROUP BY 1"


def dashboard(bench: Bench) -> None:
    """Six charts of a year, one after the other, as the API gives them; the worker has counted what there is by then."""
    _make()
    try:
        bare = seconds_of(lambda: rows(BARE), times=2)
        started = time.perf_counter()
        _await_roll_ups()
        counted = time.perf_counter() - started
        kept = seconds_of(
            lambda: rows("SELECT date_trunc('month', hour), sum(number) FROM roll_ups GROUP BY 1"), times=9
        )
        ask = _asking(bench.base)
        whole = seconds_of(lambda: [ask(chart) for chart in CHARTS], times=5)
    finally:
        _remove()
    bench.report(
        f"dashboard, six charts of a year, {EVENTS:,} events", "ms", whole * 1000, target=200, limit=kept * 1000,
        limit_is="the kept hours of one chart", note=f"counting all of it takes {bare * 1000:,.0f} ms",
    )  # fmt: skip
    bench.report(
        f"roll-ups, first count of {EVENTS:,} events", "s", counted, limit=bare, limit_is="one bare count",
        note="in the background, once",
    )  # fmt: skip


def _make() -> None:
    execute(PARTITIONS, (MONTHS,))
    with transaction.atomic():
        execute(VISITS, {"months": MONTHS, "events": EVENTS})
        execute(READ)
    execute("VACUUM ANALYZE events")


def _await_roll_ups() -> None:
    """As the worker does it; who may be at it, too, is waited for."""
    execute("TRUNCATE roll_ups, roll_up_states")
    keep_all()
    wait_until(lambda: not scalar(COUNTING), every=0.5)


def _asking(base: str) -> Callable[[str], bytes]:
    span = {"dateFrom": f"-{MONTHS} months", "dateTo": "now", "timeUnit": "m"}
    secret = base64.b64encode(f"admin:{PASSWORD}".encode()).decode()

    def ask(chart: str) -> bytes:
        request = urllib.request.Request(
            f"{base}/api/data/{chart}?{urlencode(span)}", headers={"Authorization": f"Basic {secret}"}
        )
        return urllib.request.urlopen(request).read()

    assert b'"success":1' in ask(CHARTS[0])
    return ask


def _remove() -> None:
    for number in range(1, MONTHS + 1):
        name = scalar("SELECT 'events_' || to_char(now() - %s * interval '1 month', 'YYYY_MM')", (number,))
        execute(f"DROP TABLE IF EXISTS {name}")
    execute("TRUNCATE roll_ups, roll_up_states")


WORKLOADS = [dashboard]
