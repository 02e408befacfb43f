"""The preference centre behind the unsubscribe link: our page, a landing page, and what is kept of what was sent."""

import pytest

from honeyguide.engine import config
from honeyguide.engine.delivery import outbox
from honeyguide.engine.delivery.sealed import seal, sign_address
from honeyguide.engine.events import consume
from honeyguide.engine.sql import one, rows
from honeyguide.features.categories import Category
from honeyguide.features.contacts.services import UNSUBSCRIBED, create_contact, merge_contacts, set_do_not_contact
from honeyguide.features.emails import services as emails
from honeyguide.features.emails.jobs import OBEDIENCE
from honeyguide.features.pages.models import Page
from honeyguide.features.segments.models import Segment
from honeyguide.features.segments.services import add_contacts

pytestmark = pytest.mark.django_db(transaction=True)
PARTS = ("segments", "frequency", "pause_dates", "categories", "preferred_channels")


@pytest.fixture
def parts():
    """parts(*names): the configuration of a preference page that has these parts only."""

    def choose(*names):
        config.set_value("show_contact_preferences", True)
        for name in PARTS:
            config.set_value(f"show_contact_{name}", name in names)

    return choose


def sent_to(contact, **email):
    """The address of the unsubscribe link in an e-mail to the contact, and the e-mail."""
    made = emails.create_email({"name": "News", "subject": "News", "custom_html": "<p>x</p>", **email})
    address = one("SELECT fields ->> 'email' FROM contacts WHERE id = %s", (contact,))[0]
    number = outbox.enqueue_one(email_id=made.pk, contact_id=contact, address=address)
    return f"/email/unsubscribe/{seal(number)}", made


def anna(**values):
    return create_contact({"firstname": "Anna", "email": "anna@x.test", **values}, by=None).id


def refusals():
    while consume(OBEDIENCE):
        pass
    return rows("SELECT channel, reason, channel_id FROM do_not_contact ORDER BY channel")


def segment(name, **values):
    return Segment.objects.create(**{"name": name, "alias": name.lower(), "is_preference_center": True, **values})


def members(made):
    return rows(
        "SELECT contact_id, manually_added, manually_removed FROM segment_contacts WHERE segment_id = %s", (made.pk,)
    )


def test_it_works(client, parts):
    parts("segments", "frequency")
    contact, news, secret = (
        anna(),
        segment("Inner", public_name="Our news"),
        segment("Secret", is_preference_center=False),
    )
    path, _ = sent_to(contact)
    shown = client.get(path).content.decode()
    assert "Our news" in shown
    assert "Inner" not in shown
    assert "Secret" not in shown
    assert "Topics" not in shown
    answer = client.post(
        path,
        {"contactable": "email", "segments": [news.pk, secret.pk], "email-number": "2", "email-period": "WEEK"},
    )
    assert "Your preferences have been saved." in answer.content.decode()
    assert members(news) == [(contact, True, False)]
    assert members(secret) == []
    assert rows("SELECT channel, frequency_number, frequency_time FROM frequency_rules") == [("email", 2, "WEEK")]
    assert refusals() == []
    client.post(path, {"contactable": "email", "email-number": "2", "email-period": "WEEK"})
    assert members(news) == []


def test_unticking_email_unsubscribes_from_the_email_and_ticking_opens_it_again(client, parts):
    parts()
    contact = anna()
    path, email = sent_to(contact)
    client.post(path, {})
    assert refusals()[0][:2] == ("email", UNSUBSCRIBED)
    assert emails.statistics(email).unsubscribed == 1
    assert 'value="email"> I would like' in client.get(path).content.decode()
    client.post(path, {"contactable": "email"})
    assert refusals() == []
    assert emails.statistics(email).unsubscribed == 0


def test_an_unwanted_topic_gets_no_more_of_its_emails(client, parts):
    parts("categories")
    contact = anna()
    offers = Category.objects.create(title="Offers", alias="offers", bundle="global")
    path, _ = sent_to(contact)
    assert f'value="{offers.pk}" checked> Offers' in client.get(path).content.decode()
    client.post(path, {"contactable": "email"})
    readers = segment("Readers")
    other = create_contact({"email": "b@x.test"}, by=None).id
    add_contacts(readers, contact_ids=[contact, other])
    offer = {"name": "O", "subject": "O", "custom_html": "<p>x</p>", "category": offers, "email_type": "list"}
    made = emails.create_email({**offer, "lists": [readers]})
    emails.send_to_segments(made)
    assert rows("SELECT contact_id FROM outbox WHERE email_id = %s", (made.pk,)) == [(other,)]


def test_what_the_page_does_not_ask_for_stays(client, parts):
    parts()
    contact, news = anna(mobile="+4201"), segment("News")
    path, _ = sent_to(contact)
    client.post(path, {"contactable": ["email", "sms"], "segments": [news.pk], "email-number": "1", "email-from": "x"})
    assert members(news) == []
    assert rows("SELECT 1 FROM frequency_rules") == []


def test_mistakes_are_told_and_nothing_is_saved(client, parts):
    parts("pause_dates", "segments")
    news = segment("News")
    path, _ = sent_to(anna())
    answer = client.post(path, {"email-from": "2027-02-01", "email-to": "2027-01-01", "segments": news.pk})
    assert answer.status_code == 422
    assert "The pause must end after it begins." in answer.content.decode()
    assert members(news) == []
    assert refusals() == []


def test_mail_programs_unsubscribe_by_one_click_all_the_same(client, parts):
    parts("segments")
    path, email = sent_to(anna())
    client.post(path, {"List-Unsubscribe": "One-Click"})
    assert refusals() == [("email", UNSUBSCRIBED, email.pk)]


def test_a_landing_page_is_the_preference_centre_where_the_email_names_one(client, parts):
    parts("segments", "categories")
    contact, news = anna(), segment("News")
    html = (
        '<html><body><h1>Dear {contactfield=firstname}</h1>{successmessage}<div data-slot="segmentlist">old</div>'
        "<form action='/x'><b>{channelfrequency}</b></form>{saveprefsbutton}<i>{leadidentifier}</i></body></html>"
    )
    page = Page.objects.create(title="P", alias="p", custom_html=html, is_preference_center=True)
    path, _ = sent_to(contact, preference_center_id=page.pk)
    answer = client.get(path)
    shown = answer.content.decode()
    assert "Dear Anna" in shown
    assert ">old<" not in shown
    assert f"<i>{contact}</i>" in shown
    assert 'name="segments" value' in shown
    assert "Topics" not in shown
    assert shown.endswith('<form method="post" id="honeyguide-preferences"></form></body></html>')
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert "Your preferences have been saved." in client.post(path, {"segments": news.pk}).content.decode()
    assert members(news) == [(contact, True, False)]


@pytest.mark.parametrize("change", [{"custom_html": "<p>no button</p>"}, {"is_published": False}])
def test_a_landing_page_that_cannot_serve_leaves_ours(client, parts, change):
    parts("segments")
    values = {"title": "P", "alias": "p", "custom_html": "<p>Mine</p>{saveprefsbutton}", **change}
    path, _ = sent_to(anna(), preference_center_id=Page.objects.create(**values).pk)
    assert "What would you like to get?" in client.get(path).content.decode()


def test_who_was_merged_or_deleted(client, parts):
    parts("segments")
    contact, other = anna(), create_contact({"email": "b@x.test"}, by=None).id
    path, _ = sent_to(contact)
    merge_contacts(other, contact, by=None)
    client.post(path, {})
    assert one("SELECT contact_id FROM do_not_contact") == (other,)
    signed = f"/email/unsubscribe/unknown/nobody@x.test/{sign_address('nobody@x.test')}"
    assert "Do you want nobody@x.test" in client.get(signed).content.decode()


@pytest.mark.parametrize("junk", ["\x00", "🎈" * 500, "x" * 100_000, "-1", "99999999999999999999"])
def test_junk_is_refused_or_ignored(client, parts, junk):
    parts(*PARTS)
    contact = anna(mobile="+4201")
    set_do_not_contact(contact, "sms", UNSUBSCRIBED)
    path, _ = sent_to(contact)
    names = (
        "contactable",
        "segments",
        "categories",
        "preferred",
        "email-number",
        "email-period",
        "email-from",
        "sms-to",
    )
    for name in names:
        assert client.post(path, {"contactable": "email", name: junk}).status_code in (200, 422)


def test_values_never_run(client, parts):
    parts("segments")
    segment("<script>alert(1)</script>")
    path, _ = sent_to(anna())
    assert "<script" not in client.get(path).content.decode()
