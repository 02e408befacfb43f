"""SQL of visits."""

FIND_DEVICE = "SELECT contact_id FROM devices WHERE tracking_id = %s"
DEVICE_NAME = "SELECT tracking_id FROM devices WHERE id = %s"
MOVE_DEVICE = "UPDATE devices SET contact_id = %s WHERE tracking_id = %s"
HAS_NO_ZONE = "SELECT 1 FROM contacts WHERE id = %s AND coalesce(fields ->> 'timezone', '') = ''"
RECIPIENT = "SELECT contact_id FROM outbox WHERE id = %s"
DISPATCHED_TO = "SELECT contact_id FROM dispatches WHERE id = %s"

# One pass: each landing page's visits, those since it is tested against others, and those of contacts that had not been there
# before this batch. Rows are locked in the order of ids, so that writers never wait for each other in a circle.
COUNT = """
    WITH visit AS (
        SELECT page, contact, min(event) AS event, count(*) AS hits
        FROM unnest(%(pages)s::bigint[], %(contacts)s::bigint[], %(events)s::bigint[]) v(page, contact, event)
        GROUP BY page, contact
    ), counted AS (
        SELECT page, sum(hits) AS hits, count(*) FILTER (WHERE NOT EXISTS (
            SELECT FROM events e
            WHERE e.contact_id = visit.contact AND e.type = %(type)s AND e.object_id = visit.page AND e.id < visit.event
        )) AS new
        FROM visit GROUP BY page
    ), locked AS (
        SELECT id FROM pages WHERE id IN (SELECT page FROM counted) ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE pages SET
        hits = pages.hits + counted.hits,
        unique_hits = pages.unique_hits + counted.new,
        variant_hits = pages.variant_hits + CASE WHEN pages.variant_start_date IS NULL THEN 0 ELSE counted.hits END
    FROM counted JOIN locked ON locked.id = counted.page WHERE pages.id = counted.page
"""
