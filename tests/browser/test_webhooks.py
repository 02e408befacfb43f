"""Webhooks in the browser: make one, try it, see its calls, send what failed again."""

from honeyguide.engine import config
from honeyguide.features.contacts.services import create_contact
from honeyguide.features.webhooks.models import Webhook
from http_receiver import Receiver, status


def test_a_webhook_from_making_to_repeating(signed_in, work):
    config.set_value("outbound_allowed_networks", ["127.0.0.0/8"])
    config.set_value("webhook_max_attempts", 1)
    page, codes = signed_in, [200, 500, 200]
    with Receiver(lambda call: status(codes.pop(0), b"said")) as receiver:
        page.goto("/s/webhooks")
        page.get_by_role("link", name="New").first.click()
        page.get_by_label("Name").fill("Our shop")
        page.get_by_label("Address").fill(receiver.url)
        page.get_by_label("Contact Identified Event").check()
        page.get_by_role("button", name="Save & close").click()
        page.get_by_role("heading", name="Our shop").wait_for()
        assert Webhook.objects.get().triggers == ["mautic.lead_post_save_new"]
        page.get_by_role("button", name="Send test payload").click()
        page.get_by_text("The receiver answered 200").wait_for()
        create_contact({"firstname": "Ada", "email": "ada@x.test"}, by=None)
        work()
        page.reload()
        assert "500" in page.locator("table").first.inner_text()
        page.get_by_role("button", name="Send failed again").click()
        page.get_by_text("Failed events are sent again: 1").wait_for()
        work()
        page.reload()
        page.locator("details summary").first.click()
        assert '"firstname"' in page.locator("details pre").first.inner_text()
    assert len(receiver.calls) == 3
    page.goto("/s/webhooks")
    assert page.get_by_text("Works").is_visible()


def test_editing_replaces_what_is_told(signed_in):
    hook = Webhook.objects.create(
        name="x", webhook_url="https://x.test/", secret="s", triggers=["mautic.email_on_open", "custom"], created_by=1
    )
    page = signed_in
    page.goto(f"/s/webhooks/edit/{hook.pk}")
    assert page.get_by_label("custom").is_checked()
    page.get_by_label("Email Open Event").uncheck()
    page.get_by_label("Sign as Standard Webhooks says").check()
    page.get_by_role("button", name="Save & close").click()
    page.get_by_text("has been saved").wait_for()
    hook.refresh_from_db()
    assert (hook.triggers, hook.standard_signature, hook.secret) == (["custom"], True, "s")


def test_a_wrong_address_is_told_at_the_field(signed_in):
    page = signed_in
    page.goto("/s/webhooks/new")
    page.get_by_label("Name").fill("x")
    page.get_by_label("Address").fill("no address")
    page.get_by_role("button", name="Save & close").click()
    assert page.get_by_text("A valid URL is required.").first.is_visible()
    page.complaints.clear()  # the browser notes the 422
