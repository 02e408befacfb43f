"""Telephone numbers: one way to write each, and the ways in which people write them."""

from __future__ import annotations

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from honeyguide.engine import config

LONGEST = 60  # characters that are looked at
FORMATS = (
    PhoneNumberFormat.E164,
    PhoneNumberFormat.INTERNATIONAL,
    PhoneNumberFormat.NATIONAL,
    PhoneNumberFormat.RFC3966,
)


def e164(text: str) -> str | None:
    """`+420123456789`; None for what no telephone number can look like. A number without country is of `sms_default_region`."""
    number = _parsed(text)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else None


def spellings(text: str) -> list[str]:
    """As what contacts may have a number: as given, with and without plus, in its country's way and the international one."""
    found = {text.strip()}
    if number := _parsed(text):
        written = {phonenumbers.format_number(number, form) for form in FORMATS}
        found |= written | {"".join(filter(str.isdigit, one)) for one in written}
    return sorted(found)


def _parsed(text: str) -> PhoneNumber | None:
    if len(text) > LONGEST:
        return None
    try:
        number = phonenumbers.parse(text, config.get("sms_default_region"))
    except NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None
