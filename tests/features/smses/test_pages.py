"""Pages of text messages, as people use them."""

import pytest
from django.test import Client

from features.campaigns.journeys import segment
from features.smses.test_sending import contact, forms, provider, states  # noqa: F401
from honeyguide.engine import config
from honeyguide.features.smses import jobs
from honeyguide.features.smses.models import Sms
from people import ada, cy

pytestmark = pytest.mark.django_db


def page(user=None):
    client = Client()
    client.force_login(user or ada())
    return client


def test_a_segment_message_is_made_sent_and_looked_at(provider):  # noqa: F811
    who = contact(firstname="Ann", mobile="+420603000001")
    made = segment("Customers", who, contact(firstname="Deaf"))
    browser = page()
    refused = browser.post("/s/sms/new", {"name": "Sale", "message": "x", "smsType": "list"})
    assert (refused.status_code, Sms.objects.count()) == (422, 0)
    form = {
        "name": "Sale",
        "message": "Hi {contactfield=firstname}",
        "smsType": "list",
        "lists": [made.pk],
        "isPublished": "1",
    }
    assert browser.post("/s/sms/new", form).status_code == 302
    sms = Sms.objects.get()
    assert "Customers" in browser.get(f"/s/sms/edit/{sms.pk}").content.decode()
    assert ">1</strong>" in browser.get(f"/s/sms/send/{sms.pk}").content.decode()
    assert browser.post(f"/s/sms/send/{sms.pk}").status_code == 302
    shown = browser.get(f"/s/sms/view/{sms.pk}").content.decode()
    assert "0 of 1 done" in shown
    while jobs.SENDING.run():
        pass
    assert [form["Body"] for form in forms(provider)] == ["Hi Ann"]
    listed = browser.get(f"/s/sms/view/{sms.pk}/recipients?show=sent").content.decode()
    assert "+420603000001" in listed
    assert "Nobody here" in browser.get(f"/s/sms/view/{sms.pk}/recipients?show=unknown").content.decode()


def test_waiting_messages_are_cancelled_and_troubles_told(provider):  # noqa: F811
    config.set_value("sms_password", "")
    made = segment("Customers", contact(mobile="+420603000001"))
    sms = Sms.objects.create(name="Sale", message="Hi", sms_type="list")
    sms.lists.set([made])
    browser = page()
    browser.post(f"/s/sms/send/{sms.pk}")
    jobs.SENDING.run()
    assert "sms_password is missing" in browser.get(f"/s/sms/figures/{sms.pk}").content.decode()
    browser.post(f"/s/sms/withdraw/{sms.pk}")
    assert states(sms) == [(6, 1)]


def test_a_test_goes_to_a_number_and_is_not_counted(provider):  # noqa: F811
    sms = Sms.objects.create(name="Sale", message="Hi {contactfield=firstname} https://shop.test/")
    browser = page()
    assert browser.post(f"/s/sms/example/{sms.pk}", {"number": "abc"}).status_code == 422
    assert browser.post(f"/s/sms/example/{sms.pk}", {"number": "+420 603 000 001"}).status_code == 204
    assert [(form["To"], form["Body"]) for form in forms(provider)] == [
        ("+420603000001", "Hi [First Name] https://shop.test/")
    ]
    assert states(sms) == []


def test_who_may_not_is_refused(provider):  # noqa: F811
    sms = Sms.objects.create(name="Sale", message="Hi")
    for path in ("", f"/view/{sms.pk}", f"/send/{sms.pk}", f"/example/{sms.pk}"):
        assert page(cy()).get(f"/s/sms{path}").status_code == 403, path
