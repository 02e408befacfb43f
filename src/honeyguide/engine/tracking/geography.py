"""Where an address is, from a database file in MaxMind's format that the administrator provides; none comes with Honeyguide."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import maxminddb
from django.conf import settings

from honeyguide.engine import config
from honeyguide.engine.places import is_country

logger = logging.getLogger(__name__)

FILE = "ip-lookup.mmdb"  # in the data folder, when the configuration names no other
# What is told of an address, in the order clients know; "" for what is not known.
DETAILS = (
    "city", "region", "zipcode", "country", "latitude", "longitude", "isp", "organization", "timezone", "extra",
)  # fmt: skip
# Names there that are others in the list of countries.
COUNTRIES = {
    "Congo Republic": "Republic of the Congo",
    "DR Congo": "Democratic Republic of the Congo",
    "The Bahamas": "Bahamas",
    "The Gambia": "Gambia",
    "The Netherlands": "Netherlands",
    "Türkiye": "Turkey",
}


def database_path() -> Path:
    """The file that is looked into, whether it is there or not."""
    return Path(config.get("ip_lookup_database") or settings.DATA_DIR / FILE)


def made_at() -> datetime | None:
    """When the data were made; None when there is no file. Raises `OSError` or `ValueError` when it cannot be read."""
    path = database_path()
    if not path.exists():
        return None
    with maxminddb.open_database(path) as reader:
        return datetime.fromtimestamp(reader.metadata().build_epoch, UTC)


def look_up(addresses: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The details of those addresses that the database knows; nothing when there is no database, or none that can be read."""
    path = database_path()
    try:
        reader = _reader(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        logger.warning("%s cannot be read: %s", path, error)
        return {}
    found = {address: _found(reader, address) for address in addresses}
    return {address: details for address, details in found.items() if details}


@lru_cache(maxsize=1)
def _reader(path: Path, changed_at: int) -> maxminddb.Reader:
    """A new one when the file is replaced."""
    return maxminddb.open_database(path)


def _found(reader: maxminddb.Reader, address: str) -> dict[str, Any]:
    try:
        record = reader.get(address)
    except (ValueError, maxminddb.InvalidDatabaseError):
        return {}  # no address, one of the other family, or a damaged part of the file
    return details_of(record) if isinstance(record, Mapping) else {}


def details_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record of a city, country or organisation database in the words of an address's details."""
    subdivisions = record.get("subdivisions")
    traits, location = _part(record, "traits"), _part(record, "location")
    country = _name(record.get("country")) or _name(record.get("registered_country"))
    known = {
        "city": _name(record.get("city")),
        "region": _name(subdivisions[0]) if isinstance(subdivisions, list) and subdivisions else "",
        "zipcode": _part(record, "postal").get("code"),
        "country": COUNTRIES.get(country, country),
        "latitude": location.get("latitude"),
        "longitude": location.get("longitude"),
        "isp": record.get("isp") or traits.get("isp"),
        "organization": record.get("organization") or traits.get("organization"),
        "timezone": location.get("time_zone"),
    }
    if not any(known.values()):
        return {}
    return {name: "" if known.get(name) is None else known[name] for name in DETAILS}


def values_for_contact(details: Mapping[str, Any]) -> dict[str, str]:
    """What a contact of whom no place is known gets: a country only under a name that fields accept."""
    country = details.get("country") or ""
    values = {
        "city": details.get("city"),
        "state": details.get("region"),
        "country": country if is_country(country) else "",
        "zipcode": details.get("zipcode"),
    }
    return {alias: str(value) for alias, value in values.items() if value}


def _part(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = record.get(name)
    return part if isinstance(part, Mapping) else {}


def _name(part: Any) -> str:
    names = part.get("names") if isinstance(part, Mapping) else None
    return str(names.get("en") or "") if isinstance(names, Mapping) else ""
