"""Secrets that are shared with a client. They sign, so a digest would not do; made from the server's key, none is stored."""

import hashlib
import hmac

from django.conf import settings

from honeyguide.engine.oauth2.models import OAuthClient


def client_secret(client: OAuthClient) -> str:
    """The consumer secret. It changes when the client's stored bytes do."""
    return _derived("client", f"{client.random_id}:{bytes(client.secret_digest).hex()}")


def token_secret(key: str) -> str:
    return _derived("token", key)


def _derived(purpose: str, text: str) -> str:
    key = hashlib.sha256(f"oauth1:{purpose}:{settings.SECRET_KEY}".encode()).digest()
    return hmac.digest(key, text.encode(), "sha256").hex()[:50]
