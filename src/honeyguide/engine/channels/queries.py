"""The statements about dispatches. Each moves any number of rows at once."""

from honeyguide.engine.delivery.models import OutboxState as State

# One pass: the audience becomes rows, those who already have one for this occasion do not. Returns how many.
ENQUEUE = f"""
    INSERT INTO dispatches (channel, item_id, contact_id, occasion, state, priority, attempts, due_at, segment_id,
                            queued_at, click_count)
    SELECT %(channel)s, %(item)s, audience.contact_id, %(occasion)s, {State.PENDING}, %(priority)s, 0,
           coalesce(audience.due_at, now()), audience.segment_id, now(), 0
    FROM ({{audience}}) AS audience (contact_id, segment_id, due_at)
    ON CONFLICT (channel, item_id, contact_id, occasion) DO NOTHING
"""

ENQUEUE_ONE = f"""
    INSERT INTO dispatches (channel, item_id, contact_id, occasion, state, priority, attempts, due_at, queued_at, click_count)
    VALUES (%(channel)s, %(item)s, %(contact)s, %(occasion)s, {State.PENDING}, 1, 0, coalesce(%(due_at)s, now()), now(), 0)
    ON CONFLICT (channel, item_id, contact_id, occasion) DO NOTHING
    RETURNING id
"""

# A message that is already written, of no item.
ENQUEUE_WRITTEN = f"""
    INSERT INTO dispatches (channel, item_id, occasion, state, priority, attempts, due_at, queued_at, click_count, address,
                            content)
    VALUES (%(channel)s, 0, %(occasion)s, {State.PENDING}, 1, 0, now(), now(), 0, %(address)s, %(content)s)
    RETURNING id
"""

# One pass: the most urgent due rows that nobody else is taking are this claim's.
CLAIM = f"""
    UPDATE dispatches SET state = {State.CLAIMED}, claim = %(claim)s, claimed_at = now()
    FROM (
        SELECT id FROM dispatches
        WHERE channel = %(channel)s AND state = {State.PENDING} AND due_at <= now()
        ORDER BY priority, due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ) AS due
    WHERE dispatches.id = due.id
    RETURNING dispatches.id, item_id, contact_id, occasion, attempts, address, content
"""

CLAIM_ONE = f"""
    UPDATE dispatches SET state = {State.CLAIMED}, claim = %(claim)s, claimed_at = now()
    WHERE id = %(id)s AND state = {State.PENDING} AND due_at <= now()
    RETURNING id, item_id, contact_id, occasion, attempts, address, content
"""

# One pass: from here on only an answer settles these rows. What they say and where to is kept.
MARK = f"""
    UPDATE dispatches SET state = {State.ATTEMPTING}, claimed_at = now(), address = said.address, content = said.content
    FROM unnest(%(ids)s::bigint[], %(addresses)s::text[], %(contents)s::text[]) AS said (id, address, content)
    WHERE dispatches.id = said.id AND claim = %(claim)s AND state = {State.CLAIMED}
    RETURNING dispatches.id
"""

# One pass: what became of messages, and the events of it. An answer also settles a row that was meanwhile taken for unknown.
RECORD = f"""
    WITH outcome AS (
        SELECT * FROM unnest(%(ids)s::bigint[], %(states)s::smallint[], %(answers)s::text[], %(delays)s::float8[],
                             %(counted)s::smallint[], %(externals)s::text[])
        AS outcome (id, state, answer, delay, counted, external)
    ), settled AS (
        UPDATE dispatches SET
            state = outcome.state,
            answer = outcome.answer,
            attempts = attempts + outcome.counted,
            due_at = CASE WHEN outcome.state = {State.PENDING}
                          THEN now() + make_interval(secs => coalesce(outcome.delay, 0)) ELSE due_at END,
            claim = CASE WHEN outcome.state = {State.UNKNOWN} THEN claim END,
            external_id = coalesce(outcome.external, external_id),
            sent_at = CASE WHEN outcome.state = {State.SENT} THEN now() END
        FROM outcome
        WHERE dispatches.id = outcome.id AND claim = %(claim)s
          AND dispatches.state IN ({State.CLAIMED}, {State.ATTEMPTING}, {State.UNKNOWN})
        RETURNING dispatches.id, contact_id, outcome.state, outcome.answer
    ), logged AS (
        INSERT INTO events (type, contact_id, object_id, payload)
        SELECT CASE state WHEN {State.SENT} THEN %(sent)s::smallint ELSE %(failed)s::smallint END, contact_id, id,
               CASE WHEN answer IS NOT NULL THEN jsonb_build_object('answer', answer) END
        FROM settled WHERE state IN ({State.SENT}, {State.FAILED})
    )
    SELECT count(*) FROM settled
"""

# One pass: what dead processes had claimed is due again; what they were sending is unknown, unless it can be repeated.
EXPIRE = f"""
    UPDATE dispatches SET
        state = CASE WHEN state = {State.ATTEMPTING} AND NOT %(repeatable)s THEN {State.UNKNOWN} ELSE {State.PENDING} END,
        claim = CASE WHEN state = {State.ATTEMPTING} AND NOT %(repeatable)s THEN claim END,
        answer = CASE WHEN state = {State.ATTEMPTING} THEN %(reason)s ELSE answer END
    WHERE channel = %(channel)s AND state IN ({State.CLAIMED}, {State.ATTEMPTING})
      AND claimed_at < now() - make_interval(secs => %(lease)s)
"""

# One pass: an item's rows of unknown fate are due again.
RESEND_UNKNOWN = f"""
    UPDATE dispatches SET state = {State.PENDING}, claim = NULL, due_at = now()
    WHERE channel = %(channel)s AND item_id = %(item)s AND state = {State.UNKNOWN}
"""

# One pass: an item's rows of unknown fate are taken as sent, and the log says so.
COUNT_UNKNOWN_AS_SENT = f"""
    WITH settled AS (
        UPDATE dispatches SET state = {State.SENT}, claim = NULL, sent_at = now()
        WHERE channel = %(channel)s AND item_id = %(item)s AND state = {State.UNKNOWN}
        RETURNING id, contact_id
    ), logged AS (
        INSERT INTO events (type, contact_id, object_id) SELECT %(sent)s, contact_id, id FROM settled
    )
    SELECT count(*) FROM settled
"""

# One pass: what is not sent yet will not be.
WITHDRAW = f"""
    UPDATE dispatches SET state = {State.CANCELLED}, answer = %(reason)s
    WHERE channel = %(channel)s AND item_id = %(item)s AND state = {State.PENDING}
"""

# One pass: the numbers of an item.
STATISTICS = f"""
    SELECT count(*) FILTER (WHERE state = {State.SENT}),
           count(*) FILTER (WHERE delivered_at IS NOT NULL),
           count(*) FILTER (WHERE click_count > 0),
           count(*) FILTER (WHERE state = {State.FAILED}),
           count(*) FILTER (WHERE state = {State.UNKNOWN}),
           count(*) FILTER (WHERE state IN ({State.PENDING}, {State.CLAIMED}, {State.ATTEMPTING})),
           count(*) FILTER (WHERE state = {State.CANCELLED})
    FROM dispatches WHERE channel = %(channel)s AND item_id = %(item)s
"""

# One pass: per day, what was sent, failed and first clicked on.
OVER_TIME = f"""
    SELECT day, sum(sent)::int, sum(failed)::int, sum(clicked)::int FROM (
        SELECT date_trunc('day', sent_at) AS day, count(*) AS sent, 0 AS failed, 0 AS clicked FROM dispatches
        WHERE channel = %(channel)s AND item_id = %(item)s AND sent_at >= %(since)s GROUP BY 1
        UNION ALL
        SELECT date_trunc('day', claimed_at), 0, count(*), 0 FROM dispatches
        WHERE channel = %(channel)s AND item_id = %(item)s AND state = {State.FAILED} AND claimed_at >= %(since)s GROUP BY 1
        UNION ALL
        SELECT date_trunc('day', clicked_at), 0, 0, count(*) FROM dispatches
        WHERE channel = %(channel)s AND item_id = %(item)s AND clicked_at >= %(since)s GROUP BY 1
    ) AS days GROUP BY day ORDER BY day
"""

LINKS = """
    SELECT url, hits, unique_hits FROM links WHERE channel = %(channel)s AND channel_id = %(item)s ORDER BY hits DESC, url
"""

# One pass: a page of an item's messages, newest first, with the contact's name.
RECIPIENTS = """
    SELECT d.id, d.contact_id, coalesce(d.address, ''),
           coalesce(nullif(concat_ws(' ', c.fields ->> 'firstname', c.fields ->> 'lastname'), ''), c.fields ->> 'email', ''),
           d.state, d.sent_at, d.delivered_at, d.click_count, d.answer, d.due_at
    FROM dispatches d LEFT JOIN contacts c ON c.id = d.contact_id
    WHERE d.channel = %(channel)s AND d.item_id = %(item)s AND d.id < %(before)s
      AND (%(states)s::int[] IS NULL OR d.state = ANY(%(states)s::int[]))
    ORDER BY d.id DESC LIMIT %(limit)s
"""

# One pass: clicks become events, and what is known of the messages and of the links moves on; machines' clicks are only logged.
CLICKED = """
    WITH hit AS (
        SELECT * FROM unnest(%(dispatches)s::bigint[], %(ats)s::timestamptz[], %(links)s::bigint[], %(payloads)s::jsonb[],
                             %(bots)s::boolean[]) AS hit (dispatch, at, link, payload, bot)
    ), before AS (
        SELECT id, channel, contact_id, clicked_links FROM dispatches
        WHERE id IN (SELECT dispatch FROM hit) ORDER BY id FOR UPDATE
    ), logged AS (
        INSERT INTO events (type, at, contact_id, object_id, payload)
        SELECT kind.type, hit.at, before.contact_id, hit.dispatch, hit.payload
        FROM hit JOIN before ON before.id = hit.dispatch
        JOIN unnest(%(channels)s::text[], %(types)s::smallint[]) AS kind (channel, type) ON kind.channel = before.channel
    ), seen AS (
        SELECT dispatch, min(at) AS first_at, count(*) AS clicks, array_agg(DISTINCT link) AS links
        FROM hit WHERE NOT bot GROUP BY dispatch
    ), touched AS (
        UPDATE dispatches SET
            clicked_at = coalesce(dispatches.clicked_at, seen.first_at),
            click_count = dispatches.click_count + seen.clicks,
            clicked_links = (SELECT array_agg(DISTINCT link) FROM unnest(dispatches.clicked_links || seen.links) AS link)
        FROM seen JOIN before ON before.id = seen.dispatch WHERE dispatches.id = before.id
    ), clicked AS (
        SELECT hit.link, count(*) AS hits,
               count(DISTINCT hit.dispatch) FILTER (WHERE hit.link <> ALL (coalesce(before.clicked_links, '{}'))) AS new
        FROM hit JOIN before ON before.id = hit.dispatch WHERE NOT hit.bot GROUP BY hit.link
    ), locked AS (
        SELECT id FROM links WHERE id IN (SELECT link FROM clicked) ORDER BY id FOR UPDATE
    )
    UPDATE links SET hits = links.hits + clicked.hits, unique_hits = links.unique_hits + clicked.new
    FROM clicked JOIN locked ON locked.id = clicked.link WHERE links.id = clicked.link
"""

VALUES = "SELECT fields::text FROM contacts WHERE id = (SELECT contact_id FROM dispatches WHERE id = %s)"

TROUBLE = """
    INSERT INTO channel_troubles (channel, reason, since) VALUES (%(channel)s, %(reason)s, now())
    ON CONFLICT (channel) DO UPDATE SET reason = EXCLUDED.reason
"""
