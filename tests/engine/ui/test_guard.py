"""Who sees which page; what strangers and clumsy requests get."""

import pytest
from django.test import Client

import people
from honeyguide.engine.ui.registry import menu, pages, screens
from honeyguide.engine.ui.screen import ADMIN, PUBLIC, SIGNED_IN
from honeyguide.engine.ui.standard import standard_pages

pytestmark = pytest.mark.django_db


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person, backend="honeyguide.engine.access.backend.UserNameOrEmailBackend")
    return client


def every_page():
    for group in pages():
        yield from group
    for screen in screens():
        yield from standard_pages(screen)


def test_it_works():
    assert signed_in(people.ada()).get("/s/dashboard").status_code == 200


def test_strangers_are_sent_to_sign_in(client):
    answer = client.get("/s/contacts?search=x")
    assert answer.status_code == 302
    assert answer["Location"] == "/s/login?next=%2Fs%2Fcontacts%3Fsearch%3Dx"


def test_only_signing_in_a_forgotten_password_and_links_of_sent_reports_are_public():
    found = [page.path for page in every_page() if page.right == PUBLIC]
    assert found == [
        "reports/download/<int:report_id>",  # by a signed link; without one it asks to sign in
        "login",
        "login/code",
        "login/openid",
        "login/openid/back",
        "passwordreset",
        "passwordresetconfirm/<slug:number>/<str:token>",
    ]


def test_cy_is_refused_everywhere_but_where_all_may_go():
    client = signed_in(people.cy())
    for page in every_page():
        if "<" in page.path or page.right in (PUBLIC, SIGNED_IN):
            continue
        method = client.post if "GET" not in page.methods else client.get
        assert method(f"/s/{page.path}").status_code == 403, page.path


def test_menus_lead_somewhere():
    client = signed_in(people.ada())
    for entry in menu():
        if entry.when():
            assert client.get(entry.path).status_code == 200, entry.path


def test_administrators_pages_are_not_for_others():
    client = signed_in(people.bo())
    for page in every_page():
        if page.right == ADMIN and "<" not in page.path and "GET" in page.methods:
            assert client.get(f"/s/{page.path}").status_code == 403, page.path


def test_posts_need_a_token():
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.ada(), backend="honeyguide.engine.access.backend.UserNameOrEmailBackend")
    assert client.post("/s/account/theme", {"theme": "dark"}).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/s/contacts?page=99999999999&limit=x&sort=--'",
        "/s/contacts?search=%00%22((((%20or%20!",
        "/s/contacts?search=" + "a" * 5000,
        "/s/segments?sort=filters",
        "/s/contacts/timeline/1?page=-1",
        "/s/contacts/batch/tags?ids=1&ids=x",
    ],
)
def test_clumsy_addresses_are_answered(path):
    assert signed_in(people.ada()).get(path).status_code in (200, 404)


def test_login_does_not_lead_away():
    people.ada()
    for target in ("https://evil.example/", "//evil.example/s/", "/s/\\evil.example", "javascript:alert(1)"):
        data = {"username": "ada", "password": people.PASSWORD, "next": target}
        answer = Client().post("/s/login", data)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/s/")
        assert "\\" not in answer["Location"]


def test_too_many_wrong_passwords_have_to_wait():
    people.ada()
    client = Client()
    texts = [client.post("/s/login", {"username": "ada", "password": "no"}).content.decode() for _ in range(12)]
    assert "is wrong" in texts[0]
    assert "Too many tries" in texts[-1]
