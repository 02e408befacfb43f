"""What the dashboard knows of assets."""

from __future__ import annotations

from collections.abc import Callable

from honeyguide.engine.events import EventType
from honeyguide.engine.sql import rows
from honeyguide.engine.widgets import Asked, Cell, Data, Source, Widget, in_time, line, pie, table, totals

MINE = "(%(mine)s::bigint IS NULL OR object_id IN (SELECT id FROM assets WHERE created_by = %(mine)s))"
TAKEN = (
    f"type = {EventType.ASSET_DOWNLOADED:d} AND contact_id IS NOT NULL AND NOT coalesce(payload ? 'bot', false) "
    f"AND payload ->> 'code' = '200' AND {MINE}"
)
TOTAL = Source("events", "at", TAKEN, name="downloads")
UNIQUE = Source("events", "at", TAKEN, measure="count(DISTINCT (object_id, contact_id))")
# One pass: assets by their downloads in the span.
MOST_TAKEN = f"""
    SELECT a.id, a.title, count(*) FROM events JOIN assets a ON a.id = object_id
    WHERE {TAKEN} AND at >= %(since)s AND at < %(until)s
    GROUP BY a.id ORDER BY 3 DESC, a.id LIMIT %(limit)s
"""
# One pass: assets made in the span.
CREATED = """
    SELECT id, title, to_char(date_added AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM assets
    WHERE date_added >= %(since)s AND date_added < %(until)s AND (%(mine)s::bigint IS NULL OR created_by = %(mine)s)
    ORDER BY id LIMIT %(limit)s
"""


def downloads_in_time(asked: Asked) -> Data:
    return line(asked, {"Download count": in_time(asked, TOTAL)})


def unique_and_repetitive(asked: Asked) -> Data:
    all_, unique = totals(asked, (TOTAL, UNIQUE))
    return pie(asked, {"Unique": unique, "Repetitive": all_ - unique})


def popular(asked: Asked) -> Data:
    raw = [{"id": str(i), "title": title, "download_count": str(n)} for i, title, n in rows(MOST_TAKEN, asked.params)]
    cells = [(Cell(r["title"], f"/s/assets/view/{r['id']}"), Cell(r["download_count"])) for r in raw]
    return table(("mautic.dashboard.label.title", "mautic.dashboard.label.downloads"), raw, cells)


def created(asked: Asked) -> Data:
    raw = [{"id": str(i), "name": title, "date_added": at} for i, title, at in rows(CREATED, asked.params)]
    return table(("mautic.dashboard.label.title",), raw, [(Cell(r["name"], f"/s/assets/view/{r['id']}"),) for r in raw])


def _widget(type_: str, title: str, data: Callable[[Asked], Data]) -> Widget:
    others = "asset:assets:viewother"
    return Widget(
        type=type_, title=title, group="Asset Widgets", right="asset:assets:viewown", others=others, data=data
    )


DOWNLOADS = _widget("asset.downloads.in.time", "Downloads in time", downloads_in_time)
REPETITIVE = _widget("unique.vs.repetitive.downloads", "Unique vs repetitive downloads", unique_and_repetitive)
POPULAR = _widget("popular.assets", "Popular assets", popular)
CREATED_ASSETS = _widget("created.assets", "Created assets", created)
