"""Downloads: what is sent, how, to whom it is counted, and what is never shown or fetched."""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.test import Client
from django.utils import timezone

from calls import call
from honeyguide.engine import config
from honeyguide.engine.delivery import outbox
from honeyguide.engine.delivery.content import Claimed
from honeyguide.engine.delivery.sealed import seal
from honeyguide.engine.events import EventType, consume
from honeyguide.engine.events.log import New, append
from honeyguide.engine.sql import execute, rows
from honeyguide.engine.tracking.hits import writer
from honeyguide.features.assets.jobs import ATTACHMENTS, DOWNLOADS
from honeyguide.features.assets.models import Asset
from honeyguide.features.contacts.services import create_contact, resolve
from honeyguide.features.emails.delivery import prepare
from honeyguide.features.emails.models import Email
from honeyguide.features.files.storage import extensions
from honeyguide.features.pages.models import Page
from honeyguide.features.segments.building import rebuild
from honeyguide.features.visits.jobs import VISITS
from people import ada

pytestmark = pytest.mark.django_db(transaction=True)
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"


@pytest.fixture(autouse=True)
def own_data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "media/files").mkdir(parents=True)
    for name in ("a.txt", "a.pdf", "a.html", "a.svg"):
        (tmp_path / "media/files" / name).write_text("<script>alert(1)</script>")


@pytest.fixture
def browser(transactional_db):
    yield Client(HTTP_USER_AGENT=CHROME)
    writer.close()


def asset(file="a.pdf", **values):
    return Asset.objects.create(
        **{"title": "Prices", "alias": "prices", "file_name": file, "mime": "application/pdf", **values}
    )


def url(item):
    return f"/asset/{item.pk}:{item.alias}"


def settle():
    writer.close()
    for consumer in (VISITS, ATTACHMENTS, DOWNLOADS):
        while consume(consumer):
            pass


def counts(item):
    settle()
    item.refresh_from_db()
    return item.download_count, item.unique_download_count


def codes():
    writer.close()
    return [code for (code,) in rows("SELECT (payload ->> 'code')::int FROM events WHERE type = 75 ORDER BY id")]


def test_a_download_is_sent_noted_and_counted(browser):
    prices = asset()
    answer = browser.get(url(prices))
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="prices.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Robots-Tag"].startswith("noindex")
    browser.get(url(prices))
    Client(HTTP_USER_AGENT=CHROME).get(url(prices))
    Client(HTTP_USER_AGENT="Googlebot/2.1").get(url(prices))
    assert counts(prices) == (3, 2)
    browser.get(url(prices))
    assert counts(prices) == (4, 2)


@pytest.mark.parametrize(("file", "query", "shown"), [
    ("a.txt", "", False), ("a.txt", "?stream=1", True), ("a.html", "?stream=1", False), ("a.svg", "?stream=1", False),
])  # fmt: skip
def test_only_what_is_harmless_is_shown(browser, file, query, shown):
    config.set_value("streamed_extensions", ["pdf", "html", "svg"])
    answer = browser.get(url(asset(file)) + query)
    assert answer["Content-Disposition"].startswith("inline" if shown else "attachment")


def test_what_browsers_run_is_never_taken_even_when_listed(browser):
    config.set_value("allowed_extensions", ["pdf", "svg", "HTML"])
    assert extensions() == ["pdf"]


def test_remote_assets_are_fetched_by_the_browser(browser):
    prices = asset(None, storage_location="remote", remote_path="http://127.0.0.1:1/secret")
    answer = browser.get(url(prices))
    assert (answer.status_code, answer["Location"]) == (302, "http://127.0.0.1:1/secret")
    assert counts(prices) == (1, 1)
    Asset.objects.update(remote_path="javascript:alert(1)")
    assert browser.get(url(prices)).status_code == 404


def test_addresses(browser):
    prices = asset()
    for name in (f"{prices.pk}:other", f"{prices.pk}", "prices"):
        answer = browser.get(f"/asset/{name}?a=1")
        assert (answer.status_code, answer["Location"]) == (301, f"{url(prices)}?a=1")
    for name in ("other", "0:prices", "9" * 30, "x%00", "../a.txt", "a" * 400, f"{prices.pk + 1}:prices"):
        assert browser.get(f"/asset/{name}").status_code == 404, name
    assert browser.post(url(prices)).status_code == 405
    assert codes() == []


@pytest.mark.parametrize("window", [{"is_published": False}, {"publish_up": timezone.now() + timedelta(days=1)}])
def test_what_is_not_live_is_not_given_out(browser, window):
    prices = asset(**window)
    assert browser.get(url(prices)).status_code == 403
    assert codes() == [401]
    assert counts(prices) == (0, 0)


def test_a_file_that_is_gone(browser):
    assert browser.get(url(asset("gone.pdf"))).status_code == 404
    assert codes() == [404]


def test_who_comes_from_an_email_is_its_recipient(browser):
    prices = asset()
    ada_id = create_contact({"email": "ada@x.test"}, by=None).id
    email = Email.objects.create(name="News", subject="News", custom_html="")
    message = outbox.enqueue_one(email_id=email.pk, contact_id=ada_id, address="ada@x.test")
    browser.get(f"{url(prices)}?ct={seal(message)}")
    settle()
    contact, source, number = rows(
        "SELECT contact_id, payload ->> 'source', (payload ->> 'source_id')::bigint FROM events WHERE type = 75"
    )[0]
    assert (resolve(contact), source, number) == (resolve(ada_id), "email", email.pk)


def test_attachments_count_as_downloads_of_who_got_them(browser):
    prices = asset()
    ada_id = create_contact({"email": "ada@x.test"}, by=None).id
    email = Email.objects.create(
        name="News", subject="N", custom_html="", asset_attachments=[prices.pk, 999, "x", None]
    )
    message = outbox.enqueue_one(email_id=email.pk, contact_id=ada_id, address="ada@x.test")
    append(New(EventType.EMAIL_SENT, ada_id, message))
    assert counts(prices) == (1, 1)
    assert counts(prices) == (1, 1)


def test_segments_find_who_took_it(browser):
    prices, other = asset(), asset(alias="other")
    taker, stranger = (create_contact({"email": f"{name}@x.test"}, by=None).id for name in "ab")
    execute("INSERT INTO events (type, contact_id, object_id, payload) VALUES (75, %s, %s, '{}')", (taker, prices.pk))
    for operator, wanted, expected in (
        ("in", [prices.pk], [taker]), ("in", [other.pk], []), ("!in", [prices.pk], [stranger]), ("empty", None, [stranger]),
        ("!empty", None, [taker]),
    ):  # fmt: skip
        filters = [{"glue": "and", "field": "lead_asset_download", "object": "behaviors", "type": "assets",
                    "operator": operator, "properties": {"filter": wanted}}]  # fmt: skip
        made = call(ada(), "POST", "segments/new", {"name": f"{operator} {wanted}", "filters": filters})
        assert made.status == 201, made.body
        number = made.body["list"]["id"]
        rebuild(number)
        found = rows("SELECT contact_id FROM segment_contacts WHERE segment_id = %s ORDER BY 1", (number,))
        assert [row[0] for row in found] == expected, operator


def test_the_timeline_tells_of_it(browser):
    prices = asset()
    browser.get(url(prices))
    settle()
    contact = rows("SELECT contact_id FROM events WHERE type = 75")[0][0]
    told = call(ada(), "GET", f"contacts/{contact}/activity").body["events"]
    download = next(event for event in told if event["event"] == "asset.download")
    assert download["eventLabel"]["label"] == "Prices"


def test_the_dashboard_counts_them(browser):
    prices = asset()
    for _ in range(2):
        browser.get(url(prices))
    settle()
    now = timezone.now()
    span = f"dateFrom={now - timedelta(days=1):%Y-%m-%d}&dateTo={now + timedelta(days=1):%Y-%m-%d}"
    popular = call(ada(), "GET", f"data/popular.assets?dataFormat=raw&{span}").body["data"]
    assert popular == [{"id": str(prices.pk), "title": "Prices", "download_count": "2"}]


def test_an_email_brings_files_and_leads_to_others(browser, tmp_path):
    config.set_value("site_url", "http://testserver")
    prices, closed = asset(alias="přices"), asset(is_published=False)
    landing = Page.objects.create(title="Sale", alias="sale")
    email = Email.objects.create(
        name="News", subject="News", asset_attachments=[prices.pk, str(closed.pk), 12345],
        custom_html=f'<a href="{{assetlink={prices.pk}}}">A</a><a href="{{pagelink={landing.pk}}}">P</a>{{pagelink=999}}',
    )  # fmt: skip
    ada_id = create_contact({"email": "ada@x.test"}, by=None).id
    message = outbox.enqueue_one(email_id=email.pk, contact_id=ada_id, address="ada@x.test")
    sent = message_from_bytes(
        prepare([Claimed(message, email.pk, ada_id, "", 2, 0, "ada@x.test", None)])[0].data, policy=policy.default
    )
    (attachment,) = sent.iter_attachments()
    assert attachment.get_filename() == "přices.pdf"
    assert attachment.get_content() == (tmp_path / "media/files/a.pdf").read_bytes()
    html = sent.get_body(("html",)).get_content()
    assert "{pagelink=999}" in html
    leads_to = []
    for link in re.findall(r'href="http://testserver([^"]+)"', html):
        followed = browser.get(link)
        leads_to.append(followed["Location"])
        assert browser.get(followed["Location"].removeprefix("http://testserver")).status_code == 200
    hash_ = seal(message)
    assert leads_to == [
        f"http://testserver/asset/{prices.pk}:p%C5%99ices?ct={hash_}", f"http://testserver/sale?ct={hash_}",
    ]  # fmt: skip
    shown = call(ada(), "GET", f"emails/{email.pk}").body["email"]["assetAttachments"]
    assert [one["id"] for one in shown] == [prices.pk, closed.pk]
