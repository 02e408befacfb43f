"""Pages of notifications, as people use them."""

import pytest
from django.test import Client

from features.campaigns.journeys import contact
from features.notifications.test_pushing import Browser, push  # noqa: F401
from honeyguide.features.notifications import services
from honeyguide.features.notifications.models import Notification
from people import ada, cy

pytestmark = pytest.mark.django_db


def page(user=None):
    client = Client()
    client.force_login(user or ada())
    return client


def test_a_notification_is_made_and_sent_to_a_contact(push):  # noqa: F811
    browser = page()
    assert browser.post("/s/notifications/new", {"name": "Sale", "heading": "Sale"}).status_code == 422
    form = {
        "name": "Sale",
        "heading": "Sale",
        "message": "Ten",
        "utmSource": "push",
        "isPublished": "1",
        "url": "https://x.test/",
    }
    assert browser.post("/s/notifications/new", form).status_code == 302
    made = Notification.objects.get()
    assert (made.utm_tags["utmSource"], made.message) == ("push", "Ten")
    assert 'value="push"' in browser.get(f"/s/notifications/edit/{made.pk}").content.decode()
    who = contact("ann")
    services.subscribe(who, Browser(push.port).subscription)
    for wrong in ("", "x", "99999", "9" * 30):
        assert browser.post(f"/s/notifications/send/{made.pk}", {"contact": wrong}).status_code == 422
    assert browser.post(f"/s/notifications/send/{made.pk}", {"contact": str(who)}).status_code == 204
    assert len(push.calls) == 1
    shown = browser.get(f"/s/notifications/view/{made.pk}").content.decode()
    assert "1 contact with 1 browser<" in shown
    assert "1 browser" in browser.get(f"/s/notifications/view/{made.pk}/recipients").content.decode()


def test_who_may_not_is_refused(push):  # noqa: F811
    made = Notification.objects.create(name="n", heading="h", message="m")
    for path in ("", f"/view/{made.pk}", f"/send/{made.pk}"):
        assert page(cy()).get(f"/s/notifications{path}").status_code == 403, path
