"""Campaigns show focus items to visitors on the page where they are."""

import pytest
from django.test import Client

from features.campaigns.journeys import campaign, contact, put_in, step
from honeyguide.engine.events import consume
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.engine.tracking.hits import writer
from honeyguide.features.campaigns.advancing import advance
from honeyguide.features.campaigns.jobs import DECISIONS
from honeyguide.features.contacts.services import delete_contacts, merge_contacts
from honeyguide.features.focus import giving
from honeyguide.features.focus.models import FocusItem

pytestmark = pytest.mark.django_db(transaction=True)
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36"
XHR = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}
SHOP = "https://shop.example/sale"


@pytest.fixture
def browser(transactional_db, monkeypatch):
    monkeypatch.setattr(giving, "LOOK_SECONDS", -1.0)
    yield Client(HTTP_USER_AGENT=CHROME)
    writer.close()


@pytest.fixture
def item(db):
    return FocusItem.objects.create(
        name="Sale", type="notice", style="bar", properties={"content": {"headline": "Sale!"}}
    )


def visit(browser, **said):
    return browser.post("/mtc/event", {"page_url": SHOP, **said}, **XHR).json()


def asked(browser, **said):
    return browser.get("/mtc/events", said, **XHR).json()["events"]


def shows(item):
    """A campaign that shows the item to who visits the shop."""
    made = campaign(is_published=True)
    step(made, "focus.show", {"focus": item.pk}, after=step(made, "page.pagehit", {"url": SHOP}), path="yes")
    return made


def settle():
    writer.close()
    while consume(DECISIONS) + advance():
        pass


def test_it_is_shown_once_to_who_visits_the_page(browser, item):
    made = shows(item)
    number = visit(browser)["id"]
    put_in(made, number)
    assert asked(browser) == {}
    told = visit(browser)
    assert (told["events"], told["ask_again"]) == ({}, [1500, 4000])
    settle()
    assert asked(browser) == {"focus": [item.pk]}
    assert asked(browser) == {}
    assert visit(browser)["events"] == {}
    assert scalar("SELECT count(*) FROM campaign_log WHERE note IS NOT NULL") == 0


def test_a_browser_that_keeps_no_cookie_asks_by_its_device(browser, item):
    made = shows(item)
    told = visit(browser)
    put_in(made, told["id"])
    visit(browser)
    settle()
    other = Client(HTTP_USER_AGENT=CHROME)
    assert asked(other, mautic_device_id="guessed") == {}
    assert asked(other, mautic_device_id=told["device_id"] + "\0") == {"focus": [item.pk]}


def test_the_next_visit_finds_what_nobody_asked_for_unless_it_is_old(browser, item):
    shows(item)
    number = visit(browser)["id"]
    giving.give([number], item.pk)
    assert visit(browser)["events"] == {"focus": [item.pk]}
    giving.give([number], item.pk)
    execute("UPDATE focus_items_given SET date_added = now() - interval '31 minutes'")
    assert visit(browser)["events"] == {}


def test_without_such_a_campaign_nobody_asks_again(browser, item):
    assert "ask_again" not in visit(browser)
    shows(item)
    assert "ask_again" in visit(browser)


def test_an_item_that_is_not_published_is_not_shown_and_the_step_says_why(browser, item):
    made = shows(item)
    number = visit(browser)["id"]
    put_in(made, number)
    FocusItem.objects.update(is_published=False)
    visit(browser)
    settle()
    assert asked(browser) == {}
    assert rows("SELECT note FROM campaign_log WHERE note IS NOT NULL") == [
        ("There is no published focus item of that number.",)
    ]


def test_machines_are_shown_nothing(browser, item):
    shows(item)
    told = visit(browser)
    giving.give([told["id"]], item.pk)
    robot = Client(HTTP_USER_AGENT="Googlebot/2.1 (+http://www.google.com/bot.html)")
    assert asked(robot, mautic_device_id=told["device_id"]) == {}


def test_it_goes_with_the_contact(browser, item):
    shows(item)
    ann, bob = contact("ann"), contact("bob")
    giving.give([ann, bob], item.pk)
    merge_contacts(ann, bob)
    assert giving.take(ann) == [item.pk]
    giving.give([ann], item.pk)
    delete_contacts([ann])
    assert scalar("SELECT count(*) FROM focus_items_given") == 0
