"""What visitors find in the slots of pages."""

import re

import pytest
from django.test import Client

from calls import call, created
from honeyguide.engine import config
from honeyguide.engine.delivery.sealed import seal
from honeyguide.engine.events import consume
from honeyguide.engine.sql import execute, rows
from honeyguide.engine.tracking.hits import writer
from honeyguide.features.campaigns.advancing import advance
from honeyguide.features.campaigns.jobs import DECISIONS, sync_due
from honeyguide.features.contacts.services import create_contact, merge_contacts
from honeyguide.features.dynamiccontents.jobs import CLICKS, SHOWS
from honeyguide.features.dynamiccontents.models import DynamicContent
from honeyguide.features.pages.models import Page
from people import ada

pytestmark = pytest.mark.django_db(transaction=True)
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
XHR = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest", "HTTP_ORIGIN": "https://shop.example"}
BRNO = [{"glue": "and", "field": "city", "object": "lead", "type": "text", "operator": "=", "filter": "Brno"}]


@pytest.fixture
def browser(transactional_db):
    client = Client(HTTP_USER_AGENT=CHROME)
    client.contact = client.post("/mtc/event", {"page_url": "https://shop.example/"}, **XHR).json()["id"]
    yield client
    writer.close()


def item(content="<b>Hi {contactfield=firstname|you}</b>", **values):
    return DynamicContent.objects.create(
        **{"name": "A", "content": content, "slot_name": "top", "is_campaign_based": False, "filters": BRNO, **values}
    )


def say(browser, **fields):
    assert call(ada(), "PATCH", f"contacts/{browser.contact}/edit", fields).status == 200


def settle():
    """What the worker does of this."""
    writer.close()
    for consumer in (SHOWS, CLICKS, DECISIONS):
        while consume(consumer):
            pass
    while sync_due() or advance():
        pass


def shown(browser, slot="top"):
    answer = browser.get(f"/dwc/{slot}", **XHR)
    return answer.json()["content"] if answer.status_code == 200 else answer.status_code


def test_filters_decide(browser):
    item()
    assert shown(browser) == 204
    say(browser, city="Brno", firstname="A & B")
    assert shown(browser) == "<b>Hi A &amp; B</b>"
    assert shown(browser, "bottom") == 204
    DynamicContent.objects.update(is_published=False)
    assert shown(browser) == 204


def test_the_first_that_fits_in_the_contacts_language(browser):
    first = item("one")
    item("two")
    item("jedna", language="cs", translation_parent=first)
    say(browser, city="Brno")
    assert shown(browser) == "one"
    say(browser, preferred_locale="cs_CZ")
    assert shown(browser) == "jedna"


def test_shows_are_counted_and_told(browser):
    one = item()
    say(browser, city="Brno")
    shown(browser), shown(browser)
    settle()
    one.refresh_from_db()
    assert one.sent_count == 2
    told = call(ada(), "GET", f"contacts/{browser.contact}/activity").body["events"]
    assert sum(event["event"] == "dynamic.content.sent" for event in told) == 2


def test_who_is_not_known_gets_what_stands_there(browser):
    item(filters=[{**BRNO[0], "operator": "empty"}])
    assert shown(browser) != 204
    assert shown(Client(HTTP_USER_AGENT=CHROME)) == 204
    browser.defaults["HTTP_USER_AGENT"] = "Googlebot/2.1"
    assert shown(browser) == 204


def test_slots_that_are_none(browser):
    item(filters=[{**BRNO[0], "operator": "empty"}])
    for slot in ("x" * 300, "a/b", "%F0%9F%92%A9"):
        assert shown(browser, slot) == 204
    assert shown(browser, "a%00b") == 404  # no address has a NUL byte in it


def test_other_sites_may_ask_when_listed(browser):
    item(filters=[{**BRNO[0], "operator": "empty"}])
    assert "Access-Control-Allow-Origin" not in browser.get("/dwc/top", **XHR)
    config.set_value("cors_valid_domains", ["https://shop.example"])
    for slot in ("top", "none"):
        assert browser.get(f"/dwc/{slot}", **XHR)["Access-Control-Allow-Origin"] == "https://shop.example"
    asked = browser.options("/dwc/top", HTTP_ORIGIN="https://shop.example", HTTP_ACCESS_CONTROL_REQUEST_HEADERS="x")
    assert asked.status_code == 204


def test_landing_pages_hold_slots(browser):
    item()
    say(browser, city="Brno")
    Page.objects.create(title="A", alias="a", custom_html="[{dwc=top}][{dwc=none}]")
    assert browser.get("/a").content == b"[<b>Hi you</b>][]"
    assert Client(HTTP_USER_AGENT=CHROME).get("/a").content == b"[][]"


def campaign(default, pushed):
    events = [
        {"id": "new1", "name": "Asks", "type": "dwc.decision", "eventType": "decision", "order": 1,
         "properties": {"dwc_slot_name": "top", "dynamicContent": default.pk}},
        {"id": "new2", "name": "Push", "type": "dwc.push_content", "eventType": "action", "order": 2, "decisionPath": "yes",
         "properties": {"dynamicContent": pushed.pk}, "triggerMode": "immediate"},
    ]  # fmt: skip
    segment = created(ada(), "segments", "list", {"name": "S"})
    canvas = {
        "nodes": [{"id": "lists", "positionX": "1", "positionY": "1"}, {"id": "new1", "positionX": "1", "positionY": "2"},
                  {"id": "new2", "positionX": "1", "positionY": "3"}],
        "connections": [
            {"sourceId": "lists", "targetId": "new1", "anchors": {"source": "leadsource", "target": "top"}},
            {"sourceId": "new1", "targetId": "new2", "anchors": {"source": "yes", "target": "top"}},
        ],
    }  # fmt: skip
    made = created(
        ada(), "campaigns", "campaign",
        {"name": "C", "events": events, "lists": [{"id": segment["id"]}], "canvasSettings": canvas, "isPublished": True},
    )  # fmt: skip
    return made["id"]


def test_campaigns_give_at_once_and_for_good(browser):
    default, pushed = (item(text, name=text, is_campaign_based=True, filters=[]) for text in ("default", "pushed"))
    number = campaign(default, pushed)
    assert call(ada(), "POST", f"campaigns/{number}/contact/{browser.contact}/add").status == 200
    settle()
    assert shown(browser) == "pushed"
    settle()
    assert rows("SELECT e.type FROM campaign_log l JOIN campaign_events e ON e.id = l.event_id WHERE l.state = 2") == [
        ("dwc.decision",), ("dwc.push_content",)
    ]  # fmt: skip
    assert shown(browser) == "pushed"
    execute("DELETE FROM dynamic_contents_given")
    assert shown(browser) == 204


def test_what_was_given_stays_when_contacts_become_one(browser):
    given = item("given", is_campaign_based=True, filters=[])
    other = create_contact({"email": "a@x.test"}, by=None).id
    execute(
        "INSERT INTO dynamic_contents_given (contact_id, slot, content_id, date_added) VALUES (%s, 'top', %s, now())",
        (other, given.pk),
    )
    merge_contacts(browser.contact, other)
    assert shown(browser) == "given"


SHOP = "<a href='https://shop.example/?who={contactfield=city}'>Shop</a> <a href='mailto:a@b.test'>Mail</a>"


def follow(browser, content):
    target = re.search(r"href=['\"](https?://[^/]+)(/r/[^'\"]+)", content)
    return browser.get(target[2])


def test_links_lead_over_the_server_and_clicks_are_told(browser):
    one = item(SHOP)
    say(browser, city="Brno")
    content = shown(browser)
    assert "mailto:a@b.test" in content
    answer = follow(browser, content)
    assert (answer.status_code, answer["Location"]) == (302, "https://shop.example/?who=Brno")
    follow(browser, shown(browser))
    follow(Client(HTTP_USER_AGENT="Googlebot/2.1"), content)
    settle()
    assert rows("SELECT channel, channel_id, hits, unique_hits FROM links") == [("dynamicContent", one.pk, 2, 1)]
    told = call(ada(), "GET", f"contacts/{browser.contact}/activity?filters[includeEvents][]=page.hit").body["events"]
    labels = [event["eventLabel"]["label"] for event in told]
    assert labels.count("https://shop.example/?who={contactfield=city}") == 2
    follow(browser, content)
    settle()
    assert rows("SELECT hits, unique_hits FROM links") == [(3, 1)]


def test_a_made_up_name_of_a_contact_counts_for_nobody(browser):
    item(SHOP)
    say(browser, city="Brno")
    content = shown(browser)
    forged = re.sub(r"ct=\w+", f"ct={seal(browser.contact)}", content)  # of a message, not of a contact
    assert follow(browser, forged)["Location"] == "https://shop.example/?who="
    settle()
    assert rows("SELECT hits FROM links") == [(0,)]


def test_links_stay_as_they_are_when_they_are_to(browser):
    config.set_value("disable_trackable_urls", True)
    item("<a href='https://shop.example/'>Shop</a>")
    say(browser, city="Brno")
    assert shown(browser) == "<a href='https://shop.example/'>Shop</a>"
