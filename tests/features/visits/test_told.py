"""What reports, statistics and the dashboard tell of visits; what visits tell of a contact's time zone and company."""

from datetime import UTC, datetime, timedelta

import pytest

from calls import call, created
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.assets.models import Asset
from honeyguide.features.contacts.services import create_contact
from honeyguide.features.fields.models import FieldDefinition
from honeyguide.features.fields.services import update_field
from honeyguide.features.pages.models import Page
from honeyguide.features.reports.sources.content import SOURCES
from honeyguide.features.visits.services import learn
from people import ada

pytestmark = pytest.mark.django_db
START = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=5)


@pytest.fixture
def visits():
    """Eve reads a page for two minutes, goes on, and takes a file; a machine and somebody who found it closed came, too."""
    page = Page.objects.create(title="Sale", alias="sale")
    asset = Asset.objects.create(title="Prices", alias="prices")
    eve = create_contact({"firstname": "Eve"}, by=None).id
    for minutes, kind, contact, about, payload in (
        (0, 60, eve, page.pk, '{"url": "https://x.test/sale", "title": "Sale", "code": 200, "page_id": 1, "query": {"a": "b"}}'),
        (2, 60, eve, None, '{"url": "https://x.test/b", "code": 200, "referer": "https://r.test/"}'),
        (3, 75, eve, asset.pk, '{"code": 200, "source": "email", "source_id": 7, "query": {"utm_source": "news"}}'),
        (4, 60, None, page.pk, '{"bot": true, "code": 200}'),
        (50, 60, eve, page.pk, '{"code": 401}'),
        (60, 85, eve, 3, "{}"), (61, 86, eve, 3, "{}"), (62, 80, eve, 4, '{"slot": "top"}'), (63, 80, eve, None, '{"slot": "x"}'),
    ):  # fmt: skip
        execute(
            "INSERT INTO events (at, type, contact_id, object_id, payload) VALUES (%s, %s, %s, %s, %s::jsonb)",
            (START + timedelta(minutes=minutes), kind, contact, about, payload),
        )
    return page, asset, eve


def stats(table):
    return call(ada(), "GET", f"stats/{table}").body["stats"]


def test_statistics(visits):
    page, asset, eve = visits
    first, second, closed = stats("page_hits")
    assert (first["page_id"], first["lead_id"], first["url"], first["code"]) == (
        str(page.pk),
        str(eve),
        "https://x.test/sale",
        "200",
    )
    assert first["date_left"] == f"{START + timedelta(minutes=2):%Y-%m-%d %H:%M:%S}"
    assert first["query"] == 'a:1:{s:1:"a";s:1:"b";}'
    assert (second["referer"], "date_left" in second, closed["code"]) == ("https://r.test/", False, "401")
    (taken,) = stats("asset_downloads")
    assert (taken["asset_id"], taken["source"], taken["source_id"], taken["utm_source"]) == (
        str(asset.pk),
        "email",
        "7",
        "news",
    )
    assert [(row["type"], row["focus_id"]) for row in stats("focus_stats")] == [("view", "3"), ("click", "3")]
    assert [row["dynamic_content_id"] for row in stats("dynamic_content_stats")] == ["4"]


def report(source, columns):
    made = created(ada(), "reports", "report", {"name": "R", "source": source, "columns": columns})
    return call(ada(), "GET", f"reports/{made['id']}").body["data"]


def test_reports(visits):
    found = report(
        "page.hits",
        ["p.title", "ph.url", "ph.date_left", "ph.code", "l.firstname", "ds.device", "r.url", "i.ip_address"],
    )
    assert [row["code"] for row in found] == ["200", "200", "401"]
    assert {"Sale", "https://x.test/sale", "Eve"} <= set(found[0].values())
    assert [bool(row["date_left"]) for row in found] == [True, False, False]
    (taken,) = report("asset.downloads", ["a.title", "ad.date_download", "ad.utm_source", "l.firstname"])
    assert {"Prices", "news", "Eve"} <= set(taken.values())


def test_every_column_of_these_reports_can_be_read(visits):
    for source in ("page.hits", "asset.downloads"):
        assert report(source, list(SOURCES[source].columns()))


def test_the_dashboard(visits):
    span = f"dateFrom={START - timedelta(days=1):%Y-%m-%d}&dateTo={START + timedelta(days=1):%Y-%m-%d}"

    def told(widget):
        return call(ada(), "GET", f"data/{widget}?dataFormat=raw&{span}").body["data"]

    assert told("dwell.times") == {"< 1m": 0, "1 - 5m": 1, "5 - 10m": 0, "> 10m": 0}
    assert told("unique.vs.returning.leads") == {"Unique": 1, "Returning": 1}
    assert told("device.granularity") == {"unknown": 2}
    assert told("popular.pages") == [{"id": str(visits[0].pk), "title": "Sale", "hits": "1"}]


ZONE = "SELECT fields ->> 'timezone' FROM contacts WHERE id = %s"


@pytest.mark.parametrize(("query", "zone"), [
    ({"timezone": "Europe/Prague"}, "Europe/Prague"), ({"timezone": "Mars/Base", "timezone_offset": "-120"}, "Etc/GMT-2"),
    ({"timezone_offset": "0"}, "UTC"), ({"timezone_offset": "330"}, None), ({"timezone_offset": "x"}, None),
    ({"timezone_offset": "99999"}, None), ({"timezone": "../etc/passwd"}, None),
])  # fmt: skip
def test_a_time_zone_is_guessed_once(query, zone):
    contact = create_contact({"firstname": "Eve"}, by=None).id
    learn(contact, "", {"query": query})
    assert scalar(ZONE, (contact,)) == zone
    learn(contact, "", {"query": {"timezone": "Asia/Tokyo"}})
    assert scalar(ZONE, (contact,)) == (zone or "Asia/Tokyo")


def test_a_company_is_joined_when_visitors_may_say_so():
    contact = create_contact({"firstname": "Eve"}, by=None).id
    learn(contact, "", {"query": {"companyname": "Acme"}})
    assert rows("SELECT 1 FROM companies") == []
    field = FieldDefinition.objects.get(object="company", alias="companyname")
    update_field(field, {"isPubliclyUpdatable": True}, by=None)
    learn(contact, "", {"query": {"companyname": "Acme"}})
    assert scalar("SELECT fields ->> 'company' FROM contacts WHERE id = %s", (contact,)) == "Acme"
