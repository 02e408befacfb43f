"""The network addresses a contact was seen at, and the places that these are in (engine contacts.md, "IP geo fill")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from honeyguide.engine import config
from honeyguide.engine.events import EventType, New, append, append_many
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.engine.tracking.geography import DETAILS, look_up, values_for_contact
from honeyguide.features.fields.definitions import Definitions

PLACE = ("city", "state", "country", "zipcode")  # a contact with any of these is somewhere already
NO_DETAILS = dict.fromkeys(DETAILS, "")  # what the reference shows of an address that no look-up service knows

# One pass: addresses that are new.
ADD = """
    INSERT INTO ip_addresses (ip_address, ip_details)
    SELECT * FROM unnest(%s::text[], %s::jsonb[]) ON CONFLICT DO NOTHING
"""
UNKNOWN = """
    SELECT DISTINCT address FROM unnest(%s::text[]) AS seen (address)
    WHERE NOT EXISTS (SELECT FROM ip_addresses i WHERE i.ip_address = seen.address)
"""
# One pass: who was seen where for the first time.
LINK = """
    INSERT INTO contact_ip_addresses (contact_id, ip_address_id)
    SELECT DISTINCT contacts.id, i.id FROM unnest(%s::bigint[], %s::text[]) AS seen (contact, address)
    JOIN contacts ON contacts.id = seen.contact JOIN ip_addresses i ON i.ip_address = seen.address
    ORDER BY 1, 2
    ON CONFLICT DO NOTHING RETURNING contact_id, ip_address_id
"""
# One pass: addresses of which nothing is known, from an id on.
WITHOUT_PLACE = """
    SELECT id, ip_address FROM ip_addresses WHERE id > %s AND coalesce(ip_details ->> 'country', '') = '' ORDER BY id LIMIT %s
"""
TELL = """
    UPDATE ip_addresses SET ip_details = found.details
    FROM unnest(%s::bigint[], %s::jsonb[]) AS found (id, details) WHERE ip_addresses.id = found.id
"""
# One pass: contacts of no known place, each with the details of the address it was just seen at.
SOMEWHERE = """
    SELECT DISTINCT ON (contacts.id) contacts.id, i.ip_details::text
    FROM unnest(%s::bigint[], %s::bigint[]) AS seen (contact, address)
    JOIN contacts ON contacts.id = seen.contact JOIN ip_addresses i ON i.id = seen.address
    WHERE i.ip_details ->> 'country' <> '' AND NOT contacts.fields ?| %s::text[]
    ORDER BY contacts.id, i.id DESC
"""
LOOKED_UP_AT_ONCE = 5_000


def number_of(address: str) -> int:
    """The id of an address, which is stored when it is new."""
    number = scalar("SELECT id FROM ip_addresses WHERE ip_address = %s", (address,))
    if number is None:
        _add([address])
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


def attach_ips(seen: Iterable[tuple[int, str]]) -> None:
    """Notes of many contacts at which address each was seen; contacts that are gone are passed over."""
    pairs = sorted(set(seen))
    if not pairs:
        return
    contacts, addresses = [contact for contact, _ in pairs], [address for _, address in pairs]
    if new := [address for (address,) in rows(UNKNOWN, (addresses,))]:
        _add(new)
    append_many(New(EventType.IP_ADDED, contact, number) for contact, number in rows(LINK, (contacts, addresses)))


def look_up_again(after: int = 0) -> int | None:
    """Asks the file for the next few thousand addresses of unknown place; returns the last one's id, None at the end."""
    waiting = rows(WITHOUT_PLACE, (after, LOOKED_UP_AT_ONCE))
    if not waiting:
        return None
    found = look_up(address for _, address in waiting)
    told = [(number, found[address]) for number, address in waiting if address in found]
    execute(TELL, ([number for number, _ in told], [_json(details) for _, details in told]))
    return waiting[-1][0]


def completed(values: Mapping[str, Any], address: str, fields: Definitions) -> dict[str, Any]:
    """The values of a new contact with the place of its address, when it has none of its own."""
    return dict(values) | _learned(values, look_up([address]).get(address, {}), fields)


def somewhere(
    contacts: Sequence[int], addresses: Sequence[int], fields: Definitions
) -> list[tuple[int, dict[str, Any]]]:
    """Of contacts of no known place, seen at these addresses (ids): what is to be stored of each now."""
    found = rows(SOMEWHERE, (contacts, addresses, list(PLACE)))
    return [(contact, _learned({}, orjson.loads(details), fields)) for contact, details in found]


def _learned(values: Mapping[str, Any], details: Mapping[str, Any], fields: Definitions) -> dict[str, Any]:
    if not details or any(values.get(alias) for alias in PLACE):
        return {}
    learned = values_for_contact(details)
    if config.get("ip_lookup_create_organization") and details.get("organization") and not values.get("company"):
        learned["company"] = str(details["organization"])
    return {alias: value for alias, value in learned.items() if alias in fields}


def _add(addresses: Sequence[str]) -> None:
    found = look_up(addresses)
    execute(ADD, (list(addresses), [_json(found.get(address, NO_DETAILS)) for address in addresses]))


def _json(details: Mapping[str, Any]) -> str:
    return orjson.dumps(details).decode()
