"""Approving an application, and making credentials and tokens, as people do it."""

from urllib.parse import parse_qs, urlsplit

import people
from browser.conftest import sign_in
from honeyguide.engine import config
from honeyguide.features.clients.services import create_client

REDIRECT = "https://app.example/callback"


def test_approving_leads_to_the_application(page):
    config.set_value("api_enabled", True)
    client, _ = create_client(name="Shop", redirect_text=REDIRECT, by=people.ada())
    page.route("https://app.example/**", lambda route: route.fulfill(body="Thank you.", content_type="text/html"))
    wish = f"client_id={client.public_id}&response_type=code&redirect_uri={REDIRECT}&state=abc"
    for button in ("Accept", "Deny"):
        page.goto(f"/oauth/v2/authorize?{wish}")
        if page.url.endswith("authorize_login"):
            page.fill("#username", "ada")
            page.fill("#password", people.PASSWORD)
            page.press("#password", "Enter")
        page.get_by_role("button", name=button).click()
        page.wait_for_url("https://app.example/callback?**")
        got = parse_qs(urlsplit(page.url).query)
        assert got["state"] == ["abc"]
        assert ("code" in got) == (button == "Accept")


def test_making_credentials_and_a_token(open_page):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    sign_in(page)
    page.goto("/s/credentials")
    page.get_by_role("link", name="New").first.click()
    page.get_by_label("Name").fill("Shop")
    page.get_by_label("Redirect URIs").fill(REDIRECT)
    page.get_by_role("button", name="Save & close").click()
    secret = page.locator("#client-secret").text_content()
    page.get_by_role("button", name="Copy the client secret").click()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    page.get_by_role("link", name="Done").click()
    page.get_by_role("button", name="New secret").click()
    page.locator("#confirm-yes").click()
    page.wait_for_selector("#client-secret")
    assert page.locator("#client-secret").text_content() != secret
    page.goto("/s/account")
    page.get_by_role("link", name="Applications and tokens").click()
    page.get_by_label("Name").fill("Nightly")
    page.get_by_role("button", name="Create token").click()
    page.wait_for_selector("#new-token")
    page.get_by_role("button", name="Revoke Nightly").click()
    page.locator("#confirm-yes").click()
    page.get_by_text("The token has been revoked.").wait_for()
