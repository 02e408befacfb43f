"""Landing pages as visitors get them: addresses, windows, variants, translations, tokens, what is noted, what may run."""

from datetime import timedelta

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from honeyguide.engine import config
from honeyguide.engine.delivery import outbox
from honeyguide.engine.delivery.sealed import seal
from honeyguide.engine.events import consume
from honeyguide.engine.sql import rows
from honeyguide.engine.tracking.hits import writer
from honeyguide.features.categories import Category
from honeyguide.features.contacts.services import create_contact
from honeyguide.features.pages import choosing
from honeyguide.features.pages.models import Page
from honeyguide.features.visits.jobs import VISITS

pytestmark = pytest.mark.django_db(transaction=True)
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"


@pytest.fixture
def browser(transactional_db):
    config.set_value("site_url", "http://testserver")
    yield Client(HTTP_USER_AGENT=CHROME)
    writer.close()


def page(title="Sale", html="<html><head></head><body>Sale</body></html>", **values):
    return Page.objects.create(**{"title": title, "alias": title.lower(), "custom_html": html, **values})


def counted():
    writer.close()
    while consume(VISITS):
        pass


def hits():
    writer.close()
    found = rows("SELECT contact_id, object_id, payload::text FROM events WHERE type = 60 ORDER BY id")
    return [(contact, page_id, orjson.loads(payload)) for contact, page_id, payload in found]


def numbers(item):
    item.refresh_from_db()
    return item.hits, item.unique_hits, item.variant_hits


def test_a_visit_is_shown_noted_and_counted(browser):
    sale = page()
    answer = browser.get("/sale?utm_source=news", HTTP_REFERER="https://search.example/")
    assert answer.status_code == 200
    assert answer.content.decode() == sale.custom_html
    contact, page_id, said = hits()[0]
    assert str(contact) == browser.cookies["mtc_id"].value
    assert (page_id, said["page_id"], said["code"], said["title"]) == (sale.pk, sale.pk, 200, "Sale")
    assert said["url"] == "http://testserver/sale?utm_source=news"
    assert said["referer"] == "https://search.example/"
    browser.get("/sale")
    Client(HTTP_USER_AGENT=CHROME).get("/sale")
    Client(HTTP_USER_AGENT="Googlebot/2.1").get("/sale")
    counted()
    assert numbers(sale) == (3, 2, 0)


def test_unique_visits_are_known_again_in_a_later_batch(browser):
    sale, other = page(), page("Other")
    for _ in range(2):
        browser.get("/sale")
        counted()
    browser.get("/other")
    counted()
    assert numbers(sale) == (2, 1, 0)
    assert numbers(other) == (1, 1, 0)


def test_who_works_here_is_not_followed(browser):
    sale = page()
    browser.cookies["sessionid"] = "somebody"
    assert browser.get("/sale").status_code == 200
    counted()
    assert hits() == []
    assert numbers(sale) == (0, 0, 0)


def test_what_authors_write_runs_as_nobody(browser):
    page(html="<script>parent.x</script>")
    policy = browser.get("/sale")["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in policy


def test_on_a_host_of_their_own_pages_are_free_and_nobody_signs_in(browser):
    page(html="<a href='{pagelink=1}'>", pk=1)
    config.set_value("pages_host", "pages.example")
    answer = browser.get("/sale", HTTP_HOST="pages.example")
    assert "Content-Security-Policy" not in answer
    assert answer.content == b"<a href='http://pages.example/sale'>"
    assert browser.get("/s/login", HTTP_HOST="pages.example").status_code == 404
    assert browser.get("/s/login").status_code == 200
    assert "sandbox" in browser.get("/sale")["Content-Security-Policy"]


def test_addresses(browser):
    category = Category.objects.create(title="Shoes", alias="shoes", bundle="page")
    sale = page(category=category)
    for address in (f"/{sale.pk}:old-name", "/shoes/sale", "/en/sale", "/sale/"):
        answer = browser.get(f"{address}?a=1")
        assert (answer.status_code, answer["Location"]) == (301, "/sale?a=1"), address
    for address in ("/nothing", "/other/sale", "/a/b/c/sale", "/x%00y", "/" + "a" * 5000, "/99999999999999999999:x"):
        assert browser.get(address).status_code == 404, address
    config.set_value("cat_in_page_url", True)
    assert browser.get("/sale")["Location"] == "/shoes/sale"
    assert browser.get("/shoes/sale").status_code == 200
    assert browser.post("/shoes/sale").status_code == 405


def test_nothing_else_is_taken_for_a_page(browser):
    page(alias="health")
    assert browser.get("/health").content != b"<html><head></head><body>Sale</body></html>"
    assert browser.get("/s/nothing").status_code in (302, 404)
    assert browser.get("/api/nothing").status_code != 200


@pytest.mark.parametrize(
    "window",
    [
        {"is_published": False},
        {"publish_up": timezone.now() + timedelta(days=1)},
        {"publish_down": timezone.now() - timedelta(days=1)},
    ],
)
def test_a_page_that_is_not_live(browser, window):
    sale = page(**window)
    answer = browser.get("/sale")
    assert answer.status_code == 403
    assert b"<body>Sale" not in answer.content
    assert browser.get(f"/page/preview/{sale.pk}").status_code == 404
    counted()
    assert [said["code"] for *_, said in hits()] == [401]
    assert numbers(sale) == (0, 0, 0)


def test_a_page_that_is_not_live_may_lead_elsewhere(browser):
    sale = page(is_published=False, redirect_type="301", redirect_url="https://shop.example/new")
    answer = browser.get("/sale")
    assert (answer.status_code, answer["Location"]) == (301, "https://shop.example/new")
    Page.objects.filter(pk=sale.pk).update(redirect_url="javascript:alert(1)")
    assert browser.get("/sale").status_code == 403


def test_preference_centres_are_no_pages_of_their_own(browser):
    page(is_preference_center=True)
    assert browser.get("/sale").status_code == 404


def test_the_page_for_addresses_without_one(browser):
    lost = page("Lost", html="Are you lost?")
    config.set_value("404_page", str(lost.pk))
    answer = browser.get("/nothing")
    assert (answer.status_code, answer.content) == (404, b"Are you lost?")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert hits() == []


def test_previews_are_not_counted(browser):
    sale = page(html="Dear {contactfield=firstname|friend}")
    assert browser.get(f"/page/preview/{sale.pk}").content == b"Dear friend"
    assert browser.get("/page/preview/99999999999999999999").status_code == 404
    assert hits() == []


# --- tests of variants ------------------------------------------------------------------------------------------------


def made_of(*weights):
    parent = page(html="parent", variant_start_date=timezone.now())
    for place, weight in enumerate(weights):
        page(
            f"v{place}", html=f"v{place}", variant_parent=parent, variant_settings={"weight": weight},
            variant_start_date=timezone.now(),
        )  # fmt: skip
    return parent


def test_a_visitor_keeps_the_variant(browser):
    parent = made_of(50)
    first = browser.get("/sale").content
    assert {browser.get("/sale").content for _ in range(15)} == {first}
    assert browser.get("/v0")["Location"] == "/sale"
    counted()
    shown = Page.objects.get(custom_html=first.decode())
    assert numbers(shown) == (16, 1, 16)
    assert browser.cookies[f"mautic_page_{parent.pk}"].value == str(shown.pk)


def test_weights_decide(browser):
    made_of(100)
    assert {Client(HTTP_USER_AGENT=CHROME).get("/sale").content for _ in range(10)} == {b"v0"}
    Page.objects.filter(alias="v0").update(is_published=False)
    assert browser.get("/sale").content == b"parent"


def test_shares_that_make_no_sense():
    for weight in ("x", None, -5, [], "1e400"):
        Page.objects.all().delete()
        assert [share for _, share in choosing.variants(made_of(weight))] == [100, 0]
    Page.objects.all().delete()
    shares = choosing.variants(made_of(80, 80))
    assert [share for _, share in shares] == [0, 80, 80]
    assert choosing.variant([(shares[0][0], 0)], "").custom_html == "parent"


# --- translations -----------------------------------------------------------------------------------------------------


def test_visitors_get_their_language(browser):
    parent = page(html="{langbar}")
    page("Verkauf", html="de", language="de", translation_parent=parent)
    answer = browser.get("/sale?a=1", HTTP_ACCEPT_LANGUAGE="fr;q=0.9, de-AT, en;q=0.1")
    assert (answer.status_code, answer["Location"]) == (302, "/de/verkauf?a=1")
    assert browser.get("/de/verkauf", HTTP_ACCEPT_LANGUAGE="en").content == b"de"
    assert browser.get("/verkauf")["Location"] == "/de/verkauf"
    stays = browser.get("/sale?ntrd=1", HTTP_ACCEPT_LANGUAGE="de")
    assert stays.status_code == 200
    assert b'href="/de/verkauf?ntrd=1" hreflang="de"' in stays.content
    assert browser.get("/sale", HTTP_ACCEPT_LANGUAGE="x;q=nonsense,,*").status_code == 200


def test_what_the_contact_reads_goes_first(browser):
    parent = page()
    page("Verkauf", html="de", language="de", translation_parent=parent)
    contact = create_contact({"email": "ada@x.test", "preferred_locale": "de"}, by=None).id
    message = outbox.enqueue_one(email_id=None, contact_id=contact, address="ada@x.test")
    browser.get(f"/sale?ntrd=1&ct={seal(message)}")
    counted()
    assert browser.get("/sale", HTTP_ACCEPT_LANGUAGE="en")["Location"] == "/de/verkauf"


# --- what stands in them ----------------------------------------------------------------------------------------------


def test_tokens(browser):
    contact = create_contact({"email": "ada@x.test", "firstname": "A & B"}, by=None).id
    message = outbox.enqueue_one(email_id=None, contact_id=contact, address="ada@x.test")
    page("Sale & more", "{pagetitle}|{pagemetadescription}|{contactfield=firstname|you}|{pagelink=999}|{nothing}",
         alias="sale", meta_description='a "b"')  # fmt: skip
    text = browser.get("/sale").content.decode().partition("\n")[2]
    assert text == "Sale &amp; more|a &quot;b&quot;|you|{pagelink=999}|{nothing}"
    assert b"|A &amp; B|" in browser.get(f"/sale?ct={seal(message)}").content
    assert b"|you|" in browser.get(f"/sale?ct={'0' * 28}").content


def test_the_head_holds_what_the_settings_say(browser):
    page(meta_description="About", no_index=True, head_script="<script>{today}</script>", footer_script="<i>end</i>")
    answer = browser.get("/sale")
    assert answer["X-Robots-Tag"] == "noindex"
    html = answer.content.decode()
    assert '<meta name="description" content="About">\n<meta name="robots" content="noindex">\n<script>{today}' in html
    assert html.endswith("<i>end</i></body></html>")
    assert html.index("About") < html.index("</head>")


def test_a_theme_stands_in_for_html(browser):
    page(html=None, template="blank")
    assert "<title>Sale</title>" in browser.get("/sale").content.decode()
