"""The outbox against servers that behave well and badly: every recipient is accounted for."""

import pytest

from honeyguide.engine import config
from honeyguide.engine.delivery import outbox
from honeyguide.engine.delivery.content import Content, Outcome, Outgoing
from honeyguide.engine.delivery.models import OutboxMessage, OutboxState
from honeyguide.engine.delivery.sender import Sender
from honeyguide.engine.delivery.smtp import Endpoint, InvalidSmtpUrl, Timeouts, endpoint_of
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import execute, rows
from smtp_sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
QUICK = Timeouts(connect=2, command=1, message=0.5)


def written(claimed):
    return [
        Outgoing(c.id, c.attempts, "from@x.test", (c.address,), b"Subject: x\r\n\r\n.dot\r\nbody\r\n") for c in claimed
    ]


CONTENT = Content(prepare=written, values=lambda outbox_id: None)


# Those whose connection somebody else's message ended before it was their turn.
NEIGHBOURS_DUE = """
    UPDATE outbox SET due_at = now() WHERE state = 0 AND (attempts = 0 OR NOT address = ANY(%(own_fault)s))
"""


def queue(*addresses: str) -> None:
    for address in addresses:
        outbox.enqueue_one(email_id=None, contact_id=None, address=address)


def send(port: int, content: Content = CONTENT) -> int:
    sender = Sender(content, Endpoint("127.0.0.1", port, timeouts=QUICK))
    try:
        total = 0
        while done := sender.send_due():
            total += done
        return total
    finally:
        sender.close()


def state_of(address: str) -> OutboxState:
    return OutboxState(OutboxMessage.objects.get(address=address).state)


@pytest.mark.parametrize("extensions", [("PIPELINING",), ()])
def test_it_works(extensions):
    wanted = [f"user{n}@x.test" for n in range(120)]
    queue(*wanted)
    with Sink(extensions=extensions) as sink:
        assert send(sink.port) == 120
    assert sorted(sink.recipients) == sorted(wanted)
    assert {m.state for m in OutboxMessage.objects.all()} == {OutboxState.SENT}
    assert sink.messages[0].data == b"Subject: x\r\n\r\n..dot\r\nbody\r\n"  # as on the wire


@pytest.mark.parametrize("extensions", [("PIPELINING",), ()])
def test_each_recipient_gets_the_fate_of_his_own(extensions):
    fates = {
        "550@x.test": OutboxState.FAILED,
        "450@x.test": OutboxState.PENDING,
        "data550.a@x.test": OutboxState.FAILED,
        "data451.a@x.test": OutboxState.PENDING,
        "hangup-in-body@x.test": OutboxState.PENDING,
        "hangup-after-dot@x.test": OutboxState.UNKNOWN,
        "stall-after-dot@x.test": OutboxState.UNKNOWN,
        "garbage@x.test": OutboxState.UNKNOWN,
    }
    good = [f"ok{n}@x.test" for n in range(40)]
    queue(*(address for pair in zip(fates, good, strict=False) for address in pair), *good[len(fates) :])
    with Sink(extensions=extensions) as sink:
        while execute(NEIGHBOURS_DUE, {"own_fault": list(fates)[:5]}):
            send(sink.port)
    assert {address: state_of(address) for address in fates} == fates
    assert {state_of(address) for address in good} == {OutboxState.SENT}
    assert sorted(r for r in sink.recipients if r.startswith("ok")) == sorted(good)
    assert len(sink.recipients) == len(set(sink.recipients))


def test_configuration_is_not_asked_for_inside_the_event_loop(monkeypatch):
    """Django refuses that, unless told otherwise as these tests do."""
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE")
    monkeypatch.setattr("honeyguide.engine.config.store.CACHE_SECONDS", 0)
    queue("450@x.test", "ok@x.test", "550@x.test")
    with Sink() as sink:
        assert send(sink.port) == 3
        assert sink.recipients == ["ok@x.test"]
    assert state_of("450@x.test") == OutboxState.PENDING


def test_address_refusals_are_bounces_and_others_are_not():
    queue("550-5.1.1.a@x.test", "550-5.7.1.a@x.test")
    with Sink() as sink:
        send(sink.port)
    bounced = dict(OutboxMessage.objects.values_list("address", "bounced_at"))
    assert bounced["550-5.1.1.a@x.test"] is not None
    assert bounced["550-5.7.1.a@x.test"] is None


def test_a_sender_that_is_refused_is_not_the_recipients_bounce():
    queue("ok@x.test")
    with Sink(mail_answer="550 not you") as sink:
        send(sink.port)
    row = OutboxMessage.objects.get()
    assert (row.state, row.bounced_at) == (OutboxState.FAILED, None)


def test_temporary_refusals_end_after_the_last_attempt():
    config.set_value("mailer_max_attempts", 2)
    queue("450@x.test")
    with Sink() as sink:
        send(sink.port)
        assert OutboxMessage.objects.get().attempts == 1
        assert send(sink.port) == 0  # its time has not come
        execute("UPDATE outbox SET due_at = now()")
        send(sink.port)
    row = OutboxMessage.objects.get()
    assert (row.state, row.attempts, row.answer) == (OutboxState.FAILED, 2, "450 no")


@pytest.mark.parametrize("greeting", ["421 busy", "554 go away"])
def test_a_server_that_takes_no_mail_costs_nobody_an_attempt(greeting):
    queue("ok@x.test")
    with Sink(greeting=greeting) as sink:
        assert send(sink.port) == 0
    assert send(1) == 0  # nobody listens there
    row = OutboxMessage.objects.get()
    assert (row.state, row.attempts) == (OutboxState.PENDING, 0)


def test_a_server_that_wants_a_password_first_costs_nobody_an_attempt():
    queue("ok@x.test")
    with Sink(mail_answer="530 sign in") as sink:
        send(sink.port)
    row = OutboxMessage.objects.get()
    assert (row.state, row.attempts) == (OutboxState.PENDING, 0)


def test_421_after_some_messages_loses_none():
    queue(*(f"user{n}@x.test" for n in range(30)))
    with Sink(busy_after=4) as sink:
        for _ in range(3):
            send(sink.port)
            execute("UPDATE outbox SET due_at = now() WHERE state = 0")
    sent = OutboxMessage.objects.filter(state=OutboxState.SENT).count()
    pending = OutboxMessage.objects.filter(state=OutboxState.PENDING).count()
    assert sent == len(set(sink.recipients)) == len(sink.recipients)
    assert sent + pending == 30
    assert sent > 10


def test_an_address_with_a_line_break_never_reaches_the_wire():
    queue("a@x.test>\r\nRCPT TO:<evil@x.test")
    with Sink() as sink:
        send(sink.port)
    assert sink.messages == []


def test_a_dead_workers_messages_are_inherited():
    queue("claimed@x.test", "attempting@x.test")
    execute("INSERT INTO workers (id, started_at, host, pid) VALUES (77, now(), 'h', 1)")
    execute("UPDATE outbox SET worker_id = 77, state = CASE WHEN address LIKE 'claimed%%' THEN 1 ELSE 2 END")
    with Sink() as sink:
        send(sink.port)
    assert sink.recipients == ["claimed@x.test"]
    assert state_of("attempting@x.test") is OutboxState.UNKNOWN


def test_a_living_workers_messages_are_not():
    queue("a@x.test")
    worker = outbox.register()
    outbox.claim(worker, 10)
    try:
        with Sink() as sink:
            assert send(sink.port) == 0
        assert sink.messages == []
    finally:
        outbox.retire(worker)


def test_the_policy_may_repeat_unknown_messages():
    config.set_value("mailer_unknown_policy", "resend")
    queue("hangup-after-dot@x.test")
    with Sink() as sink:
        send(sink.port)
    assert state_of("hangup-after-dot@x.test") is OutboxState.PENDING


def test_what_may_not_go_out_is_cancelled_and_broken_content_is_tried_again():
    queue("a@x.test", "b@x.test")

    def cancel(claimed):
        return [Outcome(c.id, OutboxState.CANCELLED, "no", counted=False) for c in claimed]

    def broken(claimed):
        raise RuntimeError

    with Sink() as sink:
        execute("UPDATE outbox SET due_at = now() + interval '1 hour' WHERE address = 'b@x.test'")
        send(sink.port, Content(cancel, lambda outbox_id: None))
        execute("UPDATE outbox SET due_at = now()")
        send(sink.port, Content(broken, lambda outbox_id: None))
    assert state_of("a@x.test") is OutboxState.CANCELLED
    assert state_of("b@x.test") is OutboxState.PENDING


def test_throttles_hold_messages_back():
    config.set_value("mailer_domain_throttles", {"slow.test": 2})
    queue(*(f"u{n}@slow.test" for n in range(6)), "u@fast.test")
    with Sink() as sink:
        send(sink.port)
    assert sorted(sink.recipients)[0] == "u0@slow.test"
    assert "u@fast.test" in sink.recipients
    assert len(sink.recipients) == 3
    config.set_value("mailer_domain_throttles", {})
    config.set_value("mailer_throttle", 2)
    execute("UPDATE outbox SET due_at = now() WHERE state = 0")
    with Sink() as sink:
        send(sink.port)
    assert len(sink.recipients) in (2, 3)


def test_outcomes_become_events():
    execute("INSERT INTO contacts (id, is_published, fields, points) VALUES (5, true, '{}', 0)")
    outbox.enqueue_one(email_id=None, contact_id=5, address="ok@x.test")
    outbox.enqueue_one(email_id=None, contact_id=5, address="550@x.test")
    with Sink() as sink:
        send(sink.port)
    assert sorted(rows("SELECT type, contact_id FROM events WHERE type BETWEEN 40 AND 49")) == [
        (EventType.EMAIL_SENT, 5),
        (EventType.EMAIL_FAILED, 5),
        (EventType.EMAIL_BOUNCED, 5),
    ]


def test_smtp_urls():
    assert endpoint_of("smtp://localhost:25") == Endpoint("localhost", 25)
    given = endpoint_of("smtp://u%40x:p%3Aw@mail.test:587?encryption=tls&verify_peer=0")
    assert (given.user, given.password, given.port, given.tls, given.verify) == ("u@x", "p:w", 587, "required", False)
    assert endpoint_of("smtps://mail.test").port == 465
    for wrong in ("", "http://x", "smtp://", "smtp://x:port", "null://null"):
        with pytest.raises(InvalidSmtpUrl):
            endpoint_of(wrong)


def test_sign_in():
    queue("ok@x.test")
    with Sink(extensions=("PIPELINING", "AUTH PLAIN LOGIN"), password="AHUAcHc=") as sink:
        sender = Sender(CONTENT, Endpoint("127.0.0.1", sink.port, user="u", password="pw", timeouts=QUICK))
        assert sender.send_due() == 1
        sender.close()
        queue("ok2@x.test")
        sender = Sender(CONTENT, Endpoint("127.0.0.1", sink.port, user="u", password="wrong", timeouts=QUICK))
        assert sender.send_due() == 0
        sender.close()
    assert sink.recipients == ["ok@x.test"]
