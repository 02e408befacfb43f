"""TLS from the first byte or by STARTTLS, certificates, and signing in, against a server of others' making."""

import asyncio
import ssl
from dataclasses import replace
from threading import Thread

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult
from django.test import override_settings

from honeyguide.commands.doctor import smtp as check_smtp
from honeyguide.engine.delivery import outbox
from honeyguide.engine.delivery.content import Content, Outgoing
from honeyguide.engine.delivery.models import OutboxMessage, OutboxState
from honeyguide.engine.delivery.sender import Sender
from honeyguide.engine.delivery.smtp import Endpoint, Timeouts, TransportRefused, connect, endpoint_of
from smtp_sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
QUICK = Timeouts(connect=3, command=2, message=2)


class Mailbox:
    """What arrived, and whether it came encrypted."""

    def __init__(self):
        self.messages = []

    async def handle_DATA(self, server, session, envelope):
        encrypted = server.transport.get_extra_info("ssl_object") is not None
        self.messages.append((envelope.rcpt_tos[0], encrypted, bool(session.authenticated)))
        return "250 taken"


def only_pw(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"user", b"pw"), handled=False)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def trusted(authority, tmp_path, monkeypatch):
    """This machine trusts the authority that signed the servers' certificates."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))


@pytest.fixture
def server(authority):
    """server(**options) -> (mailbox, port) of a running server; `tls` is how it encrypts, "always" or "starttls"."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()

    def start(tls="", host="localhost", **options):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert(host).configure_cert(context)
        mailbox = Mailbox()
        if tls == "starttls":
            options |= {"tls_context": context, "require_starttls": True}

        async def listen():
            made = lambda: SMTP(mailbox, hostname="sink", loop=loop, **options)  # noqa: E731
            return await loop.create_server(made, "localhost", 0, ssl=context if tls == "always" else None)

        listening = asyncio.run_coroutine_threadsafe(listen(), loop).result(5)
        return mailbox, listening.sockets[0].getsockname()[1]

    yield start
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)


def written(claimed):
    return [Outgoing(c.id, c.attempts, "from@x.test", (c.address,), b"Subject: x\r\n\r\nx\r\n") for c in claimed]


CONTENT = Content(prepare=written, values=lambda outbox_id: None)


def send(url: str) -> None:
    """Sends one message to the server."""
    outbox.enqueue_one(email_id=None, contact_id=None, address="to@x.test")
    sender = Sender(CONTENT, replace(endpoint_of(url), timeouts=QUICK))
    sender.send_due()
    sender.close()


def state() -> OutboxState:
    return OutboxState(OutboxMessage.objects.get().state)


def test_starttls(server, trusted):
    mailbox, port = server("starttls")
    send(f"smtp://localhost:{port}")
    assert mailbox.messages == [("to@x.test", True, False)]


def test_tls_from_the_first_byte(server, trusted):
    mailbox, port = server("always")
    send(f"smtps://localhost:{port}")
    assert mailbox.messages == [("to@x.test", True, False)]


@pytest.mark.parametrize("tls", ["starttls", "always"])
def test_a_certificate_that_nobody_vouches_for_keeps_the_mail_waiting(server, tls):
    mailbox, port = server(tls)
    send(f"{'smtps' if tls == 'always' else 'smtp'}://localhost:{port}")
    assert (mailbox.messages, state()) == ([], OutboxState.PENDING)
    assert OutboxMessage.objects.get().attempts == 0


def test_a_certificate_of_another_server_keeps_the_mail_waiting(server, trusted):
    mailbox, port = server("always", host="elsewhere.test")
    send(f"smtps://localhost:{port}")
    assert (mailbox.messages, state()) == ([], OutboxState.PENDING)


def test_a_certificate_need_not_be_looked_at(server):
    mailbox, port = server("starttls")
    send(f"smtp://localhost:{port}?verify_peer=0")
    assert mailbox.messages == [("to@x.test", True, False)]


def test_encryption_that_is_insisted_on_is_not_done_without(server):
    mailbox, port = server()
    send(f"smtp://localhost:{port}?encryption=tls")
    assert (mailbox.messages, state()) == ([], OutboxState.PENDING)


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_signing_in(server, trusted, mechanism):
    others = {"PLAIN", "LOGIN"} - {mechanism}
    mailbox, port = server("starttls", authenticator=only_pw, auth_required=True, auth_exclude_mechanism=others)
    send(f"smtp://user:pw@localhost:{port}")
    assert mailbox.messages == [("to@x.test", True, True)]


def test_a_wrong_password_keeps_the_mail_waiting(server, trusted):
    mailbox, port = server("starttls", authenticator=only_pw, auth_required=True)
    send(f"smtp://user:wrong@localhost:{port}")
    assert (mailbox.messages, state()) == ([], OutboxState.PENDING)


def test_signing_in_by_challenge():
    with Sink(extensions=("PIPELINING", "AUTH CRAM-MD5"), password="pw") as sink:
        send(f"smtp://user:pw@127.0.0.1:{sink.port}")
        assert sink.recipients == ["to@x.test"]
        wrong = Endpoint("127.0.0.1", sink.port, "user", "wrong", timeouts=QUICK)
        with pytest.raises(TransportRefused, match="user name and password"):
            asyncio.run(connect(wrong))


# --- people are told -------------------------------------------------------------------------------------------------


def doctor(url: str) -> tuple[str, str]:
    with override_settings(SMTP_URL=url):
        finding = check_smtp()
    return finding.state, finding.text


def test_the_doctor_connects_and_signs_in_as_sending_does(server, trusted):
    _, port = server("starttls", authenticator=only_pw, auth_required=True)
    assert doctor(f"smtp://user:pw@localhost:{port}") == (
        "ok",
        f"localhost:{port} answers, encrypted, and takes the password",
    )
    state, text = doctor(f"smtp://user:wrong@localhost:{port}")
    assert state == "fail"
    assert "did not accept user name and password" in text


def test_the_doctor_says_what_is_wrong_with_a_certificate(server):
    _, port = server("always")
    state, text = doctor(f"smtps://localhost:{port}")
    assert state == "fail"
    assert "certificate of localhost cannot be trusted" in text
    assert "?verify_peer=0" in text


def test_the_doctor_warns_of_a_password_in_the_clear():
    with Sink(extensions=("AUTH PLAIN",)) as sink:
        assert doctor(f"smtp://user:pw@127.0.0.1:{sink.port}")[0] == "warn"


def test_why_nothing_leaves_is_told_while_it_lasts(server, trusted):
    _, broken = server("always", host="elsewhere.test")
    mailbox, port = server("always")
    outbox.enqueue_one(email_id=None, contact_id=None, address="to@x.test")
    sender = Sender(CONTENT, Endpoint("localhost", broken, tls="always", timeouts=QUICK))
    sender.send_due()
    assert "certificate of localhost cannot be trusted" in outbox.trouble()
    sender._given_endpoint = Endpoint("localhost", port, tls="always", timeouts=QUICK)
    sender._paused_until = 0
    sender.send_due()
    assert (outbox.trouble(), len(mailbox.messages)) == ("", 1)
    sender.close()
