"""OAuth 1.0a with requests-oauthlib, a client library that knows nothing of us, against a server on a real port."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256, SIGNATURE_PLAINTEXT
from pytest_django.live_server_helper import LiveServer
from requests_oauthlib import OAuth1, OAuth1Session
from requests_oauthlib.oauth1_session import TokenRequestDenied

import people
from honeyguide.engine import config
from honeyguide.engine.access import authentication
from honeyguide.engine.oauth1 import validator
from honeyguide.engine.oauth1.models import OAuth1Nonce, OAuth1Token
from honeyguide.engine.sql import execute
from honeyguide.features.clients.services import create_client, revoke_approval, rotate_secret

pytestmark = pytest.mark.django_db(transaction=True)
CALLBACK = "https://app.example/callback"


@pytest.fixture
def server(settings):
    settings.STATIC_URL = settings.MEDIA_URL = "/nothing/"
    config.set_value("api_enabled", True)
    config.set_value("api_oauth_protocol", "oauth1")
    authentication.forget()
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def credentials(server):
    """Client and secret of an application that knows OAuth 1.0a only."""
    return create_client(name="Old shop", redirect_text=CALLBACK, by=people.ada())


def approve(server, address, button="accepted"):
    """What a user does in the browser; returns where the user is sent, or the page."""
    browser = requests.Session()
    page = browser.get(address)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    signed = browser.post(
        f"{server.url}/oauth/v2/authorize_login_check",
        {"_username": "ada", "_password": people.PASSWORD, "csrfmiddlewaretoken": token},
    )
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', signed.text)[1]
    asked = parse_qs(urlsplit(signed.url).query)["oauth_token"][0]
    return browser.post(
        f"{server.url}/oauth/v1/authorize",
        {"csrfmiddlewaretoken": token, "oauth_token": asked, button: "1"},
        allow_redirects=False,
    )


def session(credentials, callback=CALLBACK, **options):
    client, secret = credentials
    return OAuth1Session(client.public_id, client_secret=secret, callback_uri=callback, **options)


def dance(server, credentials, **options):
    """The whole dance; returns a session that signs calls."""
    made = session(credentials, **options)
    made.fetch_request_token(f"{server.url}/oauth/v1/request_token")
    back = approve(server, made.authorization_url(f"{server.url}/oauth/v1/authorize"))
    made.parse_authorization_response(back.headers["Location"])
    made.fetch_access_token(f"{server.url}/oauth/v1/access_token")
    return made


@pytest.mark.parametrize("method", [SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256])
def test_the_whole_dance_and_calls_of_every_kind(server, credentials, method):
    made = dance(server, credentials, signature_method=method)
    assert made.get(f"{server.url}/api/users/self").json()["username"] == "ada"
    form = {"name": "Café & more", "weight": "5"}
    answer = made.post(f"{server.url}/api/stages/new", data=form)
    assert (answer.status_code, answer.json()["stage"]["name"]) == (201, "Café & more")
    assert made.post(f"{server.url}/api/stages/new", json={"name": "JSON"}).status_code == 201
    nested = {"where[0][col]": "weight", "where[0][expr]": "eq", "where[0][val]": "5"}
    assert made.get(f"{server.url}/api/stages", params=nested).json()["total"] == 1
    number = answer.json()["stage"]["id"]
    assert made.patch(f"{server.url}/api/stages/{number}/edit", data={"weight": "6"}).status_code == 200
    assert made.delete(f"{server.url}/api/stages/{number}/delete").status_code == 200


def test_without_an_address_the_user_types_a_code(server, credentials):
    made = session(credentials, callback="oob")
    made.fetch_request_token(f"{server.url}/oauth/v1/request_token")
    page = approve(server, made.authorization_url(f"{server.url}/oauth/v1/authorize"))
    verifier = re.search(r'id="verifier">([^<]+)<', page.text)[1]
    made.fetch_access_token(f"{server.url}/oauth/v1/access_token", verifier=verifier)
    assert made.get(f"{server.url}/api/users/self").status_code == 200


def test_who_denies_gives_nothing(server, credentials):
    made = session(credentials)
    made.fetch_request_token(f"{server.url}/oauth/v1/request_token")
    back = approve(server, made.authorization_url(f"{server.url}/oauth/v1/authorize"), button="rejected")
    assert "oauth_problem=user_refused" in back.headers["Location"]
    assert OAuth1Token.objects.count() == 0


def test_a_request_token_is_traded_once_and_only_after_approval(server, credentials):
    made = session(credentials)
    made.fetch_request_token(f"{server.url}/oauth/v1/request_token")
    with pytest.raises(TokenRequestDenied):
        made.fetch_access_token(f"{server.url}/oauth/v1/access_token", verifier="x" * 40)
    back = approve(server, made.authorization_url(f"{server.url}/oauth/v1/authorize"))
    made.parse_authorization_response(back.headers["Location"])
    kept = dict(made._client.client.__dict__)
    made.fetch_access_token(f"{server.url}/oauth/v1/access_token")
    made._client.client.__dict__.update(kept)
    with pytest.raises(TokenRequestDenied):
        made.fetch_access_token(f"{server.url}/oauth/v1/access_token")


def test_an_address_that_is_not_registered_is_refused(server, credentials):
    with pytest.raises(TokenRequestDenied):
        session(credentials, callback="https://evil.example/").fetch_request_token(
            f"{server.url}/oauth/v1/request_token"
        )


def refused(answer):
    return (answer.status_code, answer.json()["errors"][0]["type"]) == (401, "access_denied")


def test_a_call_is_accepted_once(server, credentials):
    made = dance(server, credentials)
    signed = requests.Request("GET", f"{server.url}/api/users/self", auth=made.auth).prepare()
    assert requests.Session().send(signed).status_code == 200
    assert refused(requests.Session().send(signed))


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_clock_that_is_wrong(server, credentials, seconds):
    made = dance(server, credentials)
    client = made._client.client
    signer = OAuth1(
        client.client_key, client.client_secret, client.resource_owner_key, client.resource_owner_secret,
        timestamp=str(int(time.time()) + seconds),
    )  # fmt: skip
    assert refused(requests.get(f"{server.url}/api/users/self", auth=signer, timeout=10))


@pytest.mark.parametrize("part", ["client_key", "client_secret", "resource_owner_key", "resource_owner_secret"])
def test_each_part_must_be_right(server, credentials, part):
    made = dance(server, credentials)
    setattr(made._client.client, part, "wrong" * 6)
    assert refused(made.get(f"{server.url}/api/users/self"))


def test_what_was_signed_is_what_counts(server, credentials):
    made = dance(server, credentials)
    signed = requests.Request("POST", f"{server.url}/api/stages/new", data={"name": "Mine"}, auth=made.auth).prepare()
    signed.body = "name=Theirs"
    signed.headers["Content-Length"] = str(len(signed.body))
    assert refused(requests.Session().send(signed))


def test_secrets_are_not_taken_in_the_clear(server, credentials):
    with pytest.raises(TokenRequestDenied):
        session(credentials, signature_method=SIGNATURE_PLAINTEXT).fetch_request_token(
            f"{server.url}/oauth/v1/request_token"
        )


def test_revoking_a_new_secret_and_unpublishing_count_at_once(server, credentials):
    client, _ = credentials
    made = dance(server, credentials)
    client.is_published = False
    client.save()
    assert refused(made.get(f"{server.url}/api/users/self"))
    client.is_published = True
    client.save()
    assert made.get(f"{server.url}/api/users/self").status_code == 200
    revoke_approval(people.ada(), client.pk)
    assert refused(made.get(f"{server.url}/api/users/self"))
    made = dance(server, credentials)
    rotate_secret(client, by=people.ada())
    assert refused(made.get(f"{server.url}/api/users/self"))


def test_a_client_of_oauth_1_gets_no_token_of_oauth_2(server, credentials):
    client, secret = credentials
    given = {"grant_type": "client_credentials", "client_id": client.public_id, "client_secret": secret}
    assert requests.post(f"{server.url}/oauth/v2/token", given, timeout=10).status_code == 400
    asked = {"client_id": client.public_id, "response_type": "token", "redirect_uri": CALLBACK}
    browser = requests.Session()
    assert browser.get(f"{server.url}/oauth/v2/authorize", params=asked).status_code in (200, 404)
    assert "Accept" not in browser.get(f"{server.url}/oauth/v2/authorize", params=asked).text


def test_old_calls_are_forgotten(server, credentials):
    session(credentials).fetch_request_token(f"{server.url}/oauth/v1/request_token")
    assert validator.forget_old() == 0
    execute("UPDATE oauth1_nonces SET seen_at = now() - interval '1 hour'")
    execute("UPDATE oauth1_tokens SET expires_at = now()")
    assert validator.forget_old() == 2
    assert OAuth1Nonce.objects.count() == 0
