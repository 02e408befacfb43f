"""SQL of assets."""

from honeyguide.engine.events import EventType

DOWNLOADED = EventType.ASSET_DOWNLOADED.value

# One pass: each asset's downloads, and those of contacts that had not taken it before this batch. Rows are locked in the order
# of ids, so that writers never wait for each other in a circle.
COUNT = f"""
    WITH download AS (
        SELECT asset, contact, min(event) AS event, count(*) AS number
        FROM unnest(%(assets)s::bigint[], %(contacts)s::bigint[], %(events)s::bigint[]) d(asset, contact, event)
        GROUP BY asset, contact
    ), counted AS (
        SELECT asset, sum(number) AS number, count(*) FILTER (WHERE NOT EXISTS (
            SELECT FROM events e
            WHERE e.contact_id = download.contact AND e.type = {DOWNLOADED} AND e.object_id = download.asset
              AND e.id < download.event
        )) AS new
        FROM download GROUP BY asset
    ), locked AS (
        SELECT id FROM assets WHERE id IN (SELECT asset FROM counted) ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE assets SET
        download_count = assets.download_count + counted.number,
        unique_download_count = assets.unique_download_count + counted.new
    FROM counted JOIN locked ON locked.id = counted.asset WHERE assets.id = counted.asset
"""

# One pass: what e-mails brought along counts as downloaded by who got them.
BROUGHT = f"""
    INSERT INTO events (type, at, contact_id, object_id, payload)
    SELECT {DOWNLOADED}, sent.at, outbox.contact_id, assets.id,
           jsonb_build_object('email_id', outbox.email_id, 'source', 'email', 'source_id', outbox.email_id, 'code', 200)
    FROM unnest(%(messages)s::bigint[], %(ats)s::timestamptz[]) sent(message, at)
    JOIN outbox ON outbox.id = sent.message
    JOIN emails ON emails.id = outbox.email_id
    CROSS JOIN LATERAL jsonb_array_elements_text(
        CASE jsonb_typeof(emails.asset_attachments) WHEN 'array' THEN emails.asset_attachments ELSE '[]' END
    ) AS attached (asset)
    JOIN assets ON assets.id::text = attached.asset
    WHERE outbox.contact_id IS NOT NULL
    ORDER BY sent.message, assets.id
"""

# One pass: an asset's downloads and who took it, per day of the caller's zone.
PER_DAY = f"""
    SELECT (e.at AT TIME ZONE %(zone)s)::date AS day, count(*), count(DISTINCT e.contact_id)
    FROM events e
    WHERE e.type = {DOWNLOADED} AND e.object_id = %(asset)s AND e.at >= %(since)s AND e.contact_id IS NOT NULL
      AND NOT coalesce(e.payload ? 'bot', false) AND e.payload ->> 'code' = '200'
    GROUP BY day ORDER BY day
"""
