"""The monitored mailbox, on a real IMAP server."""

import pytest
from django.test import override_settings

from features.inbox import samples
from features.inbox.messages import BOUNCED, about, contact, happened, reasons, sent
from honeyguide.commands import doctor
from honeyguide.engine import config
from honeyguide.engine.delivery import jobs, outbox
from honeyguide.engine.delivery.models import OutboxMessage
from honeyguide.engine.delivery.sealed import seal
from honeyguide.engine.events import EventType, consume
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.emails.jobs import OBEDIENCE
from honeyguide.features.emails.models import Email
from honeyguide.features.inbox import mailbox
from honeyguide.features.inbox.reading import Unreadable, read
from imap_server import PASSWORD, USER, ImapServer
from smtp_sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
SEEN, FLAGGED = "\\Seen", "\\Flagged"
LUNCH = samples.letter("From: bo@example.com\nSubject: Lunch?", "At one?")


@pytest.fixture
def server():
    with ImapServer() as running:
        configure(running.port)
        yield running


def configure(port: int, **more) -> None:
    values = {
        "monitored_email_host": "127.0.0.1", "monitored_email_port": port, "monitored_email_encryption": "none",
        "monitored_email_user": USER, "monitored_email_password": PASSWORD,
    }  # fmt: skip
    for name, value in (values | more).items():
        config.set_value(name, value)


def look() -> int:
    handled = mailbox.look(now=True)
    consume(OBEDIENCE)
    return handled


def troubles() -> list[str]:
    return [row[0] for row in rows("SELECT trouble FROM mailboxes WHERE trouble <> ''")]


def test_a_bounce_is_handled_once_and_marked_and_other_mail_is_left_alone(server):
    ann = contact()
    server.deliver(LUNCH)
    server.deliver(about(samples.dsn(), sent(ann)))
    assert look() == 2
    assert reasons(ann) == [BOUNCED]
    assert server.flags() == [set(), {SEEN}]
    assert look() == 0
    assert scalar("SELECT count(*) FROM notices") == 1


def test_what_comes_later_is_read_even_when_a_mail_program_was_faster(server):
    ann = contact()
    look()
    server.deliver(about(samples.reply(), sent(ann)), flags=SEEN)
    assert look() == 1
    assert happened(ann, EventType.EMAIL_REPLIED) == 1


def test_a_new_mailbox_is_read_from_its_first_unread_message(server):
    ann, bob = contact(), contact("bob@example.com")
    server.deliver(about(samples.dsn(), sent(ann)), flags=SEEN)
    server.deliver(about(samples.dsn(recipient="bob@example.com"), sent(bob, "bob@example.com")))
    assert look() == 1
    assert (reasons(ann), reasons(bob)) == ([], [BOUNCED])


def test_unknown_messages_are_starred_and_shown(server):
    server.deliver(samples.dsn())
    look()
    assert server.flags() == [{FLAGGED}]
    assert rows("SELECT state FROM notices") == [("unmatched",)]


def test_a_broken_message_is_starred_and_does_not_stop_the_next(server, monkeypatch):
    def read_but_one(raw: bytes):
        if b"Lunch" in raw:  # what really breaks the reading, this server refuses to take
            raise Unreadable("RecursionError: too deep")
        return read(raw)

    monkeypatch.setattr(mailbox, "read", read_but_one)
    ann = contact()
    server.deliver(LUNCH)
    server.deliver(about(samples.dsn(), sent(ann)))
    assert look() == 2
    assert server.flags() == [{FLAGGED}, {SEEN}]
    assert rows("SELECT state FROM notices ORDER BY id") == [("broken",), ("done",)]
    assert reasons(ann) == [BOUNCED]


def test_handled_messages_are_moved_where_the_configuration_says(server):
    server.create("Done")
    config.set_value("monitored_email_done_folder", "Done")
    server.deliver(about(samples.dsn(), sent(contact())))
    look()
    assert (server.flags(), server.flags("Done")) == ([], [{SEEN}])


def test_numbers_that_the_server_gives_anew_make_nothing_happen_twice(server):
    ann = contact()
    answer = about(samples.reply(), sent(ann))
    server.create("Answers")
    config.set_value("monitored_email_folders", ["Answers"])
    server.deliver(answer, "Answers")
    look()
    server.recreate("Answers")
    server.deliver(answer, "Answers")
    assert look() == 1
    assert happened(ann, EventType.EMAIL_REPLIED) == 1
    assert server.flags("Answers") == [{SEEN}]


def test_a_worker_that_died_before_it_told_the_server_is_made_up_for(server):
    ann = contact()
    server.deliver(about(samples.dsn(), sent(ann)))
    look()
    with server.program() as program:
        program.select("INBOX")
        program.store("1", "-FLAGS", SEEN)
    execute("UPDATE mailboxes SET last_uid = 0")
    assert look() == 1
    assert happened(ann, EventType.EMAIL_BOUNCED) == 1
    assert server.flags() == [{SEEN}]


def test_a_folder_is_looked_into_once_a_minute(server):
    look()
    server.deliver(about(samples.dsn(), sent(contact())))
    assert mailbox.look() == 0
    execute("UPDATE mailboxes SET looked_at = now() - interval '61 seconds'")
    assert mailbox.look() == 1


def test_trouble_is_kept_for_people_and_goes_away(server):
    configure(server.port, monitored_email_password="wrong")
    assert look() == 0
    assert "Login" in troubles()[0]
    assert PASSWORD not in troubles()[0]
    configure(server.port, monitored_email_folders=["Nowhere"])
    assert mailbox.test(mailbox.configured())[0][1] != ""
    configure(1, monitored_email_folders=["INBOX"])
    assert doctor.mailbox().state == "fail"
    assert mailbox.test(mailbox.configured()) == [("Sign-in", "ConnectionRefusedError: [Errno 111] Connection refused")]
    configure(server.port)
    look()
    assert mailbox.test(mailbox.configured()) == [("INBOX", "")]
    assert doctor.mailbox().state == "ok"
    assert troubles() == []


def test_messages_name_the_mailbox_with_their_number_so_that_all_that_comes_back_is_known(server):
    config.set_value("monitored_email_address", "news@mail.test")
    ann = contact()
    with Sink() as sink, override_settings(SMTP_URL=sink.url, SITE_URL="https://mail.test"):
        email = Email.objects.create(name="May", subject="May", custom_html="<p>May</p>", is_published=True)
        outbox.enqueue_one(email_id=email.pk, contact_id=ann, priority=outbox.MARKETING)
        jobs.send_due()
        jobs.stop_sending()
        message = sink.messages[0]
    number = seal(OutboxMessage.objects.get().pk)
    address = f"news+bounce_{number}@mail.test"
    assert f"<{address}>" in message.sender
    assert f"<mailto:news+unsubscribe_{number}@mail.test>" in message.data.decode()
    server.deliver(samples.dsn(original="", to=address))
    look()
    assert reasons(ann) == [BOUNCED]
