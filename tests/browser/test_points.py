"""Making a point action and a trigger: inputs follow the chosen kind, events are added and removed."""

from playwright.sync_api import expect

from honeyguide.features.points.models import PointAction, PointTrigger


def test_inputs_follow_the_kind(signed_in):
    page = signed_in
    page.goto("/s/points/new")
    page.get_by_label("Name").fill("Reads the shop")
    page.get_by_label("Points", exact=True).fill("3")
    expect(page.get_by_label("Address")).to_be_hidden()
    page.get_by_label("What the contact does").select_option("url.hit")
    page.get_by_label("Address").fill("https://shop.test/*")
    page.get_by_role("button", name="Save & close").click()
    page.get_by_text("“Reads the shop” has been created.").wait_for()
    made = PointAction.objects.get()
    assert (made.type, made.delta, made.properties["page_url"]) == ("url.hit", 3, "https://shop.test/*")


def test_events_of_a_trigger(signed_in):
    page = signed_in
    page.goto("/s/points/triggers/new")
    page.get_by_label("Name").first.fill("Friends")
    for kind in ("Modify contact's tags", "Modify contact's segments"):
        page.get_by_label("What to do").select_option(label=kind)
        page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Add tags").fill("friend")
    page.get_by_role("button", name="Remove").nth(1).click()
    expect(page.locator("#trigger-events [data-event]")).to_have_count(1)
    page.get_by_role("button", name="Save & close").click()
    page.get_by_text("“Friends” has been created.").wait_for()
    assert [(e.type, e.properties["add_tags"]) for e in PointTrigger.objects.get().events.all()] == [
        ("lead.changetags", ["friend"])
    ]
