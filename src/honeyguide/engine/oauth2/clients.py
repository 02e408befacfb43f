"""Finding clients by their public id, and where they may have users sent back to."""

from __future__ import annotations

import hmac
import secrets
import string
from urllib.parse import SplitResult, urlsplit

from oauthlib.uri_validate import is_absolute_uri

from honeyguide.engine.access.tokens import digest
from honeyguide.engine.oauth2.models import OAUTH2, OAuthClient

ALPHABET = string.digits + string.ascii_lowercase
RANDOM_LENGTH = 50
UNSAFE_SCHEMES = {"javascript", "data", "vbscript", "file", "blob", "about"}


def random_part() -> str:
    """A client's random id or secret."""
    return "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))


def find_client(public_id: str, *, protocol: str = OAUTH2) -> OAuthClient | None:
    """The published client of the protocol with this id."""
    number, _, random_id = public_id.partition("_")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    client = OAuthClient.objects.filter(pk=int(number), protocol=protocol, is_published=True).first()
    same = client is not None and hmac.compare_digest(client.random_id.encode(), random_id.encode("utf-8", "replace"))
    return client if same else None


def has_secret(client: OAuthClient, secret: str) -> bool:
    return hmac.compare_digest(bytes(client.secret_digest), digest(secret))


def is_redirect_uri(text: str) -> bool:
    """Whether users may be sent to this address at all: absolute, without a fragment, nothing that a browser would run."""
    if not is_absolute_uri(text) or "#" in text or "\\" in text:
        return False
    parts = _split(text)
    if parts is None or parts.scheme.lower() in UNSAFE_SCHEMES:
        return False
    return bool(parts.hostname) or parts.scheme.lower() not in ("http", "https")


def may_redirect(client: OAuthClient, uri: str) -> bool:
    """Whether the address begins with a registered one, letters of either case alike, on the same host and port, and
    does not climb out of its path."""
    if not is_redirect_uri(uri) or "/./" in uri or "/../" in uri or uri.endswith(("/.", "/..")):
        return False
    return any(
        uri.lower().startswith(registered.lower()) and _place(uri) == _place(registered)
        for registered in client.redirect_uris
    )


def _place(uri: str) -> tuple[str, str]:
    """Scheme and authority (user, host, port), which must be the same, not only begin the same."""
    parts = urlsplit(uri)
    return parts.scheme.lower(), parts.netloc.lower()


def _split(uri: str) -> SplitResult | None:
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        return None
    return parts
