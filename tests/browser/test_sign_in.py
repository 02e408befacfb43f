"""Signing in, themes, widths."""

import people
from browser.conftest import sign_in


def test_it_works(signed_in):
    assert signed_in.get_by_role("heading", name="Dashboard").is_visible()


def test_wrong_password_is_refused_without_saying_which(page):
    people.ada()
    page.goto("/s/login")
    page.fill("#username", "ada")
    page.fill("#password", "wrong")
    page.press("#password", "Enter")
    assert page.get_by_role("alert").inner_text() == "User name or password is wrong."
    page.complaints.clear()  # the browser notes the 422


def test_the_page_asked_for_comes_after_signing_in(page):
    people.ada()
    page.goto("/s/account")
    page.fill("#username", "ada")
    page.fill("#password", people.PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/s/account")


def test_theme_follows_the_system_and_stays_as_chosen(open_page):
    page = open_page(color_scheme="dark")
    sign_in(page)
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    page.get_by_role("button", name="Profile menu").first.click()
    with page.expect_response("**/s/account/theme"):
        page.get_by_role("button", name="Light").first.click()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "light"
    page.goto("/s/account")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "light"


def test_phone_width_has_no_sideways_scrolling_and_a_menu(open_page):
    page = open_page(viewport={"width": 375, "height": 800})
    sign_in(page)
    for path in ("/s/dashboard", "/s/contacts", "/s/contacts/new", "/s/segments/new", "/s/emails/new", "/s/config"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("link", name="Companies").click()
    page.wait_for_url("**/s/companies")


def test_someone_without_rights_sees_neither_menu_nor_page(open_page):
    page = open_page()
    sign_in(page, "cy")
    assert page.get_by_role("link", name="Contacts").count() == 0
    answer = page.goto("/s/contacts")
    assert answer.status == 403
    page.complaints.clear()
