"""Pages of focus items."""

import pytest
from django.test import Client

from honeyguide.engine.tracking.hits import writer
from honeyguide.features.focus.models import FocusItem
from honeyguide.features.focus.showing import settings
from honeyguide.features.forms.models import Form
from people import ada, cy

pytestmark = pytest.mark.django_db
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
SENT = {
    "name": "Sale", "isPublished": "1", "type": "link", "style": "bar", "html_mode": "basic", "website": "https://shop.example",
    "behaviour:when": "scroll_middle", "behaviour:frequency": "daily", "behaviour:timeout": "3", "behaviour:animate": "1",
    "bar:placement": "bottom", "bar:size": "regular", "bar:sticky": "1", "modal:placement": "top",
    "colors:primary": "#112233", "colors:text": "#ffffff", "colors:button": "#445566", "colors:button_text": "#000000",
    "content:headline": "Half price", "content:tagline": "Today", "content:font": "Georgia, serif",
    "content:link_text": "Look", "content:link_url": "https://shop.example/sale", "utmSource": "bar",
}  # fmt: skip


@pytest.fixture
def pages(client):
    client.force_login(ada())
    return client


def test_an_item_is_made_shown_and_changed(pages):
    assert pages.post("/s/focus/new", SENT).status_code == 302
    made = FocusItem.objects.get()
    assert (made.name, made.type, made.style, made.utm_tags["utmSource"]) == ("Sale", "link", "bar", "bar")
    kept = made.properties
    assert (kept["when"], kept["timeout"], kept["bar"]["placement"], kept["bar"]["push_page"]) == (
        "scroll_middle", 3, "bottom", 0,
    )  # fmt: skip
    assert (kept["colors"]["primary"], kept["content"]["headline"]) == ("112233", "Half price")
    told = settings(made)
    assert (told["when"], told["seconds"], told["frequency"], told["pushes"]) == ("scroll_middle", 3, "daily", False)
    assert "font-family:Georgia, serif" in told["css"]
    assert "background:#445566;color:#000000" in told["css"]
    shown = pages.get(f"/s/focus/edit/{made.pk}").content.decode()
    assert 'value="#112233"' in shown
    assert '<option value="bottom" selected>' in shown
    assert "Half price" in shown
    assert "Show a link" in pages.get("/s/focus").content.decode()
    changed = {**SENT, "style": "modal", "html_mode": "html", "html": "<b>Own</b>"}
    assert pages.post(f"/s/focus/edit/{made.pk}", changed).status_code == 302
    made.refresh_from_db()
    assert (made.style, made.html, made.properties["modal"]["placement"]) == ("modal", "<b>Own</b>", "top")


def test_a_form_is_chosen(pages):
    form = Form.objects.create(name="Ask", alias="ask")
    assert pages.post("/s/focus/new", {**SENT, "type": "form", "form": form.pk}).status_code == 302
    made = FocusItem.objects.get()
    assert made.form_id == form.pk
    assert f'href="/s/forms/view/{form.pk}"' in pages.get(f"/s/focus/view/{made.pk}").content.decode()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": ""}, "A name is required."),
        ({"type": "x"}, "is-invalid"),
        ({"behaviour:timeout": "soon"}, "please enter a whole number"),
        ({"html_mode": "html", "html": " "}, "Please write some HTML"),
    ],
)
def test_what_is_wrong_is_told(pages, change, told):
    answer = pages.post("/s/focus/new", {**SENT, **change})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not FocusItem.objects.exists()


def test_the_preview_runs_nothing(pages):
    hostile = {
        **SENT,
        "content:css": "</style><script>alert(1)</script>",
        "content:headline": "<script>alert(2)</script>",
    }
    answer = pages.post("/s/focus/preview", hostile)
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    page = answer.content.decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(2)" in page
    assert pages.post("/s/focus/preview", {"style": "x", "form": "9" * 30}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_figures(client):
    client.force_login(ada())
    made = FocusItem.objects.create(
        name="A", type="link", style="bar", properties={"content": {"link_url": "https://x.test"}}
    )
    browser = Client(HTTP_USER_AGENT=CHROME)
    browser.post("/mtc/event", {"page_url": "https://x.test/"})
    for _ in range(4):
        browser.get(f"/focus/{made.pk}/viewpixel.gif")
    browser.get(f"/focus/{made.pk}/click")
    writer.close()
    page = client.get(f"/s/focus/view/{made.pk}").content.decode()
    for name, value in (("views", "4"), ("contacts", "1"), ("clicks", "1"), ("rate", "25")):
        assert f'data-figure="{name}">{value}' in page
    assert f"/focus/{made.pk}.js" in page


def test_rights_hold(client):
    client.force_login(cy())
    assert client.get("/s/focus").status_code == 403
    assert client.post("/s/focus/preview", SENT).status_code == 403
