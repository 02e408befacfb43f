"""Asking visitors what they have not told yet."""

import pytest
from django.test import Client

from calls import created
from honeyguide.engine import config
from people import ada

pytestmark = pytest.mark.django_db
EMAIL = {"label": "E-mail", "type": "email", "alias": "email", "mappedObject": "contact", "mappedField": "email"}
CITY = {
    "label": "City",
    "type": "text",
    "alias": "city",
    "isRequired": True,
    "mappedObject": "contact",
    "mappedField": "city",
}
JOB = {"label": "Job", "type": "text", "alias": "job"}


@pytest.fixture
def browser():
    return Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")


def form(*fields, **values):
    return created(ada(), "forms", "form", {"name": "Sign up", "postAction": "message", "postActionProperty": "Thanks",
                                            "fields": list(fields), **values})["id"]  # fmt: skip


def send(browser, number, **answers):
    data = {"mauticform[formId]": number, **{f"mauticform[{alias}]": value for alias, value in answers.items()}}
    return browser.post("/form/submit?ajax=1", data).json()


def asked(browser, number):
    page = browser.get(f"/form/{number}").content.decode()
    return [alias for alias in ("email", "city", "job") if f'name="mauticform[{alias}]"' in page]


def test_what_was_answered_is_not_asked_again_and_not_missed(browser):
    number = form(EMAIL, {**CITY, "showWhenValueExists": False})
    assert asked(browser, number) == ["email", "city"]
    assert send(browser, number, email="a@example.com")["validationErrors"] == {"city": "'City' is required."}
    assert send(browser, number, email="a@example.com", city="Bern")["success"] == 1
    assert asked(browser, number) == ["email"]
    assert send(browser, number, email="a@example.com")["success"] == 1
    assert asked(Client(), number) == ["email", "city"]


def test_some_fields_come_later_and_only_so_many_at_once(browser):
    number = form({**EMAIL, "alwaysDisplay": True}, {**CITY, "isRequired": False, "showWhenValueExists": False},
                  {**JOB, "showAfterXSubmissions": 1}, progressiveProfilingLimit=2)  # fmt: skip
    assert asked(browser, number) == ["email", "city"]
    send(browser, number, email="a@example.com", city="Bern")
    assert asked(browser, number) == ["email", "job"]


def test_what_is_known_is_filled_in_but_not_for_strange_sites(browser, settings):
    settings.SITE_URL = "http://testserver"
    number = form({**EMAIL, "isAutoFill": True}, JOB)
    send(browser, number, email="a@example.com")
    assert b'value="a@example.com"' in browser.get(f"/form/{number}").content
    script = f"/form/generate.js?id={number}"
    assert b"a@example.com" not in browser.get(script, HTTP_REFERER="https://evil.example/").content
    assert b"a@example.com" not in browser.get(script).content
    config.set_value("cors_valid_domains", ["https://shop.example"])
    assert b"a@example.com" in browser.get(script, HTTP_REFERER="https://shop.example/a").content


def test_a_kiosk_asks_everybody_everything(browser):
    number = form(EMAIL, {**CITY, "showWhenValueExists": False}, inKioskMode=True)
    send(browser, number, email="a@example.com", city="Bern")
    assert asked(browser, number) == ["email", "city"]
