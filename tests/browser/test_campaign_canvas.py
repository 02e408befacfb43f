"""Drawing a campaign: palette, connections, forms, undo, copies, keyboard, drafts, saving, rehearsing."""

import pytest
from playwright.sync_api import expect

from features.campaigns.journeys import campaign, contact, points, segment
from honeyguide.features.campaigns.models import Campaign, CampaignDraft


@pytest.fixture
def board(signed_in):
    """open(campaign) -> the page with its canvas."""

    def open_canvas(made):
        signed_in.goto(f"/s/campaigns/builder/{made.pk}")
        signed_in.locator(".react-flow__node").first.wait_for()
        return signed_in

    return open_canvas


def pick(page, label):
    page.get_by_label("Steps", exact=True).get_by_role("button", name=label, exact=True).click()


def names(page):
    return sorted(page.locator(".react-flow__node .hg-node-name").all_inner_texts())


def test_steps_are_drawn_filled_in_saved_and_rehearsed(board):
    source = segment("Romans and others", contact("ann", city="Rome"), contact("bob", city="Oslo"))
    made = campaign(is_published=False)
    page = board(made)
    page.locator(".hg-node-source").click()
    page.get_by_label("Who comes in").select_option(str(source.pk))
    pick(page, "Has a value")
    page.get_by_label("Name", exact=False).first.fill("Roman?")
    page.get_by_label("Field").select_option("city")
    page.locator("#step-value").fill("Rome")
    pick(page, "Change points")
    page.locator("#step-points").fill("5")
    page.get_by_label("When", exact=True).select_option("interval")
    page.get_by_label("How long").fill("3")
    assert page.locator("[data-problems]").count() == 0
    page.get_by_role("button", name="Rehearse").click()
    page.locator("[data-entering]", has_text="2 would come in").wait_for()
    page.locator("[data-foreseen]", has_text="1 yes, 1 no").wait_for()
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("[data-status=saved]").wait_for()
    asked, reward = made.events.all()
    assert (asked.name, asked.properties["value"]) == ("Roman?", "Rome")
    assert (reward.parent_id, reward.decision_path, reward.trigger_interval) == (asked.pk, "yes", 3)
    assert list(made.lists.all()) == [source]
    page.reload()
    page.locator(".hg-node-condition").wait_for()
    assert names(page) == ["Change points", "Roman?", "Segments"]


def test_undo_redo_copy_paste_delete_by_keys(board):
    made = campaign(is_published=False)
    points(made, name="first")
    page = board(made)
    page.locator(".hg-node-action").click()
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(page.locator(".hg-node-action")).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(page.locator(".hg-node-action")).to_have_count(1)
    page.keyboard.press("Control+Shift+z")
    assert names(page) == ["Segments", "first", "first"]
    page.locator(".hg-node-action").first.click()
    page.keyboard.press("Delete")
    expect(page.locator(".hg-node-action")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".hg-node-action")).to_have_count(2)


def test_what_is_drawn_is_kept_as_a_draft_and_can_be_thrown_away(board):
    made = campaign()
    points(made, name="first")
    page = board(made)
    page.locator(".hg-node-action").click()
    pick(page, "Delete the contact")
    page.locator("[data-status=draft]").wait_for()
    assert [event.name for event in made.events.all()] == ["first"]
    assert CampaignDraft.objects.filter(campaign=made).exists()
    page.reload()
    page.locator(".hg-node-action").nth(1).wait_for()
    page.get_by_role("button", name="Throw the draft away").click()
    expect(page.locator(".hg-node-action")).to_have_count(1)
    assert not CampaignDraft.objects.filter(campaign=made).exists()


def test_steps_are_dragged_from_the_palette_and_connected_by_their_anchors(board):
    made = campaign(is_published=False)
    page = board(made)
    page.get_by_role("button", name="Change tags").drag_to(
        page.locator(".react-flow__pane"), target_position={"x": 300, "y": 380}
    )
    page.locator(".hg-node-problem", has_text="Nothing leads here").wait_for()
    page.locator(".hg-handle-leadsource").hover()
    page.mouse.down()
    page.locator(".react-flow__handle-top").hover()
    page.mouse.up()
    page.locator(".react-flow__edge").wait_for(state="attached")
    assert page.locator("[data-problems]").count() == 0
    page.keyboard.press("Control+s")
    page.locator("[data-status=saved]").wait_for()
    kept = Campaign.objects.get(pk=made.pk).canvas_settings["connections"]
    assert [(one["sourceId"], one["anchors"]["source"]) for one in kept] == [("lists", "leadsource")]
