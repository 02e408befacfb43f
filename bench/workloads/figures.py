"""A dashboard over a long event log: a year of visits, charts of all of it."""

from __future__ import annotations

import base64
import time
import urllib.request
from collections.abc import Callable
from urllib.parse import urlencode

from bench.harness import PASSWORD, Bench, seconds_of, wait_until
from bench.log import EVENTS, long_log
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.engine.widgets.jobs import keep_all

MONTHS = 12
CHARTS = (
    "page.hits.in.time", "points.in.time", "emails.in.time", "submissions.in.time", "asset.downloads.in.time",
    "created.leads.in.time",
)  # fmt: skip
COUNTING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE state = 'active' AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND query LIKE '%%date_trunc%%'
"""
KEPT = "SELECT date_trunc('month', hour), sum(number) FROM roll_ups GROUP BY 1"
BARE = f"SELECT date_trunc('month', at), count(*) FROM events WHERE type = {EventType.PAGE_HIT:d} GROUP BY 1"


def dashboard(bench: Bench) -> None:
    """Six charts of a year, one after the other, as the API gives them; the worker has counted what there is by then."""
    with long_log(MONTHS):
        bare = seconds_of(lambda: rows(BARE), times=2)
        started = time.perf_counter()
        _await_roll_ups()
        counted = time.perf_counter() - started
        kept = seconds_of(lambda: rows(KEPT), times=9)
        ask = _asking(bench.base)
        whole = seconds_of(lambda: [ask(chart) for chart in CHARTS], times=5)
    execute("TRUNCATE roll_ups, roll_up_states")
    bench.report(
        f"dashboard, six charts of a year, {EVENTS:,} events", "ms", whole * 1000, target=200, limit=kept * 1000,
        limit_is="the kept hours of one chart", note=f"counting all of it takes {bare * 1000:,.0f} ms",
    )  # fmt: skip
    bench.report(
        f"roll-ups, first count of {EVENTS:,} events", "s", counted, limit=bare, limit_is="one bare count",
        note="in the background, once",
    )  # fmt: skip


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


WORKLOADS = [dashboard]
