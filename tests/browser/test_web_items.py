"""Making a focus item and dynamic content: inputs follow the choices, the preview follows the typing."""

from playwright.sync_api import expect

from honeyguide.features.dynamiccontents.models import DynamicContent
from honeyguide.features.focus.models import FocusItem


def test_a_focus_item_with_its_preview(signed_in):
    page = signed_in
    page.goto("/s/focus/new")
    page.get_by_label("Name").fill("Sale")
    page.get_by_label("Headline").fill("Half price")
    expect(page.frame_locator("[data-preview-frame]").get_by_role("heading", name="Half price")).to_be_visible()
    expect(page.get_by_label("Pushes the page down")).to_be_visible()
    page.get_by_label("Style").select_option("modal")
    expect(page.get_by_label("Pushes the page down")).to_be_hidden()
    expect(page.frame_locator("[data-preview-frame]").locator(".mf-modal")).to_be_visible()
    page.get_by_label("Where it leads").fill("https://shop.example/sale")
    page.get_by_role("button", name="Save & close").click()
    page.get_by_text("“Sale” has been created.").wait_for()
    made = FocusItem.objects.get()
    assert (made.style, made.properties["content"]["headline"]) == ("modal", "Half price")
    expect(page.locator("#embed")).to_contain_text(f"/focus/{made.pk}.js")


def test_dynamic_content_with_its_filters(signed_in):
    page = signed_in
    page.goto("/s/dwc/new")
    page.get_by_label("Name", exact=True).fill("Banner")
    page.get_by_label("HTML source").fill("<h1>For Prague</h1>")
    expect(page.frame_locator("[data-preview-frame]").get_by_role("heading", name="For Prague")).to_be_visible()
    page.get_by_label("Shown").select_option("0")
    page.get_by_label("Name of the slot").fill("banner")
    page.get_by_role("button", name="Add a filter").click()
    page.get_by_label("Find a field").fill("City")
    page.keyboard.press("Enter")
    page.locator("[data-rows] input").last.fill("Prague")
    page.get_by_role("button", name="Save & close").click()
    page.get_by_text("“Banner” has been created.").wait_for()
    made = DynamicContent.objects.get()
    assert (made.slot_name, made.filters[0]["properties"]["filter"]) == ("banner", "Prague")
