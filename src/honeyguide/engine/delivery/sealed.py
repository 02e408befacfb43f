"""Names for rows that outsiders may hold, of messages and contacts: 6 bytes of row id and 8 bytes of HMAC, as 28 hex characters.

Nothing is stored for them, nobody can make one up, and one tells nothing about another.
"""

import hashlib
import hmac
from functools import cache

from django.conf import settings

ID_BYTES = 6
LENGTH = 28
OUTBOX, DISPATCH, CONTACT = "outbox", "dispatch", "contact"


@cache
def _key(purpose: str) -> bytes:
    return hashlib.sha256(f"{purpose}:{settings.SECRET_KEY}".encode()).digest()


def seal(row_id: int, kind: str = OUTBOX) -> str:
    """The tracking hash of a row of the outbox, or of another kind: of other messages, or of the contact who reads a page."""
    body = row_id.to_bytes(ID_BYTES, "big")
    return (body + hmac.digest(_key(kind), body, "sha256")[:8]).hex()


def unseal(text: str, kind: str = OUTBOX) -> int | None:
    """The row that a tracking hash names; None when it was not made here, or is of another kind."""
    try:
        body = bytes.fromhex(text[: 2 * ID_BYTES])
    except ValueError:
        return None
    row_id = int.from_bytes(body, "big")
    if len(body) != ID_BYTES or not hmac.compare_digest(seal(row_id, kind).encode(), text.lower().encode()):
        return None
    return row_id


def sign_address(address: str) -> str:
    """Proof, in unsubscribe URLs, that this address was written to; 64 hex characters."""
    return hmac.digest(_key("address"), address.lower().encode(), "sha256").hex()


def is_signed(address: str, signature: str) -> bool:
    return hmac.compare_digest(sign_address(address).encode(), signature.encode())
