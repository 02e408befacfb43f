"""A dashboard with every kind of widget: seen, arranged by keys and by hand, taken along and brought back."""

from features.dashboard.test_dashboards import names
from honeyguide.features.dashboard.models import Dashboard
from honeyguide.features.dashboard.services import create
from honeyguide.features.data.resource import widgets
from honeyguide.features.users.models import User


def test_every_kind_of_widget_is_shown(signed_in):
    page = signed_in
    placed = [{"type": kind, "name": kind, "width": 25, "height": 215} for kind in widgets()]
    board = create(User.objects.order_by("pk").first(), "All", placed)
    page.goto(f"/s/dashboards/{board.pk}")
    for one in board.widgets.all():
        card = page.locator(f"#widget-{one.pk}")
        card.scroll_into_view_if_needed()
        card.get_by_text("Counting…").wait_for(state="detached")
    assert page.locator(".hg-chart canvas").count() > 5


def test_arranged_by_keys_and_by_hand(signed_in):
    page = signed_in
    placed = [{"type": "top.lists", "name": name, "width": 25} for name in ("First", "Second", "Third")]
    board = create(User.objects.order_by("pk").first(), "Mine", placed)
    page.goto("/s/dashboard")
    page.get_by_role("link", name="Mine", exact=True).click()
    grip = page.get_by_role("button", name="Move First")
    with page.expect_response("**/s/dashboards/arrange/*"):
        grip.press("ArrowRight")
    page.get_by_text("First: now 2 of 3.").wait_for(state="attached")
    assert names(board) == ["Second", "First", "Third"]
    assert grip.evaluate("grip => document.activeElement === grip")
    with page.expect_response("**/s/dashboards/arrange/*"):
        page.get_by_role("button", name="Move Third").drag_to(page.get_by_role("heading", name="Second"))
    assert names(board) == ["Third", "Second", "First"]
    page.reload()
    assert page.locator("[data-widget] h2").all_inner_texts() == ["Third", "Second", "First"]


def test_from_an_empty_page_to_a_file_and_back(signed_in):
    page = signed_in
    page.goto("/s/dashboard")
    page.get_by_role("link", name="New dashboard").click()
    page.fill("#name", "Monday")
    page.uncheck("[name=usual]")
    page.get_by_role("button", name="Make it").click()
    page.get_by_role("link", name="Add a widget").first.click()
    page.select_option("#type", label="Created contacts in time")
    page.get_by_role("group", name="Settings").get_by_label("Shows").select_option(label="Identified")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("heading", name="Created contacts in time").wait_for()
    page.get_by_role("button", name="More", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as a file").click()
    page.goto("/s/dashboards/import")
    page.set_input_files("#file", download.value.path())
    page.get_by_role("button", name="Import").click()
    page.get_by_text("“Monday” has 1 widgets.").wait_for()
    assert [names(one) for one in Dashboard.objects.all()] == [["Created contacts in time"]] * 2
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("“Monday” is back.").wait_for()
