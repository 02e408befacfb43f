"""Changes to API credentials, approvals and personal tokens. Each leaves its line in the audit log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from honeyguide.engine import config
from honeyguide.engine.access import tokens
from honeyguide.engine.access.models import AccessToken
from honeyguide.engine.audit import record
from honeyguide.engine.oauth1.models import OAuth1Token
from honeyguide.engine.oauth1.secrets import client_secret
from honeyguide.engine.oauth2.clients import is_redirect_uri, random_part
from honeyguide.engine.oauth2.models import CLIENT, CODE, OAUTH1, OAUTH2, REFRESH, Approval, OAuthClient, RefreshToken
from honeyguide.engine.resource import Denied, Invalid
from honeyguide.engine.resource.fields import text_of
from honeyguide.engine.resource.store import stamp_created, stamp_modified

MAX_NAME = 191
LONGEST_DAYS = 3650
SCOPES = ("read", "write")


def parse_redirect_uris(raw: Any) -> str:
    """Addresses separated by commas. ValueError names the first that cannot be used."""
    uris = [uri.strip() for uri in text_of(raw).split(",") if uri.strip()]
    for uri in uris:
        if not is_redirect_uri(uri):
            raise ValueError(f"{uri[:500]} is an invalid URI.")
    return ", ".join(uris)


@transaction.atomic
def create_client(*, name: str, redirect_text: str, is_published: bool = True, by: Any) -> tuple[OAuthClient, str]:
    """A client with the creator's role, and its secret, which nobody can see again. Only an administrator's client may act
    for itself (contract auth 4)."""
    protocol, secret = config.get("api_oauth_protocol"), random_part()
    grant_types = [CODE, REFRESH, *([CLIENT] if by.role.is_admin else [])]
    client = OAuthClient(
        name=name,
        random_id=random_part(),
        secret_digest=tokens.digest(secret),
        redirect_text=redirect_text,
        protocol=protocol,
        grant_types=grant_types if protocol == OAUTH2 else [],
        role=by.role,
        is_published=is_published,
    )
    stamp_created(client, by)
    client.save()
    details = {"name": [None, name], "redirectUris": [None, redirect_text]}
    record("api", "client", client.pk, "create", details, by=by)
    return client, shared_secret(client, secret)


def shared_secret(client: OAuthClient, secret: str) -> str:
    """What the client is told: with OAuth 1.0a a secret that the server can work out again, since both sign with it."""
    return client_secret(client) if client.protocol == OAUTH1 else secret


@transaction.atomic
def rotate_secret(client: OAuthClient, *, by: Any) -> str:
    """A new secret; the old one is worth nothing from now on, while tokens that were given out stay."""
    require_reach(client, by)
    secret = random_part()
    client.secret_digest = tokens.digest(secret)
    stamp_modified(client, by)
    client.save()
    record("api", "client", client.pk, "rotate_secret", {}, by=by)
    return shared_secret(client, secret)


def require_reach(client: OAuthClient, by: Any) -> None:
    """Who has a client's secret has the client's role: for others' roles only administrators may touch it."""
    if not by.role.is_admin and client.role_id != by.role_id:
        raise Denied()


def revoke_approval(user: Any, client_id: int) -> None:
    """The user takes back what was allowed to a client, with all tokens by which it acts for the user."""
    with transaction.atomic():
        gone, _ = Approval.objects.filter(user=user, client_id=client_id).delete()
        AccessToken.objects.filter(user=user, client_id=client_id).delete()
        RefreshToken.objects.filter(user=user, client_id=client_id).delete()
        OAuth1Token.objects.filter(user=user, client_id=client_id).delete()
        if gone:
            record("api", "client", client_id, "revoke_approval", {}, by=user)


@transaction.atomic
def create_personal_token(user: Any, *, name: str, scopes: list[str], days: str) -> str:
    """A token for the user's own scripts, which nobody can see again. `days` as typed; blank is for ever. Raises `Invalid`."""
    errors: dict[str, Any] = {}
    name = name.replace("\x00", "").strip()
    if not name:
        errors["name"] = "A name is required."
    elif len(name) > MAX_NAME:
        errors["name"] = f"This value is too long. It should have {MAX_NAME} characters or less."
    chosen = [scope for scope in SCOPES if scope in scopes]
    if not chosen:
        errors["scopes"] = "Choose what the token may do."
    days = days.strip()
    if days and not (days.isascii() and days.isdecimal() and len(days) < 6 and 0 < int(days) <= LONGEST_DAYS):
        errors["days"] = f"This must be a number of days from 1 to {LONGEST_DAYS}."
    if errors:
        raise Invalid(errors)
    token = tokens.issue_personal(
        user, name=name, scopes=" ".join(chosen), lifetime=timedelta(days=int(days)) if days else None
    )
    record("user", "token", user.pk, "create", {"name": [None, name], "may": [None, chosen]}, by=user)
    return token


@transaction.atomic
def revoke_personal_token(user: Any, token_id: int) -> None:
    """The token is worth nothing from now on. Another user's is left alone."""
    found = AccessToken.objects.filter(pk=token_id, user=user, client=None).first()
    if found is not None:
        record("user", "token", user.pk, "delete", {"name": found.name}, by=user)
        found.delete()
