"""Whether domains take mail, asked of a name server of our own; and the campaign's question for it."""

import socketserver
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from features.campaigns.journeys import campaign, contact, log, pass_time, points, points_of, run, segment, step
from honeyguide.engine.sql import execute, one, rows
from honeyguide.features.campaigns.models import LogState
from honeyguide.features.emails import domains

pytestmark = pytest.mark.django_db
RECORDS = {
    ("mail.test.", "MX"): ["10 mx.mail.test."],
    ("host.test.", "A"): ["192.0.2.1"],
    ("new.test.", "AAAA"): ["2001:db8::1"],
    ("null.test.", "MX"): ["0 ."],
    ("xn--bcher-kva.test.", "MX"): ["5 mx.mail.test."],
}
KNOWN = {name for name, _ in RECORDS} | {"nothing.test."}


class NameServer(socketserver.BaseRequestHandler):
    asked: list[str] = []

    def handle(self):
        data, reply_to = self.request
        query = dns.message.from_wire(data)
        question = query.question[0]
        name, kind = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{name} {kind}")
        if name == "silent.test.":
            return
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if name == "broken.test.":
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name not in KNOWN:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif found := RECORDS.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
        reply_to.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def asked(monkeypatch):
    server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), NameServer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()

    def resolver():
        found = dns.resolver.Resolver(configure=False)
        found.nameservers, found.port = ["127.0.0.1"], server.server_address[1]
        return found

    monkeypatch.setattr(domains, "resolver", resolver)
    monkeypatch.setattr(domains, "SECONDS", 0.3)
    NameServer.asked = []
    yield NameServer.asked
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("domain", "takes"),
    [
        ("mail.test", True),
        ("MAIL.Test", True),
        ("host.test", True),
        ("new.test", True),
        ("bücher.test", True),
        ("null.test", False),
        ("nothing.test", False),
        ("unknown.test", False),
        ("a..b", False),
        ("x" * 70 + ".test", False),
        ("broken.test", None),
        ("silent.test", None),
    ],
)
def test_what_dns_says_of_a_domain(asked, domain, takes):
    assert domains.takes_mail(domain) is takes


def test_every_domain_is_asked_for_once_a_week(asked):
    people = [contact(email=f"{name}@mail.test") for name in ("ann", "bob")]
    people += [contact(email="cid@Nothing.test"), contact(email="no address"), contact(email=None)]
    domains.look_up(people)
    domains.look_up(people)
    assert [name for name in asked if name.startswith("mail.test.")] == ["mail.test. MX"]
    assert rows("SELECT domain, takes_mail FROM mail_domains ORDER BY 1") == [
        ("mail.test", True),
        ("nothing.test", False),
    ]
    execute("UPDATE mail_domains SET date_checked = now() - interval '8 days'")
    domains.look_up(people)
    assert len([name for name in asked if name.startswith("mail.test.")]) == 2


def test_a_campaign_parts_contacts_by_their_addresses(asked):
    good, bad, none, silly = (
        contact(email=email) for email in ("ann@mail.test", "bob@nothing.test", None, "no @ address")
    )
    made = campaign(segment("s", good, bad, none, silly))
    first = points(made, 1)
    valid = step(made, "email.validate.address", after=first, event_type="condition", name="valid?")
    points(made, 10, after=valid, path="yes")
    points(made, 100, after=valid, path="no")
    run()
    assert points_of(good, bad, none, silly) == [11, 101, 101, 101]
    assert one("SELECT note FROM campaign_log WHERE contact_id = %s AND event_id = %s", (good, valid.pk)) == (
        "ann@mail.test",
    )


def test_whose_domain_nobody_knows_is_asked_again_later(asked):
    good, unclear = contact(email="ann@mail.test"), contact(email="bob@broken.test")
    made = campaign(segment("s", good, unclear))
    points(made, 10, after=step(made, "email.validate.address", event_type="condition", name="valid?"), path="yes")
    run()
    assert points_of(good, unclear) == [10, 0]
    assert ("valid?", unclear, 1, LogState.SCHEDULED, None) in log(made)
    assert one("SELECT failures, note FROM campaign_log WHERE contact_id = %s", (unclear,)) == (
        1, "Nobody answered whether the domain takes mail.",
    )  # fmt: skip
    execute("INSERT INTO mail_domains VALUES ('broken.test', true, now())")
    pass_time("3 hours")
    run()
    assert points_of(good, unclear) == [10, 10]
