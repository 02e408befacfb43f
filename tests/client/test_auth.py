"""Signing in: OAuth 2 for the application itself and for a user, with renewal; signatures of OAuth 1.0a."""

import re
from datetime import timedelta
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from oauthlib.oauth1 import RequestValidator, SignatureOnlyEndpoint

import people
from honeyguide.client import ApiError, Bearer, Honeyguide, OAuth1, OAuth2, Refused, Token
from honeyguide.engine.access import tokens
from honeyguide.engine.access.models import AccessToken
from honeyguide.features.clients.services import create_client

CALLBACK = "https://app.example/callback"


@pytest.fixture
def credentials(site):
    """(client id, secret)"""
    client, secret = create_client(name="App", redirect_text=CALLBACK, by=people.ada())
    return client.public_id, secret


def test_an_application_acts_for_itself(site, credentials):
    kept = []
    with Honeyguide(site, OAuth2(site, *credentials, on_token=kept.append)) as api:
        assert api.me()["firstName"] == "App"
        api.me()
    assert len(kept) == 1  # one token for both


def test_wrong_credentials_are_refused_with_the_servers_words(site, credentials):
    with Honeyguide(site, OAuth2(site, credentials[0], "wrong")) as api, pytest.raises(ApiError) as error:
        api.me()
    assert error.value.message == "The client credentials are invalid"


def test_a_user_approves_and_the_token_is_renewed(site, credentials):
    auth = OAuth2(site, *credentials)
    verifier = auth.new_verifier()
    code = approve(site, auth.authorize_url(CALLBACK, state="s1", verifier=verifier))
    first = auth.exchange(code, CALLBACK, verifier=verifier)
    assert first.refresh
    with Honeyguide(site, auth) as api:
        assert api.me()["username"] == "ada"
        AccessToken.objects.all().delete()  # the server forgot it before its time
        assert api.me()["username"] == "ada"
    assert auth.token != first


def test_an_old_token_is_renewed_before_it_is_refused(site, credentials):
    auth = OAuth2(site, *credentials, token=Token("old", expires_at=0.0))
    with Honeyguide(site, auth) as api:
        assert api.me()["firstName"] == "App"


def test_many_threads_renew_once(site, credentials):
    kept, seen = [], []
    with Honeyguide(site, OAuth2(site, *credentials, on_token=kept.append)) as api:
        threads = [Thread(target=lambda: seen.append(api.me()["firstName"])) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert seen == ["App"] * 5
    assert len(kept) == 1


def test_personal_tokens(site):
    token = tokens.issue_personal(people.ada(), name="script", scopes="read", lifetime=timedelta(days=1))
    with Honeyguide(site, Bearer(token)) as api:
        assert api.me()["username"] == "ada"
        with pytest.raises(Refused):
            api.tags.create({"tag": "x"})


def approve(site, address):
    """The code that Ada's browser brings back."""
    with httpx.Client(base_url=site, follow_redirects=True) as browser:
        page = browser.get(address)
        form = {"_username": "ada", "_password": people.PASSWORD} | hidden(page.text)
        page = browser.post("/oauth/v2/authorize_login_check", data=form, headers={"Referer": site})
        answer = browser.post(
            "/oauth/v2/authorize",
            data=hidden(page.text) | {"accepted": "Accept"},
            headers={"Referer": site},
            follow_redirects=False,
        )
    found = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    assert found["state"] == "s1"
    return found["code"]


def hidden(page):
    tags = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    return {re.search('name="([^"]*)"', tag)[1]: re.search('value="([^"]*)"', tag)[1] for tag in tags}


class Secrets(RequestValidator):
    """What an OAuth 1.0a server knows of our client."""

    enforce_ssl = False
    dummy_client = "dummy"

    def check_client_key(self, client_key):
        return True

    def check_nonce(self, nonce):
        return True

    def validate_client_key(self, client_key, request):
        return client_key == "key"

    def get_client_secret(self, client_key, request):
        return "consumer secret"

    def validate_timestamp_and_nonce(self, *_, **__):
        return True


@pytest.mark.parametrize("method", ["HMAC-SHA1", "HMAC-SHA256"])
@pytest.mark.parametrize("body", [{}, {"data": {"a[b][]": "ü x&y=z"}}, {"json": {"not": "signed"}}])
def test_signatures_of_oauth_1_hold(method, body):
    auth = OAuth1("https://m.example", "key", "consumer secret", signature_method=method)
    query = {"where[0][col]": "id", "a": " ü"}
    asked = httpx.Request("POST", "https://m.example/api/contacts/new", params=query, **body)
    signed = next(auth.auth_flow(asked))
    form = "urlencoded" in signed.headers.get("Content-Type", "")
    valid, _ = SignatureOnlyEndpoint(Secrets()).validate_request(
        str(signed.url), "POST", signed.content.decode() if form else None, dict(signed.headers)
    )
    assert valid
