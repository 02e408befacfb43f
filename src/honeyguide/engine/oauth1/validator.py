"""What oauthlib asks about clients, tokens and calls."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
from datetime import timedelta
from typing import Any

from django.utils import timezone
from oauthlib.common import urlencode
from oauthlib.oauth1 import (
    SIGNATURE_HMAC_SHA1,
    SIGNATURE_HMAC_SHA256,
    SIGNATURE_PLAINTEXT,
    RequestValidator,
    WebApplicationServer,
)

from honeyguide.engine.access.tokens import digest
from honeyguide.engine.oauth1.models import OAuth1Token
from honeyguide.engine.oauth1.secrets import client_secret, token_secret
from honeyguide.engine.oauth2.clients import find_client, may_redirect
from honeyguide.engine.oauth2.models import OAUTH1, OAuthClient
from honeyguide.engine.sql import execute

REQUEST_TOKEN_LIFE = timedelta(minutes=15)
CLOCK_SECONDS = 300
OUT_OF_BAND = "oob"
# One pass: this call was seen; nothing when it was seen before.
SEE = "INSERT INTO oauth1_nonces (digest, seen_at) VALUES (%s, now()) ON CONFLICT DO NOTHING"
FORGET = "DELETE FROM oauth1_nonces WHERE seen_at < now() - make_interval(secs => %s)"
FORGET_TOKENS = "DELETE FROM oauth1_tokens WHERE expires_at < now()"


def client_of(key: str | None) -> OAuthClient | None:
    """The published client of OAuth 1.0a with this consumer key."""
    return find_client(key or "", protocol=OAUTH1)


def token_of(key: str | None, *, is_access: bool) -> OAuth1Token | None:
    """The token, while it is valid."""
    found = OAuth1Token.objects.select_related("client").filter(key=key or "", is_access=is_access).first()
    return None if found is None or (found.expires_at and found.expires_at <= timezone.now()) else found


def remember(client_key: str, token_key: str, timestamp: str, nonce: str) -> bool:
    """Whether this is the first call with this nonce."""
    seen = "\n".join((client_key or "", token_key or "", str(timestamp), nonce or ""))
    return execute(SEE, (hashlib.sha256(seen.encode()).digest(),)) == 1


def forget_old() -> int:
    """Drops calls too old to be accepted again, and request tokens that nobody approved; returns how many rows."""
    return execute(FORGET, (4 * CLOCK_SECONDS,)) + execute(FORGET_TOKENS)


class Validator(RequestValidator):
    """Answers in the same time and way for what is not there: `dummy_…` stand in, and the signature fails."""

    allowed_signature_methods = (SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256, SIGNATURE_PLAINTEXT)
    enforce_ssl = False  # a proxy may do TLS; a secret in the clear is refused by the views
    timestamp_lifetime = CLOCK_SECONDS
    safe_characters = set(string.ascii_letters + string.digits + "_-.")
    client_key_length = request_token_length = access_token_length = verifier_length = (8, 100)
    nonce_length = (1, 200)
    dummy_client, dummy_request_token, dummy_access_token = "0_dummy", "dummyrequest", "dummyaccess"

    def check_nonce(self, nonce: str) -> bool:
        return 1 <= len(nonce) <= 200

    # --- keys and secrets

    def validate_client_key(self, client_key: str, request: Any) -> bool:
        return client_of(client_key) is not None

    def validate_request_token(self, client_key: str, token: str, request: Any) -> bool:
        return self._belongs(client_key, token, is_access=False)

    def validate_access_token(self, client_key: str, token: str, request: Any) -> bool:
        return self._belongs(client_key, token, is_access=True)

    def _belongs(self, client_key: str, token: str, *, is_access: bool) -> bool:
        found = token_of(token, is_access=is_access)
        return found is not None and found.client.is_published and found.client.public_id == client_key

    def get_client_secret(self, client_key: str, request: Any) -> str:
        client = client_of(client_key)
        return client_secret(client) if client else token_secret(self.dummy_client)

    def get_request_token_secret(self, client_key: str, token: str, request: Any) -> str:
        return token_secret(token)

    def get_access_token_secret(self, client_key: str, token: str, request: Any) -> str:
        return token_secret(token)

    def validate_timestamp_and_nonce(
        self,
        client_key: str,
        timestamp: str,
        nonce: str,
        request: Any,
        request_token: Any = None,
        access_token: Any = None,
    ) -> bool:
        return remember(client_key, request_token or access_token or "", timestamp, nonce)

    # --- the dance

    def validate_redirect_uri(self, client_key: str, redirect_uri: str, request: Any) -> bool:
        client = client_of(client_key)
        return client is not None and (redirect_uri == OUT_OF_BAND or may_redirect(client, redirect_uri))

    def save_request_token(self, token: dict[str, str], request: Any) -> None:
        now = timezone.now()
        OAuth1Token.objects.create(
            key=token["oauth_token"],
            client=client_of(request.client_key),
            callback=request.redirect_uri,
            created_at=now,
            expires_at=now + REQUEST_TOKEN_LIFE,
        )

    def validate_verifier(self, client_key: str, token: str, verifier: str, request: Any) -> bool:
        found = token_of(token, is_access=False)
        if found is None or found.verifier_digest is None:
            return False
        return hmac.compare_digest(bytes(found.verifier_digest), digest(verifier))

    def save_access_token(self, token: dict[str, str], request: Any) -> None:
        approved = token_of(request.resource_owner_key, is_access=False)
        OAuth1Token.objects.create(
            key=token["oauth_token"],
            client=approved.client,
            user_id=approved.user_id,
            is_access=True,
            created_at=timezone.now(),
        )

    def invalidate_request_token(self, client_key: str, request_token: str, request: Any) -> None:
        OAuth1Token.objects.filter(key=request_token, is_access=False).delete()

    # --- realms: there is one, that of the user's role

    def get_default_realms(self, client_key: str, request: Any) -> list[str]:
        return []

    def get_realms(self, token: str, request: Any) -> list[str]:
        return []

    def validate_requested_realms(self, client_key: str, realms: Any, request: Any) -> bool:
        return True

    def validate_realms(self, *_: Any, **__: Any) -> bool:
        return True


class Server(WebApplicationServer):
    """Tokens whose secrets follow from their keys."""

    def __init__(self) -> None:
        super().__init__(Validator())
        self.token_generator = new_key

    def create_request_token(self, request: Any, credentials: Any) -> str:
        return self._create(request, credentials, self.request_validator.save_request_token, confirmed=True)

    def create_access_token(self, request: Any, credentials: Any) -> str:
        request.realms = []
        return self._create(request, credentials, self.request_validator.save_access_token, confirmed=False)

    def _create(self, request: Any, credentials: Any, save: Any, *, confirmed: bool) -> str:
        key = new_key()
        token = {"oauth_token": key, "oauth_token_secret": token_secret(key), **(credentials or {})}
        if confirmed:
            token["oauth_callback_confirmed"] = "true"
        save(token, request)
        return urlencode(token.items())


def new_key() -> str:
    """40 characters with 200 random bits."""
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(40))
