"""Messages that were sent, and what is known of them and their contacts."""

import orjson

from features.inbox.samples import HASH
from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.delivery.sealed import seal
from honeyguide.engine.events import EventType, consume
from honeyguide.engine.sql import rows, scalar
from honeyguide.features.emails.jobs import OBEDIENCE
from honeyguide.features.emails.models import Email
from honeyguide.features.inbox.acting import act
from honeyguide.features.inbox.reading import read

UNSUBSCRIBED, BOUNCED = 1, 2


def contact(address="ann@example.com") -> int:
    statement = "INSERT INTO contacts (is_published, fields, points) VALUES (true, %s::jsonb, 0) RETURNING id"
    return scalar(statement, (orjson.dumps({"email": address}).decode(),))


def sent(who: int, address="ann@example.com", *, email: Email | None = None, days_ago=0) -> int:
    """A message that a server accepted; returns its row's id."""
    email = email or Email.objects.create(name="May", subject="May")
    return scalar(
        """INSERT INTO outbox (email_id, contact_id, occasion, state, priority, attempts, address, queued_at, sent_at,
                               open_count, click_count, viewed_in_browser)
           VALUES (%s, %s, 'broadcast', %s, 2, 1, %s, now(), now() - %s * interval '1 day', 0, 0, false) RETURNING id""",
        (email.pk, who, OutboxState.SENT.value, address, days_ago),
    )


def about(raw: bytes, message: int) -> bytes:
    """A sample that carries the hash of a message."""
    return raw.replace(HASH.encode(), seal(message).encode())


def hear(raw: bytes, key="1"):
    """A returned message was found in a mailbox."""
    state = act(read(raw), source="mailbox", key=key)
    consume(OBEDIENCE)
    return state


def reasons(who: int) -> list[int]:
    """Why a contact gets no e-mail."""
    return [row[0] for row in rows("SELECT reason FROM do_not_contact WHERE contact_id = %s", (who,))]


def happened(who: int, event: EventType) -> int:
    return scalar("SELECT count(*) FROM events WHERE contact_id = %s AND type = %s", (who, int(event)))
