"""Whole dances with requests-oauthlib, a client library that knows nothing of us, against a server on a real port."""

import re
from urllib.parse import urlsplit

import pytest
import requests
from oauthlib.oauth2 import BackendApplicationClient
from pytest_django.live_server_helper import LiveServer
from requests_oauthlib import OAuth2Session

import people
from engine.oauth2.conftest import REDIRECT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(settings, monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the library insists on TLS, the test server has none
    settings.STATIC_URL = settings.MEDIA_URL = "/nothing/"
    running = LiveServer("localhost")
    yield running.url
    running.stop()


def hidden(page: requests.Response) -> dict[str, str]:
    """What a browser sends along with a form's button."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))


def in_a_browser(address: str) -> str:
    """Signs in as Bo, presses Accept, and returns where the browser would go."""
    browser = requests.Session()
    login = browser.get(address)
    answers = {"_username": "bo", "_password": people.PASSWORD}
    page = browser.post(login.url.partition("_login")[0] + "_login_check", hidden(login) | answers)
    assert "would like to connect" in page.text
    url = urlsplit(page.url)._replace(query="").geturl()
    answer = browser.post(url, hidden(page) | {"accepted": "1"}, allow_redirects=False)
    assert answer.status_code == 302
    return answer.headers["Location"]


@pytest.mark.parametrize("pkce", [None, "S256"])
def test_authorization_code_and_refresh(server, credentials, pkce):
    people.bo()
    tokens_kept = []
    session = OAuth2Session(
        credentials.client.public_id,
        redirect_uri=REDIRECT,
        pkce=pkce,
        auto_refresh_url=f"{server}/oauth/v2/token",
        auto_refresh_kwargs=credentials.both,
        token_updater=tokens_kept.append,
    )
    address, _ = session.authorization_url(f"{server}/oauth/v2/authorize")
    token = session.fetch_token(
        f"{server}/oauth/v2/token",
        authorization_response=in_a_browser(address),
        client_secret=credentials.secret,
        include_client_id=True,
    )
    assert token["expires_in"] == 3600
    me = session.get(f"{server}/api/users/self").json()
    assert me["username"] == "bo"
    session.token = {**token, "expires_in": -30, "expires_at": 1}
    assert session.get(f"{server}/api/users/self").json()["username"] == "bo"
    assert tokens_kept[0]["access_token"] != token["access_token"]


def test_client_credentials(server, credentials):
    session = OAuth2Session(client=BackendApplicationClient(client_id=credentials.client.public_id))
    session.fetch_token(
        f"{server}/oauth/v2/token",
        client_id=credentials.client.public_id,
        client_secret=credentials.secret,
        include_client_id=True,
    )
    made = session.post(f"{server}/api/stages/new", json={"name": "By a client"}).json()["stage"]
    assert made["createdBy"] is None
    assert made["createdByUser"] == f"App [{credentials.client.pk}]"
    assert "id" not in session.get(f"{server}/api/users/self").json()
