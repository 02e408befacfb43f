"""What the dashboard knows of assets. Downloads are counted per asset and do not note their time yet."""

from __future__ import annotations

from collections.abc import Callable

from honeyguide.engine.sql import rows
from honeyguide.engine.widgets import Asked, Cell, Data, Widget, line, pie, table

# One pass: assets made in the span.
CREATED = """
    SELECT id, title, to_char(date_added AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM assets
    WHERE date_added >= %(since)s AND date_added < %(until)s AND (%(mine)s::bigint IS NULL OR created_by = %(mine)s)
    ORDER BY id LIMIT %(limit)s
"""


def downloads_in_time(asked: Asked) -> Data:
    return line(asked, {"Download count": [0 for _ in asked.points(asked.points_unit)]})


def unique_and_repetitive(asked: Asked) -> Data:
    return pie(asked, {"Unique": 0, "Repetitive": 0})


def popular(asked: Asked) -> Data:
    return table(("mautic.dashboard.label.title", "mautic.dashboard.label.downloads"), [], [])


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
