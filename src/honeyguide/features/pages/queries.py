"""SQL of landing pages."""

from honeyguide.engine.events import EventType

HIT = EventType.PAGE_HIT.value
SEEN = f"e.type = {HIT} AND e.contact_id IS NOT NULL AND NOT coalesce(e.payload ? 'bot', false) AND e.payload ->> 'code' = '200'"

# One pass: a page's visits and visitors per day of the caller's zone.
PER_DAY = f"""
    SELECT (e.at AT TIME ZONE %(zone)s)::date AS day, count(*), count(DISTINCT e.contact_id)
    FROM events e
    WHERE {SEEN} AND e.object_id = ANY(%(pages)s::bigint[]) AND e.at >= %(since)s
    GROUP BY day ORDER BY day
"""

# One pass: how pages were read. A visitor's next visit of any page, if it came soon, tells how long one stayed; one who came from
# nowhere and went nowhere bounced. `at` of the other pages is read too, for who was on these.
BEHAVIOUR = f"""
    WITH visitor AS (
        SELECT DISTINCT e.contact_id FROM events e
        WHERE {SEEN} AND e.object_id = ANY(%(pages)s::bigint[]) AND e.at >= %(since)s
    ), visit AS (
        SELECT e.object_id AS page, e.at - lag(e.at) OVER nearby AS before, lead(e.at) OVER nearby - e.at AS after
        FROM events e JOIN visitor ON visitor.contact_id = e.contact_id
        WHERE {SEEN} AND e.at >= %(since)s
        WINDOW nearby AS (PARTITION BY e.contact_id ORDER BY e.at, e.id)
    ), told AS (
        SELECT page, after, coalesce(after > %(pause)s, true) AS is_last, coalesce(before > %(pause)s, true) AS is_first
        FROM visit WHERE page = ANY(%(pages)s::bigint[])
    )
    SELECT page, count(*), count(*) FILTER (WHERE is_first), count(*) FILTER (WHERE is_first AND is_last),
           coalesce(extract(epoch FROM avg(after) FILTER (WHERE NOT is_last)), 0)::float8
    FROM told GROUP BY page
"""
