"""The token endpoint's rules: what a client shows, and the tokens it gets for it. Order and texts of errors: contract auth 4."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth import authenticate
from django.db import transaction
from django.utils import timezone
from oauthlib.oauth2.rfc6749.grant_types.authorization_code import (
    code_challenge_method_plain,
    code_challenge_method_s256,
)

from honeyguide.engine import config
from honeyguide.engine.access import throttle, tokens
from honeyguide.engine.access.sign_in import MAX_PASSWORD
from honeyguide.engine.oauth2 import errors
from honeyguide.engine.oauth2.clients import find_client, has_secret
from honeyguide.engine.oauth2.errors import OAuthError
from honeyguide.engine.oauth2.models import CLIENT, CODE, PASSWORD, REFRESH, OAuthClient, RefreshToken
from honeyguide.engine.sql import execute, one

Given = Mapping[str, Any]
REFRESH_GRACE = timedelta(seconds=30)  # an answer that was lost is asked for again at once, or never
CHALLENGES = {"plain": code_challenge_method_plain, "S256": code_challenge_method_s256}

# One pass: takes the code away, so that of two exchanges at once one gets it; a code shown wrongly is spent as well.
SPEND_CODE = """
    DELETE FROM oauth2_codes c USING users u
    WHERE c.digest = %s AND c.client_id = %s AND u.id = c.user_id AND u.is_published
    RETURNING c.user_id, c.redirect_uri, c.challenge, c.challenge_method, c.expires_at
"""
# One pass: marks the token as used when it was not yet, and says since when it is.
USE_REFRESH_TOKEN = """
    UPDATE oauth2_refresh_tokens r SET used_at = coalesce(r.used_at, %s) FROM users u
    WHERE r.digest = %s AND r.client_id = %s AND u.id = r.user_id AND u.is_published
    RETURNING r.user_id, r.expires_at, r.used_at
"""
FORGET_CODES = "DELETE FROM oauth2_codes WHERE expires_at < now() - interval '1 hour'"
FORGET_REFRESH_TOKENS = """
    DELETE FROM oauth2_refresh_tokens
    WHERE expires_at < now() - interval '1 day' OR used_at < now() - interval '1 hour'
"""


def exchange(given: Given, basic: tuple[str, str] | None, address: str) -> dict[str, Any]:
    """The answer to a token request. `basic` are client id and secret of the header, which go before parameters."""
    grant_type = text(given, "grant_type")
    if not grant_type:
        raise OAuthError(*errors.INVALID_GRANT_TYPE)
    client = authenticated_client(given, basic)
    if grant_type not in client.grant_types or grant_type not in GRANTS:
        raise OAuthError(*errors.GRANT_NOT_ALLOWED)
    user_id = GRANTS[grant_type](client, given, address)
    if text(given, "scope"):
        raise OAuthError(*errors.WRONG_SCOPE)
    with transaction.atomic():
        return answer(client, user_id)


def authenticated_client(given: Given, basic: tuple[str, str] | None) -> OAuthClient:
    public_id, secret = basic or (text(given, "client_id"), text(given, "client_secret"))
    if not public_id:
        raise OAuthError(*errors.NO_CLIENT)
    client = find_client(public_id)
    if client is None or not has_secret(client, secret):
        raise OAuthError(*errors.WRONG_CLIENT)
    return client


def by_code(client: OAuthClient, given: Given, address: str) -> int:
    code, redirect_uri = text(given, "code"), text(given, "redirect_uri")
    if not code:
        raise OAuthError(*errors.NO_CODE)
    if not redirect_uri:
        raise OAuthError(*errors.NO_REDIRECT)
    spent = one(SPEND_CODE, (tokens.digest(code), client.pk))
    if spent is None:
        raise OAuthError(*errors.WRONG_CODE)
    user_id, used_uri, challenge, method, expires_at = spent
    if redirect_uri != used_uri:
        raise OAuthError(*errors.OTHER_REDIRECT)
    if expires_at <= timezone.now():
        raise OAuthError(*errors.EXPIRED_CODE)
    if not proves(text(given, "code_verifier"), challenge, method):
        raise OAuthError(*errors.WRONG_VERIFIER)
    return user_id


def proves(verifier: str, challenge: str, method: str) -> bool:
    """Whether the verifier belongs to the challenge. Without a challenge there must be no verifier either: somebody may have
    cut the challenge out of the request."""
    if not challenge or not verifier:
        return not challenge and not verifier
    return verifier.isascii() and CHALLENGES[method](verifier, challenge)


def by_refresh_token(client: OAuthClient, given: Given, address: str) -> int:
    token = text(given, "refresh_token")
    if not token:
        raise OAuthError(*errors.NO_REFRESH_TOKEN)
    now = timezone.now()
    found = one(USE_REFRESH_TOKEN, (now, tokens.digest(token), client.pk))
    if found is None or now - found[2] > REFRESH_GRACE:
        raise OAuthError(*errors.WRONG_REFRESH_TOKEN)
    if found[1] <= now:
        raise OAuthError(*errors.EXPIRED_REFRESH_TOKEN)
    return found[0]


def by_client(client: OAuthClient, given: Given, address: str) -> None:
    """The client acts for itself, with its role."""


def by_password(client: OAuthClient, given: Given, address: str) -> int:
    name, password = text(given, "username"), text(given, "password")
    if not name or not password:
        raise OAuthError(*errors.NO_PASSWORD)
    if not throttle.may_try(name, address):
        raise OAuthError(*errors.WRONG_PASSWORD)
    user = authenticate(None, username=name, password=password[:MAX_PASSWORD])
    if user is None:
        raise OAuthError(*errors.WRONG_PASSWORD)
    throttle.succeeded(name, address)
    return user.pk


GRANTS: dict[str, Callable[[OAuthClient, Given, str], int | None]] = {
    CODE: by_code,
    REFRESH: by_refresh_token,
    CLIENT: by_client,
    PASSWORD: by_password,
}


def answer(client: OAuthClient, user_id: int | None) -> dict[str, Any]:
    """New tokens as the client sees them. A client that acts for itself has its secret instead of a refresh token."""
    seconds = 60 * config.get("api_oauth2_access_token_lifetime")
    shown = {
        "access_token": tokens.issue(client_id=client.pk, user_id=user_id, seconds=seconds),
        "expires_in": seconds,
        "token_type": "bearer",
        "scope": None,
    }
    if user_id is not None and REFRESH in client.grant_types:
        shown["refresh_token"] = issue_refresh_token(client, user_id)
    return shown


def issue_refresh_token(client: OAuthClient, user_id: int) -> str:
    token = tokens.new_token()
    RefreshToken.objects.create(
        digest=tokens.digest(token),
        client=client,
        user_id=user_id,
        expires_at=timezone.now() + timedelta(days=config.get("api_oauth2_refresh_token_lifetime")),
    )
    return token


def text(given: Given, name: str) -> str:
    """A parameter that is text; a list or map counts as missing."""
    value = given.get(name)
    return value.replace("\x00", "") if isinstance(value, str) else ""


def forget_expired() -> int:
    """Deletes codes and refresh tokens that are of no use any more."""
    return execute(FORGET_CODES) + execute(FORGET_REFRESH_TOKENS)
