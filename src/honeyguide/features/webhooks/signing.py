"""Signatures by which a receiver knows that a call is ours (contract webhooks; Standard Webhooks 1.0)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

STANDARD_PREFIX = "whsec_"  # what follows is the key in base64


def signature(body: bytes, secret: str) -> str:
    """The reference's: base64 of the HMAC-SHA256 of the body."""
    return _sealed(secret.encode(), body)


def standard_signature(body: bytes, secrets: Iterable[str], *, message_id: str, timestamp: int) -> str:
    """That of Standard Webhooks: one for each valid secret, over id, time and body."""
    content = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(f"v1,{_sealed(_key(secret), content)}" for secret in secrets)


def _key(secret: str) -> bytes:
    if secret.startswith(STANDARD_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(STANDARD_PREFIX), validate=True)
        except ValueError:
            pass
    return secret.encode()


def _sealed(key: bytes, content: bytes) -> str:
    return base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
