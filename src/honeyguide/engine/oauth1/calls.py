"""Who signed a call of the API."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.http import HttpRequest

from honeyguide.engine.oauth1.validator import Server, token_of

FORM = "application/x-www-form-urlencoded"
PLAINTEXT = re.compile(r'oauth_signature_method="?PLAINTEXT', re.IGNORECASE)


class BadSignature(Exception):
    """Client, token, time, nonce or signature are not right. It is not told which."""


@cache
def server() -> Server:
    return Server()


def parts_of(request: HttpRequest) -> dict[str, Any]:
    """What is signed of a request: its address, verb, form and headers. A JSON body is not, as RFC 5849 has it."""
    kind = request.META.get("CONTENT_TYPE", "")
    body = request.body.decode("utf-8", "replace") if kind.startswith(FORM) and request.method != "GET" else ""
    return {
        "uri": request.build_absolute_uri(),
        "http_method": request.method,
        "body": body,
        "headers": {
            "Authorization": request.META.get("HTTP_AUTHORIZATION", ""),
            **({"Content-Type": FORM} if body else {}),
        },
    }


def refuse_secrets_in_the_clear(request: HttpRequest) -> None:
    """PLAINTEXT sends both secrets, so only over TLS."""
    header, query = request.META.get("HTTP_AUTHORIZATION", ""), request.META.get("QUERY_STRING", "")
    said = f"{header}&{query}&{parts_of(request)['body']}"
    if PLAINTEXT.search(said) and not request.is_secure():
        raise BadSignature


def signer(request: HttpRequest) -> tuple[int, str]:
    """The user by whose token the call is signed, and the token's key. Raises `BadSignature`."""
    refuse_secrets_in_the_clear(request)
    try:
        valid, signed = server().validate_protected_resource_request(**parts_of(request), realms=[])
    except ValueError:  # an address or body that cannot be read as RFC 5849 wants
        raise BadSignature from None
    token = token_of(signed.resource_owner_key, is_access=True) if valid else None
    if token is None or token.user_id is None:
        raise BadSignature
    return token.user_id, token.key
