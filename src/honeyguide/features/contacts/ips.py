"""The network addresses a contact was seen at."""

from __future__ import annotations

from honeyguide.engine.events import EventType, New, append
from honeyguide.engine.sql import execute, scalar

# What the reference shows of an address that no look-up service knows.
NO_DETAILS = (
    '{"city": "", "region": "", "zipcode": "", "country": "", "latitude": "", "longitude": "", "isp": "", '
    '"organization": "", "timezone": "", "extra": ""}'
)


def number_of(address: str) -> int:
    """The id of an address, which is stored when it is new."""
    number = scalar("SELECT id FROM ip_addresses WHERE ip_address = %s", (address,))
    if number is None:
        execute(
            "INSERT INTO ip_addresses (ip_address, ip_details) VALUES (%s, %s::jsonb) ON CONFLICT DO NOTHING",
            (address, NO_DETAILS),
        )
        number = scalar("SELECT id FROM ip_addresses WHERE ip_address = %s", (address,))
    return number


def attach_ip(contact_id: int, address: str) -> int:
    """Notes that the contact was seen at this address; returns the address's id."""
    number = number_of(address)
    added = execute(
        "INSERT INTO contact_ip_addresses (contact_id, ip_address_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        (contact_id, number),
    )
    if added:
        append(New(EventType.IP_ADDED, contact_id, number))
    return number
