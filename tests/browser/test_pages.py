"""Landing pages and assets: written in the editor, read by visitors, and what their scripts may not do."""

from honeyguide.engine import config
from honeyguide.engine.tracking.hits import writer
from honeyguide.features.pages.models import Page

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36"
# What a script of somebody who may write pages, and nothing else, would try on an administrator who looks at the page.
ATTACK = """<!doctype html><html><head><title>Sale</title><link rel="icon" href="data:,"></head>
<body><h1>Sale</h1><p id="told"></p>
<script>
const told = [];
try { told.push("cookie " + document.cookie); } catch (e) { told.push("no cookies"); }
try { localStorage.setItem("a", "b"); told.push("storage"); } catch (e) { told.push("no storage"); }
fetch("/s/users", {credentials: "include"})
  .then((answer) => answer.text()).then((text) => told.push("read " + text.length), () => told.push("no admin pages"))
  .then(() => { document.getElementById("told").textContent = told.join(", "); });
</script></body></html>"""


def test_scripts_of_pages_cannot_reach_the_admin_pages(signed_in):
    Page.objects.create(title="Sale", alias="sale", custom_html=ATTACK)
    page = signed_in
    page.goto("/sale")
    page.wait_for_function("document.getElementById('told').textContent")
    assert page.inner_text("#told") == "no cookies, no storage, no admin pages"
    page.complaints.clear()  # the browser says that it has refused the call


def test_a_page_is_written_and_read(signed_in, open_page, live_server):
    page = signed_in
    page.goto("/s/pages/new")
    page.fill("#field-title", "Autumn sale")
    page.fill("#customHtml", '<link rel="icon" href="data:,"><h1>Hello </h1>')
    page.click("#customHtml")
    page.keyboard.press("Control+End")
    page.click("[popovertarget=token-picker]")
    page.click("[data-token='{pagetitle}']")
    assert page.input_value("#customHtml").endswith("{pagetitle}")
    page.click("#tab-preview")
    page.frame_locator("[data-preview-frame]").get_by_text("Autumn sale").wait_for()
    page.get_by_role("button", name="Save & close").click()
    page.wait_for_url("**/s/pages/view/*")
    address = page.inner_text("#address")
    assert address.endswith("/autumn-sale")
    visitor = open_page(user_agent=CHROME)
    visitor.goto("/autumn-sale")
    assert visitor.inner_text("h1") == "Hello"
    writer.close()


def test_a_file_is_uploaded(signed_in, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    (tmp_path / "prices.txt").write_text("1 €")
    config.set_value("max_size", 1)
    page = signed_in
    page.goto("/s/assets/new")
    page.fill("#field-title", "Prices")
    page.set_input_files("#upload", tmp_path / "prices.txt")
    page.get_by_role("button", name="Save & close").click()
    page.wait_for_url("**/s/assets/view/*")
    with page.expect_download() as download:
        page.click("text=File")
    assert download.value.suggested_filename == "prices.txt"
