"""The form builder: by mouse and by keyboard."""

from honeyguide.engine.sql import rows


def test_a_form_is_built(signed_in):
    page = signed_in
    page.goto("/s/forms/new")
    page.get_by_label("Name", exact=True).first.fill("Sign up")
    page.frame_locator("[data-preview] iframe").get_by_label("E-mail").wait_for()
    page.get_by_role("button", name="Add a field").click()
    page.get_by_role("button", name="List", exact=True).click()
    page.get_by_label("Label", exact=True).fill("Pet")
    page.get_by_role("textbox", name="Choices").fill("cat|Cat\ndog|Dog")
    page.frame_locator("[data-preview] iframe").get_by_label("Pet").get_by_text("Dog").wait_for(state="attached")
    page.locator("summary", has_text="Pet").press("Alt+ArrowUp")
    assert page.locator("[data-entries=fields] summary").all_inner_texts()[0].startswith("Pet")
    page.get_by_role("button", name="Remove: Send").click()
    page.get_by_role("button", name="Put it back").click()
    page.get_by_role("button", name="Add an action").scroll_into_view_if_needed()
    page.wait_for_timeout(300)  # scrolling closes menus
    page.get_by_role("button", name="Add an action").click()
    page.get_by_role("button", name="Change the contact's points").click()
    page.get_by_label("Points", exact=True).fill("5")
    page.locator("button[type=submit]", has_text="Save").first.click()
    page.get_by_role("heading", name="In your pages").wait_for()
    assert [row[0] for row in rows('SELECT label FROM form_fields ORDER BY "order"')] == ["Pet", "E-mail", "Send"]
    assert rows("SELECT properties ->> 'points' FROM form_actions") == [("5",)]
