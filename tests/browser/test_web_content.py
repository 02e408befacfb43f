"""Dynamic content and focus items on a page of another site."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from features.campaigns.journeys import campaign, put_in, step
from honeyguide.engine import config
from honeyguide.engine.sql import rows, scalar
from honeyguide.engine.tracking.hits import writer
from honeyguide.features.dynamiccontents.models import DynamicContent
from honeyguide.features.focus import giving
from honeyguide.features.focus.models import FocusItem

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36"
PAGE = """<!doctype html><title>A shop</title><link rel="icon" href="data:,"><body><h1>Shop</h1>
<div class="mautic-slot" data-slot-name="top">for everybody</div><div class="mautic-slot" data-slot-name="none">stays</div>
<script>window.MauticTrackingObject = 'mt'; window.mt = function () { (mt.q = mt.q || []).push(arguments); };
mt('send', 'pageview');</script>
<script src="HOME/mtc.js" async></script><script src="HOME/focus/ITEM.js" async></script></body>"""


@pytest.fixture
def shop(live_server):
    writer.close()
    config.set_value("cors_valid_domains", ["http://localhost:*"])
    config.set_value("site_url", live_server.url)
    nobody = [{"glue": "and", "field": "city", "object": "lead", "type": "text", "operator": "empty", "filter": None}]
    content = "<b id='given'>Hi</b><script>document.title = 'It ran'</script>"
    DynamicContent.objects.create(name="A", slot_name="top", is_campaign_based=False, filters=nobody, content=content)
    item = FocusItem.objects.create(
        name="Sale", type="link", style="modal",
        properties={"content": {"headline": "Sale!", "link_url": "https://shop.example/"}, "stop_after_close": "1"},
    )  # fmt: skip

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(PAGE.replace("HOME", live_server.url).replace("ITEM", str(item.pk)).encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    writer.close()


def test_slots_are_filled_and_focus_items_shown(open_page, shop):
    page = open_page(user_agent=CHROME)
    with page.expect_response("**/viewpixel.gif*"):
        page.goto(shop)
    page.wait_for_selector("#given")
    page.wait_for_function("document.title === 'It ran'")
    assert page.inner_text("[data-slot-name=none]") == "stays"
    page.get_by_role("heading", name="Sale!").wait_for()
    page.get_by_role("button", name="Close").click()
    assert page.get_by_role("heading", name="Sale!").count() == 0
    page.reload()
    page.wait_for_selector("#given")
    assert page.get_by_role("heading", name="Sale!").count() == 0
    writer.close()
    assert rows(
        "SELECT count(DISTINCT contact_id), count(*) FILTER (WHERE type = 85) FROM events WHERE type IN (60, 80, 85)"
    ) == [(1, 1)]


def test_a_campaign_shows_a_focus_item_to_who_is_on_the_page(open_page, shop, work, monkeypatch):
    monkeypatch.setattr(giving, "LOOK_SECONDS", -1.0)
    offer = FocusItem.objects.create(
        name="Offer", type="notice", style="bar", properties={"content": {"headline": "For you!"}}
    )
    made = campaign(is_published=True)
    step(made, "focus.show", {"focus": offer.pk}, after=step(made, "page.pagehit", {"url": f"{shop}/"}), path="yes")
    page = open_page(user_agent=CHROME)
    with page.expect_response("**/mtc/event"):
        page.goto(f"{shop}/")
    put_in(made, scalar("SELECT max(id) FROM contacts"))
    with page.expect_response("**/mtc/events*"):  # the page asks again after a moment
        page.reload()
    assert page.get_by_text("For you!").count() == 0
    writer.close()
    work()
    page.reload()
    page.get_by_text("For you!").wait_for()
    with page.expect_response("**/mtc/events*"):
        page.reload()
    assert page.get_by_text("For you!").count() == 0
