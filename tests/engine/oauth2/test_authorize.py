"""The pages on which people sign in and approve, and where they are sent afterwards."""

import re

import pytest
from django.test import Client

import people
from engine.oauth2.conftest import REDIRECT
from honeyguide.engine.access.models import AccessToken
from honeyguide.engine.oauth2.clients import is_redirect_uri, may_redirect
from honeyguide.engine.oauth2.models import Approval, AuthorizationCode, OAuthClient

pytestmark = pytest.mark.django_db
FIELD = "fos_oauth_server_authorize_form[{}]"


@pytest.fixture
def wish(credentials):
    return {
        "client_id": credentials.client.public_id,
        "response_type": "code",
        "redirect_uri": REDIRECT,
        "state": "a b&c",
    }


def signed_in(user, **options) -> Client:
    browser = Client(**options)
    browser.force_login(user)
    return browser


def form(wish, **button):
    return {FIELD.format(name): value for name, value in wish.items()} | button


def test_strangers_sign_in_and_come_back(wish):
    browser = Client(enforce_csrf_checks=True)
    people.bo()
    away = browser.get("/oauth/v2/authorize", wish)
    assert (away.status_code, away["Location"]) == (302, "http://testserver/oauth/v2/authorize_login")
    page = browser.get(away["Location"]).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
    given = {"_username": "bo@example.com", "_password": people.PASSWORD, "csrfmiddlewaretoken": token}
    back = browser.post("/oauth/v2/authorize_login_check", given)
    assert back.status_code == 302
    assert back["Location"].startswith("http://testserver/oauth/v2/authorize?client_id=")
    page = browser.get(back["Location"])
    assert page.status_code == 200
    assert "The application <strong>App</strong> would like to connect to your account." in page.content.decode()


def test_signing_in_renews_the_session(wish):
    """A session key that somebody planted before is worth nothing after."""
    people.bo()
    browser = Client()
    browser.get("/oauth/v2/authorize", wish)
    planted = browser.cookies["sessionid"].value
    browser.post("/oauth/v2/authorize_login_check", {"_username": "bo", "_password": people.PASSWORD})
    assert browser.cookies["sessionid"].value != planted
    stranger = Client()
    stranger.cookies["sessionid"] = planted
    assert stranger.get("/s/account").status_code == 302


def test_signing_in_without_a_request_leads_home(credentials):
    people.bo()
    answer = Client().post("/oauth/v2/authorize_login_check", {"_username": "bo", "_password": people.PASSWORD})
    assert answer["Location"] == "http://testserver/s/dashboard"


def test_wrong_passwords_and_unknown_names_look_alike(credentials):
    people.bo()
    pages = [
        Client().post("/oauth/v2/authorize_login_check", {"_username": name, "_password": "wrong"})
        for name in ("bo", "xx")
    ]
    texts = [re.sub(r'value="\w*"|"X-CSRFToken": "\w+"', "", page.content.decode()) for page in pages]
    assert [page.status_code for page in pages] == [422, 422]
    assert texts[0].replace("bo", "").replace("xx", "") == texts[1].replace("bo", "").replace("xx", "")


def test_accepting_sends_a_code_and_is_remembered(wish):
    bo = people.bo()
    answer = signed_in(bo).post("/oauth/v2/authorize", form(wish, accepted="1"))
    assert re.fullmatch(re.escape(REDIRECT) + r"\?state=a\+b%26c&code=[A-Za-z0-9_-]{86}", answer["Location"])
    assert Approval.objects.get().user == bo
    page = signed_in(bo).get("/oauth/v2/authorize", wish)
    assert page.status_code == 200
    assert "You last allowed this" in page.content.decode()


def test_a_query_of_the_redirect_uri_is_kept(wish, credentials):
    wish["redirect_uri"] = REDIRECT + "?tenant=1"
    del wish["state"]
    answer = signed_in(people.bo()).post("/oauth/v2/authorize", form(wish, accepted="1"))
    assert answer["Location"].startswith(REDIRECT + "?tenant=1&code=")


def test_denying(wish):
    answer = signed_in(people.bo()).post("/oauth/v2/authorize", form(wish, rejected="1"))
    assert answer["Location"] == (
        REDIRECT + "?error=access_denied&error_description=The+user+denied+access+to+your+application&state=a+b%26c"
    )
    assert not AuthorizationCode.objects.exists()
    assert not Approval.objects.exists()


def test_the_implicit_flow_answers_in_the_fragment(wish, approve):
    got = approve(people.bo(), response_type="token", state="s")
    assert list(got) == ["state", "access_token", "expires_in", "token_type"]
    assert AccessToken.objects.get().user.username == "bo"
    answer = signed_in(people.bo()).post("/oauth/v2/authorize", form(wish | {"response_type": "token"}, accepted="1"))
    assert answer["Location"].startswith(REDIRECT + "#state=")


def test_approving_needs_the_pages_token(wish):
    browser = signed_in(people.bo(), enforce_csrf_checks=True)
    assert browser.post("/oauth/v2/authorize", form(wish, accepted="1")).status_code == 403
    assert not AuthorizationCode.objects.exists()
    given = {"_username": "bo", "_password": people.PASSWORD}
    assert Client(enforce_csrf_checks=True).post("/oauth/v2/authorize_login_check", given).status_code == 403


def test_users_without_access_to_the_api_allow_nothing(wish):
    browser = signed_in(people.cy())
    assert browser.get("/oauth/v2/authorize", wish).status_code == 403
    assert browser.post("/oauth/v2/authorize", form(wish, accepted="1")).status_code == 403
    assert not AuthorizationCode.objects.exists()


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"client_id": ""}, 400, "No client id supplied"),
        ({"client_id": "999_x"}, 404, "Client not found."),
        ({"redirect_uri": ""}, 400, "The redirect URI is mandatory and was not supplied."),
        (
            {"redirect_uri": "https://evil.example/"},
            400,
            "The redirect URI provided does not match registered URI(s).",
        ),
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_known(wish, change, status, message):
    answer = signed_in(people.bo()).post("/oauth/v2/authorize", form(wish | change, accepted="1"))
    assert answer.status_code == status
    assert answer.json()["errors"][0]["message"] == message


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"scope": "read"}, "invalid_scope"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "x" * 43, "code_challenge_method": "none"}, "invalid_request"),
    ],
)
def test_other_errors_go_to_the_client(wish, change, kind):
    answer = signed_in(people.bo()).post("/oauth/v2/authorize", form(wish | change, accepted="1"))
    assert answer["Location"].startswith(f"{REDIRECT}?error={kind}&error_description=")
    assert answer["Location"].endswith("&state=a+b%26c")


def test_a_page_that_cannot_lead_back_has_no_form(wish):
    page = signed_in(people.bo()).get("/oauth/v2/authorize", wish | {"redirect_uri": "https://evil.example/"})
    assert page.status_code == 200
    assert "does not match registered" in page.content.decode()
    assert "<form" not in page.content.decode()
    assert "evil.example" not in page["Content-Security-Policy"]


def test_browsers_may_follow_to_the_client_and_nowhere_else(wish):
    page = signed_in(people.bo()).get("/oauth/v2/authorize", wish)
    assert "form-action 'self' https://app.example;" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"


def test_names_and_parameters_are_text(wish, credentials):
    credentials.client.name = "<svg onload=alert(1)>"
    credentials.client.save()
    page = signed_in(people.bo()).get("/oauth/v2/authorize", wish | {"state": '"><script>alert(1)</script>'})
    assert b"<svg onload" not in page.content
    assert b"<script>alert" not in page.content


@pytest.mark.parametrize(
    ("uri", "good"),
    [
        ("https://app.example/cb", True),
        ("HTTPS://APP.example/CB", True),
        ("https://app.example/cb/deeper?x=1", True),
        ("https://app.example:444/cb", False),
        ("http://app.example/cb", False),
        ("https://app.example.evil.example/cb", False),
        ("https://app.example@evil.example/cb", False),
        ("https://user@app.example/cb", False),
        ("https://app.example/cb/../other", False),
        ("https://app.example/cb/./x", False),
        ("https://app.example/cb/..", False),
        ("https://app.example/cb#fragment", False),
        ("https://app.example/other", False),
        ("https://app.example\\@evil.example/cb", False),
        ("//app.example/cb", False),
        ("", False),
        ("https://[::1/cb", False),
        ("https://app.example/cb\r\nX: y", False),
        ("myapp://cb", False),
    ],
)
def test_addresses_begin_with_a_registered_one(uri, good):
    assert may_redirect(OAuthClient(redirect_uris=["https://app.example/cb"]), uri) is good


def test_a_registered_host_without_path_is_not_a_prefix_of_hosts():
    client = OAuthClient(redirect_uris=["https://app.example"])
    assert may_redirect(client, "https://app.example/any")
    assert not may_redirect(client, "https://app.example.evil.example/")
    assert not may_redirect(client, "https://app.example:1/")


@pytest.mark.parametrize(
    ("uri", "good"),
    [
        ("http://127.0.0.1:8999/callback", True),
        ("http://[::1]/x", True),
        ("com.example.app:/callback", True),
        ("myapp://callback", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("http:///x", False),
        ("callback", False),
        ("http://x/ y", False),
        ("http://x:port/", False),
    ],
)
def test_what_can_be_registered(uri, good):
    assert is_redirect_uri(uri) is good


def test_apps_with_a_scheme_of_their_own(wish, credentials):
    credentials.client.redirect_uris = ["myapp://callback"]
    credentials.client.save()
    wish["redirect_uri"] = "myapp://callback"
    browser = signed_in(people.bo())
    assert "form-action 'self' myapp:;" in browser.get("/oauth/v2/authorize", wish)["Content-Security-Policy"]
    answer = browser.post("/oauth/v2/authorize", form(wish, accepted="1"))
    assert answer["Location"].startswith("myapp://callback?state=")


def test_checking_a_login_by_get_is_nothing(credentials):
    answer = Client().get("/oauth/v2/authorize_login_check")
    assert (answer.status_code, answer.content) == (400, b"")
