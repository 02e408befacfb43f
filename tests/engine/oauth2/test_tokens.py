"""The token endpoint: every error with its text, and what becomes of codes and tokens that were used."""

import base64
import hashlib
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

import people
from engine.oauth2.conftest import REDIRECT
from honeyguide.engine import config
from honeyguide.engine.access.models import AccessToken
from honeyguide.engine.oauth2.models import AuthorizationCode, RefreshToken

pytestmark = pytest.mark.django_db
VERIFIER = "a-verifier-of-enough-letters-0123456789-abcdefgh"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def error(kind, message):
    return 400, {"errors": [{"message": message, "code": 400, "type": kind}]}


WRONG_CODE = error("invalid_grant", "Code doesn't exist or is invalid for the client")
WRONG_REFRESH = error("invalid_grant", "Invalid refresh token")


def spend(ask, code, **more):
    return ask(**{"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT} | more)


def test_a_code_gives_both_tokens(trade):
    body = trade(people.bo())
    assert list(body) == ["access_token", "expires_in", "token_type", "scope", "refresh_token"]
    assert (body["expires_in"], body["token_type"], body["scope"]) == (3600, "bearer", None)
    for name in ("access_token", "refresh_token"):
        assert re.fullmatch(r"[A-Za-z0-9_-]{86}", body[name])


def test_answers_with_tokens_are_kept_by_no_cache(credentials):
    answer = Client().post("/oauth/v2/token", credentials.both | {"grant_type": "client_credentials"})
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["Pragma"] == "no-cache"
    assert "refresh_token" not in answer.json()


@pytest.mark.parametrize("kind", ["json", "query", "basic"])
def test_credentials_may_come_in_other_places(credentials, kind):
    config.set_value("api_enable_basic_auth", True)
    given = credentials.both | {"grant_type": "client_credentials"}
    if kind == "json":
        answer = Client().post("/oauth/v2/token", given, content_type="application/json")
    elif kind == "query":
        answer = Client().get("/oauth/v2/token", given)
    else:
        pair = base64.b64encode(":".join(credentials.both.values()).encode()).decode()
        headers = {"Authorization": f"Basic {pair}"}
        answer = Client().post("/oauth/v2/token", {"grant_type": "client_credentials"}, headers=headers)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        ({"grant_type": ""}, "invalid_request", "Invalid grant_type parameter or parameter missing"),
        ({"client_id": ""}, "invalid_client", "Client id was not found in the headers or body"),
        ({"client_id": "1_unknown"}, "invalid_client", "The client credentials are invalid"),
        ({"client_id": "9" * 30 + "_x"}, "invalid_client", "The client credentials are invalid"),
        ({"client_id": "²_x"}, "invalid_client", "The client credentials are invalid"),
        ({"client_secret": "wrong"}, "invalid_client", "The client credentials are invalid"),
        ({"client_secret": ""}, "invalid_client", "The client credentials are invalid"),
        (
            {"grant_type": "password"},
            "unauthorized_client",
            "The grant type is unauthorized for this client_id",
        ),
        ({"grant_type": "urn:x"}, "unauthorized_client", "The grant type is unauthorized for this client_id"),
        ({"grant_type": "client_credentials", "scope": "x"}, "invalid_scope", "An unsupported scope was requested."),
        ({"grant_type": "authorization_code"}, "invalid_request", 'Missing parameter. "code" is required'),
        (
            {"grant_type": "authorization_code", "code": "x"},
            "invalid_request",
            "The redirect URI parameter is required.",
        ),
        (
            {"grant_type": "authorization_code", "code": "x\x00", "redirect_uri": REDIRECT},
            "invalid_grant",
            "Code doesn't exist or is invalid for the client",
        ),
        ({"grant_type": "refresh_token"}, "invalid_request", 'No "refresh_token" parameter found'),
        ({"grant_type": "refresh_token", "refresh_token": "x" * 100_000}, "invalid_grant", "Invalid refresh token"),
    ],
)
def test_errors(ask, given, kind, message):
    assert ask(**{"grant_type": "client_credentials"} | given) == error(kind, message)


def test_a_code_is_good_once(ask, approve):
    code = approve(people.bo())["code"]
    assert spend(ask, code)[0] == 200
    assert spend(ask, code) == WRONG_CODE


def test_a_code_needs_the_redirect_uri_it_was_made_for(ask, approve):
    code = approve(people.bo())["code"]
    answer = spend(ask, code, redirect_uri=REDIRECT + "/other")
    assert answer == error("redirect_uri_mismatch", "The redirect URI is missing or do not match")
    assert spend(ask, code) == WRONG_CODE, "whoever holds a code wrongly does not get a second try"


def test_a_code_lives_thirty_seconds(ask, approve):
    code = approve(people.bo())["code"]
    left = AuthorizationCode.objects.get().expires_at - timezone.now()
    assert timedelta(seconds=25) < left <= timedelta(seconds=30)
    AuthorizationCode.objects.update(expires_at=timezone.now())
    assert spend(ask, code) == error("invalid_grant", "The authorization code has expired")


def test_a_code_is_of_no_use_to_another_client(ask, approve, credentials):
    from honeyguide.features.clients.services import create_client

    code = approve(people.bo())["code"]
    other, secret = create_client(name="Other", redirect_text=REDIRECT, by=people.ada())
    assert spend(ask, code, client_id=other.public_id, client_secret=secret) == WRONG_CODE
    assert spend(ask, code)[0] == 200


@pytest.mark.parametrize(
    ("challenge", "verifier", "good"),
    [
        ({"code_challenge": CHALLENGE, "code_challenge_method": "S256"}, VERIFIER, True),
        ({"code_challenge": VERIFIER}, VERIFIER, True),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "S256"}, "x" * 43, False),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "S256"}, CHALLENGE, False),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "S256"}, "", False),
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, "é" * 43, False),
        ({}, VERIFIER, False),  # somebody cut the challenge out of the request
    ],
)
def test_proof_keys(ask, approve, challenge, verifier, good):
    status, body = spend(ask, approve(people.bo(), **challenge)["code"], code_verifier=verifier)
    assert status == (200 if good else 400), body
    assert good or body["errors"][0]["type"] == "invalid_grant"


def test_refreshing_rotates(ask, trade):
    first = trade(people.bo())["refresh_token"]
    status, body = ask(grant_type="refresh_token", refresh_token=first)
    assert status == 200
    assert body["refresh_token"] != first
    assert ask(grant_type="refresh_token", refresh_token=first)[0] == 200, "its answer may have been lost"
    RefreshToken.objects.filter(used_at__isnull=False).update(used_at=timezone.now() - timedelta(minutes=1))
    assert ask(grant_type="refresh_token", refresh_token=first) == WRONG_REFRESH
    assert ask(grant_type="refresh_token", refresh_token=body["refresh_token"])[0] == 200


def test_refresh_tokens_expire(ask, trade):
    token = trade(people.bo())["refresh_token"]
    left = RefreshToken.objects.get().expires_at - timezone.now()
    assert timedelta(days=13) < left <= timedelta(days=14)
    RefreshToken.objects.update(expires_at=timezone.now())
    answer = ask(grant_type="refresh_token", refresh_token=token)
    assert answer == error("invalid_grant", "Refresh token has expired")


def test_who_may_not_sign_in_gets_no_new_tokens(ask, trade, approve):
    bo = people.bo()
    token, code = trade(bo)["refresh_token"], approve(bo)["code"]
    bo.is_published = False
    bo.save()
    assert ask(grant_type="refresh_token", refresh_token=token) == WRONG_REFRESH
    assert spend(ask, code) == WRONG_CODE


def test_passwords_only_where_the_client_may(ask, credentials):
    people.bo()
    credentials.client.grant_types.append("password")
    credentials.client.save()
    given = {"grant_type": "password", "username": "bo"}
    assert ask(**given) == error("invalid_request", 'Missing parameters. "username" and "password" required')
    assert ask(**given, password=people.PASSWORD)[0] == 200
    wrong = error("invalid_grant", "Invalid username and password combination")
    assert ask(**given, password="wrong") == wrong
    assert ask(grant_type="password", username="nobody", password="wrong") == wrong


def test_only_administrators_make_clients_that_act_for_themselves(ask):
    from honeyguide.features.clients.services import create_client

    client, secret = create_client(name="Small", redirect_text=REDIRECT, by=people.bo())
    status, body = ask(grant_type="client_credentials", client_id=client.public_id, client_secret=secret)
    assert (status, body["errors"][0]["type"]) == (400, "unauthorized_client")


def test_secrets_are_not_in_the_database(trade, credentials, approve):
    shown = trade(people.bo())
    approve(people.bo())
    kept = b"".join(
        bytes(value)
        for model, name in (
            (AccessToken, "digest"),
            (RefreshToken, "digest"),
            (AuthorizationCode, "digest"),
            (type(credentials.client), "secret_digest"),
        )
        for value in model.objects.values_list(name, flat=True)
    )
    assert len(kept) == 4 * 32
    assert hashlib.sha256(shown["access_token"].encode()).digest() in kept


def test_the_gate_closes_oauth_too(credentials):
    config.set_value("api_enabled", False)
    for path in ("token", "authorize", "authorize_login", "authorize_login_check", "other"):
        answer = Client().get(f"/oauth/v2/{path}")
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["type"] == "api_disabled"


def test_basic_is_refused_where_it_is_off(credentials):
    config.set_value("api_enable_basic_auth", False)
    answer = Client().post("/oauth/v2/token", {"grant_type": "x"}, headers={"Authorization": "Basic eDp5"})
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["message"].startswith("Basic Auth disabled.")


@pytest.mark.parametrize("body", [b"{", b"[1]", b'{"grant_type": {"a": 1}, "client_id": 5}', b"\xff\x00"])
def test_unreadable_bodies(credentials, body):
    answer = Client().post("/oauth/v2/token", body, content_type="application/json")
    assert answer.status_code == 400
    assert "errors" in answer.json()


def test_oauth_1_is_not_here_for_who_does_not_speak_it(credentials):
    answer = Client().get("/oauth/v1/authorize")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["message"] == "Requested URL not found: /oauth/v1/authorize"
