"""Focus items on web pages: their script, what is noted, where they lead."""

import orjson
import pytest
from django.test import Client

from honeyguide.engine.sql import rows
from honeyguide.engine.tracking.hits import writer
from honeyguide.features.focus.models import FocusItem
from honeyguide.features.focus.showing import settings

pytestmark = pytest.mark.django_db(transaction=True)
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"


@pytest.fixture
def browser(transactional_db):
    yield Client(HTTP_USER_AGENT=CHROME)
    writer.close()


def item(properties=None, **values):
    content = {"headline": "</script>Sale", "link_url": "https://shop.example/sale?a=1", "link_text": "Go"}
    return FocusItem.objects.create(
        **{
            "name": "A",
            "type": "link",
            "style": "modal",
            "properties": {"content": content, **(properties or {})},
            **values,
        }
    )


def noted():
    writer.close()
    return rows(
        "SELECT type, object_id, contact_id IS NOT NULL, payload ->> 'url' FROM events WHERE type IN (85, 86) ORDER BY id"
    )


def test_the_script_holds_the_item(browser):
    one = item()
    answer = browser.get(f"/focus/{one.pk}.js")
    assert answer["Content-Type"].startswith("application/javascript")
    script = answer.content.decode()
    told = orjson.loads(script[script.rindex("\n})(") + 4 : script.rindex(");")])
    assert f"/focus/{one.pk}/click" in told["html"]
    assert "&lt;/script&gt;Sale" in told["html"]
    assert "</" not in script[script.rindex("\n})(") :]


def test_what_is_not_live_is_not_there(browser):
    one = item(is_published=False)
    assert browser.get(f"/focus/{one.pk}.js").status_code == 404
    assert browser.get(f"/focus/{one.pk}/click").status_code == 404
    assert browser.get(f"/focus/{one.pk}/viewpixel.gif").status_code == 200
    assert browser.get("/focus/99999999999999999999.js").status_code == 404
    assert noted() == []


def test_views_and_clicks_are_noted(browser):
    one = item(utm_tags={"utmSource": "focus", "utmMedium": None})
    device = browser.post("/mtc/event", {"page_url": "https://shop.example/"}).json()["device_id"]
    browser.cookies.clear()
    pixel = f"/focus/{one.pk}/viewpixel.gif?page_url=https://shop.example/a"
    browser.get(pixel)
    browser.get(f"{pixel}&mautic_device_id={device}")
    followed = browser.get(f"/focus/{one.pk}/click", HTTP_REFERER="https://shop.example/b")
    assert (followed.status_code, followed["Location"]) == (302, "https://shop.example/sale?a=1&utm_source=focus")
    url = "https://shop.example/"
    assert noted() == [(85, one.pk, False, f"{url}a"), (85, one.pk, True, f"{url}a"), (86, one.pk, True, f"{url}b")]


def test_links_lead_to_web_addresses_only(browser):
    one = item({"content": {"link_url": "javascript:alert(1)"}})
    assert browser.get(f"/focus/{one.pk}/click").status_code == 404
    assert "javascript" not in settings(one)["html"]


@pytest.mark.parametrize("properties", [
    {}, [], {"bar": "x", "timeout": "-5", "when": ["a"], "frequency": {}}, {"bar": {"placement": "};evil", "sticky": "0"}},
])  # fmt: skip
def test_settings_of_any_shape(browser, properties):
    one = FocusItem.objects.create(name="A", type="notice", style="bar", properties=properties)
    assert browser.get(f"/focus/{one.pk}.js").status_code == 200
    told = settings(one)
    assert told["seconds"] == 0
    assert "evil" not in told["css"]
