"""Statements about one message that was sent."""

from honeyguide.engine.events import EventType

MESSAGE = """
    SELECT id, address, contact_id, email_id FROM outbox WHERE id = %s
"""
CONTACT_OF_ADDRESS = "SELECT id FROM contacts WHERE lower(fields ->> 'email') = lower(%s) ORDER BY id LIMIT 1"
RESUBSCRIBE = f"""
    WITH message AS (
        UPDATE outbox SET unsubscribed_at = NULL WHERE id = %(message)s RETURNING id, contact_id
    )
    INSERT INTO events (type, contact_id, object_id)
    SELECT {EventType.EMAIL_RESUBSCRIBED}, contact_id, id FROM message
"""
