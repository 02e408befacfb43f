"""The demo profile's mail catcher."""

import smtplib
import socket
from email.message import EmailMessage

import pytest

from honeyguide.engine.delivery import catcher


@pytest.fixture
def port(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    controller = catcher.start("127.0.0.1", number)
    yield number
    controller.stop()


def send(port: int, *subjects: str) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server:
        for subject in subjects:
            message = EmailMessage()
            message["From"], message["To"], message["Subject"] = "Ada <ada@x.test>", "bo@x.test", subject
            message.set_content("plain")
            message.add_alternative('<a href="https://one.test/?a=1&amp;b=2">1</a>', subtype="html")
            server.send_message(message)


def test_it_works(port):
    send(port, "First ž", "Second")
    total, found = catcher.messages()
    assert (total, [m.subject for m in found]) == (2, ["Second", "First ž"])
    opened = catcher.message(found[0].id)
    assert (opened.sender, opened.recipient, opened.plain_text.strip()) == ("Ada <ada@x.test>", "bo@x.test", "plain")
    assert opened.links == [catcher.Link("https://one.test/?a=1&b=2", "1")]
    assert catcher.messages(search="FIRST bo@")[0] == 1


def test_only_the_newest_stay(port, monkeypatch):
    monkeypatch.setattr(catcher, "MOST_KEPT", 2)
    send(port, "1", "2", "3")
    catcher.prune(catcher.folder())
    assert [m.subject for m in catcher.messages()[1]] == ["3", "2"]
    assert catcher.clear() == 2


def test_ids_are_no_paths(port):
    for wrong in ("../secret_key", "", "x" * 26, "/etc/passwd"):
        assert catcher.message(wrong) is None
