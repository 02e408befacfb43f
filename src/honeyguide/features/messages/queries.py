"""The set-based statements of marketing messages: by which channel a contact wants one, and what each has sent."""

from honeyguide.engine.delivery.models import OutboxState as State

# One pass: the channels by which each contact may get a message, the best first (engine contacts.md 7): those that may be used
# now before those that are paused or have sent as much as they may; then the preferred one, then the one that may send more in a
# month, then the order of the message. Channels that a contact refuses are left out.
ORDER = f"""
    SELECT contacts.id, offered.channel
    FROM contacts
    CROSS JOIN unnest(%(channels)s::text[], %(numbers)s::int[], %(times)s::text[])
         WITH ORDINALITY AS offered (channel, number, time, place)
    LEFT JOIN frequency_rules AS rule ON rule.contact_id = contacts.id AND rule.channel = offered.channel
    CROSS JOIN LATERAL (SELECT coalesce(rule.frequency_number, offered.number) AS most,
                               coalesce(rule.frequency_time, offered.time) AS period) AS allowed
    CROSS JOIN LATERAL (
        SELECT now() - CASE allowed.period WHEN 'WEEK' THEN interval '1 week' WHEN 'MONTH' THEN interval '1 month'
                                           ELSE interval '1 day' END AS since
    ) AS span
    WHERE contacts.id = ANY(%(contacts)s::bigint[])
      AND NOT EXISTS (SELECT FROM do_not_contact AS dnc
                      WHERE dnc.contact_id = contacts.id AND dnc.channel = offered.channel)
    ORDER BY contacts.id,
        coalesce(rule.pause_to_date > now() AND coalesce(rule.pause_from_date, now()) <= now(), false),
        allowed.most > 0 AND allowed.most <= CASE offered.channel
            WHEN 'email' THEN (SELECT count(*) FROM outbox WHERE outbox.contact_id = contacts.id
                               AND outbox.state = {State.SENT} AND outbox.sent_at > span.since)
            ELSE (SELECT count(*) FROM dispatches AS sent WHERE sent.contact_id = contacts.id
                  AND sent.channel = offered.channel AND sent.state = {State.SENT} AND sent.sent_at > span.since)
        END,
        coalesce(rule.preferred_channel, false) DESC,
        CASE WHEN allowed.most > 0
             THEN allowed.most * CASE allowed.period WHEN 'WEEK' THEN 4 WHEN 'MONTH' THEN 1 ELSE 30 END END DESC NULLS FIRST,
        offered.place
"""

# One pass: what each channel of a message has sent, failed at and still to send, by the steps of campaigns that send the message.
FIGURES = f"""
    WITH step AS (
        SELECT id::text FROM campaign_events WHERE type = 'message.send' AND properties ->> 'marketingMessage' = %(message)s::text
    ), every AS (
        SELECT 'email' AS channel, state FROM outbox
        WHERE email_id = %(email)s
          AND split_part(occasion, ':', 1) = 'campaign' AND split_part(occasion, ':', 2) IN (SELECT id FROM step)
        UNION ALL
        SELECT channel, state FROM dispatches
        WHERE (channel, item_id) IN (SELECT * FROM unnest(%(channels)s::text[], %(items)s::bigint[]))
          AND split_part(occasion, ':', 1) = 'campaign' AND split_part(occasion, ':', 2) IN (SELECT id FROM step)
    )
    SELECT channel, count(*) FILTER (WHERE state = {State.SENT}),
           count(*) FILTER (WHERE state IN ({State.FAILED}, {State.UNKNOWN})),
           count(*) FILTER (WHERE state IN ({State.PENDING}, {State.CLAIMED}, {State.ATTEMPTING}))
    FROM every GROUP BY channel
"""

# One pass: the campaigns that send a message.
CAMPAIGNS = """
    SELECT DISTINCT campaigns.id, campaigns.name FROM campaigns JOIN campaign_events AS step ON step.campaign_id = campaigns.id
    WHERE step.type = 'message.send' AND step.properties ->> 'marketingMessage' = %(message)s::text ORDER BY 1
"""
