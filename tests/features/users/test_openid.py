"""Signing in by OpenID Connect, against a provider that really answers, rightly and wrongly."""

import time
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

import people
from honeyguide.engine import config
from honeyguide.engine.access import second_factor
from honeyguide.features.users.models import OpenIdentity, User
from openid_provider import CLIENT, SECRET, Provider

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def provider():
    with Provider() as made:
        config.set_value("outbound_allowed_networks", "127.0.0.0/8")
        config.set_value("openid_issuer", made.issuer)
        config.set_value("openid_client_id", CLIENT)
        config.set_value("openid_client_secret", SECRET)
        config.set_value("openid_label", "Example")
        yield made


def go(provider, browser, path="/s/login/openid", **changed):
    """To the provider and back."""
    there = browser.get(path)
    assert there.status_code == 302, there.content
    return browser.get("/s/login/openid/back", provider.sign_in(there["Location"]) | changed, follow=True)


def is_signed_in(browser):
    return browser.get("/s/account").status_code == 200


def test_the_button_is_there_when_a_provider_is(provider):
    assert "Sign in with Example" in Client().get("/s/login").content.decode()
    config.set_value("openid_issuer", "")
    assert "Sign in with" not in Client().get("/s/login").content.decode()
    assert Client().get("/s/login/openid").status_code == 404


def test_who_has_a_verified_address_of_ours_signs_in_and_stays_the_same(provider):
    ada, browser = people.ada(), Client()
    answer = go(provider, browser, "/s/login/openid?next=/s/contacts")
    assert answer.redirect_chain[-1][0] == "/s/contacts"
    assert is_signed_in(browser)
    provider.person["email"] = "someone.else@example.com"  # the subject counts from now on
    again = Client()
    go(provider, again)
    assert again.get("/s/account").context["user"] == ada


def test_the_provider_is_asked_with_our_address(provider):
    asked = dict(parse_qsl(urlsplit(Client().get("/s/login/openid")["Location"]).query))
    assert asked["redirect_uri"] == "http://testserver/s/login/openid/back"
    assert asked["scope"] == "openid email profile"


@pytest.mark.parametrize("verified", [False, None])
def test_an_address_that_is_not_verified_is_nobodys(provider, verified):
    people.ada()
    provider.person["email_verified"] = verified
    browser = Client()
    answer = go(provider, browser)
    assert (answer.status_code, is_signed_in(browser)) == (422, False)
    assert "ask an administrator" in answer.content.decode()


def test_newcomers_get_the_chosen_role(provider):
    role = people.bo().role
    provider.person |= {"sub": "new", "email": "eve@example.com", "name": "Eve Moneypenny"}
    refused = Client()
    assert go(provider, refused).status_code == 422
    config.set_value("openid_role", role.pk)
    browser = Client()
    go(provider, browser)
    eve = User.objects.get(email="eve@example.com")
    assert is_signed_in(browser)
    assert (eve.username, eve.name, eve.role) == ("eve@example.com", "Eve Moneypenny", role)


def test_the_address_may_come_from_the_userinfo(provider):
    people.ada()
    provider.claims = {"email": None, "email_verified": None}
    provider.userinfo = {"sub": "somebody else", "email": "ada@example.com", "email_verified": True}
    assert go(provider, Client()).status_code == 422
    provider.userinfo["sub"] = "p-1"
    assert go(provider, Client()).status_code == 200


def test_a_second_factor_is_asked_for_all_the_same(provider):
    ada = people.ada()
    factor = second_factor.begin(ada)
    second_factor.confirm(ada, second_factor.pyotp.TOTP(second_factor.secret_of(factor)).now())
    browser = Client()
    answer = go(provider, browser)
    assert answer.redirect_chain[-1][0].startswith("/s/login/code")
    assert not is_signed_in(browser)


def test_an_unpublished_user_stays_out(provider):
    User.objects.filter(pk=people.ada().pk).update(is_published=False)
    assert "switched off" in go(provider, Client()).content.decode()


def test_an_account_is_connected_and_disconnected(provider):
    bo, browser = people.bo(), Client()
    browser.force_login(bo, backend="honeyguide.engine.access.backend.UserNameOrEmailBackend")
    provider.person["email"] = "quite.other@example.com"
    assert "Your account is connected." in go(provider, browser).content.decode()
    other = Client()
    go(provider, other)
    assert other.get("/s/account").context["user"] == bo
    thief = Client()
    thief.force_login(people.ada(), backend="honeyguide.engine.access.backend.UserNameOrEmailBackend")
    assert "connected already" in go(provider, thief).content.decode()
    browser.post("/s/account/openid/disconnect")
    assert not OpenIdentity.objects.exists()


def _old(provider):
    provider.claims = {"exp": int(time.time()) - 600}


def _other_audience(provider):
    provider.claims = {"aud": "another"}


def _other_party(provider):
    provider.claims = {"aud": [CLIENT, "another"], "azp": "another"}


def _other_issuer(provider):
    provider.claims = {"iss": "https://evil.example.com"}


def _other_nonce(provider):
    provider.claims = {"nonce": "of another browser"}


def _no_subject(provider):
    provider.claims = {"sub": None}


def _other_key(provider):
    provider.key = rsa.generate_private_key(65537, 2048)


def _unsigned(provider):
    provider.key, provider.algorithm = "", "none"


def _shared_secret(provider):
    provider.key, provider.algorithm = "k" * 64, "HS256"


@pytest.mark.parametrize(
    "wrong",
    [
        _old,
        _other_audience,
        _other_party,
        _other_issuer,
        _other_nonce,
        _no_subject,
        _other_key,
        _unsigned,
        _shared_secret,
    ],
)
def test_a_wrong_token_signs_nobody_in(provider, wrong):
    people.ada()
    wrong(provider)
    browser = Client()
    answer = go(provider, browser)
    assert (answer.status_code, is_signed_in(browser)) == (422, False)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"state": "forged"}, "does not belong to your signing in"),
        ({"code": "made up"}, "no such code"),
        ({"code": ""}, "gave no code"),
        ({"error": "access_denied", "error_description": "Not <b>you</b>"}, "Not &lt;b&gt;you&lt;/b&gt;"),
    ],
)
def test_a_wrong_answer_signs_nobody_in(provider, changed, said):
    people.ada()
    browser = Client()
    answer = go(provider, browser, **changed)
    assert (answer.status_code, is_signed_in(browser)) == (422, False)
    assert said in answer.content.decode()


def test_an_answer_counts_once_and_in_its_browser_only(provider):
    people.ada()
    browser, thief = Client(), Client()
    back = provider.sign_in(browser.get("/s/login/openid")["Location"])
    assert thief.get("/s/login/openid/back", back).status_code == 422
    assert browser.get("/s/login/openid/back", back).status_code == 302
    browser.post("/s/logout")
    assert browser.get("/s/login/openid/back", back).status_code == 422


@pytest.mark.parametrize(
    "description",
    [{"issuer": "https://evil.example.com"}, {"token_endpoint": "file:///etc/passwd"}, {"jwks_uri": None}],
)
def test_a_provider_that_describes_itself_wrongly_is_not_used(provider, description):
    provider.description = description
    assert Client().get("/s/login/openid").status_code == 502


def test_a_provider_in_our_own_network_must_be_allowed(provider):
    config.set_value("outbound_allowed_networks", "")
    answer = Client().get("/s/login/openid")
    assert answer.status_code == 502
    assert "outbound_allowed_networks" in answer.content.decode()


def test_beginning_again_and_again_is_held_back(provider):
    assert [Client().get("/s/login/openid").status_code for _ in range(11)][-2:] == [302, 429]


def test_the_secret_is_not_shown_and_an_empty_box_keeps_it(provider):
    browser = Client()
    browser.force_login(people.ada(), backend="honeyguide.engine.access.backend.UserNameOrEmailBackend")
    assert SECRET not in browser.get("/s/config/signin").content.decode()
    given = {"openid_issuer": provider.issuer, "openid_client_id": "other", "openid_label": "X", "openid_role": "0"}
    assert browser.post("/s/config/signin", given | {"openid_client_secret": ""}).status_code == 302
    assert (config.get("openid_client_id"), config.get("openid_client_secret")) == ("other", SECRET)
