"""What the pages of segments ask for beside the segments themselves."""

from __future__ import annotations

from datetime import date

from honeyguide.engine.events import EventType
from honeyguide.engine.sql import rows

# One pass: who joined and who left, per day.
CHANGES = """
    SELECT (at AT TIME ZONE %(zone)s)::date AS day, count(*) FILTER (WHERE type = %(joined)s),
           count(*) FILTER (WHERE type = %(left)s)
    FROM events WHERE type IN (%(joined)s, %(left)s) AND object_id = %(id)s AND at >= now() - interval '31 days'
    GROUP BY day
"""

NEWEST = """
    SELECT contact_id FROM segment_contacts WHERE segment_id = %s AND NOT manually_removed
    ORDER BY date_added DESC, contact_id DESC LIMIT %s
"""


def changes_per_day(segment_id: int, *, zone: str) -> list[tuple[date, int, int]]:
    """Joined and left per day of the last month, in a time zone."""
    given = {"joined": int(EventType.SEGMENT_JOINED), "left": int(EventType.SEGMENT_LEFT), "id": segment_id}
    return rows(CHANGES, {**given, "zone": zone})


def newest_members(segment_id: int, *, limit: int) -> list[int]:
    return [row[0] for row in rows(NEWEST, (segment_id, limit))]
