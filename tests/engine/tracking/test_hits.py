"""Hits: answered at once, written together, none lost while the database is away."""

import time

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from honeyguide.engine import config
from honeyguide.engine.delivery import outbox
from honeyguide.engine.delivery.models import OutboxMessage
from honeyguide.engine.delivery.sealed import is_signed, seal, sign_address, unseal
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import scalar
from honeyguide.engine.tracking import agents, hits, visitors
from honeyguide.engine.tracking.hits import Hit, Writer

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
)


def opened(message: int, **values) -> Hit:
    return Hit(EventType.EMAIL_OPENED, message, **values)


def message() -> int:
    return outbox.enqueue_one(email_id=None, contact_id=None, address="a@x.test")


@pytest.mark.django_db(transaction=True)
def test_it_works():
    writer, row = Writer(), message()
    for _ in range(50):
        writer.add(opened(row))
    writer.add(opened(999_999))
    writer.close()
    seen = OutboxMessage.objects.get(pk=row)
    assert seen.open_count == 50
    assert seen.read_at is not None
    assert scalar("SELECT count(*) FROM events WHERE type = 43") == 50


@pytest.mark.django_db(transaction=True)
def test_every_hit_of_many_messages_is_logged_and_counted():
    writer, messages = Writer(), [message() for _ in range(300)]
    for row in messages * 2:
        writer.add(opened(row))
    writer.add(opened(messages[0], bot=True))
    writer.close()
    assert scalar("SELECT count(*) FROM events WHERE type = 43") == 601
    assert scalar("SELECT array_agg(DISTINCT open_count) FROM outbox") == [2]


@pytest.mark.django_db(transaction=True)
def test_hits_wait_while_the_database_is_away(monkeypatch):
    writer, row, real = Writer(), message(), hits.write
    monkeypatch.setattr(hits, "RETRY_SECONDS", 0.01)

    def away(waiting):
        raise OperationalError("gone")

    monkeypatch.setattr(hits, "write", away)
    writer.add(opened(row))
    time.sleep(0.1)
    monkeypatch.setattr(hits, "write", real)
    time.sleep(0.1)
    writer.close()
    assert OutboxMessage.objects.get(pk=row).open_count == 1


@pytest.mark.django_db(transaction=True)
def test_one_bad_hit_does_not_take_others_with_it():
    writer, row = Writer(), message()
    writer.add(opened(row, agent="\x00"))
    writer.add(opened(row))
    writer.close()
    assert OutboxMessage.objects.get(pk=row).open_count == 1


def test_many_links_at_once_are_a_machines_clicks():
    writer = Writer()
    writer._start = lambda: None
    clicks = [Hit(EventType.EMAIL_CLICKED, 5, link=number) for number in range(4)]
    for click in clicks:
        writer.add(click)
    assert [click.bot for click in clicks] == [False, False, True, True]


def test_sealed_ids():
    assert unseal(seal(12345)) == 12345
    assert len(seal(2**47)) == 28
    for wrong in ("", "x", "é" * 28, seal(5)[:-1] + "z", seal(5)[:12] + seal(6)[12:], "0" * 28, "\x00" * 28):
        assert unseal(wrong) is None
    assert is_signed("Ada@x.test", sign_address("ada@X.test"))
    assert not is_signed("bo@x.test", sign_address("ada@x.test"))


def test_agents():
    assert agents.label(CHROME) == "Chrome/Windows"
    assert agents.label("curl/8.0\x00") == "curl/8.0"
    assert not agents.is_bot(CHROME)
    assert agents.is_bot("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
    assert agents.is_bot("Special Fetcher", ("special",))


@pytest.mark.django_db
def test_forwarded_addresses_are_believed_from_trusted_proxies_only():
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 1.2.3.4, 10.0.0.2")
    assert visitors.address_of(request) == "10.0.0.1"
    config.set_value("trusted_proxies", ["10.0.0.0/8"])
    assert visitors.address_of(request) == "1.2.3.4"
    config.set_value("do_not_track_ips", ["1.2.3.0/24"])
    assert visitors.is_untracked("1.2.3.4")
    config.set_value("anonymize_ip", True)
    assert visitors.stored_address("1.2.3.4") == "*.*.*.*"


def test_an_address_with_a_nul_byte_is_not_found(client):
    assert client.get("/r/%00").status_code == 404
