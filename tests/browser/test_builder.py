"""Building an e-mail of blocks: adding, dragging, typing, keys, undo, drafts, saving, opening again, versions, somebody else."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import people
from browser.conftest import sign_in
from browser.test_accessible import RULES
from engine.documents.documents import of
from honeyguide.engine.documents import versions
from honeyguide.engine.documents.cleaning import blocks_of, clean
from honeyguide.features.emails.models import Email, EmailVersion
from honeyguide.features.pages.models import Page

HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def letter(**more):
    return Email.objects.create(name="Letter", subject="Hi", email_type="template", is_published=False, **more)


def built_of(item, *blocks):
    versions.save(EmailVersion, item.pk, clean(of(*blocks), "email"), html=item.custom_html, by=people.ada())
    return item


@pytest.fixture
def builder(signed_in):
    """builder(item) -> the page with what is built of it."""

    def open_builder(item):
        signed_in.goto(f"/s/emails/builder/{item.pk}")
        signed_in.locator("#builder button").first.wait_for()
        return signed_in

    return open_builder


def kinds(page):
    """The blocks on the board, from top to bottom."""
    labels = page.locator(".hg-block").evaluate_all("blocks => blocks.map(block => block.getAttribute('aria-label'))")
    return [label.split(",")[0] for label in labels]


def add(page, label):
    page.get_by_label("Parts").get_by_role("button", name=label, exact=True).click()


def save(page):
    page.keyboard.press("Control+s")
    page.locator("[data-status=saved]").wait_for()


def kept(item):
    return blocks_of(versions.newest(EmailVersion, item.pk).document["sections"])


def test_an_email_is_begun_typed_arranged_saved_and_opened_again(builder):
    item = letter()
    page = builder(item)
    page.get_by_role("button", name="Empty", exact=True).click()
    page.locator(".hg-block").first.wait_for()
    page.get_by_label("Section 1 of 2").get_by_role("button", name="Section 1").click()
    add(page, "Heading")
    heading = page.get_by_role("textbox", name="Heading")
    heading.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("Good news & more")
    page.keyboard.press("Escape")
    add(page, "Button")
    page.get_by_label("Label").fill("To the shop")
    page.get_by_label("Link", exact=True).fill("https://example.org/shop")
    page.locator(".hg-block").nth(1).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".hg-block").first).to_be_focused()
    assert kinds(page) == ["Button", "Heading", "Text"]
    save(page)
    html = Email.objects.get(pk=item.pk).custom_html
    assert "Good news &amp; more</h2>" in html
    assert html.index("https://example.org/shop") < html.index("Good news")
    before = kept(item)
    page.reload()
    page.locator(".hg-block").first.wait_for()
    assert kinds(page) == ["Button", "Heading", "Text"]
    assert page.get_by_role("textbox", name="Heading").inner_text() == "Good news & more"
    add(page, "Line")
    page.get_by_role("button", name="Undo").click()
    save(page)
    assert kept(item) == before


def test_blocks_are_dragged_from_the_parts_and_between_columns(builder):
    item = built_of(letter(), {"kind": "heading"}, {"kind": "text"})
    page = builder(item)
    page.get_by_role("button", name="Section with columns of 50, 50 percent").click()
    right = page.locator("[data-section]").nth(1).locator("[data-column]").nth(1)
    page.get_by_label("Parts").get_by_role("button", name="Line", exact=True).drag_to(right)
    expect(right.locator(".hg-block")).to_have_count(1)
    first = page.locator(".hg-block").first
    first.hover()
    first.locator(".hg-grip").drag_to(right, target_position={"x": 60, "y": 2})
    expect(right.locator(".hg-block")).to_have_count(2)
    assert kinds(page) == ["Text", "Heading", "Line"]
    save(page)
    assert [block["kind"] for block in kept(item)] == ["text", "heading", "divider"]


def test_keys_walk_copy_delete_and_undo(builder):
    page = builder(built_of(letter(), {"kind": "heading"}, {"kind": "divider"}))
    page.locator(".hg-block").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".hg-block").nth(1)).to_be_focused()
    page.keyboard.press("Control+d")
    expect(page.locator(".hg-block")).to_have_count(3)
    page.keyboard.press("Delete")
    expect(page.locator(".hg-block")).to_have_count(2)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert kinds(page) == ["Heading", "Line"]
    page.keyboard.press("Control+y")
    assert kinds(page) == ["Heading", "Line", "Line"]


def test_text_is_made_bold_linked_and_filled_with_tokens_in_place(builder):
    item = built_of(letter(), {"kind": "text", "text": "<p>Hello</p>"})
    page = builder(item)
    page.get_by_role("textbox", name="Text", exact=True).click()
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Bold").click()
    page.get_by_role("button", name="Link", exact=True).click()
    page.get_by_label("Address of the link").fill("example.org")
    page.get_by_role("button", name="Set").click()
    page.get_by_role("textbox", name="Text", exact=True).press("End")
    page.get_by_label("Insert a token").select_option("{unsubscribe_text}")
    save(page)
    (block,) = kept(item)
    assert "<b>" in block["text"]
    assert 'href="https://example.org"' in block["text"]
    assert "{unsubscribe_text}" in block["text"]


def test_a_draft_is_kept_by_itself_and_can_be_thrown_away(builder):
    item = built_of(letter(), {"kind": "heading"})
    page = builder(item)
    add(page, "Line")
    page.locator("[data-status=draft]").wait_for()
    page.reload()
    expect(page.locator(".hg-block")).to_have_count(2)
    page.get_by_role("button", name="Throw the draft away").click()
    expect(page.locator(".hg-block")).to_have_count(1)
    assert versions.draft_of(EmailVersion, item.pk) is None


def test_a_version_comes_back_and_the_preview_shows_it(builder):
    item = built_of(letter(), {"kind": "heading", "text": "The first"})
    built_of(item, {"kind": "heading", "text": "The second"})
    page = builder(item)
    page.get_by_role("button", name="Versions").click()
    page.get_by_role("button", name="Bring back").last.click()
    expect(page.get_by_role("textbox", name="Heading")).to_have_text("The first")
    page.get_by_role("button", name="Preview").click()
    expect(page.frame_locator("iframe[name=builder-preview]").locator("h2")).to_have_text("The first")
    page.get_by_role("button", name="Phone").click()
    assert page.locator("iframe[name=builder-preview]").bounding_box()["width"] <= 377


def test_what_somebody_else_saved_is_told_and_not_overwritten(builder):
    item = built_of(letter(), {"kind": "heading", "text": "Mine"})
    page = builder(item)
    built_of(item, {"kind": "heading", "text": "Theirs"})
    add(page, "Line")
    page.get_by_role("alert").get_by_text("Ada Admin saved it while you had it open.").wait_for()
    assert [block["kind"] for block in kept(item)] == ["heading"]
    page.get_by_role("button", name="Put mine in its place").click()
    page.locator("[data-status=draft]").wait_for()
    save(page)
    assert [block["kind"] for block in kept(item)] == ["heading", "divider"]
    assert len(page.complaints) == 1
    assert "409" in page.complaints.pop()


def test_nothing_runs_whatever_a_block_holds(builder):
    blocks = (
        {"kind": "heading", "text": HOSTILE}, {"kind": "text", "text": HOSTILE}, {"kind": "html", "html": HOSTILE},
        {"kind": "button", "label": HOSTILE, "link": "javascript:alert(3)"}, {"kind": "dynamic", "slot": HOSTILE},
        {"kind": "image", "source": "javascript:alert(4)", "alt": HOSTILE},
        {"kind": "social", "links": [{"network": "website", "link": "javascript:alert(5)"}]},
    )  # fmt: skip
    item = built_of(letter(), *blocks)
    page = builder(item)
    expect(page.locator(".hg-block")).to_have_count(len(blocks))
    page.get_by_role("button", name="Preview").click()
    page.frame_locator("iframe[name=builder-preview]").locator("table").first.wait_for()


def test_a_landing_page_is_begun_from_a_start(signed_in):
    item = Page.objects.create(title="Landing", alias="landing", is_published=False)
    signed_in.goto(f"/s/pages/edit/{item.pk}")
    signed_in.get_by_role("link", name="Open the builder").click()
    signed_in.get_by_role("button", name="Sign-up", exact=True).click()
    signed_in.locator(".hg-block").first.wait_for()
    save(signed_in)
    assert "What you get" in Page.objects.get(pk=item.pk).custom_html
    signed_in.goto(f"/s/pages/edit/{item.pk}")
    signed_in.get_by_text("Built of blocks.").wait_for()


def wrong(page):
    found = Axe().run(page, options=RULES).response["violations"]
    return [(one["id"], node["html"][:200], node["failureSummary"][:160]) for one in found for node in one["nodes"]]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_everybody_can_use_it(open_page, scheme, width):
    blocks = (
        {"kind": "heading"},
        {"kind": "text"},
        {"kind": "image"},
        {"kind": "button"},
        {"kind": "html"},
        {"kind": "dynamic"},
    )
    item = built_of(letter(), *blocks)
    page = open_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    sign_in(page)
    page.goto(f"/s/emails/builder/{item.pk}")
    for chosen in range(len(blocks)):
        page.locator(".hg-block").nth(chosen).focus()
        assert wrong(page) == []
    page.get_by_role("button", name="Versions").click()
    page.get_by_role("button", name="Bring back").wait_for()
    assert wrong(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
