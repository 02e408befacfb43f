"""SQL of focus items."""

from honeyguide.engine.events import EventType

VIEWED, CLICKED = EventType.FOCUS_VIEWED.value, EventType.FOCUS_CLICKED.value
SEEN = f"e.type IN ({VIEWED}, {CLICKED}) AND NOT coalesce(e.payload ? 'bot', false)"

# One pass: how often items were seen and clicked, and by how many visitors (who is no contact is told by nothing, so that
# only contacts are counted).
TOTALS = f"""
    SELECT e.object_id, count(*) FILTER (WHERE e.type = {VIEWED}),
           count(DISTINCT e.contact_id) FILTER (WHERE e.type = {VIEWED}), count(*) FILTER (WHERE e.type = {CLICKED})
    FROM events e WHERE e.object_id = ANY(%(items)s::bigint[]) AND {SEEN} GROUP BY 1
"""

# One pass: views and clicks of an item per day of the caller's zone.
PER_DAY = f"""
    SELECT (e.at AT TIME ZONE %(zone)s)::date AS day, count(*) FILTER (WHERE e.type = {VIEWED}),
           count(*) FILTER (WHERE e.type = {CLICKED})
    FROM events e WHERE e.object_id = %(item)s AND e.at >= %(since)s AND {SEEN} GROUP BY day ORDER BY day
"""
