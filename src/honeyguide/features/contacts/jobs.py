"""What contacts need done when something happens: when they were last seen, and where."""

from collections.abc import Sequence

from django.db import transaction

from honeyguide.engine.events import Consumer, EventType, Read
from honeyguide.engine.resource.errors import Invalid, Refused
from honeyguide.engine.sql import execute
from honeyguide.features.contacts.audit import AUDIT
from honeyguide.features.contacts.ips import somewhere
from honeyguide.features.contacts.saving import Source, update_contact
from honeyguide.features.fields.definitions import definitions

SEEN = frozenset(
    {
        EventType.EMAIL_OPENED, EventType.EMAIL_CLICKED, EventType.EMAIL_REPLIED, EventType.PAGE_HIT,
        EventType.FORM_SUBMITTED,
    }
)  # fmt: skip

# One pass: the last time each contact was seen, in the order of ids so that writers never wait for each other in a circle.
# Within a minute of the time known already nothing is written: each write copies the contact's whole row.
LAST_SEEN = """
    WITH seen AS (
        SELECT contact_id, max(at) AS at FROM unnest(%(contacts)s::bigint[], %(ats)s::timestamptz[]) s(contact_id, at)
        GROUP BY contact_id
    ), behind AS (
        SELECT contacts.id, seen.at FROM contacts JOIN seen ON seen.contact_id = contacts.id
        WHERE contacts.last_active IS NULL OR contacts.last_active < seen.at - interval '1 minute'
        ORDER BY contacts.id FOR NO KEY UPDATE OF contacts
    )
    UPDATE contacts SET last_active = behind.at FROM behind WHERE contacts.id = behind.id
"""


def note_activity(events: Sequence[Read]) -> None:
    """Moves `last_active` to when a contact opened, clicked, visited or sent a form. What machines do does not count."""
    people = [e for e in events if e.contact_id and not (e.payload or {}).get("bot")]
    if people:
        execute(LAST_SEEN, {"contacts": [e.contact_id for e in people], "ats": [e.at for e in people]})


def fill_places(events: Sequence[Read]) -> None:
    """Gives contacts of no known place that of the address at which they were seen; new ones got it when they were made."""
    found = somewhere([e.contact_id for e in events], [e.object_id for e in events], definitions("lead"))
    for contact, values in found:
        try:
            with transaction.atomic():
                update_contact(contact, values, by=None, source=Source("page", "hit"))
        except (Invalid, Refused):
            continue  # the field takes no such value; the address keeps its details


ACTIVITY = Consumer("contact_activity", note_activity, SEEN)
PLACES = Consumer("contact_places", fill_places, frozenset({EventType.IP_ADDED}), batch=1000)

__all__ = ["ACTIVITY", "AUDIT", "PLACES"]
