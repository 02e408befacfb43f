"""Who calls the API: a bearer token's user or client, a user by HTTP Basic (contract auth 1 and 2), or by OAuth 1.0a."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import threading
import time
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode

from django.contrib.auth import authenticate as check_password
from django.http import HttpRequest

from honeyguide.engine import config
from honeyguide.engine.access import throttle, tokens
from honeyguide.engine.access.tokens import ExpiredToken, UnknownToken
from honeyguide.engine.tracking.visitors import address_of

REMEMBERED_SECONDS = 60.0
MAX_REMEMBERED = 10_000
_key = secrets.token_bytes(32)  # of this process: digests mean nothing elsewhere
_remembered: dict[bytes, tuple[float, int, str]] = {}
_lock = threading.Lock()


class SignInFailed(Exception):
    """Credentials that are missing, wrong or not allowed, with the status, message and type of the contract's answer."""

    def __init__(self, status: int, message: str, kind: str | None = None):
        super().__init__(message)
        self.status, self.message, self.kind = status, message, kind


NO_CREDENTIALS = ("API authorization denied.", "access_denied")
WRONG_CREDENTIALS = ("Authorization denied, invalid credentials.", "access_denied")
BASIC_DISABLED = (
    "Basic Auth disabled. You need to enable HTTP basic auth in the API settings of Mautic's Configuration.",
    "access_denied",
)
UNKNOWN_TOKEN = ("The access token provided is invalid.", "invalid_grant")
EXPIRED_TOKEN = ("The access token provided has expired.", "invalid_grant")
TOO_MANY_TOKENS = (
    "Only one method may be used to authenticate at a time (Auth header, GET or POST).",
    "invalid_request",
)
BAD_SIGNATURE = ("The OAuth signature, or what it is made with, is not valid.", "access_denied")
TOO_LITTLE_SCOPE = ("The access token is not made for this kind of call.", "insufficient_scope")
WANTS_A_TOKEN = ("This account has a second factor. Use a personal access token, or OAuth.", "access_denied")
TOO_MANY_TRIES = ("Too many failed sign-ins. Try again later.", "access_denied")
FORM = "application/x-www-form-urlencoded"


def authenticate(request: HttpRequest) -> tuple[Any, str]:
    """The calling user, and a name of the credential for rate limits. Raises `SignInFailed` (contract auth 1)."""
    scheme = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")[0].lower()
    presented = _tokens(request, scheme)
    if len(presented) > 1:
        raise SignInFailed(400, *TOO_MANY_TOKENS)
    if presented:
        return _bearer(presented[0], request.method or "GET")
    if scheme == "basic":
        refuse_disabled_basic(request)
        return _basic(request), "basic"
    if scheme == "oauth":
        return _signed(request)
    raise SignInFailed(401, *NO_CREDENTIALS)


def refuse_disabled_basic(request: HttpRequest) -> None:
    """Where Basic is off, its header is refused for whatever it stands (contract auth 2)."""
    scheme = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")[0].lower()
    if scheme == "basic" and not config.get("api_enable_basic_auth"):
        raise SignInFailed(403, *BASIC_DISABLED)


def _tokens(request: HttpRequest, scheme: str) -> list[str]:
    """Bearer tokens presented: in the header, the query, or a form body. One in the query is taken out of it, so that
    neither answers nor links nor logs repeat it."""
    found = []
    if scheme == "bearer":
        found.append(request.META["HTTP_AUTHORIZATION"].partition(" ")[2].strip())
    query = request.META.get("QUERY_STRING", "")
    if "access_token=" in query:
        pairs = parse_qsl(query, keep_blank_values=True)
        found += [value for name, value in pairs if name == "access_token"]
        request.META["QUERY_STRING"] = urlencode([pair for pair in pairs if pair[0] != "access_token"])
    if (
        request.method != "GET"
        and request.META.get("CONTENT_TYPE", "").startswith(FORM)
        and (match := re.search(rb"(?:^|&)access_token=([^&]*)", request.body))
    ):
        found.append(unquote_plus(match.group(1).decode("utf-8", "replace")))
    return found


def without_token(request: HttpRequest, params: Any) -> Any:
    """The parameters of a form without the token that came among them."""
    if isinstance(params, dict) and request.META.get("CONTENT_TYPE", "").startswith(FORM):
        params.pop("access_token", None)
    return params


def _bearer(token: str, method: str) -> tuple[Any, str]:
    try:
        user, scopes = tokens.find_caller(token)
    except UnknownToken:
        raise SignInFailed(401, *UNKNOWN_TOKEN) from None
    except ExpiredToken:
        raise SignInFailed(401, *EXPIRED_TOKEN) from None
    if not tokens.permits(scopes, method):
        raise SignInFailed(403, *TOO_LITTLE_SCOPE)
    return user, f"token:{tokens.digest(token).hex()}"


def _signed(request: HttpRequest) -> tuple[Any, str]:
    """The user by whose OAuth 1.0a token the call is signed."""
    from honeyguide.engine.oauth1.calls import BadSignature, signer

    try:
        user_id, key = signer(request)
    except BadSignature:
        raise SignInFailed(401, *BAD_SIGNATURE) from None
    user = tokens.find_user(user_id)
    if user is None:
        raise SignInFailed(401, *BAD_SIGNATURE)
    return user, f"oauth1:{key}"


def _basic(request: HttpRequest) -> Any:
    """The user of a Basic header. A verified password is remembered for a minute as a keyed digest, bound to the stored hash,
    so that only the first call pays for the slow hash and a changed password counts at once."""
    try:
        pair = base64.b64decode(request.META["HTTP_AUTHORIZATION"].partition(" ")[2].strip(), validate=True).decode(
            "utf-8"
        )
    except ValueError:  # not base64, not ASCII or not UTF-8
        raise SignInFailed(401, *WRONG_CREDENTIALS) from None
    name, colon, password = pair.partition(":")
    if not colon or "\x00" in pair:
        raise SignInFailed(401, *WRONG_CREDENTIALS)
    digest = hmac.digest(_key, pair.encode(), hashlib.sha256)
    known = _remembered.get(digest)
    if known and known[0] > time.monotonic():
        user = tokens.find_user(known[1])
        if user is not None and user.password == known[2] and not user.has_second_factor:
            return user
    address = address_of(request)
    if not throttle.may_try(name, address):
        raise SignInFailed(429, *TOO_MANY_TRIES)
    user = check_password(None, username=name, password=password)
    if user is None:
        raise SignInFailed(401, *WRONG_CREDENTIALS)
    throttle.succeeded(name, address)
    if user.has_second_factor:
        raise SignInFailed(401, *WANTS_A_TOKEN)
    with _lock:
        if len(_remembered) >= MAX_REMEMBERED:
            _remembered.clear()
        _remembered[digest] = (time.monotonic() + REMEMBERED_SECONDS, user.pk, user.password)
    return user


def forget() -> None:
    """Drops everything remembered (tests, sign-out everywhere)."""
    _remembered.clear()
    tokens.forget()
