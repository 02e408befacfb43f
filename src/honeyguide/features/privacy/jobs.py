"""Addresses that were erased, and had asked for no e-mail, get none when they come back."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from honeyguide.engine.events import Consumer, EventType, Read
from honeyguide.engine.sql import rows
from honeyguide.features.contacts.services import MANUAL, set_do_not_contact
from honeyguide.features.privacy.models import Erasure
from honeyguide.features.privacy.services import address_key

COMMENT = "This address was erased here, and had asked for no e-mail."
# One pass: which of the contacts have an address that was erased and is to be kept out.
COME_BACK = """
    SELECT DISTINCT contacts.id FROM contacts JOIN erasures ON erasures.keeps_out AND erasures.digest =
        encode(sha256(convert_to(%(key)s || lower(btrim(contacts.fields ->> 'email')), 'UTF8')), 'hex')
    WHERE contacts.id = ANY(%(contacts)s::bigint[]) AND contacts.fields ->> 'email' <> ''
"""


def wanted() -> Collection[int]:
    """New contacts, once somebody is to be kept out."""
    is_needed = Erasure.objects.filter(keeps_out=True).exists()
    return (EventType.CONTACT_CREATED, EventType.CONTACT_IMPORTED) if is_needed else ()


def keep_out(events: Sequence[Read]) -> None:
    new = [e.contact_id for e in events if e.contact_id and (e.payload or {}).get("action") != "updated"]
    found = [number for (number,) in rows(COME_BACK, {"key": address_key(), "contacts": new})]
    if found:
        set_do_not_contact(found, "email", MANUAL, comments=COMMENT)


KEEPING_OUT = Consumer("erased_addresses", keep_out, wanted)
