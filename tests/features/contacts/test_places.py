"""Where contacts are: told by a database file of addresses, for contacts of whom nothing else tells it."""

import os

import orjson
import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from calls import call, created
from honeyguide.engine import config
from honeyguide.engine.events import consume
from honeyguide.engine.sql import execute, scalar
from honeyguide.engine.tracking import geography
from honeyguide.features.contacts.ips import attach_ips, look_up_again
from honeyguide.features.contacts.jobs import PLACES
from honeyguide.features.contacts.services import attach_ip, create_contact
from people import ada

pytestmark = pytest.mark.django_db
BERN = {
    "city": {"names": {"en": "Bern", "de": "Bern"}},
    "subdivisions": [{"names": {"en": "Canton of Bern"}}],
    "country": {"iso_code": "CH", "names": {"en": "Switzerland"}},
    "postal": {"code": "3011"},
    "location": {"latitude": 46.95, "longitude": 7.45, "time_zone": "Europe/Zurich"},
    "traits": {"isp": "Aare Net", "organization": "Bear Pit"},
}


def write(path, networks):
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type="Test-City")
    for network, record in networks.items():
        writer.insert_network(IPSet([network]), record)
    writer.to_db_file(str(path))


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "places.mmdb"
    write(path, {"192.0.2.0/24": BERN, "198.51.100.0/24": {"country": {"names": {"en": "The Netherlands"}}}})
    config.set_value("ip_lookup_database", str(path))
    return path


def fields_of(contact):
    return orjson.loads(scalar("SELECT fields::text FROM contacts WHERE id = %s", (contact,)))


def details_of(address):
    return orjson.loads(scalar("SELECT ip_details::text FROM ip_addresses WHERE ip_address = %s", (address,)))


def test_a_new_contact_is_where_its_address_is(database):
    contact = create_contact({"firstname": "Ada"}, by=None, ip="192.0.2.7").id
    known = fields_of(contact)
    assert [known[alias] for alias in ("city", "state", "country", "zipcode")] == [
        "Bern", "Canton of Bern", "Switzerland", "3011",
    ]  # fmt: skip
    assert "company" not in known
    told = details_of("192.0.2.7")
    assert (told["timezone"], told["isp"], told["latitude"], told["extra"]) == ("Europe/Zurich", "Aare Net", 46.95, "")


def test_what_is_known_of_a_contact_stays(database):
    contact = create_contact({"zipcode": "1000"}, by=None, ip="192.0.2.7").id
    assert fields_of(contact)["zipcode"] == "1000"
    assert "city" not in fields_of(contact)


def test_the_organisation_becomes_the_company_when_asked(database):
    config.set_value("ip_lookup_create_organization", True)
    contact = create_contact({}, by=None, ip="192.0.2.7").id
    assert fields_of(contact)["company"] == "Bear Pit"


def test_countries_have_the_names_that_fields_accept(database):
    contact = create_contact({}, by=None, ip="198.51.100.1").id
    assert fields_of(contact)["country"] == "Netherlands"


@pytest.mark.django_db(transaction=True)
def test_a_contact_that_comes_from_elsewhere_later_gets_that_place(database):
    eve, bo = (create_contact({"firstname": name}, by=None).id for name in ("Eve", "Bo"))
    gone = 2**40
    attach_ips([(eve, "192.0.2.9"), (eve, "192.0.2.9"), (bo, "203.0.113.5"), (gone, "192.0.2.9")])
    while consume(PLACES):
        pass
    assert fields_of(eve)["city"] == "Bern"
    assert "city" not in fields_of(bo)
    assert details_of("203.0.113.5")["city"] == ""
    attach_ips([(eve, "192.0.2.9")])
    assert scalar("SELECT count(*) FROM contact_ip_addresses") == 2


def test_addresses_seen_before_the_file_was_there_are_looked_up_again(database):
    config.set_value("ip_lookup_database", str(database.parent / "none.mmdb"))
    contact = create_contact({}, by=None).id
    attach_ip(contact, "192.0.2.3")
    assert details_of("192.0.2.3")["city"] == ""
    config.set_value("ip_lookup_database", str(database))
    after = 0
    while after is not None:
        after = look_up_again(after)
    assert details_of("192.0.2.3")["city"] == "Bern"


def test_a_new_file_takes_the_place_of_the_old_one(database):
    assert geography.look_up(["192.0.2.1"])["192.0.2.1"]["city"] == "Bern"
    fresh = database.with_suffix(".new")
    write(fresh, {"192.0.2.0/24": {**BERN, "city": {"names": {"en": "Thun"}}}})
    os.replace(fresh, database)
    assert geography.look_up(["192.0.2.1"])["192.0.2.1"]["city"] == "Thun"


@pytest.mark.parametrize("content", [b"", b"not a database", b"\0" * 5000])
def test_a_file_that_is_no_database_stops_nobody(database, content):
    database.write_bytes(content)
    assert geography.look_up(["192.0.2.1"]) == {}
    assert create_contact({}, by=None, ip="192.0.2.1").id


@pytest.mark.parametrize("address", ["", "*.*.*.*", "x" * 100_000, "192.0.2.1/24", "::1", "2001:db8::1"])
def test_what_the_file_does_not_know_has_no_details(database, address):
    assert geography.look_up([address]) == {}


def test_a_damaged_record_tells_nothing():
    assert geography.details_of({"city": "Bern", "subdivisions": [], "location": None, "country": {"names": "x"}}) == {}


def test_statistics_and_reports_tell_where_visitors_were(database):
    contact = create_contact({}, by=None, ip="192.0.2.7").id
    execute(
        "INSERT INTO events (type, at, contact_id, payload) VALUES (60, now(), %s, %s::jsonb)",
        (contact, orjson.dumps({"ip": "192.0.2.7", "url": "https://x.test/"}).decode()),
    )
    (hit,) = call(ada(), "GET", "stats/page_hits").body["stats"]
    assert (hit["country"], hit["city"], hit["organization"]) == ("Switzerland", "Bern", "Bear Pit")
    report = {
        "name": "Places",
        "source": "page.hits",
        "columns": ["ph.city", "ph.region", "ph.isp"],
        "isPublished": True,
    }
    number = created(ada(), "reports", "report", report)["id"]
    (row,) = call(ada(), "GET", f"reports/{number}").body["data"]
    assert list(row.values()) == ["Bern", "Canton of Bern", "Aare Net"]
