"""Sending e-mails to segments and contacts, and what recipients do with them."""

import email as mime
import email.policy
import re
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.test import Client, override_settings

import people
from honeyguide.commands.emails import emails
from honeyguide.engine import config
from honeyguide.engine.delivery import jobs, outbox
from honeyguide.engine.delivery.models import Link, OutboxMessage, OutboxState
from honeyguide.engine.delivery.sealed import seal
from honeyguide.engine.events import consume
from honeyguide.engine.resource.errors import Invalid, Refused
from honeyguide.engine.sql import execute, one, rows, scalar
from honeyguide.engine.tracking.hits import writer
from honeyguide.features.contacts.models import Contact, DoNotContact
from honeyguide.features.contacts.services import set_do_not_contact
from honeyguide.features.emails import services
from honeyguide.features.emails.jobs import COUNTERS, OBEDIENCE
from honeyguide.features.emails.models import Email
from honeyguide.features.emails.pages import sending
from honeyguide.features.segments.models import Segment
from smtp_sink import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("honeyguide.engine.tracking.urls")]
HTML = (
    "<html><body>Hi {contactfield=firstname|you} <a href='https://one.test/'>1</a>"
    "<a href='https://two.test/?who={contactfield=email}'>2</a> {unsubscribe_text}</body></html>"
)


@pytest.fixture
def sink():
    with Sink() as server, override_settings(SMTP_URL=server.url, SITE_URL="https://mail.test"):
        yield server
        writer.close()
        jobs.stop_sending()


@pytest.fixture
def client():
    return Client()


def contact(name: str, **fields) -> Contact:
    return Contact.objects.create(fields={"email": f"{name}@x.test", "firstname": name.title(), **fields})


def segment(alias: str, *contacts: Contact) -> Segment:
    made = Segment.objects.create(name=alias, public_name=alias, alias=alias)
    for member in contacts:
        execute(
            "INSERT INTO segment_contacts (segment_id, contact_id, date_added, manually_added, manually_removed) "
            "VALUES (%s, %s, now(), true, false)",
            (made.pk, member.pk),
        )
    return made


def broadcast(*segments: Segment, **values) -> Email:
    given = {"name": "News", "subject": "News", "custom_html": HTML, "email_type": "list", "lists": list(segments)}
    return services.create_email({**given, **values})


def deliver() -> None:
    while jobs.send_due():
        pass
    react()


def react() -> None:
    """What the worker does with hits and events."""
    writer.flush()
    while consume(COUNTERS) + consume(OBEDIENCE):
        pass


def message_to(sink: Sink, address: str):
    return mime.message_from_bytes(
        next(m.data for m in sink.messages if m.recipients[0] == address), policy=email.policy.default
    )


def html_to(sink: Sink, address: str) -> str:
    return message_to(sink, address).get_body(("html",)).get_content()


def links_in(html: str) -> list[str]:
    return re.findall(r"https://mail\.test(/r/[^\"']+)", html)


def test_it_works(sink, client):
    ada, bo = contact("ada"), contact("bo")
    news = broadcast(segment("all", ada, bo))
    assert services.pending_count(news) == 2
    assert services.send_to_segments(news) == 2
    assert services.send_to_segments(news) == 0
    deliver()
    html = html_to(sink, "ada@x.test")
    assert "Hi Ada" in html
    pixel = re.search(r"https://mail\.test(/email/[0-9a-f]{28}\.gif)", html)[1]
    assert client.get(pixel)["Content-Type"] == "image/gif"
    first, second = links_in(html)
    answer = client.get(second)
    assert (answer.status_code, answer["Location"]) == (302, "https://two.test/?who=ada%40x.test")
    client.get(first)
    client.get(first)
    react()
    numbers = services.statistics(news)
    assert (numbers.sent, numbers.read, numbers.clicked, numbers.clicks, numbers.pending) == (2, 1, 1, 3, 0)
    assert numbers.links == [("https://one.test/", 2, 1), ("https://two.test/?who={contactfield=email}", 1, 1)]
    news.refresh_from_db()
    assert (news.sent_count, news.read_count) == (2, 1)


def test_who_does_not_get_a_broadcast(sink):
    wanted = contact("ada")
    stopped, bounced, elsewhere, nameless = (
        contact("stopped"),
        contact("bounced"),
        contact("elsewhere"),
        contact("nameless"),
    )
    nameless.fields = {"firstname": "No address"}
    nameless.save()
    set_do_not_contact(stopped.pk, "email", 1)
    set_do_not_contact(bounced.pk, "email", 2)
    every = segment("all", wanted, stopped, bounced, elsewhere, nameless)
    news = broadcast(every, excluded_lists=[segment("out", elsewhere)])
    assert services.send_to_segments(news) == 1
    deliver()
    assert sink.recipients == ["ada@x.test"]


def test_do_not_contact_is_looked_at_again_when_it_is_sent(sink):
    ada = contact("ada")
    news = broadcast(segment("all", ada))
    services.send_to_segments(news)
    set_do_not_contact(ada.pk, "email", 1)
    deliver()
    assert sink.messages == []
    assert OutboxMessage.objects.get().state == OutboxState.CANCELLED


def test_a_limit_is_kept_and_the_rest_comes_later(sink):
    news = broadcast(segment("all", *(contact(f"c{n}") for n in range(5))))
    assert [services.send_to_segments(news, limit=n) for n in (2, 2, 2, 2)] == [2, 2, 1, 0]


def test_frequency_rules_put_off(sink):
    config.set_value("email_frequency_number", 1)
    members = segment("all", contact("ada"))
    services.send_to_segments(broadcast(members))
    deliver()
    later = broadcast(members, name="More")
    assert services.send_to_segments(later) == 1
    deliver()
    assert len(sink.messages) == 1
    row = OutboxMessage.objects.get(email=later)
    assert scalar("SELECT due_at > now() + interval '23 hours' FROM outbox WHERE id = %s", (row.pk,))


def test_translations_go_to_those_who_read_them(sink):
    members = segment("all", contact("ada", preferred_locale="de_AT"), contact("bo"))
    news = broadcast(members)
    services.create_email(
        {"name": "Neues", "subject": "Neues", "email_type": "list", "language": "de", "translation_parent": news}
    )
    assert services.send_to_segments(news) == 2
    deliver()
    assert message_to(sink, "ada@x.test")["Subject"] == "Neues"
    assert message_to(sink, "bo@x.test")["Subject"] == "News"
    assert services.statistics(news).sent == 2


def test_one_contact_gets_transactional_mail_whatever_he_said(sink):
    ada = contact("ada")
    set_do_not_contact(ada.pk, "email", 1)
    template = services.create_email(
        {"name": "T", "subject": "Hello {mytoken}", "custom_html": "<p>{MyToken} {other}</p>"}
    )
    services.send_to_contact(template, ada.pk, tokens={"{mytoken}": "<b>tok</b>", "other": "x"})
    deliver()
    message = message_to(sink, "ada@x.test")
    assert message["Subject"] == "Hello tok"
    assert "<p><b>tok</b> x</p>" in html_to(sink, "ada@x.test")
    assert message["List-Unsubscribe"] is None
    with pytest.raises(Refused):
        services.send_to_contact(template, 999_999)


def test_an_occasion_happens_once(sink):
    ada = contact("ada")
    template = services.create_email({"name": "T", "subject": "s"})
    sent = [services.send_to_contact(template, ada.pk, occasion="campaign:1:1") for _ in range(3)]
    assert sent[1:] == [None, None]
    deliver()
    assert len(sink.messages) == 1


def test_examples_show_labels_and_count_nowhere(sink):
    template = services.create_email({"name": "T", "subject": "Hi {contactfield=firstname}", "custom_html": HTML})
    services.send_example(template, ["me@x.test"])
    deliver()
    assert message_to(sink, "me@x.test")["Subject"] == "[TEST] Hi [First Name]"
    assert "https://one.test/" in html_to(sink, "me@x.test")
    template.refresh_from_db()
    assert (template.sent_count, services.statistics(template).sent) == (0, 0)
    with pytest.raises(Invalid):
        services.send_example(template, ["nobody"])


def test_a_scanner_does_not_unsubscribe_and_a_person_does(sink, client):
    ada = contact("ada")
    news = broadcast(segment("all", ada))
    services.send_to_segments(news)
    deliver()
    path = re.search(r"https://mail\.test(/email/unsubscribe/[^\"']+)", html_to(sink, "ada@x.test"))[1]
    page = client.get(path)
    react()
    assert page.status_code == 200
    assert "script" not in page.content.decode()
    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert not DoNotContact.objects.exists()
    assert "ada@x.test" in client.post(path).content.decode()
    react()
    assert one("SELECT reason, channel_id FROM do_not_contact WHERE contact_id = %s", (ada.pk,)) == (1, news.pk)
    assert services.statistics(news).unsubscribed == 1
    client.post(f"/email/resubscribe/{seal(OutboxMessage.objects.get().pk)}")
    react()
    assert not DoNotContact.objects.exists()


def test_one_click(sink, client):
    ada = contact("ada")
    services.send_to_segments(broadcast(segment("all", ada)))
    deliver()
    header = message_to(sink, "ada@x.test")["List-Unsubscribe"]
    path = header.strip("<>").removeprefix("https://mail.test")
    answer = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    react()
    assert (answer.status_code, DoNotContact.objects.get().reason) == (200, 1)
    assert client.post("/email/unsubscribe/abc", {"List-Unsubscribe": "One-Click"}).status_code == 404


def test_unsubscribing_works_after_the_email_was_deleted(sink, client):
    services.send_to_segments(broadcast(segment("all", contact("ada"))))
    deliver()
    path = message_to(sink, "ada@x.test")["List-Unsubscribe"].strip("<>").removeprefix("https://mail.test")
    services.delete_email(Email.objects.get())
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    react()
    assert DoNotContact.objects.get().reason == 1


def test_a_bounce_stops_further_mail(sink):
    contact("550")
    services.send_to_segments(broadcast(segment("all", *Contact.objects.all())))
    deliver()
    row = DoNotContact.objects.get()
    assert (row.reason, row.comments) == (2, "550 no")


def test_machines_are_recorded_and_not_counted(sink, client):
    news = broadcast(segment("all", contact("ada")))
    services.send_to_segments(news)
    deliver()
    link = links_in(html_to(sink, "ada@x.test"))[0]
    client.head(link)
    client.get(link, headers={"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"})
    react()
    assert services.statistics(news).clicks == 0
    assert rows("SELECT payload ->> 'bot' FROM events WHERE type = 44") == [("true",), ("true",)]


def test_a_redirect_leads_only_where_it_was_told(sink, client):
    link = Link.objects.create(token="good", channel="email", channel_id=1, url="https://one.test/a?b=1#c")
    assert client.get("/r/good?utm_source=x&ct=rubbish")["Location"] == "https://one.test/a?b=1&utm_source=x#c"
    assert client.get("/redirect/good")["Location"] == "https://one.test/a?b=1#c"
    assert client.get("/r/nosuch?url=https://evil.test").status_code == 404
    assert client.get("/r/good%0d%0aX:y").status_code == 404
    link.url, link.token = "{contactfield=website}", "field"
    link.save()
    ada = contact("ada", website="javascript:alert(1)")
    sent = services.send_to_contact(services.create_email({"name": "T", "subject": "s"}), ada.pk)
    assert client.get(f"/r/field?ct={seal(sent)}").status_code == 404
    ada.fields["website"] = "https://ada.test/me"
    ada.save()
    assert client.get(f"/r/field?ct={seal(sent)}")["Location"] == "https://ada.test/me"


def test_web_view_and_preview(sink, client):
    news = broadcast(segment("all", contact("ada")), public_preview=True)
    services.send_to_segments(news)
    deliver()
    sealed = seal(OutboxMessage.objects.get().pk)
    page = client.get(f"/email/view/{sealed}")
    react()
    assert "Hi Ada" in page.content.decode()
    assert f"/email/{sealed}.gif" not in page.content.decode()
    assert "sandbox" in page["Content-Security-Policy"]
    assert OutboxMessage.objects.get().viewed_in_browser
    assert "[First Name]" in client.get(f"/email/preview/{news.pk}").content.decode()
    services.update_email(news, {"public_preview": False})
    assert client.get(f"/email/preview/{news.pk}").status_code == 404
    assert client.get("/email/view/ffff").status_code == 404


def test_withdrawing_stops_what_is_queued(sink):
    news = broadcast(segment("all", contact("ada")))
    services.send_to_segments(news)
    assert services.withdraw(news) == 1
    deliver()
    assert sink.messages == []


def test_withdrawing_stops_variants_and_what_is_still_to_be_queued_too(sink):
    news = broadcast(segment("all", contact("ada"), contact("bo")))
    broadcast(name="other", variant_parent=news, variant_settings={"weight": 100})
    services.send_to_segments(news)
    news.lists.add(segment("more", contact("cy")))
    services.start_sending(news)
    assert services.withdraw(news) == 2
    assert services.queue_due_broadcasts() == 0
    deliver()
    assert sink.messages == []


@pytest.mark.urls("honeyguide.urls")
def test_many_are_queued_by_the_worker_and_only_once(sink, monkeypatch):
    monkeypatch.setattr(sending, "AT_ONCE", 1)
    client = Client()
    client.force_login(people.ada())
    news = broadcast(segment("all", contact("ada"), contact("bo")), is_published=False)
    client.post(f"/s/emails/send/{news.pk}", {"when": "now"})
    assert scalar("SELECT count(*) FROM outbox") == 0
    assert "more are being queued" in client.get(f"/s/emails/figures/{news.pk}").content.decode()
    assert services.queue_due_broadcasts() == 2
    news.lists.add(segment("later", contact("cy")))
    assert services.queue_due_broadcasts() == 0
    assert "more are being queued" not in client.get(f"/s/emails/figures/{news.pk}").content.decode()


def test_scheduled_broadcasts_start_by_themselves(sink):
    members = segment("all", contact("ada"))
    broadcast(members, publish_up="2020-01-01T00:00Z")
    broadcast(members, name="ended", publish_up="2020-01-01T00:00Z", publish_down="2021-01-01T00:00Z")
    broadcast(members, name="by hand")
    assert services.queue_due_broadcasts() == 1
    assert services.queue_due_broadcasts() == 0


def with_unknown(sink) -> Email:
    """An e-mail to two, of which the fate of one message is unknown."""
    ada, bo = contact("ada"), contact("bo")
    news = broadcast(segment("all", ada, bo))
    services.send_to_segments(news)
    execute("UPDATE outbox SET state = %s, worker_id = 77 WHERE contact_id = %s", (OutboxState.UNKNOWN, ada.pk))
    deliver()
    assert sink.recipients == ["bo@x.test"]
    return news


def test_unknown_messages_are_sent_again_when_a_person_says_so(sink):
    news = with_unknown(sink)
    assert services.settle_unknown(news, resend=True) == 1
    deliver()
    assert sink.recipients == ["bo@x.test", "ada@x.test"]
    numbers = services.statistics(news)
    assert (numbers.sent, numbers.unknown) == (2, 0)
    assert services.settle_unknown(news, resend=True) == 0


def test_unknown_messages_count_as_sent_when_a_person_says_so(sink):
    news = with_unknown(sink)
    assert services.settle_unknown(news, resend=False) == 1
    deliver()
    assert sink.recipients == ["bo@x.test"]
    news.refresh_from_db()
    assert (news.sent_count, services.statistics(news).sent, services.statistics(news).unknown) == (2, 2, 0)


def test_the_command_lists_and_settles_unknown_messages(sink):
    news = with_unknown(sink)
    run = CliRunner().invoke
    assert run(emails, ["unknown"]).output == f"{news.pk} News: 1 unknown\n"
    assert run(emails, ["unknown", "-i", str(news.pk + 1)]).output == "There are no unknown messages.\n"
    assert run(emails, ["unknown", "--count-as-sent"]).output == f"{news.pk} News: 1 count as sent\n"
    assert run(emails, ["unknown"]).output == "There are no unknown messages.\n"


@pytest.mark.urls("honeyguide.urls")
def test_the_page_settles_unknown_messages(sink):
    news = with_unknown(sink)
    client = Client()
    client.force_login(people.ada())
    page = client.get(f"/s/emails/view/{news.pk}/recipients?show=unknown")
    assert "Send 1 message again?" in page.content.decode()
    client.post(f"/s/emails/unknown/{news.pk}?what=resend")
    deliver()
    assert sink.recipients == ["bo@x.test", "ada@x.test"]
    assert "Send again" not in client.get(f"/s/emails/view/{news.pk}/recipients?show=unknown").content.decode()


def test_messages_over_the_warm_up_plan_wait_and_the_page_says_why(sink):
    config.set_value("mailer_warmup_start", datetime.now(UTC).date().isoformat())
    config.set_value("mailer_warmup_limits", [1])
    email = Email.objects.create(name="May", subject="May", custom_html="<p>May</p>")
    for address in ("a@gmail.com", "b@gmail.com", "c@gmail.com"):
        who = Contact.objects.create(fields={"email": address})
        outbox.enqueue_one(email_id=email.pk, contact_id=who.pk, priority=outbox.MARKETING)
    jobs.send_due()
    jobs.stop_sending()
    assert len(sink.messages) == 1
    [(reason, count, due)] = services.delays(email)
    assert (reason, count) == ("Warm-up: no more than 1 messages a day to Google now.", 2)
    assert due.date() == datetime.now(UTC).date() + timedelta(days=1)
    assert OutboxMessage.objects.filter(state=OutboxState.PENDING, attempts=0).count() == 2
