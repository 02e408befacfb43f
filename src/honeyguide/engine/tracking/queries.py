"""The tracking statements. `RECORD` and `RECORD_VISITS` are those on the hot path; they take any number of hits at once."""

from honeyguide.engine.events import EventType

OPENED, CLICKED = EventType.EMAIL_OPENED, EventType.EMAIL_CLICKED

# One pass: hits become events, and what is known of reading each message and of each link moves on. Rows are locked in id
# order, so two writers never wait for each other in a circle, and updated only through that locking read: a row that this
# statement had already changed would be missing from it. Machines' hits are logged and change nothing else.
RECORD = f"""
    WITH hit AS (
        SELECT * FROM unnest(
            %(types)s::smallint[], %(messages)s::bigint[], %(ats)s::timestamptz[], %(links)s::bigint[], %(payloads)s::jsonb[],
            %(bots)s::boolean[], %(views)s::boolean[]
        ) AS hit (type, message, at, link, payload, bot, view)
    ), before AS (
        SELECT id, contact_id, read_at, clicked_links FROM outbox
        WHERE id IN (SELECT message FROM hit) ORDER BY id FOR UPDATE
    ), logged AS (
        INSERT INTO events (type, at, contact_id, object_id, payload)
        SELECT hit.type, hit.at, before.contact_id, hit.message, hit.payload FROM hit JOIN before ON before.id = hit.message
    ), seen AS (
        SELECT message, min(at) AS first_at, max(at) AS last_at, bool_or(view) AS viewed,
               count(*) FILTER (WHERE type = {OPENED}) AS opens,
               count(*) FILTER (WHERE type = {CLICKED}) AS clicks,
               array_agg(DISTINCT link) FILTER (WHERE link IS NOT NULL) AS links
        FROM hit WHERE NOT bot GROUP BY message
    ), read AS (
        UPDATE outbox SET
            read_at = coalesce(outbox.read_at, seen.first_at),
            last_opened_at = CASE WHEN seen.opens > 0 THEN greatest(outbox.last_opened_at, seen.last_at)
                                  ELSE outbox.last_opened_at END,
            open_count = outbox.open_count + seen.opens,
            click_count = outbox.click_count + seen.clicks,
            viewed_in_browser = outbox.viewed_in_browser OR seen.viewed,
            clicked_links = (SELECT array_agg(DISTINCT link) FROM unnest(outbox.clicked_links || seen.links) AS link)
        FROM seen JOIN before ON before.id = seen.message WHERE outbox.id = before.id
    ), clicked AS (
        SELECT hit.link, count(*) AS hits,
               count(DISTINCT hit.message) FILTER (WHERE hit.link <> ALL (coalesce(before.clicked_links, '{{}}'))) AS new
        FROM hit JOIN before ON before.id = hit.message
        WHERE hit.link IS NOT NULL AND NOT hit.bot GROUP BY hit.link
    ), locked AS (
        SELECT id FROM links WHERE id IN (SELECT link FROM clicked) ORDER BY id FOR UPDATE
    )
    UPDATE links SET hits = links.hits + clicked.hits, unique_hits = links.unique_hits + clicked.new
    FROM clicked JOIN locked ON locked.id = clicked.link WHERE links.id = clicked.link
"""

# One pass: visits become events. A contact merged away since it was answered lives on in another, one deleted in none. Who
# followed a link of an e-mail came from that e-mail.
RECORD_VISITS = """
    INSERT INTO events (type, at, contact_id, object_id, payload)
    SELECT visit.type, visit.at, coalesce(contacts.id, merged.contact_id), visit.object,
           visit.payload || CASE WHEN outbox.email_id IS NULL THEN '{}' ELSE jsonb_build_object(
               'email_id', outbox.email_id, 'source', 'email', 'source_id', outbox.email_id) END
    FROM unnest(%(types)s::smallint[], %(contacts)s::bigint[], %(ats)s::timestamptz[], %(objects)s::bigint[],
                %(messages)s::bigint[], %(payloads)s::jsonb[])
         WITH ORDINALITY AS visit (type, contact, at, object, message, payload, place)
    LEFT JOIN contacts ON contacts.id = visit.contact
    LEFT JOIN contact_merges merged ON merged.merged_id = visit.contact
    LEFT JOIN outbox ON outbox.id = visit.message
    ORDER BY visit.place
"""

FIND_LINK = "SELECT id, url, channel_id FROM links WHERE token = %s"
VALUES = "SELECT fields::text FROM contacts WHERE id = %s"
