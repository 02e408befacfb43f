"""The authorize endpoint's rules: what a request must say, and where the user is sent with which answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from honeyguide.engine import config
from honeyguide.engine.access import tokens
from honeyguide.engine.oauth2 import errors
from honeyguide.engine.oauth2.clients import find_client, may_redirect
from honeyguide.engine.oauth2.errors import ClientNotFound, OAuthError, Redirected
from honeyguide.engine.oauth2.models import Approval, AuthorizationCode, OAuthClient

CODE_SECONDS = 30
IMPLICIT = "token"
CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636, 4.2
PARAMETERS = (
    "client_id", "response_type", "redirect_uri", "state", "scope", "code_challenge", "code_challenge_method",
)  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """An authorization request as it came. Nothing is checked but that the client exists."""

    client: OAuthClient
    response_type: str
    redirect_uri: str
    state: str
    scope: str
    challenge: str
    challenge_method: str

    @staticmethod
    def read(given: Mapping[str, str]) -> Wish:
        """Raises `OAuthError` without a client, `ClientNotFound` with an unknown one."""
        values = {name: given.get(name, "").replace("\x00", "") for name in PARAMETERS}
        if not values["client_id"]:
            raise OAuthError(*errors.NO_CLIENT_ID)
        client = find_client(values["client_id"])
        if client is None:
            raise ClientNotFound
        return Wish(
            client=client,
            response_type=values["response_type"],
            redirect_uri=values["redirect_uri"],
            state=values["state"],
            scope=values["scope"],
            challenge=values["code_challenge"],
            challenge_method=values["code_challenge_method"] or ("plain" if values["code_challenge"] else ""),
        )

    def check(self) -> None:
        """Raises `OAuthError` when there is no address to send the user back to, else `Redirected`."""
        if not self.redirect_uri:
            raise OAuthError(*errors.REDIRECT_MISSING)
        if not may_redirect(self.client, self.redirect_uri):
            raise OAuthError(*errors.REDIRECT_UNKNOWN)
        if not self.response_type:
            raise Redirected(*errors.WRONG_RESPONSE_TYPE)
        if self.response_type not in ("code", IMPLICIT):
            raise Redirected(*errors.UNKNOWN_RESPONSE_TYPE)
        if self.scope:
            raise Redirected(*errors.WRONG_SCOPE)
        if self.challenge_method not in ("", "plain", "S256") or (
            self.challenge_method and not CHALLENGE.fullmatch(self.challenge)
        ):
            raise Redirected(*errors.WRONG_CHALLENGE)

    def answer(self, **values: Any) -> str:
        """The client's address with these values: in the query, or for the implicit flow in the fragment."""
        shown = urlencode({name: value for name, value in values.items() if value not in (None, "")})
        if self.response_type == IMPLICIT:
            return f"{self.redirect_uri}#{shown}"
        return f"{self.redirect_uri}{'&' if '?' in self.redirect_uri else '?'}{shown}"

    def refuse(self, kind: str, message: str) -> str:
        return self.answer(error=kind, error_description=message, state=self.state)


def accept(wish: Wish, user: Any) -> str:
    """Remembers that the user allowed the client, and returns the address to send the user to, with a code or token."""
    now = timezone.now()
    Approval.objects.update_or_create(client=wish.client, user=user, defaults={"approved_at": now})
    if wish.response_type == IMPLICIT:
        seconds = 60 * config.get("api_oauth2_access_token_lifetime")
        token = tokens.issue(client_id=wish.client.pk, user_id=user.pk, seconds=seconds)
        return wish.answer(state=wish.state, access_token=token, expires_in=seconds, token_type="bearer")
    code = tokens.new_token()
    AuthorizationCode.objects.create(
        digest=tokens.digest(code),
        client=wish.client,
        user=user,
        redirect_uri=wish.redirect_uri,
        challenge=wish.challenge,
        challenge_method=wish.challenge_method,
        expires_at=now + timedelta(seconds=CODE_SECONDS),
    )
    return wish.answer(state=wish.state, code=code)
