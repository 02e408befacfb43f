"""SQL of dynamic content."""

from honeyguide.engine.events import EventType
from honeyguide.features.campaigns.models import LogState

LIVE = """is_published AND (publish_up IS NULL OR publish_up <= now()) AND (publish_down IS NULL OR publish_down > now())"""

# One pass: what contacts get in a slot from now on. In the order of contacts, so that writers never wait in a circle.
GIVE = """
    INSERT INTO dynamic_contents_given (contact_id, slot, content_id, date_added)
    SELECT contact, %(slot)s, %(content)s, now() FROM unnest(%(contacts)s::bigint[]) contact ORDER BY contact
    ON CONFLICT (contact_id, slot) DO UPDATE SET content_id = EXCLUDED.content_id, date_added = EXCLUDED.date_added
"""

GIVEN = "SELECT content_id FROM dynamic_contents_given WHERE contact_id = %(contact)s AND slot = %(slot)s"

# One pass: what the campaigns in which a contact waits for this slot would put into it: what the step after the decision pushes,
# else the decision's own content.
AWAITED = f"""
    SELECT coalesce(pushed.properties ->> 'dynamicContent', decision.properties ->> 'dynamicContent')
    FROM campaign_log l
    JOIN campaign_events decision ON decision.id = l.event_id AND decision.type = 'dwc.decision'
    JOIN campaigns ON campaigns.id = l.campaign_id
    LEFT JOIN LATERAL (
        SELECT e.properties FROM campaign_events e
        WHERE e.parent_id = decision.id AND e.type = 'dwc.push_content' AND e.decision_path IS DISTINCT FROM 'no'
        ORDER BY e.id LIMIT 1
    ) pushed ON true
    WHERE l.contact_id = %(contact)s AND l.state = {LogState.WAITING} AND decision.properties ->> 'dwc_slot_name' = %(slot)s
      AND {LIVE}
    ORDER BY l.since, decision.id LIMIT 1
"""

# One pass: how often each item was given, in the order of ids.
COUNT = """
    WITH given AS (
        SELECT id, count(*) AS number FROM unnest(%(items)s::bigint[]) AS item (id) GROUP BY id
    ), locked AS (
        SELECT id FROM dynamic_contents WHERE id IN (SELECT id FROM given) ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE dynamic_contents SET sent_count = dynamic_contents.sent_count + given.number
    FROM given JOIN locked ON locked.id = given.id WHERE dynamic_contents.id = given.id
"""

# One pass: clicks on links, and of how many contacts it was the first on that link. In the order of ids.
COUNT_CLICKS = f"""
    WITH hit AS (
        SELECT * FROM unnest(%(ids)s::bigint[], %(contacts)s::bigint[], %(links)s::bigint[]) AS hit (id, contact, link)
    ), clicked AS (
        SELECT link, count(*) AS hits, count(DISTINCT contact) FILTER (WHERE NOT EXISTS (
            SELECT FROM events e WHERE e.contact_id = hit.contact AND e.type = {EventType.DYNAMIC_CONTENT_CLICKED:d}
              AND (e.payload ->> 'link')::bigint = hit.link AND e.id < hit.id AND e.id <> ALL (%(ids)s::bigint[]))) AS new
        FROM hit GROUP BY link
    ), locked AS (
        SELECT id FROM links WHERE id IN (SELECT link FROM clicked) ORDER BY id FOR UPDATE
    )
    UPDATE links SET hits = links.hits + clicked.hits, unique_hits = links.unique_hits + clicked.new
    FROM clicked JOIN locked ON locked.id = clicked.link WHERE links.id = clicked.link
"""

LINKS = """
    SELECT url, hits, unique_hits FROM links WHERE channel = 'dynamicContent' AND channel_id = %(item)s
    ORDER BY hits DESC, url LIMIT 100
"""

# One pass: how often an item was shown, and to how many contacts, per day of the caller's zone.
PER_DAY = f"""
    SELECT (e.at AT TIME ZONE %(zone)s)::date AS day, count(*), count(DISTINCT e.contact_id)
    FROM events e
    WHERE e.type = {EventType.DYNAMIC_CONTENT_ASKED.value} AND e.object_id = %(item)s AND e.at >= %(since)s
    GROUP BY day ORDER BY day
"""

# One pass: the campaigns with a step that shows an item.
CAMPAIGNS = """
    SELECT DISTINCT campaigns.id, campaigns.name FROM campaign_events step
    JOIN campaigns ON campaigns.id = step.campaign_id
    WHERE step.type IN ('dwc.decision', 'dwc.push_content') AND step.properties ->> 'dynamicContent' = %(item)s
    ORDER BY campaigns.name LIMIT 100
"""
