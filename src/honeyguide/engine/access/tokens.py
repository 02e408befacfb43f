"""Bearer tokens: how they are made, kept and found. The database has only their digests."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from honeyguide.engine.access.models import AccessToken
from honeyguide.engine.sql import execute, one

PERSONAL_PREFIX = "hgp_"  # so that people and scanners of leaked secrets know what they see
READING = {"GET", "HEAD", "OPTIONS"}
MAX_REMEMBERED = 10_000
_users: dict[int, tuple[tuple, Any]] = {}
_clients: dict[int, tuple[tuple, Any]] = {}

# One pass: the token, and the row versions of whom it stands for, which change with every change to them or their role.
FIND = """
    SELECT t.user_id, t.client_id, t.scopes, t.expires_at <= now(),
           coalesce(users.xmin, clients.xmin)::text, roles.xmin::text
    FROM access_tokens t
    LEFT JOIN users ON users.id = t.user_id
    LEFT JOIN oauth2_clients clients ON clients.id = t.client_id
    JOIN roles ON roles.id = CASE WHEN t.user_id IS NULL THEN clients.role_id ELSE users.role_id END
    WHERE t.digest = %s AND (t.user_id IS NULL OR users.is_published) AND (t.client_id IS NULL OR clients.is_published)
"""
# One pass: the row versions of a user and the role.
USER_VERSION = """
    SELECT users.xmin::text, roles.xmin::text FROM users JOIN roles ON roles.id = users.role_id
    WHERE users.id = %s AND users.is_published
"""
CLIENT = "SELECT name, role_id FROM oauth2_clients WHERE id = %s"
# One pass: all tokens whose time is over, after a day in which they are told apart from unknown ones.
FORGET = "DELETE FROM access_tokens WHERE expires_at < now() - interval '1 day'"


class UnknownToken(Exception):
    """A token that nobody has."""


class ExpiredToken(Exception):
    """A token whose time is over."""


def new_token() -> str:
    """86 letters, digits and nothing else: 256 random bits as hexadecimal, in base64 without padding (contract auth 4)."""
    return base64.b64encode(secrets.token_hex(32).encode()).rstrip(b"=").decode()


def digest(token: str) -> bytes:
    """What the database knows of a secret. No salt or slow hash: these secrets cannot be guessed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def issue(*, client_id: int, user_id: int | None, seconds: int) -> str:
    """A new token by which a client acts for a user, or for itself."""
    token, now = new_token(), timezone.now()
    AccessToken.objects.create(
        digest=digest(token),
        client_id=client_id,
        user_id=user_id,
        created_at=now,
        expires_at=now + timedelta(seconds=seconds),
    )
    return token


def issue_personal(
    user: Any, *, name: str, scopes: str, lifetime: timedelta | None, instead_of_namesake: bool = False
) -> str:
    """A new token by which a user's script acts for the user, for a time or for ever, and in the place of one of its name."""
    token, now = PERSONAL_PREFIX + new_token(), timezone.now()
    if instead_of_namesake:
        AccessToken.objects.filter(user=user, client=None, name=name).delete()
    AccessToken.objects.create(
        digest=digest(token),
        user=user,
        name=name,
        scopes=scopes,
        created_at=now,
        expires_at=now + lifetime if lifetime else None,
    )
    return token


def find_caller(token: str) -> tuple[Any, str | None]:
    """The user that the token stands for, with role, as of now, and its scopes. Raises `UnknownToken`, `ExpiredToken`."""
    found = one(FIND, (digest(token),))
    if found is None:
        raise UnknownToken
    user_id, client_id, scopes, expired, *version = found
    if expired:
        raise ExpiredToken
    if user_id is None:
        return _kept(_clients, client_id, tuple(version), _load_client), scopes
    return _kept(_users, user_id, tuple(version), _load_user), scopes


def find_user(user_id: int) -> Any | None:
    """The published user, with role, as of now."""
    version = one(USER_VERSION, (user_id,))
    return _kept(_users, user_id, version, _load_user) if version else None


def _kept(known: dict[int, tuple[tuple, Any]], key: int, version: tuple, load: Any) -> Any:
    """What was loaded before, as long as no row of it has changed."""
    known_version, value = known.get(key, ((), None))
    if version != known_version:
        value = load(key)
        if len(known) >= MAX_REMEMBERED:
            known.clear()
        known[key] = (version, value)
    return value


def _load_user(user_id: int) -> Any:
    return get_user_model().objects.select_related("role").get(pk=user_id)


def _load_client(client_id: int) -> Any:
    """A client that acts for itself: a user without id, with the client's role, called by the client's name and id."""
    User = get_user_model()
    name, role_id = one(CLIENT, (client_id,))
    role = User._meta.get_field("role").related_model.objects.get(pk=role_id)
    return User(
        username=f"{name} [{client_id}]",
        first_name=name,
        last_name=f"[{client_id}]",
        email=None,
        timezone="",
        locale="",
        role=role,
    )


def permits(scopes: str | None, method: str) -> bool:
    """Whether a token with these scopes may make a call with this verb."""
    return scopes is None or ("read" if method in READING else "write") in scopes.split()


def forget_expired() -> int:
    return execute(FORGET)


def forget() -> None:
    """Drops everything remembered (tests)."""
    _users.clear()
    _clients.clear()
