"""The set-based statements of notifications: who can be reached, what was sent and clicked."""

from honeyguide.engine.events import EventType
from honeyguide.features.contacts import reaching

HAS_BROWSER = "EXISTS (SELECT FROM push_subscriptions AS browser WHERE browser.contact_id = contacts.id)"
BLOCKED = reaching.BLOCKED.format(reachable=HAS_BROWSER)
HINDRANCE = reaching.HINDRANCE.format(reachable=HAS_BROWSER)

# One pass: the browsers of contacts.
BROWSERS = """
    SELECT contact_id, id, endpoint, p256dh, auth FROM push_subscriptions
    WHERE contact_id = ANY(%(contacts)s::bigint[]) ORDER BY id
"""

# One pass: the browser is that contact's from now on, and the log says so when it was not; tells whether that is news.
SUBSCRIBE = f"""
    WITH before AS (
        SELECT contact_id FROM push_subscriptions WHERE endpoint = %(endpoint)s
    ), stored AS (
        INSERT INTO push_subscriptions (contact_id, endpoint, p256dh, auth, date_added)
        VALUES (%(contact)s, %(endpoint)s, %(p256dh)s, %(auth)s, now())
        ON CONFLICT (endpoint) DO UPDATE SET contact_id = EXCLUDED.contact_id, p256dh = EXCLUDED.p256dh, auth = EXCLUDED.auth
        RETURNING id, contact_id
    ), logged AS (
        INSERT INTO events (type, contact_id, object_id)
        SELECT {EventType.NOTIFICATION_SUBSCRIBED}, contact_id, id FROM stored
        WHERE contact_id IS DISTINCT FROM (SELECT contact_id FROM before)
    )
    SELECT contact_id IS DISTINCT FROM (SELECT contact_id FROM before) FROM stored
"""

# One pass: browsers are forgotten, and the log says so; returns the contacts that have none left.
FORGET = f"""
    WITH gone AS (
        DELETE FROM push_subscriptions WHERE id = ANY(%(ids)s::bigint[]) OR endpoint = %(endpoint)s RETURNING id, contact_id
    ), logged AS (
        INSERT INTO events (type, contact_id, object_id)
        SELECT {EventType.NOTIFICATION_UNSUBSCRIBED}, contact_id, id FROM gone
    )
    SELECT DISTINCT contact_id FROM gone
    WHERE NOT EXISTS (SELECT FROM push_subscriptions AS other WHERE other.contact_id = gone.contact_id
                      AND other.id NOT IN (SELECT id FROM gone))
"""

# One pass: what was sent, by notification.
COUNT_SENT = """
    UPDATE notifications SET sent_count = sent_count + found.number
    FROM (SELECT item_id, count(*) AS number FROM dispatches WHERE id = ANY(%(ids)s::bigint[]) GROUP BY item_id) AS found
    WHERE notifications.id = found.item_id
"""
# One pass: first clicks: the event whose time the dispatch keeps is the first.
COUNT_READ = """
    UPDATE notifications SET read_count = read_count + found.number
    FROM (
        SELECT item_id, count(DISTINCT dispatches.id) AS number
        FROM dispatches JOIN unnest(%(ids)s::bigint[], %(ats)s::timestamptz[]) AS event (id, at)
          ON dispatches.id = event.id AND dispatches.clicked_at = event.at
        GROUP BY item_id
    ) AS found
    WHERE notifications.id = found.item_id
"""

ENDED = "SELECT state, answer FROM dispatches WHERE id = %s"
# One pass: how many browsers there are, and of how many contacts.
COUNT_BROWSERS = "SELECT count(*), count(DISTINCT contact_id) FROM push_subscriptions"
