"""From filters to a sent e-mail and its figures."""

import email
import socket
from email import policy

import pytest
from aiosmtpd.controller import Controller

from honeyguide.engine import config
from honeyguide.features.contacts.services import create_contact
from honeyguide.features.segments import services as segments


@pytest.fixture
def mailbox(monkeypatch):
    """An SMTP server that keeps what it is given."""
    kept = []

    class Keep:
        async def handle_DATA(self, server, session, envelope):
            html = email.message_from_bytes(envelope.content, policy=policy.default).get_body(("html",))
            kept.append((envelope.rcpt_tos[0], html.get_content()))
            return "250 kept"

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Keep(), hostname="127.0.0.1", port=port)
    controller.start()
    config.set_value("mailer_dsn", f"smtp://127.0.0.1:{port}")
    config.set_value("mailer_from_email", "us@example.com")
    yield kept
    controller.stop()


@pytest.fixture
def people_of_europe(transactional_db):
    for number, (name, country) in enumerate([("Anna", "Germany"), ("Ben", "France"), ("Carl", "Japan")]):
        create_contact(
            {"firstname": name, "email": f"{name}@example.com".lower(), "country": country, "points": number * 10},
            by=None,
        )


def test_the_filter_editor_counts_while_editing(signed_in, people_of_europe, work):
    page = signed_in
    page.goto("/s/segments/new")
    page.fill("#field-name", "Europe")
    page.get_by_role("button", name="Add a filter").click()
    page.get_by_label("Find a field").fill("country")
    page.locator("[data-choices]").get_by_role("button", name="Country", exact=True).first.click()
    page.get_by_label("Country: operator").select_option("in")
    for country in ("Germany", "France"):
        page.get_by_label("Country: add a value").fill(country)
        page.get_by_label("Country: add a value").press("Enter")
    page.locator("[data-count]", has_text="2").wait_for()
    page.get_by_role("button", name="Explain").click()
    page.get_by_role("heading", name="SQL").wait_for()
    page.get_by_role("button", name="Close").last.click()
    page.get_by_role("button", name="Save & close").click()
    page.wait_for_url("**/s/segments/view/*")
    work()
    page.reload()
    assert page.get_by_text("Germany, France").is_visible()
    assert page.locator("aside, .hg-figure").get_by_text("2").first.is_visible()


def test_write_preview_send_and_watch(signed_in, people_of_europe, mailbox, work):
    page = signed_in
    segment = segments.create_segment(
        {
            "name": "All",
            "filters": [{"glue": "and", "object": "lead", "field": "email", "type": "email", "operator": "!empty"}],
        }
    )
    segments.rebuild(segment)
    page.goto("/s/emails/new")
    page.fill("#field-name", "Hello")
    page.fill("#field-subject", "Hello {contactfield=firstname|there}")
    page.fill(
        "#customHtml",
        '<p>Dear {contactfield=firstname}, <a href="https://example.com/x">look</a></p>{unsubscribe_text}',
    )
    page.get_by_role("group", name="Segments").get_by_label("All").check()
    page.get_by_role("tab", name="Preview").click()
    page.frame_locator("#email-preview").get_by_text("Dear [First Name]").wait_for()
    page.get_by_role("button", name="Save & close").click()
    page.wait_for_url("**/s/emails/view/*")

    page.get_by_role("button", name="Send…").click()
    page.locator("[data-pending]", has_text="3").wait_for()
    page.locator("#modal").get_by_role("button", name="Send").click()
    page.get_by_text("3 messages are on their way.").wait_for()
    work()
    page.locator("[data-figure=sent]", has_text="3").wait_for()
    assert sorted(address for address, _ in mailbox) == ["anna@example.com", "ben@example.com", "carl@example.com"]
    assert any("Dear Anna" in content for _, content in mailbox)
    page.locator("[data-figure=sent]").click()
    page.wait_for_url("**/recipients?show=sent")
    assert page.get_by_role("row").count() == 4
