"""The demo's mail, the search over everything, and a role's permissions."""

import smtplib
import socket
from email.message import EmailMessage

import pytest

import people
from honeyguide.engine.delivery import catcher
from honeyguide.features.contacts.services import create_contact
from honeyguide.features.segments.services import create_segment
from honeyguide.features.users.models import Role


@pytest.fixture
def caught(settings, tmp_path):
    """caught(subject, ...) sends messages to the catcher of a demo."""
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = catcher.start("127.0.0.1", port)

    def send(*subjects: str) -> None:
        with smtplib.SMTP("127.0.0.1", port) as server:
            for subject in subjects:
                message = EmailMessage()
                message["From"], message["To"], message["Subject"] = "us@example.com", "you@example.com", subject
                message.set_content("Only words")
                message.add_alternative('<p>Dear you <a href="/s/nothing">shop</a><script>top.x=1</script></p>', "html")
                message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="plan.pdf")
                server.send_message(message)

    yield send
    controller.stop()


def test_caught_mail_appears_by_itself_and_is_shown_whole(signed_in, caught):
    page = signed_in
    page.goto("/s/catcher")
    page.get_by_text("No mail yet").wait_for()
    caught("First", "Second")
    page.get_by_role("link", name="Second").wait_for()
    page.get_by_label("Search messages").fill("fir")
    page.get_by_role("link", name="Second").wait_for(state="detached")
    page.get_by_role("link", name="First").click()
    page.frame_locator("iframe").get_by_text("Dear you").wait_for()
    page.get_by_role("tab", name="Plain text").click()
    assert page.get_by_text("Only words", exact=True).is_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="plan.pdf").click()
    assert download.value.path().read_bytes() == b"%PDF"
    page.goto("/s/catcher")
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("button", name="Delete all").click()
    page.get_by_text("2 messages deleted.").wait_for()


def test_outside_the_demo_there_is_no_catcher(signed_in):
    assert signed_in.get_by_role("link", name="Mail catcher").count() == 0
    assert signed_in.goto("/s/catcher").status == 404
    signed_in.complaints.clear()  # the browser notes the 404


def test_the_search_at_the_top_finds_everything(signed_in):
    page = signed_in
    contact = create_contact({"firstname": "Berta", "email": "berta@example.com"}, by=None)
    create_segment({"name": "Bertas friends", "filters": []})
    page.keyboard.press("Shift+S")
    page.keyboard.type("bert")
    found = page.locator("#global-found")
    found.get_by_role("link", name="Bertas friends").wait_for()
    found.get_by_role("link", name="Berta", exact=True).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/s/contacts/view/{contact.id}")


def test_permissions_of_a_role_are_boxes(signed_in):
    page = signed_in
    people.bo()
    role = Role.objects.get(name="Own records")
    page.goto(f"/s/roles/edit/{role.pk}")
    segments = page.get_by_role("group", name="Contacts: Segments")
    assert segments.get_by_label("View own").is_checked()
    segments.get_by_label("View others'").check()
    segments.get_by_label("Delete own").uncheck()
    page.get_by_role("button", name="Save & close").click()
    page.wait_for_url("**/s/roles")
    role.refresh_from_db()
    assert set(role.raw_permissions["lead:lists"]) == {"viewown", "viewother", "editown", "create"}
    assert set(role.raw_permissions["lead:leads"]) == set(people.OWN_RECORDS["lead:leads"])
