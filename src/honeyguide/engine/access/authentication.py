"""Who calls the API. So far: HTTP Basic; bearer tokens are refused as unknown until OAuth is there."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import threading
import time
from typing import Any

from django.contrib.auth import authenticate as check_password
from django.contrib.auth import get_user_model
from django.http import HttpRequest

from honeyguide.engine import config
from honeyguide.engine.sql import one

REMEMBERED_SECONDS = 60.0
MAX_REMEMBERED = 10_000
_key = secrets.token_bytes(32)  # of this process: digests mean nothing elsewhere
_remembered: dict[bytes, tuple[float, int, str]] = {}
_users: dict[int, tuple[tuple, Any]] = {}
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


def authenticate(request: HttpRequest) -> tuple[Any, str]:
    """The calling user, and a name of the credential for rate limits. Raises `SignInFailed` (contract auth 1)."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    scheme = header.partition(" ")[0].lower()
    tokens = _tokens(request, header, scheme)
    if len(tokens) > 1:
        raise SignInFailed(400, "Only one method may be used to authenticate at a time (Auth header, GET or POST).")
    if tokens:
        raise SignInFailed(401, *UNKNOWN_TOKEN)
    if scheme == "basic":
        if not config.get("api_enable_basic_auth"):
            raise SignInFailed(403, *BASIC_DISABLED)
        return _basic(header), "basic"
    raise SignInFailed(401, *NO_CREDENTIALS)


def _tokens(request: HttpRequest, header: str, scheme: str) -> list[str]:
    """Bearer tokens presented: in the header, the query, or a form body."""
    found = []
    if scheme == "bearer":
        found.append(header.partition(" ")[2].strip())
    if "access_token=" in request.META.get("QUERY_STRING", ""):
        found += request.GET.getlist("access_token")
    if (
        request.method != "GET"
        and request.META.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded")
        and (match := re.search(rb"(?:^|&)access_token=([^&]*)", request.body))
    ):
        found.append(match.group(1).decode("utf-8", "replace"))
    return found


def _basic(header: str) -> Any:
    """The user of a Basic header. A verified password is remembered for a minute as a keyed digest, bound to the stored hash,
    so that only the first call pays for the slow hash and a changed password counts at once."""
    try:
        pair = base64.b64decode(header.partition(" ")[2].strip(), validate=True).decode("utf-8")
    except ValueError:  # not base64, not ASCII or not UTF-8
        raise SignInFailed(401, *WRONG_CREDENTIALS) from None
    name, colon, password = pair.partition(":")
    if not colon or "\x00" in pair:
        raise SignInFailed(401, *WRONG_CREDENTIALS)
    digest = hmac.digest(_key, pair.encode(), hashlib.sha256)
    known = _remembered.get(digest)
    if known and known[0] > time.monotonic():
        user = _user(known[1])
        if user is not None and user.password == known[2]:
            return user
    user = check_password(None, username=name, password=password)
    if user is None:
        raise SignInFailed(401, *WRONG_CREDENTIALS)
    with _lock:
        if len(_remembered) >= MAX_REMEMBERED:
            _remembered.clear()
        _remembered[digest] = (time.monotonic() + REMEMBERED_SECONDS, user.pk, user.password)
    return user


# One pass: the row versions of a user and the role, which change with every change to either.
VERSION = """
    SELECT users.xmin::text, roles.xmin::text FROM users JOIN roles ON roles.id = users.role_id
    WHERE users.id = %s AND users.is_published
"""


def _user(user_id: int) -> Any | None:
    """The published user, with role, as of now: kept between calls, but only while neither row has changed."""
    version = one(VERSION, (user_id,))
    if version is None:
        return None
    known_version, user = _users.get(user_id, ((), None))
    if version != known_version:
        user = get_user_model().objects.select_related("role").get(pk=user_id)
        if len(_users) > MAX_REMEMBERED:
            _users.clear()
        _users[user_id] = (version, user)
    return user


def forget() -> None:
    """Drops everything remembered (tests, sign-out everywhere)."""
    _remembered.clear()
    _users.clear()
