"""Statements about one message that was sent."""

from honeyguide.engine.events import EventType

MESSAGE = """
    SELECT id, address, contact_id, email_id FROM outbox WHERE id = %s
"""
CONTACT_OF_ADDRESS = "SELECT id FROM contacts WHERE lower(fields ->> 'email') = lower(%s) ORDER BY id LIMIT 1"
# One pass: the message is marked and the event of it appended; nothing when there is no such message.
UNSUBSCRIBE = f"""
    WITH message AS (
        UPDATE outbox SET unsubscribed_at = coalesce(unsubscribed_at, now()) WHERE id = %(message)s
        RETURNING id, contact_id
    )
    INSERT INTO events (type, contact_id, object_id, payload)
    SELECT {EventType.EMAIL_UNSUBSCRIBED}, contact_id, id, %(payload)s::jsonb FROM message
"""
# The message is gone, but the signed address proves that there was one.
UNSUBSCRIBE_ADDRESS = f"INSERT INTO events (type, payload) VALUES ({EventType.EMAIL_UNSUBSCRIBED}, %(payload)s::jsonb)"
RESUBSCRIBE = f"""
    WITH message AS (
        UPDATE outbox SET unsubscribed_at = NULL WHERE id = %(message)s RETURNING id, contact_id
    )
    INSERT INTO events (type, contact_id, object_id)
    SELECT {EventType.EMAIL_RESUBSCRIBED}, contact_id, id FROM message
"""
