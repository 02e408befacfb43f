"""The set-based statements of text messages: who is to get one, whose number it is, what became of it."""

from honeyguide.engine.delivery.models import OutboxState as State
from honeyguide.engine.events import EventType
from honeyguide.features.contacts import reaching

HAS_NUMBER = "coalesce(nullif(contacts.fields ->> 'mobile', ''), contacts.fields ->> 'phone', '') <> ''"
BLOCKED = reaching.BLOCKED.format(reachable=HAS_NUMBER)
HINDRANCE = reaching.HINDRANCE.format(reachable=HAS_NUMBER)

# Contacts that a broadcast still has to reach: in one of its segments, with a number, not refusing, without any message of it.
PENDING = f"""
    FROM (
        SELECT contact_id, min(segment_id) AS segment_id FROM segment_contacts
        WHERE segment_id = ANY(%(segments)s::bigint[]) AND NOT manually_removed
        GROUP BY contact_id
    ) AS member
    JOIN contacts ON contacts.id = member.contact_id
    {{rules}}
    WHERE {HAS_NUMBER} AND NOT {reaching.REFUSES} AND NOT {reaching.UNWANTED}
      AND NOT EXISTS (SELECT FROM dispatches AS had WHERE had.contact_id = contacts.id
                      AND had.channel = %(channel)s AND had.item_id = %(item)s)
"""

# One pass: the audience of a broadcast, each with the time from which.
AUDIENCE = f"""
    SELECT contacts.id, member.segment_id, {reaching.NOT_BEFORE}
    {PENDING.format(rules=reaching.RULES)}
    ORDER BY contacts.id LIMIT %(limit)s
"""
PENDING_COUNT = f"SELECT count(*) {PENDING.format(rules='')}"

# One pass: whose the contact is, the number to send to, and whether it may be sent to.
RECIPIENT = """
    SELECT owner_id, coalesce(nullif(fields ->> 'mobile', ''), fields ->> 'phone', ''),
           EXISTS (SELECT 1 FROM do_not_contact d WHERE d.contact_id = contacts.id AND d.channel = 'sms')
    FROM contacts WHERE id = %s
"""

# One pass: what was sent, by text message.
COUNT_SENT = """
    UPDATE smses SET sent_count = sent_count + found.number
    FROM (SELECT item_id, count(*) AS number FROM dispatches WHERE id = ANY(%(ids)s::bigint[]) GROUP BY item_id) AS found
    WHERE smses.id = found.item_id
"""

# One pass: whoever has the number, in whatever way it is written, and whoever was sent something to it.
CONTACTS_OF_NUMBER = """
    SELECT id FROM contacts WHERE fields ->> 'mobile' = ANY(%(spellings)s) OR fields ->> 'phone' = ANY(%(spellings)s)
"""

STORE_REPLY = """
    INSERT INTO sms_replies (external_id, sender, message, date_added) VALUES (%(external)s, %(sender)s, %(message)s, now())
    ON CONFLICT (external_id) DO NOTHING RETURNING id
"""

DELIVERED = """
    UPDATE dispatches SET delivered_at = coalesce(delivered_at, now()) WHERE channel = 'sms' AND external_id = %(external)s
"""

# One pass: the provider took the message and could not bring it to the phone; the log says so.
NOT_DELIVERED = f"""
    WITH failed AS (
        UPDATE dispatches SET state = {State.FAILED}, answer = %(reason)s
        WHERE channel = 'sms' AND external_id = %(external)s AND state = {State.SENT} RETURNING id, contact_id
    )
    INSERT INTO events (type, contact_id, object_id, payload)
    SELECT {EventType.SMS_FAILED}, contact_id, id, jsonb_build_object('answer', %(reason)s::text) FROM failed
"""

# One pass: how a message ended: state, what was said, the provider's answer.
ENDED = "SELECT state, content, answer FROM dispatches WHERE id = %s"
