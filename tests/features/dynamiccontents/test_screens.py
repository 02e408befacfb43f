"""Pages of dynamic content."""

import orjson
import pytest

from honeyguide.features.campaigns.models import Campaign, CampaignEvent
from honeyguide.features.contacts.services import create_contact
from honeyguide.features.dynamiccontents.models import DynamicContent
from honeyguide.features.dynamiccontents.services import _fitting
from honeyguide.features.emails.services import reader
from people import ada, cy

pytestmark = pytest.mark.django_db
IN_PRAGUE = [
    {
        "glue": "and",
        "object": "lead",
        "field": "city",
        "type": "text",
        "operator": "=",
        "properties": {"filter": "Prague"},
    }
]
SENT = {
    "name": "Banner", "language": "en", "isPublished": "1", "by_campaign": "0", "slotName": "banner",
    "content": "<p>Hello {contactfield=firstname|you}</p>", "filters": orjson.dumps(IN_PRAGUE).decode(),
}  # fmt: skip


@pytest.fixture
def pages(client):
    client.force_login(ada())
    return client


def test_content_of_a_slot_is_made_and_fits_who_its_filters_fit(pages):
    assert pages.post("/s/dwc/new", SENT).status_code == 302
    made = DynamicContent.objects.get()
    assert (made.slot_name, made.is_campaign_based, made.filters) == ("banner", False, IN_PRAGUE)
    there, elsewhere = create_contact({"city": "Prague"}, by=None), create_contact({"city": "Brno"}, by=None)
    assert _fitting("banner", reader(there.id)) == made
    assert _fitting("banner", reader(elsewhere.id)) is None
    shown = pages.get(f"/s/dwc/view/{made.pk}").content.decode()
    assert 'data-param-slot-name="banner"' in shown
    assert "<strong>City</strong>" in shown
    assert "Prague" in shown
    assert "banner" in pages.get("/s/dwc").content.decode()


def test_content_of_a_campaign_needs_no_slot(pages):
    assert pages.post("/s/dwc/new", {**SENT, "by_campaign": "1", "slotName": "", "filters": "[]"}).status_code == 302
    made = DynamicContent.objects.get()
    assert made.is_campaign_based
    campaign = Campaign.objects.create(name="Journey")
    properties = {"dynamicContent": str(made.pk)}
    CampaignEvent.objects.create(
        campaign=campaign, name="Push", type="dwc.push_content", event_type="action", properties=properties
    )
    assert ">Journey</a>" in pages.get(f"/s/dwc/view/{made.pk}").content.decode()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": ""}, "A name is required."),
        ({"slotName": ""}, "Please enter a slot name."),
        ({"filters": "[]"}, "At least one filter is required."),
    ],
)
def test_what_is_wrong_is_told(pages, change, told):
    answer = pages.post("/s/dwc/new", {**SENT, **change})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not DynamicContent.objects.exists()


def test_filters_that_are_none_are_refused(pages):
    assert pages.post("/s/dwc/new", {**SENT, "filters": "{"}).status_code == 400
    assert not DynamicContent.objects.exists()


def test_previews_run_nothing(pages):
    answer = pages.post(
        "/s/dwc/preview", {"content": "<b>x</b><script>alert(1)</script>{contactfield=firstname|friend}"}
    )
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "friend" in answer.content.decode()
    made = DynamicContent.objects.create(name="A", content="<i>stored</i>")
    assert "<i>stored</i>" in pages.get(f"/s/dwc/frame/{made.pk}").content.decode()
    assert pages.get("/s/dwc/frame/999999").status_code == 404


def test_rights_hold(client):
    made = DynamicContent.objects.create(name="A", content="x")
    client.force_login(cy())
    for path in ("/s/dwc", f"/s/dwc/frame/{made.pk}", f"/s/dwc/view/{made.pk}"):
        assert client.get(path).status_code == 403
