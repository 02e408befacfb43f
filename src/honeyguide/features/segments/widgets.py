"""What the dashboard knows of segments."""

from __future__ import annotations

from collections.abc import Callable

from honeyguide.engine.sql import rows
from honeyguide.engine.widgets import Asked, Cell, Data, Widget, table

# One pass: members added in the span, per segment.
BIGGEST = """
    SELECT s.id, s.name, s.alias, count(m.contact_id)
    FROM segments s JOIN segment_contacts m ON m.segment_id = s.id AND NOT m.manually_removed
    WHERE m.date_added >= %(since)s AND m.date_added < %(until)s AND s.is_published
        AND (%(mine)s::bigint IS NULL OR s.created_by = %(mine)s)
    GROUP BY s.id ORDER BY 4 DESC, s.id LIMIT %(limit)s
"""
# One pass: segments made in the span by the time of their last build.
SLOWEST = """
    SELECT id, name, created_by, created_by_user, last_built_seconds FROM segments
    WHERE date_added >= %(since)s AND date_added < %(until)s AND last_built_seconds IS NOT NULL
        AND (%(mine)s::bigint IS NULL OR created_by = %(mine)s) AND (%(chosen)s::bigint[] IS NULL OR id = ANY(%(chosen)s))
    ORDER BY last_built_seconds * %(direction)s, id LIMIT %(limit)s
"""


def biggest(asked: Asked) -> Data:
    raw = [{"id": str(i), "name": n, "alias": a, "leads": str(c)} for i, n, a, c in rows(BIGGEST, asked.params)]
    cells = [
        (Cell(r["name"], f"/s/segments/view/{r['id']}"), Cell(r["leads"], f"/s/contacts?search=segment:{r['alias']}"))
        for r in raw
    ]
    return table(("mautic.dashboard.label.title", "mautic.lead.leads"), raw, cells)


def build_times(asked: Asked) -> Data:
    chosen = [int(word) for word in asked.words("segments") if word.isdecimal() and len(word) < 10]
    direction = 1 if asked.filters.get("order") == "ASC" else -1
    found = rows(SLOWEST, {**asked.params, "chosen": chosen or None, "direction": direction})
    raw = [
        {"id": str(i), "name": n, "created_by": c, "created_by_user": u, "last_built_time": f"{seconds:.3f}"}
        for i, n, c, u, seconds in found
    ]
    cells = [
        (
            Cell(r["name"], f"/s/segments/view/{r['id']}"),
            Cell(r["created_by_user"] or "", f"/s/users/edit/{r['created_by']}" if r["created_by"] else ""),
            Cell(f"{r['last_built_time']} s"),
        )
        for r in raw
    ]
    head = ("mautic.dashboard.label.title", "mautic.core.createdby", "mautic.lead.list.last_built_time")
    return table(head, raw, cells)


def _widget(type_: str, title: str, data: Callable[[Asked], Data]) -> Widget:
    right, others = "lead:lists:viewown", "lead:lists:viewother"
    return Widget(type=type_, title=title, group="Contact Widgets", right=right, others=others, data=data)


BIGGEST_SEGMENTS = _widget("top.lists", "Top segments", biggest)
BUILD_TIMES = _widget("segments.build.time", "Segments build time", build_times)
