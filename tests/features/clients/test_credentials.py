"""API credentials in the settings, and applications and tokens on the account."""

import re

import pytest
from django.test import Client
from django.utils import timezone

import people
from honeyguide.engine import config
from honeyguide.engine.access import authentication, tokens
from honeyguide.engine.access.models import AccessToken
from honeyguide.engine.oauth2.clients import has_secret
from honeyguide.engine.oauth2.models import Approval, OAuthClient, RefreshToken
from honeyguide.engine.sql import rows
from honeyguide.features.clients.services import create_client
from honeyguide.features.users.models import Role, User

pytestmark = pytest.mark.django_db
URI = "https://app.example/callback"
NEW = {"name": "Shop", "redirectUris": URI, "isPublished": "1", "apply": "1"}


@pytest.fixture(autouse=True)
def _api_is_on():
    config.set_value("api_enabled", True)
    authentication.forget()


def browser_of(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def shown(answer, id):
    return re.search(rf'id="{id}">([^<]*)<', answer.content.decode()).group(1)


def works(token) -> bool:
    return Client().get("/api/users/self", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def keeper() -> User:
    """Somebody who keeps the credentials and is no administrator."""
    role = Role.objects.create(name="Keepers", raw_permissions={"api:clients": ["full"], "api:access": ["full"]})
    return User.objects.create(username="kim", first_name="Kim", last_name="K", email="kim@example.com", role=role)


def test_new_credentials_are_shown_once_and_work():
    browser = browser_of(people.ada())
    answer = browser.post("/s/credentials/new", NEW)
    assert answer.status_code == 200
    client = OAuthClient.objects.get()
    public_id, secret = shown(answer, "client-id"), shown(answer, "client-secret")
    assert re.fullmatch(rf"{client.pk}_[0-9a-z]{{50}}", public_id)
    assert re.fullmatch(r"[0-9a-z]{50}", secret)
    assert f"-d client_secret={secret}" in shown(answer, "example")
    given = {"grant_type": "client_credentials", "client_id": public_id, "client_secret": secret}
    assert works(Client().post("/oauth/v2/token", given).json()["access_token"])
    for page in ("", f"/view/{client.pk}", f"/edit/{client.pk}"):
        later = browser.get(f"/s/credentials{page}")
        assert later.status_code == 200
        assert secret not in later.content.decode()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"name": ""}, "A name is required."),
        ({"redirectUris": " , "}, "A redirect URI is required."),
        ({"redirectUris": "nowhere"}, "nowhere is an invalid URI."),
        ({"redirectUris": f"{URI}, javascript:alert(1)"}, "javascript:alert(1) is an invalid URI."),
        ({"name": "x" * 200}, "too long"),
    ],
)
def test_what_is_wrong_is_said(change, text):
    answer = browser_of(people.ada()).post("/s/credentials/new", NEW | change)
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert not OAuthClient.objects.exists()


def test_editing():
    client, _ = create_client(name="Shop", redirect_text=URI, by=people.ada())
    given = NEW | {"redirectUris": f"{URI} ,myapp://back", "name": "Store"}
    assert browser_of(people.ada()).post(f"/s/credentials/edit/{client.pk}", given).status_code == 302
    client.refresh_from_db()
    assert (client.name, client.redirect_uris) == ("Store", [URI, "myapp://back"])


def test_a_new_secret_ends_the_old_one():
    client, old = create_client(name="Shop", redirect_text=URI, by=people.ada())
    answer = browser_of(people.ada()).post(f"/s/credentials/rotate/{client.pk}")
    client.refresh_from_db()
    assert has_secret(client, shown(answer, "client-secret"))
    assert not has_secret(client, old)


def test_revoking_ends_its_tokens():
    client, _ = create_client(name="Shop", redirect_text=URI, by=people.ada())
    token = tokens.issue(client_id=client.pk, user_id=people.ada().pk, seconds=60)
    assert works(token)
    browser_of(people.ada()).post(f"/s/credentials/delete/{client.pk}")
    assert not works(token)


def test_only_with_the_permission():
    client, _ = create_client(name="Shop", redirect_text=URI, by=people.ada())
    browser = browser_of(people.bo())
    for path in ("", "/new", f"/view/{client.pk}", f"/edit/{client.pk}"):
        assert browser.get(f"/s/credentials{path}").status_code == 403
    for path in (f"/rotate/{client.pk}", f"/delete/{client.pk}"):
        assert browser.post(f"/s/credentials{path}").status_code == 403
    assert Client().get("/api/credentials", headers={"Authorization": "Bearer x"}).status_code == 401


def test_nobody_rises_to_an_administrators_role_by_its_client():
    client, secret = create_client(name="Shop", redirect_text=URI, by=people.ada())
    browser = browser_of(keeper())
    assert browser.post(f"/s/credentials/rotate/{client.pk}").status_code == 403
    assert (
        browser.post(f"/s/credentials/edit/{client.pk}", NEW | {"redirectUris": "https://evil.example/"}).status_code
        == 403
    )
    client.refresh_from_db()
    assert has_secret(client, secret)
    assert client.redirect_uris == [URI]
    answer = browser.post("/s/credentials/new", NEW)
    assert "authorization_code" in shown(answer, "example")
    assert OAuthClient.objects.latest("pk").grant_types == ["authorization_code", "refresh_token"]


def test_the_audit_log_knows_and_keeps_no_secret():
    browser = browser_of(people.ada())
    secret = shown(browser.post("/s/credentials/new", NEW), "client-secret")
    browser.post(f"/s/credentials/rotate/{OAuthClient.objects.get().pk}")
    entries = rows("SELECT action, details::text FROM audit_log WHERE object = 'client' ORDER BY id")
    assert [action for action, _ in entries] == ["create", "rotate_secret"]
    assert secret not in str(entries)


def test_names_are_text_on_every_page():
    hostile = '"><svg onload=alert(1)>'
    client, _ = create_client(name=hostile, redirect_text=URI, by=people.ada())
    bo = people.bo()
    Approval.objects.create(client=client, user=bo, approved_at=timezone.now())
    for user, path in (
        (people.ada(), "credentials"),
        (people.ada(), f"credentials/view/{client.pk}"),
        (bo, "account/access"),
    ):
        assert b"<svg onload" not in browser_of(user).get(f"/s/{path}").content


def test_taking_an_approval_back_ends_its_tokens_for_this_user_only():
    client, _ = create_client(name="Shop", redirect_text=URI, by=people.ada())
    bo, ada = people.bo(), people.ada()
    kept, gone = (tokens.issue(client_id=client.pk, user_id=user.pk, seconds=60) for user in (ada, bo))
    for user in (ada, bo):
        Approval.objects.create(client=client, user=user, approved_at=timezone.now())
        RefreshToken.objects.create(
            digest=tokens.digest(user.name), client=client, user=user, expires_at=timezone.now()
        )
    browser = browser_of(bo)
    assert "Shop" in browser.get("/s/account/access").content.decode()
    browser.post(f"/s/account/access/application/{client.pk}/revoke")
    assert (works(gone), works(kept)) == (False, True)
    assert [approval.user for approval in Approval.objects.all()] == [ada]
    assert [token.user for token in RefreshToken.objects.all()] == [ada]


def test_personal_tokens_are_shown_once_and_revoked():
    bo = people.bo()
    browser = browser_of(bo)
    answer = browser.post("/s/account/access", {"name": "Nightly", "days": "7", "scopes": ["read"]})
    token = shown(answer, "new-token")
    assert token.startswith("hgp_")
    assert works(token)
    page = browser.get("/s/account/access").content.decode()
    assert "Nightly" in page
    assert token not in page
    row = AccessToken.objects.get()
    browser_of(people.ada()).post(f"/s/account/access/token/{row.pk}/revoke")
    assert works(token), "another user's token is not theirs to revoke"
    browser.post(f"/s/account/access/token/{row.pk}/revoke")
    assert not works(token)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"name": " "}, "A name is required."),
        ({"name": "x" * 200}, "too long"),
        ({"days": "0"}, "number of days"),
        ({"days": "99999999999999999999"}, "number of days"),
        ({"days": "²"}, "number of days"),
        ({"scopes": ["admin"]}, "Choose what the token may do."),
    ],
)
def test_personal_tokens_with_mistakes(change, text):
    given = {"name": "Nightly", "days": "", "scopes": ["read", "write"]}
    answer = browser_of(people.bo()).post("/s/account/access", given | change)
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert not AccessToken.objects.exists()
