"""A campaign on real mail: sent, opened, clicked, and what becomes of those who do not."""

import email as mime
import email.policy
import re

import pytest
from django.test import Client, override_settings

from features.campaigns.journeys import campaign, contact, members, pass_time, points, points_of, put_in, segment, step
from honeyguide.engine.delivery import jobs as delivery
from honeyguide.engine.events import consume
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.engine.tracking.hits import writer
from honeyguide.features.campaigns import advancing, jobs
from honeyguide.features.contacts.services import set_do_not_contact
from honeyguide.features.emails import services as emails
from honeyguide.features.emails import winners
from honeyguide.features.emails.models import Email
from smtp_sink import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("honeyguide.engine.tracking.urls")]
HTML = "<html><body>Hi {contactfield=firstname}, <a href='https://shop.test/tea/'>tea</a> <a href='https://shop.test/mugs'>mugs</a></body></html>"


@pytest.fixture
def sink():
    with Sink() as server, override_settings(SMTP_URL=server.url, SITE_URL="https://mail.test"):
        yield server
        writer.close()
        delivery.stop_sending()


def letter(**values):
    return emails.create_email(
        {"name": "Tea", "subject": "Tea", "custom_html": HTML, "email_type": "template", **values}
    )


def turn() -> None:
    """What the worker does until nothing is due."""
    while True:
        writer.flush()
        done = (
            consume(jobs.SOURCES)
            + consume(jobs.DECISIONS)
            + jobs.sync_due()
            + advancing.advance()
            + delivery.send_due()
        )
        if not done:
            return


def letters(sink) -> dict[str, str]:
    """The HTML that each recipient got."""
    read = [mime.message_from_bytes(m.data, policy=email.policy.default) for m in sink.messages]
    return {str(m["To"]).strip("<>").split("<")[-1]: m.get_body(("html",)).get_content() for m in read}


def follow(text: str, pattern: str) -> None:
    found = re.search(pattern, text)
    Client().get(found[0].removeprefix("https://mail.test"))


def test_who_opens_clicks_or_does_nothing_goes_another_way(sink):
    people = {name: contact(name) for name in ("ann", "bob", "cid")}
    made = campaign(segment("s", *people.values()))
    sent = step(made, "email.send", {"email": letter().pk, "email_type": "transactional"})
    opened = step(made, "email.open", after=sent)
    clicked = step(made, "email.click", {"urls": {"list": ["http://shop.test/TEA"]}}, after=sent)
    points(made, 1, after=opened, path="yes")
    points(made, 10, after=clicked, path="yes")
    points(made, 100, after=opened, path="no", trigger_mode="interval", trigger_interval=3, trigger_interval_unit="d")
    turn()
    got = letters(sink)
    assert set(got) == {"ann@x.test", "bob@x.test", "cid@x.test"}
    assert "Hi Ann," in got["ann@x.test"]
    follow(got["ann@x.test"], r"https://mail\.test/email/[^\"' ]+\.gif")
    links = re.findall(r"href=[\"'](https://mail\.test/r/[^\"']+)", got["bob@x.test"])
    Client().get(links[1].removeprefix("https://mail.test"))  # mugs: not what the decision asks for
    turn()
    assert points_of(*people.values())[2] == 0
    before = points_of(people["bob"])[0]
    Client().get(links[0].removeprefix("https://mail.test"))
    turn()
    assert points_of(people["bob"])[0] - before == 10
    assert points_of(people["ann"]) == [1]
    pass_time("4 days")
    turn()
    assert points_of(people["cid"]) == [100]
    assert len(sink.messages) == 3


def test_marketing_minds_who_must_not_be_written_to_and_transactional_does_not(sink):
    ann, bob, nobody = contact("ann"), contact("bob"), contact("cid", email="")
    set_do_not_contact([bob], "email", 1)
    made = campaign(segment("s", ann, bob, nobody))
    news = letter()
    first = step(made, "email.send", {"email": news.pk, "email_type": "marketing"})
    again = step(made, "email.send", {"email": news.pk, "email_type": "marketing"}, after=first)
    receipt = step(made, "email.send", {"email": letter(name="Receipt").pk}, after=again)
    points(made, after=receipt)
    turn()
    notes = rows("SELECT event_id, contact_id, note FROM campaign_log WHERE note IS NOT NULL ORDER BY 1, 2")
    refused, missing = "The contact must not be contacted by e-mail.", "The contact has no e-mail address."
    assert notes == [
        (first.pk, bob, refused), (first.pk, nobody, missing),
        (again.pk, ann, "The contact has had this e-mail."), (again.pk, bob, refused), (again.pk, nobody, missing),
        (receipt.pk, nobody, missing),
    ]  # fmt: skip
    assert points_of(ann, bob, nobody) == [1, 1, 1]
    assert sorted(r for m in sink.messages for r in m.recipients) == ["ann@x.test", "ann@x.test", "bob@x.test"]


def test_a_restart_sends_again_and_a_second_run_does_not(sink):
    ann = contact("ann")
    made = campaign(allow_restart=True)
    step(made, "email.send", {"email": letter().pk})
    put_in(made, ann)
    turn()
    execute("UPDATE campaign_log SET state = 0")  # as if a worker had died before it noted that the step is done
    turn()
    assert len(sink.messages) == 1
    put_in(made, ann)
    turn()
    assert len(sink.messages) == 2
    assert members(made) == [ann]


def test_an_email_that_is_gone_is_told(sink):
    ann = contact("ann")
    made = campaign(segment("s", ann))
    step(made, "email.send", {"email": 123456789})
    turn()
    assert scalar("SELECT note FROM campaign_log") == "The e-mail is not there or not published."


def test_variants_are_shared_out_and_who_lost_leads_to_the_winner(sink):
    people = {name: contact(name) for name in ("ann", "bob", "cid", "dan")}
    tea = letter()
    mugs = letter(name="Mugs", subject="Mugs", variant_parent=tea, variant_settings={"weight": 50})
    made = campaign(segment("s", *people.values()))
    step(made, "email.send", {"email": tea.pk, "email_type": "marketing"})
    turn()
    assert sorted(subjects(sink)) == ["Mugs", "Mugs", "Tea", "Tea"]
    assert Email.objects.filter(variant_start_date=None).count() == 0
    winners.declare(mugs)
    late = contact("eve")
    made.lists.add(segment("late", late))
    turn()
    assert subjects(sink)[4:] == ["Mugs"]
    assert rows("SELECT note FROM campaign_log WHERE contact_id = %s", (late,)) == [(None,)]


def subjects(sink) -> list[str]:
    return [str(mime.message_from_bytes(m.data, policy=email.policy.default)["Subject"]) for m in sink.messages]
