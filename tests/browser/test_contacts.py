"""Contacts with hands on the keyboard, and an import with its progress."""

import pytest

from browser.conftest import sign_in


def test_create_edit_and_delete_by_keyboard(signed_in):
    page = signed_in
    page.keyboard.press("Shift+C")
    page.wait_for_url("**/s/contacts")
    page.keyboard.press("n")
    page.wait_for_url("**/s/contacts/new")
    page.focus("#field-firstname")
    page.keyboard.type("Rosa")
    page.focus("#field-lastname")
    page.keyboard.type("Diaz")
    page.focus("#field-email")
    page.keyboard.type("rosa@example.com")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/s/contacts/view/*")
    assert "Rosa Diaz" in page.get_by_role("heading", level=1).inner_text()
    page.get_by_text("Contact was created by").wait_for()

    page.keyboard.press("e")
    page.wait_for_url("**/s/contacts/edit/*")
    page.fill("#field-city", "Lima")
    page.fill("#field-lastname", "")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/s/contacts/view/*")
    assert page.get_by_text("Lima", exact=True).is_visible()
    assert page.get_by_text("– → Lima").count() == 1  # what changed, folded up
    assert "Diaz" not in page.get_by_role("heading", level=1).inner_text()

    page.get_by_role("button", name="More actions").press("Enter")
    page.get_by_role("button", name="Delete").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
    page.wait_for_url("**/s/contacts")
    assert page.get_by_text("has been deleted").is_visible()


def test_a_wrong_value_is_marked_where_it_stands(signed_in):
    page = signed_in
    page.goto("/s/contacts/new")
    page.fill("#field-email", "not an address")
    page.get_by_role("button", name="Save & close").click()
    assert page.locator("#field-email.is-invalid").is_visible()
    assert page.input_value("#field-email") == "not an address"
    page.complaints.clear()  # the browser notes the 422


def test_search_and_tags_of_several(signed_in):
    from honeyguide.features.contacts.services import create_contact

    for name in ("Anna", "Ben", "Carl"):
        create_contact({"firstname": name, "email": f"{name}@example.com".lower()}, by=None)
    page = signed_in
    page.goto("/s/contacts")
    page.get_by_label("Filter contacts").fill("anna")
    page.get_by_role("cell", name="Ben").first.wait_for(state="detached")
    page.get_by_label("Filter contacts").fill("")
    page.get_by_role("link", name="Ben", exact=True).wait_for()
    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name="With selected").click()
    page.get_by_role("button", name="Change tags").click()
    page.get_by_label("Add tags").fill("friend, early")
    page.locator("#modal").get_by_role("button", name="Change tags").click()
    page.get_by_text("The tags of 3 contacts have been changed.").wait_for()
    page.get_by_role("button", name="Undo").press("Enter")
    page.get_by_text("That was undone.").wait_for()
    page.get_by_label("Filter contacts").fill("tag:friend")
    page.get_by_text("Nothing matches").wait_for()


@pytest.fixture
def csv_file(tmp_path):
    path = tmp_path / "people.csv"
    rows = "".join(f"p{n}@example.com,Person,{n},Berlin\n" for n in range(300))
    path.write_text("E-Mail,First name,Surname,Town\n" + rows + "no address,Bad,Row,Rome\n")
    return path


def test_import_maps_runs_and_tells_what_failed(signed_in, csv_file, work):
    page = signed_in
    page.goto("/s/contacts/import/new")
    page.set_input_files("#file", csv_file)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/s/contacts/import/map/*")
    assert page.get_by_label("E-Mail becomes").input_value() == "email"
    assert page.get_by_label("Town becomes").input_value() == "city"
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_url("**/s/contacts/import/view/*")
    work()
    page.locator("[data-status]", has_text="Finished").wait_for()
    assert page.locator(".hg-figure").all_inner_texts() == ["300", "0", "1"]
    with page.expect_download() as download:
        page.get_by_role("link", name="Download them").click()
    assert "no address" in download.value.path().read_text()


def test_preferences_at_phone_width_in_the_dark(open_page):
    from honeyguide.features.contacts.services import create_contact

    page = open_page(viewport={"width": 390, "height": 800}, color_scheme="dark")
    sign_in(page)
    number = create_contact({"firstname": "Anna", "email": "anna@example.com"}, by=None).id
    page.goto(f"/s/contacts/view/{number}")
    page.get_by_role("button", name="More actions").press("Enter")
    page.get_by_role("button", name="Preferences").press("Enter")
    dialog = page.get_by_role("dialog", name="Preferences of Anna")
    dialog.get_by_label("May be contacted").first.press("Space")
    dialog.get_by_label("At most").first.fill("0")
    dialog.get_by_role("button", name="Save preferences").press("Enter")
    assert dialog.get_by_role("alert").inner_text().startswith("Please enter a number")
    assert not dialog.get_by_label("May be contacted").first.is_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.wait_for_function("document.activeElement.name == 'email-number'")  # what is wrong is where one types on
    dialog.get_by_label("At most").first.fill("")
    dialog.get_by_role("button", name="Save preferences").press("Enter")
    page.get_by_text("The preferences have been saved.").wait_for()
    assert page.get_by_text("Do not contact (email)").is_visible()
    page.complaints.clear()  # the browser notes the 422
