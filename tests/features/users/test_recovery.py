"""A forgotten password, and the places where one is signed in."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.contrib.auth import tokens
from django.test import Client, override_settings
from django.utils import timezone

import people
from honeyguide.engine.jobs import runner
from honeyguide.engine.sql import rows, scalar
from honeyguide.features.users.models import User

pytestmark = pytest.mark.django_db(transaction=True)
STRONG = "Quite-new-77"


def ask(name, **headers):
    answer = Client().post("/s/passwordreset", {"username": name}, headers=headers)
    with override_settings(SITE_URL="https://mail.test"):
        runner.run_due()
    return answer


def link_to(address):
    """The path of the link that was sent there."""
    html = scalar("SELECT options ->> 'html' FROM outbox WHERE address = %s ORDER BY id DESC LIMIT 1", (address,))
    return re.search(r'href="https://mail\.test(/s/passwordresetconfirm/[^"]+)"', html)[1]


@pytest.mark.parametrize("name", ["ada", "ADA@example.com"])
def test_a_new_password_by_a_link(name):
    people.ada()
    ask(name)
    path = link_to("ada@example.com")
    browser = Client()
    assert browser.get(path).status_code == 200
    wrong = browser.post(path, {"password": STRONG, "password_again": "other"})
    assert (wrong.status_code, "Passwords do not match." in wrong.content.decode()) == (422, True)
    assert browser.post(path, {"password": "short", "password_again": "short"}).status_code == 422
    done = browser.post(path, {"password": STRONG, "password_again": STRONG}, follow=True)
    assert "Your password has been changed" in done.content.decode()
    assert User.objects.get(username="ada").check_password(STRONG)
    assert Client().get(path).status_code == 404, "a link works once"


def test_whoever_was_signed_in_is_not_any_more():
    thief = Client()
    thief.force_login(people.ada())
    ask("ada")
    Client().post(link_to("ada@example.com"), {"password": STRONG, "password_again": STRONG})
    assert thief.get("/s/dashboard").status_code == 302


def test_nobody_learns_whether_an_account_exists():
    people.ada()
    known, unknown = ask("ada"), ask("nobody")
    pages = [re.sub(r"\w{64}", "", answer.content.decode()) for answer in (known, unknown)]
    assert pages[0] == pages[1]
    assert known.status_code == unknown.status_code == 200
    assert rows("SELECT address FROM outbox") == [("ada@example.com",)]


def test_an_unpublished_user_gets_no_link():
    ada = people.ada()
    ada.is_published = False
    ada.save()
    ask("ada")
    assert rows("SELECT 1 FROM outbox") == []


def test_a_link_is_worth_nothing_after_an_hour(monkeypatch):
    people.ada()
    ask("ada")
    path = link_to("ada@example.com")
    later = timezone.now().replace(tzinfo=None) + timedelta(minutes=61)
    monkeypatch.setattr(tokens.PasswordResetTokenGenerator, "_now", lambda self: later)
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("path", ["x/y", "MQ/abc-def", "MTk5OTk5OTk5OTk5OTk5OTk5OTk5/a-b", "4p2k/a-b"])
def test_made_up_links(path):
    people.ada()
    assert Client().get(f"/s/passwordresetconfirm/{path}").status_code == 404


def test_asking_again_and_again_is_held_back():
    people.ada()
    assert [ask("ada").status_code for _ in range(12)][-1] == 429


def test_the_places_where_one_is_signed_in():
    ada = people.ada()
    here, there = Client(headers={"user-agent": "Firefox here"}), Client(headers={"user-agent": "Chrome <there>"})
    for browser in (here, there):
        browser.post("/s/login", {"username": "ada", "password": people.PASSWORD})
    page = here.get("/s/account/sessions").content.decode()
    assert "Firefox here" in page
    assert "Chrome &lt;there&gt;" in page
    (place,) = re.findall(r"/s/account/sessions/(\w+)/end", page)
    assert there.get("/s/dashboard").status_code == 200
    here.post(f"/s/account/sessions/{place}/end")
    assert there.get("/s/dashboard").status_code == 302
    assert here.get("/s/dashboard").status_code == 200
    assert scalar("SELECT count(*) FROM sessions WHERE user_id = %s", (ada.pk,)) == 1


def test_others_sessions_cannot_be_ended():
    bo, ada = Client(), Client()
    ada.force_login(people.ada())
    bo.force_login(people.bo())
    key = scalar("SELECT session_key FROM sessions WHERE user_id = %s", (people.ada().pk,))
    bo.post(f"/s/account/sessions/{hashlib.sha256(key.encode()).hexdigest()[:20]}/end")
    assert ada.get("/s/dashboard").status_code == 200
