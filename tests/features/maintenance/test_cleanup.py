"""What is old is counted, and goes with all that belongs to it."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.test import Client

import people
from honeyguide.commands.maintenance import maintenance
from honeyguide.engine import config
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.contacts.services import create_contact
from honeyguide.features.exports.models import Export
from honeyguide.features.maintenance import services
from honeyguide.features.maintenance.jobs import clean_up
from honeyguide.features.privacy.models import Erasure
from honeyguide.features.visits.services import new_visitor
from honeyguide.features.webhooks.models import Webhook, WebhookLog

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


def test_calls_of_webhooks_and_files_go_when_they_are_old(tmp_path):
    config.set_value("report_temp_dir", str(tmp_path))
    hook = Webhook.objects.create(name="H", webhook_url="https://x.test/", secret="s")
    kept = datetime.now(UTC) - timedelta(days=5)
    for days in (5, 400):
        at = datetime.now(UTC) - timedelta(days=days)
        WebhookLog.objects.create(
            webhook=hook, message_id="m", date_added=at, status_code="200", runtime=0.1, request="{}"
        )
        file = tmp_path / f"{days}.csv"
        file.write_text("x")
        os.utime(file, (at.timestamp(), at.timestamp()))
        export = tmp_path / f"export-{days}.zip"
        export.write_text("x")
        Export.objects.create(date_added=at, date_ended=at, status=3, file_path=str(export))
    counted = run("--dry-run").output
    assert "calls of webhooks: 1" in counted
    assert "files of sent reports: 2" in counted
    assert len([*tmp_path.iterdir()]) == 4
    assert run("--yes").exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["5.csv", "export-5.zip"]
    assert WebhookLog.objects.get().date_added >= kept - timedelta(minutes=1)
    assert Export.objects.filter(file_path=None).count() == 1


def test_the_night_removes_what_the_configuration_says(tmp_path):
    config.set_value("report_temp_dir", str(tmp_path))
    file = tmp_path / "1.csv"
    file.write_text("x")
    os.utime(file, (0, 0))
    config.set_value("export_keep_days", 0)
    clean_up(timestamp=0)
    assert file.exists()
    config.set_value("export_keep_days", 7)
    clean_up(timestamp=0)
    assert not file.exists()


def test_the_system_page_says_what_goes_next():
    visitor(days=40)
    config.set_value("visitor_keep_days", 30)
    now = datetime(2026, 3, 1, 3, 50, tzinfo=UTC)
    assert services.next_cleaning(now) == datetime(2026, 3, 2, 3, 43, tzinfo=UTC)
    assert services.next_cleaning(now - timedelta(minutes=30)) == datetime(2026, 3, 1, 3, 43, tzinfo=UTC)
    found = {rule.parameter: (rule.days, rule.count) for rule in services.rules(datetime.now(UTC))}
    assert found["visitor_keep_days"] == (30, 1)
    assert found["event_log_keep_days"] == (0, 0)
    client = Client()
    client.force_login(people.ada(), backend="honeyguide.engine.access.backend.UserNameOrEmailBackend")
    html = client.get("/s/sysinfo/retention").content.decode()
    assert "30 days" in html
    assert "/s/sysinfo/retention" in client.get("/s/sysinfo").content.decode()
