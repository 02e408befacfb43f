"""A real browser against a real server. Whatever a page complains about on its console fails the test."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

PATIENCE = 30_000  # milliseconds; a machine that is busy is no bug
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


def note(page, message) -> None:
    """Errors count, except that a frame with an e-mail or a page in it runs no script, which is what the frame is for."""
    framed = any(path in message.text for path in ("/s/emails/", "/s/catcher/", "/s/pages/", "/s/dwc/", "/s/focus/"))
    wanted = message.text.startswith("Blocked script execution in") and framed
    if message.type == "error" and not wanted:
        page.complaints.append(f"{page.url}: {message.text}")


@pytest.fixture
def open_page(chromium, live_server):
    """open_page(**context) -> a page whose complaints are collected in `page.complaints`; none may be left at the end."""
    opened = []

    def open_one(**options):
        options = {"viewport": {"width": 1280, "height": 860}, "locale": "en-GB", **options}
        context = chromium.new_context(base_url=live_server.url, **options)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: note(page, message))
        page.on("dialog", lambda dialog: (page.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        opened.append((context, page))
        return page

    yield open_one
    complaints = [text for _, page in opened for text in page.complaints]
    for context, _ in opened:
        context.close()
    assert complaints == []


@pytest.fixture
def work():
    """work() does all that is due, in a thread of its own: playwright keeps an event loop in this one."""
    from django.db import connections

    from honeyguide.engine.jobs.tick import tick

    def run():
        try:
            tick()
        finally:
            connections.close_all()

    def in_a_thread():
        with ThreadPoolExecutor(max_workers=1) as threads:
            threads.submit(run).result(timeout=60)

    return in_a_thread


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture
def signed_in(page):
    sign_in(page)
    return page


def sign_in(page, name="ada"):
    import people

    getattr(people, name)()
    page.goto("/s/login")
    page.fill("#username", name)
    page.fill("#password", people.PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/s/dashboard")
