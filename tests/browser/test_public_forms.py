"""Forms in pages of another origin: by script, by copied HTML without script, and in a frame."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import orjson
import pytest

from calls import call, created
from honeyguide.engine.sql import rows
from people import ada

FIELDS = [
    {"label": "E-mail", "type": "email", "alias": "email", "isRequired": True, "validationMessage": "We need it.",
     "mappedObject": "contact", "mappedField": "email"},
    {"label": "Pet", "type": "select", "alias": "pet", "properties": {"list": {"list": [{"value": "cat", "label": "Cat"}]}}},
    {"label": "Second page", "type": "pagebreak", "alias": "next"},
    {"label": "Note", "type": "text", "alias": "note"},
    {"label": "Robot?", "type": "captcha", "alias": "robot"},
    {"label": "Send", "type": "button", "alias": "send"},
]  # fmt: skip


@pytest.fixture
def site():
    """A server of another origin; `site.pages` is what it shows by path."""
    pages = {}

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f'<link rel="icon" href="data:,">{pages.get(self.path.partition("?")[0], "")}'.encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    server.pages, server.url = pages, f"http://localhost:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def form(settings, live_server):
    settings.SITE_URL = live_server.url
    made = created(ada(), "forms", "form", {"name": "Sign up", "postAction": "message", "postActionProperty": "<b>Thanks</b>",
                                            "fields": FIELDS})  # fmt: skip
    pet = next(field["id"] for field in made["fields"] if field["alias"] == "pet")
    child = {"label": "Its name", "type": "text", "alias": "petname", "parent": str(pet), "order": 2,
             "conditions": {"expr": "in", "values": ["cat"]}}  # fmt: skip
    kept = {"postAction": "message", "postActionProperty": "<b>Thanks</b>", "fields": [child]}
    call(ada(), "PATCH", f"forms/{made['id']}/edit", kept)
    return made["id"]


def sent():
    return [orjson.loads(row[0]) for row in rows("SELECT results::text FROM form_submissions ORDER BY id")]


def test_a_form_by_script_checks_turns_pages_and_is_sent_without_leaving_the_page(open_page, site, form, live_server):
    site.pages["/"] = f'<h1>Shop</h1><script src="{live_server.url}/form/generate.js?id={form}"></script>'
    page = open_page()
    page.goto(f"{site.url}/")
    page.get_by_role("button", name="Next").click()
    page.get_by_text("We need it.").wait_for()
    assert page.get_by_label("Note").is_hidden()
    page.get_by_label("E-mail").fill("eve@example.com")
    assert page.get_by_label("Its name").is_hidden()
    page.get_by_label("Pet").select_option("cat")
    page.get_by_label("Its name").fill("Tom")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Note").fill("<img src=x onerror=alert(1)>hello")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Thanks").wait_for()
    assert page.url == f"{site.url}/"
    assert sent() == [{"email": "eve@example.com", "pet": "cat", "petname": "Tom", "note": "hello"}]
    referer, tracked = rows("SELECT referer, tracking_id IS NOT NULL FROM form_submissions")[0]
    assert (referer, tracked) == (f"{site.url}/", True)


def test_errors_of_the_server_are_shown_at_their_fields(open_page, site, form, live_server):
    site.pages["/"] = f'<script src="{live_server.url}/form/generate.js?id={form}"></script>'
    page = open_page()
    page.goto(f"{site.url}/")
    page.get_by_label("E-mail").fill("eve@-example.com")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("This is not an e-mail address.").wait_for()
    assert sent() == []


def test_copied_html_works_without_script(open_page, site, form):
    html = created_html(form)
    site.pages["/"] = f"<h1>Shop</h1>{html}"
    page = open_page(java_script_enabled=False)
    page.goto(f"{site.url}/")
    page.get_by_label("E-mail").fill("dan@example.com")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Thanks").wait_for()
    assert page.url.endswith("/form/message")
    assert sent()[0]["email"] == "dan@example.com"


def test_a_form_in_a_frame(open_page, site, form, live_server):
    site.pages["/"] = f'<iframe src="{live_server.url}/form/{form}" width="600" height="600"></iframe>'
    page = open_page()
    page.goto(f"{site.url}/")
    frame = page.frame_locator("iframe").first
    frame.get_by_label("E-mail").fill("fay@example.com")
    frame.get_by_role("button", name="Next").click()
    frame.get_by_role("button", name="Send").click()
    frame.get_by_text("Thanks").wait_for()
    assert sent()[0]["email"] == "fay@example.com"


def created_html(form):
    return call(ada(), "GET", f"forms/{form}").body["form"]["cachedHtml"]
