"""An administrator's OAuth 2 client, its secret, and short ways to talk to both endpoints."""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

import people
from honeyguide.engine import config
from honeyguide.engine.access import authentication
from honeyguide.engine.oauth2.models import OAuthClient
from honeyguide.features.clients.services import create_client

REDIRECT = "https://app.example/callback"


class Credentials(NamedTuple):
    client: OAuthClient
    secret: str

    @property
    def both(self) -> dict[str, str]:
        return {"client_id": self.client.public_id, "client_secret": self.secret}


@pytest.fixture(autouse=True)
def _fresh_caches():
    """Tests run in one transaction, in which a row's version never changes."""
    authentication.forget()
    yield
    authentication.forget()


@pytest.fixture
def credentials(db) -> Credentials:
    config.set_value("api_enabled", True)
    return Credentials(*create_client(name="App", redirect_text=REDIRECT, by=people.ada()))


@pytest.fixture
def ask(credentials) -> Callable:
    """ask(grant_type=...) -> (status, body) of the token endpoint, with the client's id and secret."""

    def send(**given):
        answer = Client().post("/oauth/v2/token", credentials.both | given)
        return answer.status_code, answer.json()

    return send


@pytest.fixture
def approve(credentials) -> Callable:
    """approve(user, ...) -> what the client's redirect URI gets after the user pressed a button."""

    def press(user, button="accepted", **wish):
        browser = Client()
        browser.force_login(user)
        asked = {"client_id": credentials.client.public_id, "response_type": "code", "redirect_uri": REDIRECT} | wish
        form = {f"fos_oauth_server_authorize_form[{name}]": value for name, value in asked.items()}
        answer = browser.post("/oauth/v2/authorize", form | {button: "1"})
        assert answer.status_code == 302, answer.content
        parts = urlsplit(answer["Location"])
        assert answer["Location"].startswith(REDIRECT)
        return dict(parse_qsl(parts.query or parts.fragment))

    return press


@pytest.fixture
def trade(ask, approve) -> Callable:
    """trade(user) -> the tokens of a whole dance."""

    def dance(user):
        status, body = ask(grant_type="authorization_code", code=approve(user)["code"], redirect_uri=REDIRECT)
        assert status == 200, body
        return body

    return dance
