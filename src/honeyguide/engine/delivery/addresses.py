"""Which texts are e-mail addresses that may be written to."""

import re

_LOCAL = r"[^\s@<>(),;:\\\"\[\]\x00-\x20\x7f]{1,64}"
_LABEL = r"[^\s@.<>(),;:\\\"\[\]\x00-\x20\x7f-\x9f]{1,63}"
_ADDRESS = re.compile(rf"{_LOCAL}@{_LABEL}(?:\.{_LABEL})*").fullmatch
LONGEST = 254


def is_address(text: str | None) -> bool:
    """Whether SMTP can carry the text as one mailbox, and nothing but one."""
    return bool(text) and len(text) <= LONGEST and _ADDRESS(text) is not None


def tagged(address: str, purpose: str, sealed: str) -> str:
    """The address with a purpose and a tracking hash after a plus: `news+bounce_0123…@example.com`."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{purpose}_{sealed}@{domain}"


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def wire_form(address: str) -> tuple[bytes, bool]:
    """An address as SMTP takes it and whether that needs SMTPUTF8: domains become ASCII, local parts stay.

    Raises ValueError for a domain that has no ASCII form.
    """
    if address.isascii():
        return address.encode(), False
    local, _, domain = address.rpartition("@")
    ascii_domain = domain.encode("idna") if not domain.isascii() else domain.encode()
    return local.encode("utf-8") + b"@" + ascii_domain, not local.isascii()
