"""The outbox's statements. Each moves any number of rows at once."""

from honeyguide.engine.delivery.models import OutboxState as State
from honeyguide.engine.events import EventType

WORKER_LOCKS = 0x484F4E45  # first key of the advisory locks on worker ids

# One pass: the audience becomes rows, those who already have one for this occasion do not. Returns how many.
ENQUEUE = """
    INSERT INTO outbox (email_id, contact_id, occasion, state, priority, attempts, due_at, segment_id, queued_at,
                        open_count, click_count, viewed_in_browser, options)
    SELECT audience.email_id, audience.contact_id, %(occasion)s, {pending}, %(priority)s, 0,
           coalesce(audience.due_at, now()), audience.segment_id, now(), 0, 0, false, %(options)s::jsonb
    FROM ({audience}) AS audience (contact_id, email_id, segment_id, due_at)
    ON CONFLICT (email_id, contact_id, occasion) DO NOTHING
"""

ENQUEUE_ONE = f"""
    INSERT INTO outbox (email_id, contact_id, occasion, state, priority, attempts, due_at, address, queued_at,
                        open_count, click_count, viewed_in_browser, options)
    VALUES (%(email_id)s, %(contact_id)s, %(occasion)s, {State.PENDING}, %(priority)s, 0, coalesce(%(due_at)s, now()),
            %(address)s, now(), 0, 0, false, %(options)s::jsonb)
    ON CONFLICT (email_id, contact_id, occasion) DO NOTHING
    RETURNING id
"""

# One pass: messages of no contact, each with its own address and options, and an occasion of its own.
ENQUEUE_COPIES = f"""
    INSERT INTO outbox (occasion, state, priority, attempts, due_at, address, queued_at, open_count, click_count,
                        viewed_in_browser, options)
    SELECT 'api:' || gen_random_uuid(), {State.PENDING}, %(priority)s, 0, now(), copy.address, now(), 0, 0, false, copy.options
    FROM unnest(%(addresses)s::text[], %(options)s::jsonb[]) AS copy (address, options)
"""

# One pass: the most urgent due rows that nobody else is taking become this worker's.
CLAIM = f"""
    UPDATE outbox SET state = {State.CLAIMED}, worker_id = %(worker)s
    FROM (
        SELECT due.id FROM (VALUES (1), (2)) AS urgency (priority), LATERAL (
            SELECT id, due_at FROM outbox
            WHERE state = {State.PENDING} AND outbox.priority = urgency.priority AND due_at <= now()
            ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        ) AS due
        ORDER BY urgency.priority, due.due_at, due.id LIMIT %(limit)s
    ) AS due
    WHERE outbox.id = due.id
    RETURNING outbox.id, email_id, contact_id, occasion, outbox.priority, attempts, address, options::text
"""

# One pass: what became of messages, the events of it, and the marks on those whose last byte goes out next: all or nothing.
# An answer also settles a row that was meanwhile taken for unknown, for an answer is better than none.
RECORD = f"""
    WITH outcome AS (
        SELECT * FROM unnest(
            %(ids)s::bigint[], %(states)s::smallint[], %(answers)s::text[], %(dues)s::timestamptz[], %(counted)s::smallint[],
            %(bounced)s::boolean[], %(addresses)s::text[]
        ) AS outcome (id, state, answer, due_at, counted, bounced, address)
    ), settled AS (
        UPDATE outbox SET
            state = outcome.state,
            answer = outcome.answer,
            attempts = outbox.attempts + outcome.counted,
            due_at = coalesce(outcome.due_at, outbox.due_at),
            worker_id = CASE WHEN outcome.state = {State.UNKNOWN} THEN outbox.worker_id END,
            address = coalesce(outcome.address, outbox.address),
            sent_at = CASE WHEN outcome.state = {State.SENT} THEN now() END,
            bounced_at = CASE WHEN outcome.bounced THEN now() END
        FROM outcome
        WHERE outbox.id = outcome.id AND outbox.worker_id = ANY(%(workers)s::int[])
          AND outbox.state IN ({State.CLAIMED}, {State.ATTEMPTING}, {State.UNKNOWN})
        RETURNING outbox.id, outbox.email_id, outbox.contact_id, outcome.state, outcome.answer, outcome.bounced
    ), logged AS (
        INSERT INTO events (type, contact_id, object_id, payload)
        SELECT happened.type, contact_id, id,
               CASE WHEN answer IS NOT NULL THEN jsonb_build_object('answer', answer) END
        FROM settled JOIN (VALUES
            ({State.SENT}, {EventType.EMAIL_SENT}, false), ({State.FAILED}, {EventType.EMAIL_FAILED}, false),
            ({State.FAILED}, {EventType.EMAIL_BOUNCED}, true), ({State.UNKNOWN}, {EventType.EMAIL_UNKNOWN}, false)
        ) AS happened (state, type, needs_bounce)
          ON happened.state = settled.state AND (settled.bounced OR NOT happened.needs_bounce)
        WHERE settled.email_id IS NOT NULL OR settled.contact_id IS NOT NULL
    )
    UPDATE outbox SET state = {State.ATTEMPTING}
    WHERE id = ANY(%(attempts)s::bigint[]) AND state = {State.CLAIMED} AND worker_id = %(worker)s
    RETURNING id
"""

REGISTER = """
    INSERT INTO workers (started_at, host, pid) VALUES (now(), %(host)s, %(pid)s) RETURNING id
"""

TROUBLE = "UPDATE workers SET trouble = %(reason)s WHERE id = %(worker)s AND trouble IS DISTINCT FROM %(reason)s"

LOCK_WORKER = "SELECT pg_advisory_lock(%(class)s::int, %(worker)s::int)"

UNLOCK_WORKER = "SELECT pg_advisory_unlock(%(class)s::int, %(worker)s::int)"

# One pass: the workers whose lock is free, so that they must be dead. The locks are held to the end of the transaction.
DEAD_WORKERS = """
    SELECT id FROM workers WHERE NOT id = ANY(%(mine)s::int[]) AND pg_try_advisory_xact_lock(%(class)s::int, id::int)
"""

# One pass: what a dead worker had only taken is due again; what it was sending is unknown, or due again by policy.
INHERIT = f"""
    WITH inherited AS (
        UPDATE outbox SET
            state = CASE WHEN state = {State.ATTEMPTING} AND NOT %(resend)s THEN {State.UNKNOWN} ELSE {State.PENDING} END,
            worker_id = CASE WHEN state = {State.ATTEMPTING} AND NOT %(resend)s THEN worker_id END,
            answer = CASE WHEN state = {State.ATTEMPTING} THEN %(reason)s ELSE answer END
        WHERE worker_id = ANY(%(dead)s::int[]) AND state IN ({State.CLAIMED}, {State.ATTEMPTING})
        RETURNING id, contact_id, state
    ), logged AS (
        INSERT INTO events (type, contact_id, object_id)
        SELECT {EventType.EMAIL_UNKNOWN}, contact_id, id FROM inherited WHERE state = {State.UNKNOWN}
    )
    SELECT count(*) FROM inherited
"""

FORGET_WORKERS = "DELETE FROM workers WHERE id = ANY(%(workers)s::int[])"

# One pass: how many rows of unknown fate each e-mail has.
UNKNOWN = f"SELECT email_id, count(*) FROM outbox WHERE state = {State.UNKNOWN} GROUP BY email_id ORDER BY email_id"

# One pass: an e-mail's rows of unknown fate are due again.
RESEND_UNKNOWN = f"""
    UPDATE outbox SET state = {State.PENDING}, worker_id = NULL, due_at = now()
    WHERE state = {State.UNKNOWN} AND email_id = %(email)s
"""

# One pass: an e-mail's rows of unknown fate are taken as sent, and the log says so.
COUNT_UNKNOWN_AS_SENT = f"""
    WITH settled AS (
        UPDATE outbox SET state = {State.SENT}, worker_id = NULL, sent_at = now()
        WHERE state = {State.UNKNOWN} AND email_id = %(email)s
        RETURNING id, contact_id
    ), logged AS (
        INSERT INTO events (type, contact_id, object_id) SELECT {EventType.EMAIL_SENT}, contact_id, id FROM settled
    )
    SELECT count(*) FROM settled
"""

THROTTLE_READ = """
    SELECT tokens, extract(epoch FROM clock_timestamp() - at)::float8 FROM throttles WHERE key = %(key)s FOR UPDATE
"""

THROTTLE_WRITE = """
    INSERT INTO throttles (key, tokens, at) VALUES (%(key)s, %(tokens)s, clock_timestamp())
    ON CONFLICT (key) DO UPDATE SET tokens = EXCLUDED.tokens, at = EXCLUDED.at
"""

# The places of a warm-up day that are taken: the row is made first, so that there is something to lock.
WARMUP_BEGIN = """
    INSERT INTO throttles (key, tokens, at) VALUES (%(key)s, 0, clock_timestamp()) ON CONFLICT (key) DO NOTHING
"""
WARMUP_USED = "SELECT tokens FROM throttles WHERE key = %(key)s FOR UPDATE"
WARMUP_GIVE_BACK = "UPDATE throttles SET tokens = tokens - %(count)s WHERE key = %(key)s"
WARMUP_FORGET = "DELETE FROM throttles WHERE key LIKE 'warmup:%%' AND at < now() - interval '3 days'"
