"""The set-based statements of e-mails: who is to get one, what a claimed row needs, what became of all."""

from honeyguide.engine.delivery.models import OutboxState as State
from honeyguide.engine.events import EventType
from honeyguide.features.contacts.reaching import BELONGINGS, PERSON

# When a contact may next get marketing mail: null is now. A pause wins; then the contact's own rule, else the system's:
# as many messages in the last period as it allows move the next one a period away.
NOT_BEFORE = f"""
    CASE
        WHEN rule.pause_to_date > now() AND coalesce(rule.pause_from_date, now()) <= now() THEN rule.pause_to_date
        WHEN coalesce(rule.frequency_number, %(frequency_number)s) > 0 AND (
            SELECT count(*) FROM outbox AS earlier
            WHERE earlier.contact_id = contacts.id AND earlier.state = {State.SENT}
              AND earlier.sent_at > now() - limits.period
        ) >= coalesce(rule.frequency_number, %(frequency_number)s) THEN now() + limits.period
    END
"""
RULES = """
    LEFT JOIN frequency_rules AS rule ON rule.contact_id = contacts.id AND rule.channel = 'email'
    CROSS JOIN LATERAL (SELECT CASE coalesce(rule.frequency_time, %(frequency_time)s)
        WHEN 'WEEK' THEN interval '1 week' WHEN 'MONTH' THEN interval '1 month' ELSE interval '1 day' END AS period) AS limits
"""

# Contacts that a broadcast still has to reach (engine emails.md 7): in one of its segments and in none of the excluded ones,
# with an address, without a do-not-contact entry, not unsubscribed from its category, and without any message of the family.
PENDING = """
    FROM (
        SELECT contact_id, min(segment_id) AS segment_id FROM segment_contacts
        WHERE segment_id = ANY(%(segments)s::bigint[]) AND NOT manually_removed
        GROUP BY contact_id
    ) AS member
    JOIN contacts ON contacts.id = member.contact_id
    {rules}
    WHERE contacts.fields ->> 'email' <> ''
      AND NOT EXISTS (SELECT FROM do_not_contact AS dnc WHERE dnc.contact_id = contacts.id AND dnc.channel = 'email')
      AND NOT EXISTS (SELECT FROM segment_contacts AS excluded WHERE excluded.contact_id = contacts.id
                      AND excluded.segment_id = ANY(%(excluded)s::bigint[]) AND NOT excluded.manually_removed)
      AND NOT EXISTS (SELECT FROM contact_categories AS unwanted WHERE unwanted.contact_id = contacts.id
                      AND unwanted.category_id = %(category)s AND unwanted.manually_removed)
      AND NOT EXISTS (SELECT FROM outbox AS had WHERE had.contact_id = contacts.id AND had.email_id = ANY(%(family)s::bigint[]))
"""

# The translation in the contact's language, if there is one, else the e-mail itself.
TRANSLATION = """
    coalesce(
        (SELECT id FROM unnest(%(languages)s::text[], %(translations)s::bigint[]) AS t (language, id)
         WHERE lower(t.language) = lower(contacts.fields ->> 'preferred_locale') LIMIT 1),
        (SELECT id FROM unnest(%(languages)s::text[], %(translations)s::bigint[]) AS t (language, id)
         WHERE split_part(lower(t.language), '_', 1) = split_part(lower(contacts.fields ->> 'preferred_locale'), '_', 1)
         ORDER BY language LIMIT 1),
        %(email)s)
"""

# One pass: the audience of a broadcast, each with the translation in their language, if there is one.
_AUDIENCE = f"""
    SELECT contacts.id, {TRANSLATION}, member.segment_id, {NOT_BEFORE}
    {PENDING.format(rules=RULES)} {{sampled}}
    ORDER BY contacts.id LIMIT %(limit)s
"""
AUDIENCE = _AUDIENCE.format(sampled="")
# Who takes part in a test: always the same contacts, as if by lot, however often and in whatever chunks this is asked.
IN_SAMPLE = "abs(mod(hashint8extended(contacts.id, -%(email)s::bigint), 10000)) < 100 * %(sample)s::float8"
SAMPLE = _AUDIENCE.format(sampled=f"AND {IN_SAMPLE}")

# One pass: an audience where variants are tested. The recipients stand in an order by chance, a share of it goes to each variant:
# every variant gets its share to the message, and one recipient alone gets one with its chance. Translations are not tested.
SHARED_OUT = """
    SELECT id, CASE WHEN email_id <> %(email)s THEN email_id ELSE (
               SELECT variant.id FROM unnest(%(variants)s::bigint[], %(uppers)s::float8[]) AS variant (id, upper)
               WHERE variant.upper > placed.place ORDER BY variant.upper LIMIT 1) END, segment_id, due_at
    FROM (
        SELECT audience.*, 100 * (row_number() OVER (ORDER BY hashint8extended(id, %(email)s)) - 1 + %(start)s::float8)
                               / count(*) OVER () AS place
        FROM ({audience}) AS audience (id, email_id, segment_id, due_at)
    ) AS placed
"""
TESTED_AUDIENCE = SHARED_OUT.format(audience=SAMPLE)

PENDING_COUNT = f"SELECT count(*) {PENDING.format(rules='')}"
SAMPLE_COUNT = f"{PENDING_COUNT} AND {IN_SAMPLE}"

# One pass: everything the messages of claimed rows are made of. `company` is the primary one's.
RECIPIENTS = f"""
    SELECT outbox.id, {PERSON}, dnc.reason, {NOT_BEFORE}
    FROM outbox
    JOIN contacts ON contacts.id = outbox.contact_id
    {BELONGINGS}
    LEFT JOIN do_not_contact AS dnc ON dnc.contact_id = contacts.id AND dnc.channel = 'email'
    {RULES}
    WHERE outbox.id = ANY(%(ids)s::bigint[])
"""

CONTACTS = f"SELECT contacts.id, {PERSON} FROM contacts {BELONGINGS} WHERE contacts.id = ANY(%s::bigint[])"

# One pass: first opens count once, in the e-mail they belong to: the event whose time the row keeps is the first.
COUNT_READS = f"""
    UPDATE emails SET read_count = read_count + found.number,
        variant_read_count = variant_read_count + CASE WHEN variant_start_date IS NULL THEN 0 ELSE found.number END
    FROM (
        SELECT outbox.email_id, count(DISTINCT outbox.id) AS number
        FROM outbox JOIN unnest(%(ids)s::bigint[], %(ats)s::timestamptz[]) AS event (id, at)
          ON outbox.id = event.id AND outbox.read_at = event.at
        WHERE outbox.state <> {State.CANCELLED}
        GROUP BY outbox.email_id
    ) AS found
    WHERE emails.id = found.email_id
"""

# One pass: what was sent, by e-mail; also for its test, if there is one.
COUNT_SENT = """
    UPDATE emails SET sent_count = sent_count + found.number,
        variant_sent_count = variant_sent_count + CASE WHEN variant_start_date IS NULL THEN 0 ELSE found.number END
    FROM (SELECT email_id, count(*) AS number FROM outbox WHERE id = ANY(%(ids)s::bigint[]) GROUP BY email_id) AS found
    WHERE emails.id = found.email_id
"""

# One pass: the contact and e-mail of messages.
OWNERS_OF = "SELECT id, contact_id, email_id FROM outbox WHERE id = ANY(%(ids)s::bigint[])"

CONTACTS_OF_ADDRESS = "SELECT id FROM contacts WHERE lower(fields ->> 'email') = lower(%(address)s)"

# One pass: the numbers of an e-mail and its translations.
STATISTICS = f"""
    SELECT count(*) FILTER (WHERE state = {State.SENT}),
           count(*) FILTER (WHERE read_at IS NOT NULL),
           count(*) FILTER (WHERE click_count > 0),
           count(*) FILTER (WHERE unsubscribed_at IS NOT NULL),
           count(*) FILTER (WHERE bounced_at IS NOT NULL),
           count(*) FILTER (WHERE state = {State.FAILED}),
           count(*) FILTER (WHERE state = {State.UNKNOWN}),
           count(*) FILTER (WHERE state IN ({State.PENDING}, {State.CLAIMED}, {State.ATTEMPTING})),
           count(*) FILTER (WHERE state = {State.CANCELLED}),
           coalesce(sum(click_count), 0)
    FROM outbox WHERE email_id = ANY(%(family)s::bigint[])
"""

# One pass: why waiting messages wait, how many of them, and when the first is due.
DELAYS = f"""
    SELECT answer, count(*)::int, min(due_at) FROM outbox
    WHERE email_id = ANY(%(family)s::bigint[]) AND state = {State.PENDING} AND due_at > now() AND answer IS NOT NULL
    GROUP BY answer ORDER BY 2 DESC, answer LIMIT 5
"""

LINKS = """
    SELECT url, sum(hits)::int, sum(unique_hits)::int FROM links
    WHERE channel = 'email' AND channel_id = ANY(%(family)s::bigint[])
    GROUP BY url ORDER BY 2 DESC, url
"""

# One pass: per day, what was sent, first read and bounced.
OVER_TIME = """
    SELECT day, sum(sent)::int, sum(read)::int, sum(failed)::int FROM (
        SELECT date_trunc('day', sent_at) AS day, count(*) AS sent, 0 AS read, 0 AS failed
        FROM outbox WHERE email_id = ANY(%(family)s::bigint[]) AND sent_at >= %(since)s GROUP BY 1
        UNION ALL
        SELECT date_trunc('day', read_at), 0, count(*), 0
        FROM outbox WHERE email_id = ANY(%(family)s::bigint[]) AND read_at >= %(since)s GROUP BY 1
        UNION ALL
        SELECT date_trunc('day', bounced_at), 0, 0, count(*)
        FROM outbox WHERE email_id = ANY(%(family)s::bigint[]) AND bounced_at >= %(since)s GROUP BY 1
    ) AS days GROUP BY day ORDER BY day
"""

# One pass: what is not sent yet will not be.
WITHDRAW = f"""
    UPDATE outbox SET state = {State.CANCELLED}, answer = %(reason)s
    WHERE email_id = ANY(%(family)s::bigint[]) AND state = {State.PENDING}
"""

# One pass: a reply proves that the message was read; tells whose it was and whether that is news.
MARK_REPLIED = f"""
    UPDATE outbox SET read_at = coalesce(outbox.read_at, now())
    FROM (SELECT id, read_at FROM outbox WHERE id = %(message)s AND state = {State.SENT} FOR UPDATE) AS before
    WHERE outbox.id = before.id
    RETURNING outbox.contact_id, before.read_at IS NULL, outbox.email_id
"""

# --- what comes back

# One pass: a message that was taken for sent has failed after all, and the event of it; nothing when that was known.
MARK_BOUNCED = f"""
    WITH message AS (
        UPDATE outbox SET bounced_at = now(), state = {State.FAILED}, answer = %(answer)s
        WHERE id = %(message)s AND bounced_at IS NULL AND sent_at IS NOT NULL AND state IN ({State.SENT}, {State.UNKNOWN})
        RETURNING id, contact_id
    )
    INSERT INTO events (type, contact_id, object_id, payload)
    SELECT {EventType.EMAIL_BOUNCED}, contact_id, id, %(payload)s::jsonb FROM message
"""
NOTE_ANSWER = f"UPDATE outbox SET answer = %(answer)s WHERE id = %(message)s AND state = {State.SENT}"
# One pass: the message is marked and the event of it appended; nothing when there is no such message.
UNSUBSCRIBE = f"""
    WITH message AS (
        UPDATE outbox SET unsubscribed_at = coalesce(unsubscribed_at, now()) WHERE id = %(message)s
        RETURNING id, contact_id
    )
    INSERT INTO events (type, contact_id, object_id, payload)
    SELECT {EventType.EMAIL_UNSUBSCRIBED}, contact_id, id, %(payload)s::jsonb FROM message
"""

# --- in campaigns

# Why a contact cannot get the e-mail; null when it can.
WHY_NOT = """
    CASE
        WHEN coalesce(contacts.fields ->> 'email', '') = '' THEN 'address'
        WHEN EXISTS (SELECT FROM contact_categories AS unwanted WHERE unwanted.contact_id = contacts.id
                     AND unwanted.category_id = %(category)s AND unwanted.manually_removed) THEN 'category'
        WHEN NOT %(marketing)s THEN NULL
        WHEN EXISTS (SELECT FROM do_not_contact AS dnc WHERE dnc.contact_id = contacts.id AND dnc.channel = 'email')
            THEN 'refused'
        WHEN EXISTS (SELECT FROM outbox AS had WHERE had.contact_id = contacts.id
                     AND had.email_id = ANY(%(family)s::bigint[])) THEN 'had'
    END
"""
# One pass: which of the contacts cannot get the e-mail, and why.
BLOCKED = f"""
    SELECT id, reason FROM (
        SELECT contacts.id, {WHY_NOT} AS reason FROM contacts WHERE contacts.id = ANY(%(contacts)s::bigint[])
    ) AS found WHERE reason IS NOT NULL
"""
# What hinders the e-mail, or that the rules of how often put it off.
HINDRANCE = f"""
    coalesce(%(texts)s::jsonb ->> ({WHY_NOT}), CASE WHEN %(marketing)s AND
        (SELECT {NOT_BEFORE} FROM (VALUES (1)) AS once {RULES}) IS NOT NULL THEN %(later)s::text END)
"""
CAMPAIGN_AUDIENCE = f"""
    SELECT contacts.id, {TRANSLATION}, NULL::bigint, {NOT_BEFORE} FROM contacts {RULES}
    WHERE contacts.id = ANY(%(contacts)s::bigint[])
"""
TRANSACTIONAL_AUDIENCE = f"""
    SELECT contacts.id, {TRANSLATION}, NULL::bigint, NULL::timestamptz FROM contacts
    WHERE contacts.id = ANY(%(contacts)s::bigint[])
"""
# One pass: the contacts of messages that were sent for one reason.
OF_OCCASION = "SELECT id, contact_id FROM outbox WHERE id = ANY(%(ids)s::bigint[]) AND occasion LIKE %(occasion)s"
