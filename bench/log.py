"""A long event log: visits of contacts to pages, evenly over some months before this one, as a site keeps them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.db import transaction

from honeyguide.engine.events import EventType
from honeyguide.engine.sql import execute, scalar

EVENTS = int(os.environ.get("BENCH_EVENTS", "10000000"))
PAGES = 20
FILL = f"""
    INSERT INTO events (type, at, contact_id, object_id, payload)
    SELECT {EventType.PAGE_HIT:d},
           %(first)s::timestamptz + (%(last)s::timestamptz - %(first)s::timestamptz) * (n::float / %(events)s),
           people.ids[1 + n %% people.number], %(page)s + n %% {PAGES},
           jsonb_build_object('url', 'https://example.com/' || n %% {PAGES}, 'device', 'd' || n %% 50000)
    FROM generate_series(0, %(events)s - 1) n, (
        SELECT array_agg(id) AS ids, count(*) AS number FROM (SELECT id FROM contacts ORDER BY id LIMIT 100000) chosen
    ) people
"""
# The worker has read them, so that what is measured is not its readers.
PASS = "UPDATE event_cursors SET xid = pg_current_xact_id()::text::bigint, event_id = 9000000000000000000"


@contextmanager
def long_log(months: int, *, page: int = 1) -> Iterator[tuple[datetime, datetime]]:
    """The log holds that many events, of `PAGES` pages from the id on; tells their first and last moment. They go away again."""
    last = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    first = last - relativedelta(months=months)
    names = [(first + relativedelta(months=number)).strftime("%Y-%m-%d") for number in range(months)]
    for name in names:
        scalar("SELECT create_events_partition(%s::date)", (name,))
    try:
        with transaction.atomic():
            execute(FILL, {"first": first, "last": last, "events": EVENTS, "page": page})
            execute(PASS)
        execute("VACUUM ANALYZE events")
        yield first, last - timedelta(seconds=1)
    finally:
        for name in names:
            execute(f"DROP TABLE events_{name[:7].replace('-', '_')}")
