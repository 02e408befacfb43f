"""Statements about notices and the messages they are about."""

# One pass: the notice is taken, by whoever comes first.
TAKE = """
    INSERT INTO notices (key, source, kind, state, is_hard, reason, address)
    VALUES (%(key)s, %(source)s, %(kind)s, %(state)s, %(is_hard)s, %(reason)s, %(address)s)
    ON CONFLICT (key) DO NOTHING
    RETURNING id
"""
SETTLE = """
    UPDATE notices SET state = %(state)s, is_hard = %(is_hard)s, outbox_id = %(message)s,
           address = CASE WHEN %(message)s::bigint IS NULL THEN address ELSE '' END
    WHERE id = %(id)s
"""

# One pass: the messages of these numbers, in their order, with where they went and who gets copies.
MESSAGES = """
    SELECT outbox.id, outbox.contact_id, lower(coalesce(outbox.address, contacts.fields ->> 'email', '')),
           lower(coalesce(contacts.fields ->> 'email', '')), lower(coalesce(emails.bcc_address, ''))
    FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS wanted (id, place)
    JOIN outbox ON outbox.id = wanted.id
    LEFT JOIN contacts ON contacts.id = outbox.contact_id
    LEFT JOIN emails ON emails.id = outbox.email_id
    WHERE outbox.sent_at IS NOT NULL
    ORDER BY wanted.place LIMIT 1
"""

# One pass: the last message that went to an address, by the contacts who have it.
LAST_TO_ADDRESS = """
    SELECT outbox.id FROM contacts JOIN outbox ON outbox.contact_id = contacts.id
    WHERE lower(contacts.fields ->> 'email') = lower(%(address)s) AND outbox.sent_at > now() - %(within)s::interval
      AND lower(outbox.address) = lower(%(address)s)
    ORDER BY outbox.sent_at DESC LIMIT 1
"""

# One pass: how often mail to this contact came back softly of late.
SOFT_BOUNCES = """
    SELECT count(DISTINCT outbox.id) FROM outbox JOIN notices ON notices.outbox_id = outbox.id
    WHERE outbox.contact_id = %(contact)s AND notices.kind = 'bounce' AND notices.state = 'done' AND NOT notices.is_hard
      AND notices.at > now() - %(within)s::interval
"""

FORGET_OLD = "DELETE FROM notices WHERE at < now() - %(keep)s::interval"

STATE_OF = "SELECT state FROM notices WHERE key = %(key)s"

# --- the mailbox

# One pass: the next look at a folder, for whoever asks first.
TAKE_LOOK = """
    INSERT INTO mailboxes (name, place, uid_validity, last_uid, looked_at, trouble)
    VALUES (%(name)s, '', 0, 0, now(), '')
    ON CONFLICT (name) DO UPDATE SET looked_at = now()
    WHERE mailboxes.looked_at IS NULL OR mailboxes.looked_at <= now() - %(every)s::interval
    RETURNING name
"""
PROGRESS = "SELECT place, uid_validity, last_uid FROM mailboxes WHERE name = %(name)s"
KEEP_PROGRESS = """
    UPDATE mailboxes SET place = %(place)s, uid_validity = %(validity)s, last_uid = %(uid)s WHERE name = %(name)s
"""
NOTE_TROUBLE = "UPDATE mailboxes SET trouble = %(trouble)s WHERE name = %(name)s"
FOLDERS = (
    "SELECT name, place, last_uid, looked_at, trouble FROM mailboxes WHERE name = ANY(%(names)s::text[]) ORDER BY name"
)
