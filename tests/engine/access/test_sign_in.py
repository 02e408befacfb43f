"""Signing in: nobody learns who has an account, guessing is held back, and sessions can be ended."""

import base64
import re

import pytest
from django.test import Client

import people
from honeyguide.engine import config
from honeyguide.engine.access import throttle

pytestmark = pytest.mark.django_db


def sign_in(name, password, browser=None, **extra):
    return (browser or Client()).post("/s/login", {"username": name, "password": password}, **extra)


def said(answer):
    """The page without what differs anyway: the name typed, and tokens."""
    return re.sub(r'value="[^"]*"|"X-CSRFToken": "\w+"', "", answer.content.decode())


def basic(name, password):
    pair = base64.b64encode(f"{name}:{password}".encode()).decode()
    return Client().get("/api/users/self", headers={"Authorization": f"Basic {pair}"})


def test_every_failure_says_the_same():
    people.bo()
    cy = people.cy()
    cy.is_published = False
    cy.save()
    pages = [
        sign_in(*given)
        for given in (("bo", "wrong"), ("nobody", "wrong"), ("cy", people.PASSWORD), ("", ""), ("x\x00" * 9000, "x"))
    ]
    assert {page.status_code for page in pages} == {422}
    assert len({said(page) for page in pages}) == 1


def test_an_unknown_name_costs_a_slow_hash_too(monkeypatch):
    from django.contrib.auth.hashers import Argon2PasswordHasher

    people.bo()
    hashed = []
    slow = Argon2PasswordHasher.encode
    monkeypatch.setattr(Argon2PasswordHasher, "encode", lambda *a, **k: hashed.append("made") or slow(*a, **k))
    verify = Argon2PasswordHasher.verify
    monkeypatch.setattr(Argon2PasswordHasher, "verify", lambda *a, **k: hashed.append("checked") or verify(*a, **k))
    sign_in("bo", "wrong")
    sign_in("nobody", "wrong")
    assert len(hashed) == 2


def test_names_are_held_back_whether_or_not_anybody_has_them():
    people.bo()
    for name in ("bo", "nobody"):
        pages = [sign_in(name, "wrong") for _ in range(throttle.PER_PAIR + 1)]
        assert "is wrong" in said(pages[-2])
        assert "Too many tries" in said(pages[-1])
    assert "Too many tries" in said(sign_in("BO ", people.PASSWORD)), "even with the right password"
    elsewhere = sign_in("bo", people.PASSWORD, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 302, "the real Bo is elsewhere"


def test_a_success_starts_afresh():
    people.bo()
    for _ in range(3):
        for _ in range(throttle.PER_PAIR - 1):
            sign_in("bo", "wrong")
        assert sign_in("bo", people.PASSWORD).status_code == 302


def test_many_names_from_one_address_and_many_addresses_for_one_name(monkeypatch):
    monkeypatch.setattr(throttle, "PER_ADDRESS", 3)
    monkeypatch.setattr(throttle, "PER_NAME", 3)
    assert [throttle.may_try(f"name{i}", "192.0.2.1") for i in range(4)] == [True, True, True, False]
    assert [throttle.may_try("ada", f"198.51.100.{i}") for i in range(4)] == [True, True, True, False]
    assert [throttle.may_try(f"v6{i}", f"2001:db8::{i}") for i in range(4)] == [True, True, True, False]


def test_the_window_ends(monkeypatch):
    monkeypatch.setattr(throttle, "PER_PAIR", 1)
    assert [throttle.may_try("ada", "192.0.2.1") for _ in range(2)] == [True, False]
    now = throttle.time.time()
    monkeypatch.setattr(throttle.time, "time", lambda: now + throttle.WINDOW_SECONDS + 1)
    assert throttle.may_try("ada", "192.0.2.1")


def test_basic_is_held_back_too():
    config.set_value("api_enabled", True)
    config.set_value("api_enable_basic_auth", True)
    people.bo()
    assert basic("bo", people.PASSWORD).status_code == 200
    statuses = [basic("bo", "wrong").status_code for _ in range(throttle.PER_PAIR + 1)]
    assert statuses == [401] * throttle.PER_PAIR + [429]
    assert basic("nobody", "wrong").json() == {
        "errors": [{"message": "Authorization denied, invalid credentials.", "code": 401, "type": "access_denied"}]
    }
    assert basic("bo", people.PASSWORD).status_code == 200, "what was verified a moment ago needs no try"


def test_signing_in_renews_the_session():
    people.bo()
    browser = Client()
    session = browser.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    sign_in("bo", people.PASSWORD, browser)
    assert browser.cookies["sessionid"].value != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get("/s/account").status_code == 302


def test_signing_out_everywhere_else():
    people.bo()
    here, there, ada = Client(), Client(), Client()
    sign_in("bo", people.PASSWORD, here)
    sign_in("bo", people.PASSWORD, there)
    people.ada()
    sign_in("ada", people.PASSWORD, ada)
    answer = here.post("/s/account/signOutElsewhere", follow=True)
    assert b"Signed out in 1 other place." in answer.content
    assert here.get("/s/account").status_code == 200
    assert there.get("/s/account").status_code == 302
    assert ada.get("/s/account").status_code == 200


def test_signing_in_needs_the_pages_token():
    people.bo()
    assert sign_in("bo", people.PASSWORD, Client(enforce_csrf_checks=True)).status_code == 403
