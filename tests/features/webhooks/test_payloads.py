"""Every type of event, provoked as clients provoke it, arrives as the contract says."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from django.test import Client, override_settings
from standardwebhooks import Webhook as StandardWebhook

from calls import call, created
from honeyguide.engine import config
from honeyguide.engine.delivery import jobs as delivery
from honeyguide.engine.delivery.sealed import seal
from honeyguide.engine.events import consume
from honeyguide.engine.sql import scalar
from honeyguide.engine.tracking.hits import writer
from honeyguide.features.forms.models import Form, FormField
from honeyguide.features.webhooks import jobs
from honeyguide.features.webhooks.event_types import EVENT_TYPES
from honeyguide.features.webhooks.models import Webhook
from http_receiver import Receiver
from people import ada
from smtp_sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
OURS, STANDARD = "ours", "standard"
SECRETS = {OURS: "s3cret žluť", STANDARD: "whsec_" + base64.b64encode(b"standard-secret-1").decode()}
CONTACT = [
    "isPublished", "dateAdded", "dateModified", "createdBy", "createdByUser", "modifiedBy", "modifiedByUser", "id", "points",
    "color", "fields", "lastActive", "owner", "ipAddresses", "tags", "utmtags", "stage", "dateIdentified",
    "preferredProfileImage", "doNotContact", "frequencyRules",
]  # fmt: skip
COMPANY = [
    "isPublished", "dateAdded", "dateModified", "createdBy", "createdByUser", "modifiedBy", "modifiedByUser", "id", "name",
    "email", "address1", "address2", "phone", "city", "state", "zipcode", "country", "website", "industry", "description",
    "score", "fields",
]  # fmt: skip


def verify(made) -> None:
    """The signature of a call, by code that is not ours: cryptography's, and the library of Standard Webhooks."""
    if made.path.endswith(STANDARD):
        StandardWebhook(SECRETS[STANDARD]).verify(made.body, dict(made.headers))
    else:
        seal = HMAC(SECRETS[OURS].encode(), SHA256())
        seal.update(made.body)
        seal.verify(base64.b64decode(made.headers["webhook-signature"]))


@pytest.fixture
def told():
    """told() -> what arrived since the last time, as (type, payload) in order. Every call is verified, in both ways."""
    config.set_value("outbound_allowed_networks", ["127.0.0.0/8"])
    with Receiver() as receiver:
        for name in (OURS, STANDARD):
            body = {
                "name": name,
                "webhookUrl": f"{receiver.url}/{name}",
                "triggers": list(EVENT_TYPES),
                "secret": SECRETS[name],
            }
            made = created(ada(), "hooks", "hook", body)
            Webhook.objects.filter(pk=made["id"], name=STANDARD).update(standard_signature=True)

        def arrived():
            while consume(jobs.TELLING):
                pass
            while jobs.deliver_due():
                pass
            calls, receiver.calls = receiver.calls, []
            for made in calls:
                verify(made)
            return [
                (name, entry)
                for made in calls
                if made.path.endswith(OURS)
                for name, entries in json.loads(made.body).items()
                for entry in entries
            ]

        yield arrived
        jobs.stop_delivering()


def contact(**values):
    return created(ada(), "contacts", "contact", {"firstname": "Ada", "email": "ada@x.test", **values})["id"]


def only(found, name):
    """The one payload of that type."""
    (payload,) = [payload for kind, payload in found if kind == name]
    assert list(payload)[-1] == "timestamp"
    return payload


def test_a_contact_is_identified_changed_and_deleted(told):
    anonymous = created(ada(), "contacts", "contact", {"city": "Brno"})["id"]
    assert told() == []
    call(ada(), "PATCH", f"contacts/{anonymous}/edit", {"email": "now@x.test"})
    found = told()
    assert [name for name, _ in found] == ["mautic.lead_post_save_new"]
    shown = found[0][1]["contact"]
    assert list(shown) == CONTACT
    assert "all" not in shown["fields"]
    assert shown["fields"]["core"]["email"]["value"] == "now@x.test"
    call(ada(), "PATCH", f"contacts/{anonymous}/edit", {"city": "Prague", "points": 7})
    found = told()
    assert only(found, "mautic.lead_post_save_update")["contact"]["fields"]["core"]["city"]["value"] == "Prague"
    assert only(found, "mautic.lead_points_change")["points"] == {"old_points": 0, "new_points": 7}
    call(ada(), "POST", f"contacts/{anonymous}/points/plus/5", {})
    assert only(told(), "mautic.lead_points_change")["points"] == {"old_points": 7, "new_points": 12}
    call(ada(), "DELETE", f"contacts/{anonymous}/delete")
    gone = only(told(), "mautic.lead_post_delete")
    assert (gone["id"], gone["contact"]["id"], gone["contact"]["points"]) == (anonymous, None, 12)
    assert list(gone["contact"]) == CONTACT


def test_nothing_is_told_of_an_edit_that_changes_nothing(told):
    who = contact()
    told()
    call(ada(), "PATCH", f"contacts/{who}/edit", {"firstname": "Ada"})
    assert told() == []


def test_a_contact_s_channel_is_closed_and_opened(told):
    who = contact()
    told()
    call(ada(), "POST", f"contacts/{who}/dnc/email/add", {"reason": 1})
    closed = only(told(), "mautic.lead_channel_subscription_changed")
    assert (closed["channel"], closed["old_status"], closed["new_status"]) == ("email", "contactable", "unsubscribed")
    assert list(closed["contact"]) == CONTACT
    call(ada(), "POST", f"contacts/{who}/dnc/email/remove")
    opened = only(told(), "mautic.lead_channel_subscription_changed")
    assert (opened["old_status"], opened["new_status"]) == ("unsubscribed", "contactable")


def test_a_company_and_its_contacts(told):
    company = created(ada(), "companies", "company", {"companyname": "Acme", "companycity": "Oslo"})["id"]
    saved = only(told(), "mautic.company_post_save")["company"]
    assert list(saved) == COMPANY
    assert (saved["name"], saved["city"], saved["createdByUser"]) == ("Acme", "Oslo", "Ada Admin")
    who = contact()
    told()
    call(ada(), "POST", f"companies/{company}/contact/{who}/add")
    joined = only(told(), "mautic.lead_company_change")
    assert (joined["added"], joined["contact"]["id"], joined["company"]["id"]) == (True, who, company)
    call(ada(), "POST", f"companies/{company}/contact/{who}/remove")
    assert only(told(), "mautic.lead_company_change")["added"] is False
    call(ada(), "PATCH", f"companies/{company}/edit", {"companycity": "Rome"})
    assert only(told(), "mautic.company_post_save")["company"]["city"] == "Rome"
    call(ada(), "DELETE", f"companies/{company}/delete")
    gone = only(told(), "mautic.company_post_delete")
    assert (gone["id"], gone["company"]["id"], gone["company"]["name"]) == (company, None, "Acme")


def test_segment_membership(told):
    segment = created(ada(), "segments", "list", {"name": "Friends"})["id"]
    who = contact()
    told()
    call(ada(), "POST", f"segments/{segment}/contact/{who}/add")
    added = only(told(), "mautic.lead_list_change")
    assert (added["action"], added["segment"]["alias"], added["contact"]["id"]) == ("added", "friends", who)
    call(ada(), "POST", f"segments/{segment}/contact/{who}/remove")
    assert only(told(), "mautic.lead_list_change")["action"] == "removed"


@pytest.mark.parametrize("details", [True, False])
def test_an_email_is_sent_and_opened(told, details):
    config.set_value("webhook_email_details", details)
    body = {
        "name": "News",
        "subject": "Hello",
        "customHtml": "<p>Hi {contactfield=firstname}</p>",
        "emailType": "template",
    }
    email = created(ada(), "emails", "email", body)["id"]
    who = contact()
    told()
    with Sink() as sink, override_settings(SMTP_URL=sink.url, SITE_URL="https://mail.test"):
        call(ada(), "POST", f"emails/{email}/contact/{who}/send")
        while delivery.send_due():
            pass
        delivery.stop_sending()
        sent = only(told(), "mautic.email_on_send")
        message = scalar("SELECT id FROM outbox")
        Client().get(f"/email/{seal(message)}.gif")
        writer.flush()
        opened = only(told(), "mautic.email_on_open")["stat"]
        writer.close()
    assert (sent["email"]["id"], sent["subject"], sent["idHash"]) == (email, "Hello", seal(message))
    assert (sent["contact"]["id"], sent["contact"]["email"]) == (who, "ada@x.test")
    assert ("content" in sent, "customHtml" in sent["email"], "customHtml" in opened["email"]) == (details,) * 3
    if details:
        assert "Hi Ada" in sent["content"]
    assert list(opened)[:6] == ["id", "emailAddress", "ipAddress", "dateSent", "isRead", "isFailed"]
    assert (opened["isRead"], opened["openCount"], opened["trackingHash"]) == (True, 1, seal(message))
    assert list(opened["lead"]) == ["id", "points", "color", "fields"]


def test_an_import_tells_of_each_contact(told):
    from honeyguide.engine.events import EventType, New, append

    new, known = contact(), contact(email="other@x.test")
    told()
    append(New(EventType.CONTACT_IMPORTED, new, 1, {"action": "inserted"}))
    append(New(EventType.CONTACT_IMPORTED, known, 1, {"action": "updated"}))
    found = told()
    assert [name for name, _ in found] == ["mautic.lead_post_save_new", "mautic.lead_post_save_update"]


def test_the_number_of_statements_does_not_grow_with_the_events(told):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    segment = created(ada(), "segments", "list", {"name": "Friends"})["id"]
    owner = ada().pk

    def statements(count):
        people = [contact(email=f"{count}-{n}@x.test", owner=owner) for n in range(count)]
        told()
        call(ada(), "POST", f"segments/{segment}/contacts/add", {"ids": people})
        with CaptureQueriesContext(connection) as made:
            while consume(jobs.TELLING):
                pass
        assert [name for name, _ in told()] == ["mautic.lead_list_change"] * count
        return len(made)

    assert statements(3) == statements(9)


def test_a_visit_of_a_page(told):
    visit = {"page_url": "https://shop.example/a?b=c", "page_title": "A"}
    seen = Client(HTTP_USER_AGENT="Mozilla/5.0 Firefox/120.0").post("/mtc/event", visit).json()
    Client(HTTP_USER_AGENT="Googlebot/2.1").post("/mtc/event", visit)
    writer.close()
    ((name, entry),) = told()
    hit = entry["hit"]
    assert name == "mautic.page_on_hit"
    assert list(hit) == [
        "id", "dateHit", "dateLeft", "page", "redirect", "email", "lead", "ipAddress", "country", "region", "city", "isp",
        "organization", "code", "referer", "url", "urlTitle", "userAgent", "remoteHost", "pageLanguage", "browserLanguages",
        "trackingId", "source", "sourceId", "query",
    ]  # fmt: skip
    assert (hit["url"], hit["urlTitle"], hit["query"]) == ("https://shop.example/a?b=c", "A", {"b": "c"})
    assert (hit["lead"]["id"], hit["trackingId"]) == (seen["id"], seen["device_id"])


def test_a_text_message_is_sent(told):
    from honeyguide.features.smses import jobs as smses
    from honeyguide.features.smses.models import Sms
    from honeyguide.features.smses.services import send_to_contact
    from http_receiver import status

    who = contact(mobile="+12025550123")
    told()
    with Receiver(lambda received: status(201, b'{"sid": "SM1"}')) as provider:
        for name, value in {
            "sms_enabled": True,
            "sms_username": "A",
            "sms_password": "t",
            "sms_from": "+12025550100",
        }.items():
            config.set_value(name, value)
        config.set_value("sms_base_url", f"http://127.0.0.1:{provider.port}")
        sms = Sms.objects.create(name="Hi", message="Hi {contactfield=firstname}")
        assert send_to_contact(sms, who).sent
    payload = only(told(), "mautic.sms_on_send")
    assert (payload["smsId"], payload["content"], payload["contact"]["id"]) == (sms.pk, "Hi Ada", who)
    smses.SENDING.close()


def test_a_form_is_sent(told):
    form = Form.objects.create(name="Ask", alias="ask", is_published=True)
    FormField.objects.create(
        form=form, label="E-mail", alias="email", type="email", mapped_object="contact", mapped_field="email"
    )
    Client().post("/form/submit", {"mauticform[formId]": form.pk, "mauticform[email]": "bea@x.test"})
    submission = only(told(), "mautic.form_on_submit")["submission"]
    assert (submission["form"]["alias"], submission["results"]) == ("ask", {"email": "bea@x.test"})
    assert submission["lead"]["id"] == scalar("SELECT id FROM contacts")


def test_all_types_are_provoked_in_this_file():
    text = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in EVENT_TYPES if f'"{name}"' not in text] == []
