"""Ways to sign in: HTTP Basic, a ready token, OAuth 2 with refresh, OAuth 1.0a."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
from oauthlib import oauth1  # type: ignore[import-untyped]

from honeyguide.client.errors import HoneyguideError, error_of

Flow = Generator[httpx.Request, httpx.Response, None]
EARLY_SECONDS = 30  # a token this near its end is renewed before a call, rather than after its refusal


class Basic(httpx.BasicAuth):
    """User name or e-mail, and password."""


class Bearer(httpx.Auth):
    """A token that is already known, such as a personal access token."""

    def __init__(self, token: str) -> None:
        self._header = f"Bearer {token}"

    def auth_flow(self, request: httpx.Request) -> Flow:
        request.headers["Authorization"] = self._header
        yield request


@dataclass(frozen=True)
class Token:
    """An OAuth 2 token. `expires_at` is in seconds since 1970."""

    access: str
    expires_at: float
    refresh: str | None = None

    @classmethod
    def from_answer(cls, body: dict[str, Any]) -> Token:
        return cls(body["access_token"], time.time() + int(body.get("expires_in") or 3600), body.get("refresh_token"))


class OAuth2(httpx.Auth):
    """OAuth 2. Without a token the application acts for itself (client_credentials); with one it acts for the user who
    approved it, and renews the token when it ends. `on_token` is called with each new token, to be kept."""

    requires_response_body = True

    def __init__(
        self,
        site: str,
        client_id: str,
        client_secret: str,
        *,
        token: Token | None = None,
        on_token: Callable[[Token], None] | None = None,
    ) -> None:
        self.site = site.rstrip("/")
        self.client_id, self.client_secret = client_id, client_secret
        self.token = token
        self._on_token = on_token
        self._lock = threading.Lock()

    def authorize_url(self, redirect_uri: str, *, state: str, verifier: str | None = None) -> str:
        """Where to send the user to approve the application. `verifier`: from `new_verifier()`, for PKCE."""
        query = {"client_id": self.client_id, "response_type": "code", "redirect_uri": redirect_uri, "state": state}
        if verifier is not None:
            digest = hashlib.sha256(verifier.encode()).digest()
            query["code_challenge"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            query["code_challenge_method"] = "S256"
        return f"{self.site}/oauth/v2/authorize?{urlencode(query)}"

    @staticmethod
    def new_verifier() -> str:
        return secrets.token_urlsafe(48)

    def exchange(self, code: str, redirect_uri: str, *, verifier: str | None = None) -> Token:
        """Trades the code that the user's browser brought back. Raises `ApiError`."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        if verifier is not None:
            form["code_verifier"] = verifier
        with httpx.Client() as http:
            return self._keep(http.send(self._token_request(form)))

    def auth_flow(self, request: httpx.Request) -> Flow:
        used = self.token
        if used is None or used.expires_at - EARLY_SECONDS < time.time():
            used = yield from self._renewed(used)
        request.headers["Authorization"] = f"Bearer {used.access}"
        response = yield request
        if response.status_code == 401:
            used = yield from self._renewed(used)
            request.headers["Authorization"] = f"Bearer {used.access}"
            yield request

    def _renewed(self, old: Token | None) -> Generator[httpx.Request, httpx.Response, Token]:
        """A token newer than `old`: another thread's, or one asked for now. Only one thread asks: a refresh token works once."""
        with self._lock:
            if self.token is not None and self.token is not old:
                return self.token
            form = {"grant_type": "client_credentials"}
            if old is not None and old.refresh:
                form = {"grant_type": "refresh_token", "refresh_token": old.refresh}
            answer = yield self._token_request(form)
            return self._keep(answer)

    def _token_request(self, form: dict[str, str]) -> httpx.Request:
        form = {**form, "client_id": self.client_id, "client_secret": self.client_secret}
        return httpx.Request("POST", f"{self.site}/oauth/v2/token", data=form)

    def _keep(self, answer: httpx.Response) -> Token:
        if answer.status_code != 200:
            raise error_of(answer)
        self.token = Token.from_answer(answer.json())
        if self._on_token is not None:
            self._on_token(self.token)
        return self.token


class OAuth1(httpx.Auth):
    """OAuth 1.0a, signed with HMAC-SHA1 or HMAC-SHA256. First the dance: `request_token`, the user at `authorize_url`, then
    `access_token`; or `token` and `token_secret` from an earlier one."""

    requires_request_body = True

    def __init__(
        self,
        site: str,
        consumer_key: str,
        consumer_secret: str,
        *,
        token: str | None = None,
        token_secret: str | None = None,
        signature_method: str = oauth1.SIGNATURE_HMAC_SHA1,
    ) -> None:
        self.site = site.rstrip("/")
        self.token, self.token_secret = token, token_secret
        self._consumer = {"client_key": consumer_key, "client_secret": consumer_secret}
        self._method = signature_method

    def request_token(self, callback: str) -> str:
        """Asks for a token that a user may approve; returns the address to send the user to."""
        self._trade("request_token", callback_uri=callback)
        return f"{self.site}/oauth/v1/authorize?{urlencode({'oauth_token': self.token})}"

    def access_token(self, verifier: str) -> tuple[str, str]:
        """Trades the approved token for a lasting one; returns token and secret, to be kept."""
        self._trade("access_token", verifier=verifier)
        return str(self.token), str(self.token_secret)

    def auth_flow(self, request: httpx.Request) -> Flow:
        self._sign(request)
        yield request

    def _trade(self, step: str, **more: str) -> None:
        request = httpx.Request("POST", f"{self.site}/oauth/v1/{step}")
        self._sign(request, **more)
        with httpx.Client() as http:
            answer = http.send(request)
        if answer.status_code != 200:
            raise error_of(answer)
        given = dict(parse_qsl(answer.text))
        if not {"oauth_token", "oauth_token_secret"} <= given.keys():
            raise HoneyguideError("The server's answer has no token.")
        self.token, self.token_secret = given["oauth_token"], given["oauth_token_secret"]

    def _sign(self, request: httpx.Request, **more: str) -> None:
        signer = oauth1.Client(
            **self._consumer,
            resource_owner_key=self.token,
            resource_owner_secret=self.token_secret,
            signature_method=self._method,
            **more,
        )
        form = request.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
        body = request.content.decode() if form else None
        headers = {"Content-Type": request.headers["Content-Type"]} if form else {}
        _, signed, _ = signer.sign(str(request.url), request.method, body, headers)
        request.headers["Authorization"] = signed["Authorization"]
