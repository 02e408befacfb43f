"""What callers from outside prove who they are with: a secret they tell, or one they sign with. Comparing takes the same time
whatever is wrong, an empty secret proves nothing, and no odd character raises."""

from __future__ import annotations

import base64
import hmac


def is_secret(secret: str, given: str) -> bool:
    """Whether the caller tells the secret."""
    return bool(secret) and _same(secret, given)


def is_hex_signature(secret: str, text: str, given: str, *, algorithm: str = "sha256") -> bool:
    """Whether `given` is the HMAC of the text with the secret, in hexadecimal digits."""
    return bool(secret) and _same(_sealed(secret, text, algorithm).hex(), given)


def is_base64_signature(secret: str, text: str, given: str, *, algorithm: str = "sha256") -> bool:
    """The same in base64."""
    return bool(secret) and _same(base64.b64encode(_sealed(secret, text, algorithm)).decode(), given)


def _sealed(secret: str, text: str, algorithm: str) -> bytes:
    return hmac.digest(secret.encode(), text.encode("utf-8", "replace"), algorithm)


def _same(wanted: str, given: str) -> bool:
    return hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace"))
