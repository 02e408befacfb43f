"""What is old is counted, and goes with all that belongs to it."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from honeyguide.commands.maintenance import maintenance
from honeyguide.engine import config
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.contacts.services import create_contact
from honeyguide.features.maintenance import services
from honeyguide.features.maintenance.jobs import clean_up
from honeyguide.features.privacy.models import Erasure
from honeyguide.features.visits.services import new_visitor

pytestmark = pytest.mark.django_db(transaction=True)


def visitor(*, days: int) -> int:
    made = new_visitor(agent="x", address="", url="https://x.test/").contact
    execute("UPDATE contacts SET last_active = now() - make_interval(days => %s) WHERE id = %s", (days, made))
    execute('INSERT INTO events (type, contact_id, payload) VALUES (60, %s, \'{"url": "https://x.test/"}\')', (made,))
    return made


def known(*, days: int, active: bool = True) -> int:
    made = create_contact({"email": f"k{days}-{active}@x.test"}, by=None).id
    column = "last_active" if active else "date_added"
    execute(f"UPDATE contacts SET {column} = now() - make_interval(days => %s) WHERE id = %s", (days, made))
    return made


def contacts() -> set[int]:
    return {number for (number,) in rows("SELECT id FROM contacts")}


def run(*options: str):
    return CliRunner().invoke(maintenance, ["cleanup", *options])


def test_visitors_go_with_their_visits_and_known_contacts_stay():
    old, new, friend = visitor(days=400), visitor(days=10), known(days=400)
    counted = run("--dry-run")
    assert "never said who they are: 1" in counted.output
    assert contacts() == {old, new, friend}
    assert run("--yes").exit_code == 0
    assert contacts() == {new, friend}
    assert rows("SELECT contact_id FROM events WHERE type = 60 AND contact_id IS NOT NULL") == [(new,)]
    assert scalar("SELECT count(*) FROM devices WHERE contact_id = %s", (old,)) == 0
    assert not Erasure.objects.exists()


def test_nothing_goes_without_a_yes():
    old = visitor(days=400)
    answer = CliRunner().invoke(maintenance, ["cleanup"], input="n\n")
    assert answer.exit_code == 1
    assert contacts() == {old}


def test_contacts_that_did_nothing_for_years_go_on_demand_with_a_record():
    kept = {known(days=1000), known(days=1000, active=False)}
    gone = {known(days=1200), known(days=1200, active=False)}
    assert run("--gdpr", "--yes").exit_code == 0
    assert contacts() == kept
    record = Erasure.objects.get()
    assert (record.contact_id, record.counts["contacts"], record.digest) == (0, len(gone), "")


def test_old_months_of_the_event_log_are_dropped_whole():
    execute("SELECT create_events_partition('2020-03-01'::date)")
    execute("INSERT INTO events (type, at) VALUES (60, '2020-03-05'), (60, now())")
    execute("ANALYZE events")
    assert "events, in whole months: 1" in run("--events", "--dry-run").output
    assert run("--events", "--yes").exit_code == 0
    assert scalar("SELECT count(*) FROM events WHERE type = 60") == 1
    assert scalar("SELECT to_regclass('events_2020_03')") is None


def test_a_month_that_was_not_read_stays():
    execute("SELECT create_events_partition('2020-03-01'::date)")
    execute("INSERT INTO events (type, at) VALUES (60, '2020-03-05')")
    execute("INSERT INTO event_cursors VALUES ('slow', 0, 0)")
    before = datetime(2021, 1, 1, tzinfo=UTC)
    assert services.EVENTS.clean(before) == 0
    execute("UPDATE event_cursors SET xid = (SELECT max(xid::text::bigint) FROM events), event_id = 9999999")
    assert services.EVENTS.clean(before) == 1


def test_a_month_that_ended_too_late_stays():
    execute("SELECT create_events_partition('2020-03-01'::date)")
    before = datetime(2020, 3, 31, tzinfo=UTC)
    assert services.EVENTS.clean(before) == 0
    assert services.EVENTS.clean(before + timedelta(days=1)) == 1


def test_the_worker_keeps_for_as_long_as_it_is_told():
    old = visitor(days=40)
    clean_up(0)
    assert contacts() == {old}
    config.set_value("visitor_keep_days", 30)
    clean_up(0)
    assert contacts() == set()
