"""Signing in with a code after the password."""

import base64
import re
import time

import pyotp
import pytest
from click.testing import CliRunner
from django.test import Client

import people
from honeyguide.commands.admin import admin
from honeyguide.engine import config
from honeyguide.engine.access import authentication, second_factor
from honeyguide.engine.access.models import SecondFactor
from honeyguide.engine.sql import rows, scalar
from honeyguide.features.clients.services import create_client

pytestmark = pytest.mark.django_db


def app():
    """Ada's app for codes."""
    return pyotp.TOTP(second_factor.secret_of(second_factor.begin(people.ada())))


def code(steps=0):
    return app().at(time.time() + 30 * steps)


@pytest.fixture
def recovery():
    """Ada's second factor is on; these are her recovery codes. The code of the step before this one is used."""
    return second_factor.confirm(people.ada(), code(-1))


def password(browser, name="ada", **more):
    return browser.post("/s/login", {"username": name, "password": people.PASSWORD, **more})


def is_in(browser):
    return browser.get("/s/dashboard").status_code == 200


def test_password_and_code(recovery):
    browser = Client()
    assert password(browser, next="/s/account")["Location"] == "/s/login/code?next=%2Fs%2Faccount"
    assert not is_in(browser)
    answer = browser.post("/s/login/code", {"code": code(), "next": "/s/account"})
    assert answer["Location"] == "/s/account"
    assert is_in(browser)


def test_a_wrong_code_and_one_that_was_used(recovery):
    first, second = Client(), Client()
    password(first)
    password(second)
    assert first.post("/s/login/code", {"code": "000000"}).status_code == 422
    used = code()
    assert first.post("/s/login/code", {"code": used}).status_code == 302
    assert second.post("/s/login/code", {"code": used}).status_code == 422
    assert second.post("/s/login/code", {"code": code(-1)}).status_code == 422, "older than one that was used"
    assert not is_in(second)


@pytest.mark.parametrize("steps", [-3, 3])
def test_codes_of_other_times(recovery, steps):
    browser = Client()
    password(browser)
    assert browser.post("/s/login/code", {"code": code(steps)}).status_code == 422


def test_a_recovery_code_works_once(recovery):
    for expected in (302, 422):
        browser = Client()
        password(browser)
        assert browser.post("/s/login/code", {"code": f" {recovery[3].upper()} "}).status_code == expected
    assert len(SecondFactor.objects.get().recovery) == 9
    assert recovery[0] not in str(rows("SELECT recovery FROM second_factors")), "only digests are kept"


def test_the_page_of_the_code_is_for_who_has_shown_the_password(recovery):
    assert Client().post("/s/login/code", {"code": code()})["Location"] == "/s/login"


def test_the_code_must_follow_soon(recovery, monkeypatch):
    browser = Client()
    password(browser)
    session = browser.session
    session[second_factor.WAITING] = {**session[second_factor.WAITING], "until": time.time() - 1}
    session.save()
    assert browser.post("/s/login/code", {"code": code()})["Location"] == "/s/login"


def test_a_changed_password_ends_the_waiting(recovery):
    browser = Client()
    password(browser)
    ada = people.ada()
    ada.set_password("Another-one-77")
    ada.save()
    assert "Please sign in again" in browser.post("/s/login/code", {"code": code()}).content.decode()


def test_guessing_codes_is_held_back(recovery):
    browser = Client()
    password(browser)
    said = [browser.post("/s/login/code", {"code": f"{n:06}"}).content.decode() for n in range(12)]
    assert "Too many tries" in said[-1]
    assert "Too many tries" in browser.post("/s/login/code", {"code": code()}).content.decode()


def test_switching_it_on_and_off_on_the_page():
    browser = Client()
    browser.force_login(people.ada())
    page = browser.get("/s/account/secondFactor").content.decode()
    assert re.search(r'id="secret">(\w+)<', page)[1] == app().secret
    assert "data:image/svg" in page
    assert browser.post("/s/account/secondFactor", {"code": "1"}).status_code == 422
    shown = browser.post("/s/account/secondFactor", {"code": code(-1)}).content.decode()
    assert len(re.findall(r"\b[0-9a-f]{6}-[0-9a-f]{6}\b", shown)) == 10
    assert not re.findall(r"\b[0-9a-f]{6}-[0-9a-f]{6}\b", browser.get("/s/account/secondFactor").content.decode())
    browser.post("/s/account/secondFactor/off", {"code": "000000"})
    assert SecondFactor.objects.exists()
    browser.post("/s/account/secondFactor/off", {"code": code()})
    assert not SecondFactor.objects.exists()
    other = Client()
    password(other)
    assert is_in(other)


def test_a_password_alone_makes_no_calls_of_the_api_any_more():
    config.set_value("api_enabled", True)
    config.set_value("api_enable_basic_auth", True)
    authentication.forget()
    people.ada()
    secret = base64.b64encode(f"ada:{people.PASSWORD}".encode()).decode()

    def call():
        return Client().get("/api/users/self", headers={"Authorization": f"Basic {secret}"})

    assert call().status_code == 200
    second_factor.confirm(people.ada(), code(-1))
    authentication.forget()
    answer = call()
    assert (answer.status_code, "personal access token" in answer.json()["errors"][0]["message"]) == (401, True)


def test_an_application_that_waits_goes_on_after_the_code(recovery):
    config.set_value("api_enabled", True)
    client, _ = create_client(name="App", redirect_text="https://app.example/in", by=people.ada())
    browser = Client()
    asked = {"client_id": client.public_id, "response_type": "code", "redirect_uri": "https://app.example/in"}
    browser.get("/oauth/v2/authorize", asked)
    answers = {"_username": "ada", "_password": people.PASSWORD}
    assert browser.post("/oauth/v2/authorize_login_check", answers)["Location"].endswith("/s/login/code")
    assert browser.post("/s/login/code", {"code": code()})["Location"].startswith("/oauth/v2/authorize?client_id=")
    assert b"would like to connect" in browser.get("/oauth/v2/authorize", asked).content


def test_it_is_told_in_the_audit_log(recovery):
    assert scalar("SELECT count(*) FROM audit_log WHERE action = 'second_factor_on'") == 1


def test_who_lost_everything_is_let_in_by_a_command(recovery):
    run = CliRunner().invoke(admin, ["no-second-factor", "ADA"])
    assert run.output == "ada signs in with the password alone.\n"
    browser = Client()
    password(browser)
    assert is_in(browser)
    assert CliRunner().invoke(admin, ["no-second-factor", "nobody"]).exit_code == 1
