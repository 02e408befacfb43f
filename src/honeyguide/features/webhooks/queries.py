"""The statements of the queue of events, and of the calls that empty it."""

# Which published hooks want to be told about what.
SUBSCRIPTIONS = "SELECT id, triggers FROM webhooks WHERE is_published AND triggers <> '[]'::jsonb"

# One pass: events into the queues of hooks, in the order given.
ENQUEUE = """
    INSERT INTO webhook_queue (webhook_id, type, payload, date_added, attempts)
    SELECT hook, type, payload, at, 0
    FROM unnest(%(hooks)s::bigint[], %(types)s::text[], %(payloads)s::text[], %(ats)s::timestamptz[])
        WITH ORDINALITY AS event (hook, type, payload, at, place)
    ORDER BY place
"""

# One pass: hooks that have something to say, whose receiver is due and that no living process is at, are this one's.
CLAIM = """
    WITH due AS (
        SELECT w.id FROM webhooks w LEFT JOIN webhook_receivers r ON r.webhook_id = w.id
        WHERE w.is_published AND NOT w.paused
          AND coalesce(r.lease_until, now()) <= now() AND coalesce(r.next_attempt_at, now()) <= now()
          AND EXISTS (SELECT FROM webhook_queue q WHERE q.webhook_id = w.id AND q.failed_at IS NULL)
        ORDER BY r.next_attempt_at NULLS FIRST, w.id LIMIT %(limit)s
    )
    INSERT INTO webhook_receivers AS r (webhook_id, lease_until, failures)
    SELECT id, now() + make_interval(secs => %(lease)s), 0 FROM due
    ON CONFLICT (webhook_id) DO UPDATE SET lease_until = EXCLUDED.lease_until WHERE r.lease_until <= now()
    RETURNING webhook_id
"""
RELEASE = "UPDATE webhook_receivers SET lease_until = now() WHERE webhook_id = %(hook)s"

WAITING = """
    SELECT id, type, payload, attempts, batch FROM webhook_queue
    WHERE webhook_id = %(hook)s AND failed_at IS NULL ORDER BY id {direction} LIMIT %(limit)s
"""

# One pass: what was told is no more, what was not is tried again with the same companions or has failed for good, and each
# call is remembered; the lease goes on. Returns whether the hook may still be sent to.
RECORD = """
    WITH told AS (
        DELETE FROM webhook_queue WHERE id = ANY(%(told)s::bigint[])
    ), kept AS (
        UPDATE webhook_queue SET
            attempts = attempts + 1, batch = %(batch)s::bigint,
            failed_at = CASE WHEN %(gone)s OR attempts + 1 >= %(most)s THEN now() END
        WHERE id = ANY(%(untold)s::bigint[])
    ), logged AS (
        INSERT INTO webhook_logs (webhook_id, message_id, date_added, status_code, runtime, note, events, request)
        SELECT %(hook)s, call.* FROM unnest(
            %(messages)s::text[], %(ats)s::timestamptz[], %(codes)s::text[], %(runtimes)s::float8[], %(notes)s::text[],
            %(events)s::int[], %(requests)s::text[]
        ) AS call
    )
    UPDATE webhook_receivers SET
        lease_until = now() + make_interval(secs => %(lease)s),
        failures = CASE WHEN %(delay)s::float8 IS NULL THEN 0 ELSE failures + 1 END,
        next_attempt_at = now() + make_interval(secs => %(delay)s::float8)
    WHERE webhook_id = %(hook)s
    RETURNING EXISTS (SELECT FROM webhooks WHERE id = %(hook)s AND is_published AND NOT paused)
"""

# One pass: all but the newest calls of a hook are forgotten.
TRIM_LOGS = """
    DELETE FROM webhook_logs WHERE webhook_id = %(hook)s AND id <= (
        SELECT id FROM webhook_logs WHERE webhook_id = %(hook)s ORDER BY id DESC OFFSET %(keep)s LIMIT 1
    )
"""

# Whether the newest `limit` calls of a hook that nobody has touched for two days all failed.
IS_SICK = """
    SELECT count(*) >= %(limit)s AND count(*) FILTER (WHERE status_code LIKE '2__') = 0
    FROM (SELECT status_code FROM webhook_logs WHERE webhook_id = %(hook)s ORDER BY id DESC LIMIT %(limit)s) newest
    WHERE (SELECT coalesce(date_modified, date_added) FROM webhooks WHERE id = %(hook)s) < now() - interval '2 days'
"""

RETRY_FAILED = """
    UPDATE webhook_queue SET failed_at = NULL, attempts = 0, batch = NULL
    WHERE webhook_id = %(hook)s AND failed_at IS NOT NULL
"""
TRY_NOW = "UPDATE webhook_receivers SET next_attempt_at = NULL WHERE webhook_id = ANY(%(hooks)s)"
FORGET_FAILED = "DELETE FROM webhook_queue WHERE webhook_id = %(hook)s AND failed_at IS NOT NULL"

# One pass: how it goes with each of these hooks: what waits, since when, what failed, and the newest call.
HEALTH = """
    SELECT w.id, waiting.count, waiting.oldest, failed.count, r.failures, r.next_attempt_at, newest.status_code, newest.date_added
    FROM webhooks w LEFT JOIN webhook_receivers r ON r.webhook_id = w.id
    CROSS JOIN LATERAL (
        SELECT count(*), min(date_added) AS oldest FROM (
            SELECT date_added FROM webhook_queue WHERE webhook_id = w.id AND failed_at IS NULL ORDER BY id LIMIT 100000
        ) first
    ) waiting
    CROSS JOIN LATERAL (SELECT count(*) FROM webhook_queue WHERE webhook_id = w.id AND failed_at IS NOT NULL) failed
    LEFT JOIN LATERAL (
        SELECT status_code, date_added FROM webhook_logs WHERE webhook_id = w.id ORDER BY id DESC LIMIT 1
    ) newest ON true
    WHERE w.id = ANY(%(hooks)s)
"""

CALLS = """
    SELECT id, message_id, date_added, status_code, runtime, note, events, request FROM webhook_logs
    WHERE webhook_id = %(hook)s AND id < %(before)s ORDER BY id DESC LIMIT %(limit)s
"""

# --- calls that campaigns make

STEPS = (
    "SELECT id, properties::text FROM campaign_events WHERE id = ANY(%s::bigint[]) AND type = 'campaign.sendwebhook'"
)

# One pass: the values of contacts, and the addresses they were seen at.
CALLED_ABOUT = """
    SELECT c.id, c.fields::text, c.points, (
        SELECT string_agg(i.ip_address, ',' ORDER BY i.id)
        FROM contact_ip_addresses l JOIN ip_addresses i ON i.id = l.ip_address_id WHERE l.contact_id = c.id
    )
    FROM contacts c WHERE c.id = ANY(%s::bigint[])
"""

# One pass: what came of the calls, with the steps that made them.
NOTE_ANSWERS = """
    UPDATE campaign_log l SET note = told.note
    FROM unnest(%(steps)s::bigint[], %(contacts)s::bigint[], %(rotations)s::int[], %(notes)s::text[])
        AS told (step, contact, rotation, note)
    WHERE l.event_id = told.step AND l.contact_id = told.contact AND l.rotation = told.rotation
"""
