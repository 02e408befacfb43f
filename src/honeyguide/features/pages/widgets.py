"""What the dashboard knows of pages and visits."""

from __future__ import annotations

from collections.abc import Callable

from honeyguide.engine.events import EventType
from honeyguide.engine.sql import rows
from honeyguide.engine.widgets import Asked, Cell, Data, Source, Widget, in_time, line, pie, table, totals

MINE = "(%(mine)s::bigint IS NULL OR object_id IN (SELECT id FROM pages WHERE created_by = %(mine)s))"
SEEN = f"type = {EventType.PAGE_HIT:d} AND NOT coalesce(payload ? 'bot', false) AND coalesce(payload ->> 'code', '200') = '200'"
HITS = f"{SEEN} AND {MINE}"
TOTAL = Source("events", "at", HITS, name="page hits")
UNIQUE = Source("events", "at", HITS, measure="count(DISTINCT contact_id)")
# One pass each: pages by their hits in the span; pages made in it.
POPULAR = f"""
    SELECT p.id, p.title, count(*) FROM events e JOIN pages p ON p.id = e.object_id
    WHERE {SEEN} AND e.at >= %(since)s AND e.at < %(until)s
        AND (%(mine)s::bigint IS NULL OR p.created_by = %(mine)s)
    GROUP BY p.id ORDER BY 3 DESC, p.id LIMIT %(limit)s
"""
# One pass each: visits by how long they lasted, up to the visitor's next one; by kind of device.
DWELLING = f"""
    SELECT count(*) FILTER (WHERE stayed < interval '1 minute'),
           count(*) FILTER (WHERE stayed >= interval '1 minute' AND stayed < interval '5 minutes'),
           count(*) FILTER (WHERE stayed >= interval '5 minutes' AND stayed < interval '10 minutes'),
           count(*) FILTER (WHERE stayed >= interval '10 minutes')
    FROM (
        SELECT object_id, lead(at) OVER (PARTITION BY contact_id ORDER BY at, id) - at AS stayed
        FROM events WHERE {SEEN} AND contact_id IS NOT NULL AND at >= %(since)s AND at < %(until)s
    ) visit
    WHERE stayed <= interval '30 minutes' AND {MINE}
"""
BY_DEVICE = f"""
    SELECT coalesce(nullif(d.device, ''), 'unknown'), count(*)
    FROM events LEFT JOIN devices d ON d.tracking_id = payload ->> 'device'
    WHERE {HITS} AND at >= %(since)s AND at < %(until)s
    GROUP BY 1 ORDER BY 2 DESC, 1
"""
CREATED = """
    SELECT id, title, to_char(date_added AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM pages
    WHERE date_added >= %(since)s AND date_added < %(until)s AND (%(mine)s::bigint IS NULL OR created_by = %(mine)s)
    ORDER BY id LIMIT %(limit)s
"""
DWELLED = ("< 1m", "1 - 5m", "5 - 10m", "> 10m")


def hits_in_time(asked: Asked) -> Data:
    both = {"Total visits": TOTAL, "Unique visits": UNIQUE}
    named = {"unique": ("Unique visits",), "total_and_unique": tuple(both)}
    wanted = named.get(str(asked.filters.get("flag")), ("Total visits",))
    return line(asked, {label: in_time(asked, both[label]) for label in wanted})


def unique_and_returning(asked: Asked) -> Data:
    all_, unique = totals(asked, (TOTAL, UNIQUE))
    return pie(asked, {"Unique": unique, "Returning": all_ - unique})


def dwell_times(asked: Asked) -> Data:
    """How long visits lasted; the last one of a visitor tells nothing."""
    return pie(asked, dict(zip(DWELLED, rows(DWELLING, asked.params)[0], strict=True)))


def popular(asked: Asked) -> Data:
    raw = [{"id": str(i), "title": title, "hits": str(hits)} for i, title, hits in rows(POPULAR, asked.params)]
    cells = [(Cell(r["title"], f"/s/pages/view/{r['id']}"), Cell(r["hits"])) for r in raw]
    return table(("mautic.dashboard.label.title", "mautic.dashboard.label.hits"), raw, cells)


def created(asked: Asked) -> Data:
    raw = [{"id": str(i), "name": title, "date_added": at} for i, title, at in rows(CREATED, asked.params)]
    cells = [(Cell(r["name"], f"/s/pages/view/{r['id']}"),) for r in raw]
    return table(("mautic.dashboard.label.title",), raw, cells)


def devices(asked: Asked) -> Data:
    return pie(asked, dict(rows(BY_DEVICE, asked.params)))


def _widget(type_: str, title: str, data: Callable[[Asked], Data]) -> Widget:
    others = "page:pages:viewother"
    return Widget(type=type_, title=title, group="Page Widgets", right="page:pages:viewown", others=others, data=data)


HITS_IN_TIME = _widget("page.hits.in.time", "Page visits in time", hits_in_time)
RETURNING = _widget("unique.vs.returning.leads", "Unique vs returning visitors", unique_and_returning)
DWELL_TIMES = _widget("dwell.times", "Dwell times", dwell_times)
POPULAR_PAGES = _widget("popular.pages", "Popular landing pages", popular)
CREATED_PAGES = _widget("created.pages", "Created Landing pages", created)
DEVICES = _widget("device.granularity", "Device granularity", devices)
