"""Signing in by OpenID Connect: the provider whose people the administrator lets in tells who somebody is.

The authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636, RFC 9700). Everything is asked anew
for each signing in: the provider's addresses, its keys and the token.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import jwt
import orjson

from honeyguide.engine import config
from honeyguide.engine.outbound import Answer, Client, Unreachable

DISCOVERY = "/.well-known/openid-configuration"
ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
SCOPE = "openid email profile"
WAIT_SECONDS = 15 * 60
CLOCK_SECONDS = 60  # how far the provider's clock may be off
MOST_BYTES = 1024 * 1024
T = TypeVar("T")


class Refused(Exception):
    """Nobody was identified; the text says why, in words for people."""


@dataclass(frozen=True)
class Identity:
    """Whom the provider named. `subject` never changes; `email` is "" unless the provider has verified it."""

    issuer: str
    subject: str
    email: str
    first_name: str
    last_name: str


def is_offered() -> bool:
    """Whether the administrator has named a provider."""
    return bool(config.get("openid_issuer") and config.get("openid_client_id"))


def begin(redirect_uri: str) -> tuple[str, dict[str, Any]]:
    """The provider's address to send the browser to, and what the session keeps until it comes back. Raises `Refused`."""
    provider = _run(_discover)
    kept = {
        "state": secrets.token_urlsafe(32),
        "nonce": secrets.token_urlsafe(32),
        "verifier": secrets.token_urlsafe(48),
        "redirect_uri": redirect_uri,
        "until": time.time() + WAIT_SECONDS,
    }
    asked = {
        "response_type": "code",
        "client_id": config.get("openid_client_id"),
        "redirect_uri": redirect_uri,
        "scope": SCOPE,
        "state": kept["state"],
        "nonce": kept["nonce"],
        "code_challenge": urlsafe_b64encode(sha256(kept["verifier"].encode()).digest()).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    place = provider["authorization_endpoint"]
    return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}", kept


def finish(kept: dict[str, Any] | None, given: dict[str, str]) -> Identity:
    """Who came back from the provider with these parameters. Raises `Refused`."""
    if not kept or kept["until"] < time.time():
        raise Refused("That took too long. Please sign in again.")
    if not hmac.compare_digest(kept["state"].encode(), given.get("state", "").encode("utf-8", "replace")):
        raise Refused("This answer does not belong to your signing in. Please try again.")
    if given.get("error"):
        raise Refused(f"The provider refused: {given.get('error_description') or given['error']}"[:300])
    if not given.get("code"):
        raise Refused("The provider gave no code.")

    async def asked(client: Client) -> Identity:
        provider = await _discover(client)
        tokens = await _exchange(client, provider, kept, given["code"])
        keys = await _json(client, "GET", provider["jwks_uri"])
        claims = _verified(str(tokens.get("id_token", "")), keys, kept["nonce"])
        if "email" not in claims and provider.get("userinfo_endpoint"):
            more = await _json(
                client,
                "GET",
                provider["userinfo_endpoint"],
                headers={"Authorization": f"Bearer {tokens.get('access_token', '')}"},
            )
            claims |= more if more.get("sub") == claims["sub"] else {}
        return _identity(claims)

    return _run(asked)


def _run(asked: Callable[[Client], Awaitable[T]]) -> T:
    async def whole() -> T:
        async with Client() as client:
            return await asked(client)

    with config.held():
        return asyncio.run(whole())


async def _discover(client: Client) -> dict[str, Any]:
    """The provider's description of itself."""
    issuer = config.get("openid_issuer").rstrip("/")
    provider = await _json(client, "GET", issuer + DISCOVERY)
    if str(provider.get("issuer", "")).rstrip("/") != issuer:
        raise Refused("The provider calls itself by another name than openid_issuer.")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        scheme = urlsplit(str(provider.get(name, ""))).scheme
        if scheme != "https" and not (scheme == "http" and issuer.startswith("http:")):
            raise Refused(f"The provider names no safe {name}.")
    return provider


async def _exchange(client: Client, provider: dict[str, Any], kept: dict[str, Any], code: str) -> dict[str, Any]:
    """The tokens for the code."""
    name, secret = config.get("openid_client_id"), config.get("openid_client_secret")
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": kept["redirect_uri"],
        "code_verifier": kept["verifier"],
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    by = provider.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if secret and "client_secret_basic" in by:
        pair = b64encode(f"{quote(name, safe='')}:{quote(secret, safe='')}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    else:
        body |= {"client_id": name} | ({"client_secret": secret} if secret else {})
    return await _json(client, "POST", provider["token_endpoint"], body=urlencode(body).encode(), headers=headers)


async def _json(
    client: Client, method: str, url: str, *, body: bytes = b"", headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """The object that the provider answers. Raises `Refused`."""
    place = urlsplit(url).netloc
    try:
        answer: Answer = await client.send(
            method, url, body=body, headers={"Accept": "application/json"} | (headers or {}), most_bytes=MOST_BYTES
        )
    except Unreachable as error:
        raise Refused(f"{place} cannot be asked: {error}") from None
    try:
        found = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        found = None
    if not answer.is_ok or not isinstance(found, dict):
        said = found.get("error_description") or found.get("error") if isinstance(found, dict) else None
        raise Refused(f"{place} answered {answer.status}{f': {said}' if said else ''}."[:300])
    return found


def _verified(token: str, keys: dict[str, Any], nonce: str) -> dict[str, Any]:
    """The claims of the token, once its signature, issuer, audience, time and nonce are right."""
    client_id = config.get("openid_client_id")
    try:
        header = jwt.get_unverified_header(token)
        known = jwt.PyJWKSet.from_dict(keys).keys
        fitting = [key for key in known if "kid" not in header or key.key_id == header["kid"]]
        if not fitting:
            raise Refused("The provider's answer is signed with a key that it does not tell.")
        claims = jwt.decode(
            token,
            key=fitting[0],
            algorithms=ASYMMETRIC,
            audience=client_id,
            leeway=CLOCK_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except jwt.PyJWTError as error:
        raise Refused(f"The provider's answer is not valid: {error}") from None
    if str(claims["iss"]).rstrip("/") != config.get("openid_issuer").rstrip("/"):
        raise Refused("The provider's answer is not valid: another issuer")
    if claims.get("azp", client_id) != client_id:
        raise Refused("The provider's answer is for another application.")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise Refused("The provider's answer does not belong to your signing in.")
    return claims


def _identity(claims: dict[str, Any]) -> Identity:
    email = str(claims.get("email") or "").strip() if claims.get("email_verified") in (True, "true") else ""
    first, _, last = str(claims.get("name") or "").strip().partition(" ")
    return Identity(
        issuer=str(claims["iss"]).rstrip("/"),
        subject=str(claims["sub"])[:255],
        email=email[:191],
        first_name=str(claims.get("given_name") or first)[:191],
        last_name=str(claims.get("family_name") or last)[:191],
    )
