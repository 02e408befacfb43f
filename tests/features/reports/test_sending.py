"""Reports by e-mail: when they are due, what is sent to whom, what stands in the way, and that nothing is sent twice."""

import csv
import io
import os
import zipfile
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import timezone

import people
from calls import call, created
from honeyguide.commands.reports import reports
from honeyguide.engine import config
from honeyguide.engine.delivery.content import Claimed, Outcome, Outgoing
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.emails.delivery import prepare
from honeyguide.features.reports import runs, sending
from honeyguide.features.reports.files import delete_old, folder
from honeyguide.features.reports.models import Report, ReportRun, RunState
from honeyguide.features.reports.runs import plan, plan_all
from honeyguide.features.reports.sending import send_next
from honeyguide.features.users.models import Role, User

pytestmark = pytest.mark.django_db
COPIES = "SELECT address, options FROM outbox ORDER BY address"


@pytest.fixture(autouse=True)
def files(tmp_path, db):
    config.set_value("report_temp_dir", str(tmp_path))
    return tmp_path


@pytest.fixture
def contacts():
    for email in ("ann@x.test", "bob@x.test"):
        created(people.ada(), "contacts", "contact", {"email": email, "city": "Oslo"})
    execute("UPDATE contacts SET date_added = now() - interval '1 hour', date_identified = now() - interval '1 hour'")


def scheduled(by=None, **values):
    """A report with a schedule, made by REST."""
    values = {
        "name": "New people", "source": "leads", "columns": ["l.email"], "isScheduled": 1, "scheduleUnit": "DAILY",
        "toAddress": "boss@x.test, cfo@x.test, boss@x.test", "tableOrder": [{"column": "l.email", "direction": "ASC"}], **values,
    }  # fmt: skip
    return Report.objects.get(pk=created(by or people.ada(), "reports", "report", values)["id"])


def make_due(report, at=None):
    """The time of the next run comes: by default now."""
    at = at or timezone.now()
    assert report.runs.filter(state=RunState.WAITING).update(due_at=at) == 1


def sent():
    copies = [(address, orjson.loads(options)) for address, options in rows(COPIES)]
    return [(address, *(options.get(name) for name in ("subject", "html", "files"))) for address, options in copies]


def mails():
    """The messages as they go over the wire, by address."""
    found = "SELECT id, email_id, contact_id, occasion, priority, attempts, address, options FROM outbox ORDER BY id"
    prepared = prepare([Claimed(*row, options=orjson.loads(options)) for *row, options in rows(found)])
    return {one.recipients[0]: one for one in prepared if isinstance(one, Outgoing)}, prepared


def test_a_schedule_notes_its_next_run_and_forgets_it_when_it_is_switched_off():
    report = scheduled()
    run = report.runs.get()
    assert (run.state, run.kind) == (RunState.WAITING, "schedule")
    assert run.due_at > timezone.now()
    assert send_next() == 0  # it is not due
    call(people.ada(), "PATCH", f"reports/{report.pk}/edit", {"isScheduled": 0})
    assert not ReportRun.objects.exists()


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Tokyo", 15), ("America/Bogota", 5)])
def test_days_are_those_of_the_owner(zone, hour):
    people.ada()
    User.objects.update(timezone=zone)
    assert scheduled().runs.get().due_at.astimezone(UTC).hour == hour


def test_another_schedule_or_time_zone_is_another_next_run():
    report = scheduled()
    User.objects.update(timezone="Asia/Tokyo")
    plan_all()
    assert report.runs.get().due_at.astimezone(UTC).hour == 15
    call(people.ada(), "PATCH", f"reports/{report.pk}/edit", {"scheduleUnit": "WEEKLY", "scheduleDay": "SU"})
    assert (report.runs.get().due_at + timedelta(hours=9)).weekday() == 6


def test_what_is_due_is_sent_once_with_its_rows(contacts):
    report = scheduled()
    make_due(report)
    assert (send_next(), send_next()) == (1, 0)
    copies = sent()
    assert [copy[:2] for copy in copies] == [("boss@x.test", "New people"), ("cfo@x.test", "New people")]
    assert "2 rows" in copies[0][2]
    by_address, _ = mails()
    message = by_address["boss@x.test"].data.decode()
    assert 'filename="' in message
    assert "Content-Type: text/csv" in message
    done, following = report.runs.order_by("due_at")
    assert (done.state, done.row_count, done.addresses) == (RunState.SENT, 2, "boss@x.test, cfo@x.test")
    assert (folder() / done.file_name).read_text().split() == ["Email", "ann@x.test", "bob@x.test"]
    assert following.state == RunState.WAITING
    assert following.due_at > timezone.now()
    assert scalar("SELECT details::jsonb ->> 'rows' FROM audit_log WHERE action = 'send'") == "2"


def test_only_rows_of_the_period_are_sent(contacts):
    execute("UPDATE contacts SET date_added = now() - interval '3 days' WHERE fields ->> 'email' = 'ann@x.test'")
    for unit, found in (("DAILY", 1), ("WEEKLY", 2)):
        report = scheduled(scheduleUnit=unit, scheduleDay="MO")
        make_due(report)
        send_next()
        assert report.runs.get(state=RunState.SENT).row_count == found


def test_no_rows_are_news_too():
    report = scheduled()
    make_due(report)
    send_next()
    assert "No rows" in sent()[0][2]


def test_days_on_which_nobody_worked_are_made_up_for_once():
    report = scheduled()
    make_due(report, timezone.now() - timedelta(days=4))
    assert (send_next(), send_next()) == (1, 0)
    assert report.runs.get(state=RunState.WAITING).due_at > timezone.now()


def test_once_is_once(contacts):
    report = scheduled(scheduleUnit="NOW")
    assert (send_next(), send_next()) == (1, 0)
    report.refresh_from_db()
    assert not report.is_scheduled
    assert report.runs.get().row_count == 2
    assert len(sent()) == 2


def test_a_worker_that_dies_before_the_end_has_sent_nothing(contacts, monkeypatch):
    report = scheduled()
    make_due(report)
    monkeypatch.setattr(sending, "_go_on", lambda report: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        send_next()
    assert not sent()
    monkeypatch.undo()
    assert send_next() == 1
    assert len(sent()) == 2


def test_a_report_that_is_deleted_meanwhile_is_not_sent(contacts, monkeypatch):
    report = scheduled()
    make_due(report)
    made = sending.make_file
    monkeypatch.setattr(sending, "make_file", lambda run: (made(run), Report.objects.filter(pk=report.pk).delete())[0])
    assert send_next() == 1
    assert not sent()


def test_a_run_that_is_withdrawn_meanwhile_is_not_sent(contacts, monkeypatch):
    report = scheduled()
    make_due(report)
    made = sending.make_file
    monkeypatch.setattr(sending, "make_file", lambda run: (made(run), ReportRun.objects.all().delete())[0])
    assert send_next() == 1
    assert not sent()


def test_a_large_file_is_packed_and_a_larger_one_linked(contacts, files):
    config.set_value("report_export_max_filesize_in_bytes", 60)
    report = scheduled(columns=["l.email", "l.city", "l.id"], name="A {contactfield=email} & co")
    execute("UPDATE contacts SET fields = fields || jsonb_build_object('city', repeat('Oslo', 40))")
    make_due(report)
    send_next()
    _, subject, html, attached = sent()[0]
    assert (subject, attached) == ("A (contactfield=email) & co", None)
    assert "A (contactfield=email) &amp; co" in html
    link = html.partition('href="')[2].partition('"')[0]
    reply = Client().get(link[link.index("/s/") :])
    with zipfile.ZipFile(io.BytesIO(b"".join(reply.streaming_content))) as packed:
        lines = list(csv.reader(io.StringIO(packed.read(packed.namelist()[0]).decode())))
    assert [line[0] for line in lines] == ["Email", "ann@x.test", "bob@x.test"]
    run = report.runs.get(state=RunState.SENT)
    assert (run.is_linked, run.file_name) == (True, f"{run.pk}.zip")
    assert Client().get(f"/s/reports/download/{report.pk}?token=x").status_code == 404
    execute("UPDATE users SET is_published = false")
    assert Client().get(link[link.index("/s/") :]).status_code == 403
    execute("UPDATE users SET is_published = true")
    assert Client().get(f"/s/reports/download/{report.pk}").status_code == 302
    signed_in = Client()
    signed_in.force_login(people.ada(), backend="honeyguide.engine.access.backend.UserNameOrEmailBackend")
    assert signed_in.get(f"/s/reports/download/{report.pk}").status_code == 200
    config.set_value("report_export_max_filesize_in_bytes", 330)
    make_due(report)
    send_next()
    packed = [copy[3] for copy in sent() if copy[3]]
    assert [one[0]["mime"] for one in packed] == ["application/zip"] * 2


def test_files_are_deleted_after_a_week_and_their_messages_say_so(contacts, files):
    report = scheduled()
    make_due(report)
    send_next()
    other = files / "notes.csv"
    other.write_text("not ours")
    path = folder() / report.runs.get(state=RunState.SENT).file_name
    assert delete_old(datetime.now(UTC) - timedelta(days=7)) == 0
    for one in (path, other):
        os.utime(one, (0, 0))
    assert delete_old(datetime.now(UTC) - timedelta(days=7)) == 1
    assert [one.name for one in files.iterdir()] == ["notes.csv"]
    _, prepared = mails()
    assert {one.answer for one in prepared if isinstance(one, Outcome)} == {"The file that was to go with it is gone."}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE users SET is_published = false", "Bo Own is no longer active here."),
        ("""UPDATE roles SET raw_permissions = '{"report:reports": ["full"]}'""", "Bo Own may not export reports."),
        ("UPDATE reports SET source = 'audit.log'", "for administrators"),
        ("""UPDATE roles SET raw_permissions = '{"report:export": ["enable"]}'""", "may no longer see this report."),
    ],
)
def test_who_may_not_see_the_rows_has_none_sent(change, told):
    granted = {"report:reports": ["full"], "report:export": ["enable"], "api:access": ["full"]}
    bo = people.bo()
    Role.objects.filter(pk=bo.role_id).update(raw_permissions=granted)
    report = scheduled(by=User.objects.get(pk=bo.pk), system=0)
    make_due(report)
    execute(change)
    assert send_next() == 1
    assert not sent()
    failed = report.runs.get(state=RunState.FAILED)
    assert told in failed.problem


def test_a_report_that_cannot_be_made_says_why_and_goes_on_the_next_day(contacts, monkeypatch):
    report = scheduled()
    make_due(report)

    def full(run):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sending, "make_file", full)
    assert send_next() == 1
    assert report.runs.get(state=RunState.FAILED).problem == "The file could not be written: No space left on device."
    assert report.runs.filter(state=RunState.WAITING).count() == 1


def test_two_at_once_send_one(contacts):
    report = scheduled()
    make_due(report)
    run = report.runs.get()
    with sending._alone(run.pk) as is_ours:
        assert is_ours
        # The lock is the session's own, so this one may take it again; another session may not.
        assert (
            scalar("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s", (sending.LOCKS,)) == 1
        )
    plan(report)
    plan(report)
    assert report.runs.count() == 1


def test_cells_are_enclosed_when_the_configuration_says_so(contacts):
    config.set_value("csv_always_enclose", True)
    report = scheduled(scheduleUnit="NOW")
    send_next()
    assert (folder() / report.runs.get().file_name).read_text().split()[:2] == ['"Email"', '"ann@x.test"']


def test_rows_are_read_in_batches_of_the_configured_size(contacts):
    config.set_value("report_export_batch_size", 1)
    report = scheduled(scheduleUnit="NOW")
    send_next()
    assert report.runs.get().row_count == 2


def test_nobody_is_asked_for_reports_without_addresses():
    report = scheduled(isScheduled=0, toAddress="")
    with pytest.raises(runs.Refused):
        runs.request_run(report, to=[], kind=ReportRun.NOW, by=people.ada())


@pytest.mark.django_db(transaction=True)
def test_the_command_sends_what_is_due_of_one_report_or_all(contacts):
    first, second = scheduled(), scheduled()
    for report in (first, second):
        make_due(report)
    assert CliRunner().invoke(reports, ["send", "--report", str(second.pk)]).output == "1 report done.\n"
    assert first.runs.get().state == RunState.WAITING
    assert CliRunner().invoke(reports, ["send"]).output == "1 report done.\n"
    assert CliRunner().invoke(reports, ["send"]).output == "Nothing was due.\n"
