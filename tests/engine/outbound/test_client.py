"""The client against receivers that behave well and badly."""

import asyncio
import socket

import pytest

from honeyguide.engine import config
from honeyguide.engine.outbound import Client, Unreachable
from http_receiver import Receiver, status


@pytest.fixture(autouse=True)
def allowed(monkeypatch):
    """The networks that may be called; the test may change the list."""
    networks = ["127.0.0.0/8"]
    monkeypatch.setattr(config, "get", lambda name: networks)
    return networks


def send(url, times=1, **options):
    async def all_of_them():
        async with Client() as client:
            return [await client.send("POST", url, **options) for _ in range(times)]

    return asyncio.run(all_of_them())[-1]


def test_a_call_and_its_answer():
    with Receiver(lambda call: status(201, b"made", x_name="value")) as receiver:
        answer = send(receiver.url, body=b"{}", headers={"Content-Type": "application/json"})
    assert (answer.status, answer.body, answer.headers["x-name"], answer.is_ok) == (201, b"made", "value", True)
    (call,) = receiver.calls
    assert (call.method, call.path, call.body, call.headers["content-type"]) == (
        "POST",
        "/in",
        b"{}",
        "application/json",
    )


def test_the_connection_is_kept():
    with Receiver() as receiver:
        send(receiver.url, times=5)
    assert {call.connection for call in receiver.calls} == {1}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "127.1"])
def test_this_machine_is_not_reached(host, allowed):
    allowed.clear()
    with Receiver() as receiver, pytest.raises(Unreachable):
        send(f"http://{host}:{receiver.port}/")
    assert receiver.calls == []


def test_a_name_that_also_leads_inside_is_refused(allowed, monkeypatch):
    """What was looked at is what is connected to: a second look at the name could give another address."""
    allowed.clear()
    asked = []

    def resolve(host, port, *args, **options):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("1.1.1.1", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(Unreachable, match=r"10\.0\.0\.1 is not a public address"):
        send("http://rebinding.test/")
    assert asked == ["rebinding.test"]


@pytest.mark.parametrize("url", ["ftp://x.test/", "file:///etc/passwd", "http://", "//x.test", "gopher://x.test"])
def test_only_web_addresses_are_called(url):
    with pytest.raises(Unreachable, match="http"):
        send(url)


def test_redirects_are_not_followed():
    with Receiver(lambda call: status(302, location="/elsewhere")) as receiver:
        assert send(receiver.url).status == 302
    assert len(receiver.calls) == 1


def test_a_receiver_that_hangs():
    with Receiver(lambda call: None) as receiver, pytest.raises(Unreachable, match=r"within 0\.3 seconds"):
        send(receiver.url, seconds=0.3)


def test_a_receiver_that_never_ends():
    endless = b"HTTP/1.1 200 X\r\ncontent-length: 99999999\r\n\r\n" + b"x" * 300_000
    with Receiver(lambda call: endless) as receiver:
        assert len(send(receiver.url, most_bytes=1000).body) == 1000


@pytest.mark.parametrize(
    ("answer", "why"),
    [(b"", "closed"), (b"garbage\r\n\r\n", "Bad|bad|Expected"), (b"HTTP/1.1 200 X\r\nconte", "within")],
)
def test_what_is_no_answer(answer, why):
    with Receiver(lambda call: answer) as receiver, pytest.raises(Unreachable, match=why):
        send(receiver.url, seconds=1)


def test_nobody_listens():
    with Receiver() as receiver:
        pass
    with pytest.raises(Unreachable, match="No connection to 127"):
        send(receiver.url)


def test_a_name_that_leads_nowhere(monkeypatch):
    def resolve(*args, **options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(Unreachable, match=r"nowhere\.test leads nowhere"):
        send("http://nowhere.test/")
