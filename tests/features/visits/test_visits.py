"""Visits of web pages: who came, what is stored, what it makes of the contact, and whom nobody follows."""

import orjson
import pytest
from django.test import Client

from honeyguide.engine import config
from honeyguide.engine.delivery import outbox
from honeyguide.engine.delivery.sealed import seal
from honeyguide.engine.events import consume
from honeyguide.engine.sql import one, rows, scalar
from honeyguide.engine.tracking.hits import writer
from honeyguide.features.contacts.jobs import ACTIVITY
from honeyguide.features.contacts.services import create_contact, resolve
from honeyguide.features.fields.models import FieldDefinition
from honeyguide.features.fields.services import update_field
from honeyguide.features.visits.jobs import VISITS

pytestmark = pytest.mark.django_db(transaction=True)
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
URL = "https://shop.example/a?utm_source=news&utm_campaign=autumn"
XHR = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest", "HTTP_ORIGIN": "https://shop.example"}


@pytest.fixture
def browser(transactional_db):
    yield Client(HTTP_USER_AGENT=CHROME)
    writer.close()  # while its database is there


def visit(browser, url=URL, **said):
    return browser.post("/mtc/event", {"page_url": url, "page_title": "A", **said}, **XHR).json()


def settle():
    writer.close()
    for consumer in (VISITS, ACTIVITY):
        while consume(consumer):
            pass


def open_to_visitors(*aliases):
    for field in FieldDefinition.objects.filter(object="lead", alias__in=aliases):
        update_field(field, {"isPubliclyUpdatable": True}, by=None)


def hits():
    found = rows("SELECT contact_id, payload::text FROM events WHERE type = 60 ORDER BY id")
    return [(contact, orjson.loads(payload)) for contact, payload in found]


def fields_of(contact):
    return orjson.loads(scalar("SELECT fields::text FROM contacts WHERE id = %s", (contact,)))


def test_a_visitor_becomes_a_contact_and_stays_the_same(browser):
    first = visit(browser)
    again = visit(browser, "https://shop.example/b")
    assert first["success"] == 1
    assert first["id"] == again["id"]
    assert first["device_id"] == again["device_id"] == first["sid"]
    cookie = browser.cookies["mautic_device_id"]
    assert cookie.value == first["device_id"]
    assert len(cookie.value) == 25
    assert (cookie["samesite"], cookie["secure"], cookie["max-age"]) == ("None", True, 31536000)
    settle()
    (contact, said), (_, second) = hits()
    assert contact == first["id"]
    assert (said["url"], said["title"], said["query"]["utm_source"]) == (URL, "A", "news")
    assert "source" not in said  # that is a channel of ours, not where a link stood
    assert second["url"] == "https://shop.example/b"
    tagged = one("SELECT contact_id, utm_source, utm_campaign, url FROM utm_tags")
    assert tagged == (contact, "news", "autumn", URL)
    assert scalar("SELECT last_active IS NOT NULL FROM contacts WHERE id = %s", (contact,))
    assert browser.get("/mtc", **XHR).json() == {k: first[k] for k in ("id", "sid", "device_id")}


def test_the_device_is_known_from_local_storage_and_never_from_a_made_up_id(browser):
    first = visit(browser)
    assert visit(Client(HTTP_USER_AGENT=CHROME), mautic_device_id=first["device_id"])["id"] == first["id"]
    stranger = visit(Client(HTTP_USER_AGENT=CHROME), mautic_device_id="made-up", mtc_id=str(first["id"]))
    assert stranger["id"] != first["id"]
    assert stranger["device_id"] != "made-up"


def test_only_public_fields_are_taken_over_and_blanks_say_nothing(browser):
    open_to_visitors("firstname")
    seen = visit(browser, firstname="Ada", lastname="Secret", tags="a,-b, c")
    visit(browser, firstname="")
    settle()
    fields = fields_of(seen["id"])
    assert fields.get("firstname") == "Ada"
    assert "lastname" not in fields
    assert {row[0] for row in rows("SELECT t.tag FROM contact_tags l JOIN tags t ON t.id = l.tag_id")} == {"a", "c"}


def test_an_anonymous_visitor_who_names_a_known_address_is_that_contact(browser):
    open_to_visitors("email")
    known = create_contact({"email": "ada@x.test", "firstname": "Ada"}, by=None).id
    seen = visit(browser, email="ada@x.test")
    settle()
    assert resolve(known) == seen["id"]
    fields = fields_of(seen["id"])
    assert (fields["email"], fields["firstname"]) == ("ada@x.test", "Ada")


def test_two_known_contacts_stay_two(browser):
    open_to_visitors("email")
    first = visit(browser, email="bo@x.test")
    settle()
    ada = create_contact({"email": "ada@x.test"}, by=None).id
    visit(browser, email="ada@x.test")
    settle()
    assert resolve(ada) == ada
    assert resolve(first["id"]) == first["id"]
    assert visit(browser)["id"] == ada


def test_who_comes_from_an_email_is_its_recipient(browser):
    ada = create_contact({"email": "ada@x.test"}, by=None).id
    message = outbox.enqueue_one(email_id=None, contact_id=ada, address="ada@x.test")
    seen = visit(browser, f"https://shop.example/?ct={seal(message)}")
    visit(browser, f"https://shop.example/?ct={'0' * 28}")
    settle()
    assert resolve(seen["id"]) == ada
    assert visit(browser)["id"] == ada


def test_whom_nobody_follows(browser):
    bot = Client(HTTP_USER_AGENT="Googlebot/2.1 (+http://www.google.com/bot.html)")
    assert visit(bot) == {"success": 0}
    config.set_value("do_not_track_ips", ["127.0.0.0/8"])
    assert visit(browser) == {"success": 0}
    config.set_value("do_not_track_ips", [])
    browser.cookies["sessionid"] = "somebody who works here"
    assert visit(browser) == {"success": 0}
    settle()
    assert [(contact, said["bot"]) for contact, said in hits()] == [(None, True)]
    assert scalar("SELECT count(*) FROM contacts") == 0


def test_the_pixel_counts_for_the_page_that_shows_it(browser):
    answer = browser.get("/mtracking.gif", HTTP_REFERER="https://shop.example/plain")
    assert answer["Content-Type"] == "image/gif"
    settle()
    assert hits()[0][1]["url"] == "https://shop.example/plain"


def test_other_sites_are_answered_when_listed(browser):
    assert "Access-Control-Allow-Origin" not in browser.post("/mtc/event", {"page_url": URL}, **XHR)
    config.set_value("cors_valid_domains", ["https://*.example"])
    answer = browser.post("/mtc/event", {"page_url": URL}, **XHR)
    assert answer["Access-Control-Allow-Origin"] == "https://shop.example"
    assert answer["Access-Control-Allow-Credentials"] == "true"
    asked = browser.options("/mtc/event", HTTP_ACCESS_CONTROL_REQUEST_HEADERS="x-requested-with", **XHR)
    assert (asked.status_code, asked["Access-Control-Allow-Origin"]) == (204, "https://shop.example")
    assert browser.get("/mtc/event").status_code == 405


@pytest.mark.parametrize("value", ["\0", "x" * 100_000, "🦆", "-1", "[[[", "https://[::1"])
def test_nonsense_is_kept_short_and_breaks_nothing(browser, value):
    open_to_visitors("email", "firstname")
    said = {
        "page_title": value,
        "tags": value,
        "email": value,
        "ct": value,
        "mautic_device_id": value,
        "utm_source": value,
    }
    browser.cookies["mautic_device_id"] = value if value.isascii() and value.isprintable() else ""
    answer = browser.post("/mtc/event", {"page_url": value, **said}, HTTP_REFERER=value.encode().decode("latin-1"))
    assert answer.status_code == 200
    settle()
    assert len(hits()) == 1
    assert len(hits()[0][1].get("title", "")) <= 2000
