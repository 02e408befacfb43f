"""The page of returned mail."""

import pytest
from django.test import Client

from features.inbox import samples
from features.inbox.messages import about, contact, hear, sent
from features.inbox.test_mailbox import configure
from honeyguide.engine import config
from honeyguide.features.inbox import acting
from imap_server import ImapServer
from people import ada, bo

pytestmark = pytest.mark.django_db(transaction=True)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client, query="") -> str:
    return client.get(f"/s/returned{query}").content.decode()


def test_without_a_mailbox_the_page_says_where_to_begin():
    shown = page(signed_in(ada()))
    assert "No mailbox is configured" in shown
    assert "/s/config/mailbox" in shown
    assert "Nothing came back" in shown


def test_the_connection_is_tested_and_the_mailbox_read_at_a_click():
    client = signed_in(ada())
    with ImapServer() as server:
        configure(server.port)
        assert "The connection works" in client.post("/s/returned/test", follow=True).content.decode()
        server.deliver(about(samples.dsn(), sent(contact())))
        shown = client.post("/s/returned/look", follow=True).content.decode()
    assert "1 new message read." in shown
    assert "Hard bounce" in shown
    assert "user unknown" in shown
    shown = client.post("/s/returned/test", follow=True).content.decode()
    assert "Connection refused" in shown
    client.post("/s/returned/look")
    assert "Trouble" in page(client)


def test_what_came_back_is_filtered_and_what_strangers_wrote_is_only_text():
    client = signed_in(ada())
    hear(samples.dsn(words="smtp; 550 <script>alert(1)</script>"), "1")
    acting.note_broken("Unreadable!", source="mailbox", key="2")
    shown = page(client)
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    broken = page(client, "?state=broken")
    assert "Unreadable!" in broken
    assert "alert(1)" not in broken
    assert "Unreadable!" in page(client, "?state=nonsense&before=x")


def test_the_password_is_not_shown_and_only_administrators_come_in():
    config.set_value("monitored_email_password", "very secret")
    assert "very secret" not in signed_in(ada()).get("/s/config/mailbox").content.decode()
    assert signed_in(bo()).get("/s/returned").status_code == 403
    assert signed_in(bo()).post("/s/returned/look").status_code == 403
