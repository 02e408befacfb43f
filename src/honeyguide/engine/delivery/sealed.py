"""Names for outbox rows that outsiders may hold: 6 bytes of row id and 8 bytes of HMAC, as 28 hex characters.

Nothing is stored for them, nobody can make one up, and one tells nothing about another.
"""

import hashlib
import hmac
from functools import cache

from django.conf import settings

ID_BYTES = 6
LENGTH = 28


@cache
def _key(purpose: str) -> bytes:
    return hashlib.sha256(f"{purpose}:{settings.SECRET_KEY}".encode()).digest()


def seal(outbox_id: int) -> str:
    """The tracking hash of an outbox row."""
    body = outbox_id.to_bytes(ID_BYTES, "big")
    return (body + hmac.digest(_key("outbox"), body, "sha256")[:8]).hex()


def unseal(text: str) -> int | None:
    """The outbox row that a tracking hash names; None when it was not made here."""
    try:
        body = bytes.fromhex(text[: 2 * ID_BYTES])
    except ValueError:
        return None
    outbox_id = int.from_bytes(body, "big")
    if len(body) != ID_BYTES or not hmac.compare_digest(seal(outbox_id).encode(), text.lower().encode()):
        return None
    return outbox_id


def sign_address(address: str) -> str:
    """Proof, in unsubscribe URLs, that this address was written to; 64 hex characters."""
    return hmac.digest(_key("address"), address.lower().encode(), "sha256").hex()


def is_signed(address: str, signature: str) -> bool:
    return hmac.compare_digest(sign_address(address).encode(), signature.encode())
