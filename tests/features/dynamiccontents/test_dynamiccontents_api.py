import pytest

from calls import call, created
from people import ada

pytestmark = pytest.mark.django_db

FILTER = {"glue": "and", "field": "city", "object": "lead", "type": "text", "filter": "Prague", "operator": "="}
SLOT = {"name": "Slot", "isCampaignBased": False, "slotName": "top", "filters": [FILTER], "content": "<p>Hi</p>"}


def test_outside_campaigns_slot_and_filters_are_needed():
    reply = call(ada(), "POST", "dynamiccontents/new", {"isCampaignBased": 0})
    assert list(reply.body["errors"][0]["details"]) == ["name", "slotName", "filters"]
    assert created(ada(), "dynamiccontents", "dynamicContent", SLOT)["content"] == "Hi"


def test_what_is_not_sent_counts_with_what_is_stored():
    made = created(ada(), "dynamiccontents", "dynamicContent", {"name": "x"})
    path = f"dynamiccontents/{made['id']}/edit"
    assert call(ada(), "PATCH", path, {"isCampaignBased": 0}).status == 400
    assert call(ada(), "PATCH", path, {"slotName": "top", "filters": [FILTER]}).status == 200
    assert call(ada(), "PATCH", path, {"isCampaignBased": 0}).status == 200


def test_variants_show_their_parent():
    parent = created(ada(), "dynamiccontents", "dynamicContent", {"name": "Parent"})
    child = created(ada(), "dynamiccontents", "dynamicContent", {"name": "Child", "variantParent": parent["id"]})
    assert child["variantParent"]["name"] == "Parent"
    shown = call(ada(), "GET", f"dynamiccontents/{parent['id']}").body["dynamicContent"]
    assert [variant["id"] for variant in shown["variantChildren"]] == [child["id"]]


def test_put_without_saying_so_is_not_for_campaigns():
    made = created(ada(), "dynamiccontents", "dynamicContent", {"name": "x"})
    body = {name: SLOT[name] for name in ("name", "slotName", "filters")}
    put = call(ada(), "PUT", f"dynamiccontents/{made['id']}/edit", body)
    assert (put.status, put.body["dynamicContent"]["isCampaignBased"]) == (200, False)
