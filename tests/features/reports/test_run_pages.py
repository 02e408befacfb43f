"""Pages of sendings: the next days, the last runs, sending at once, and who may do so."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import people
from calls import created
from features.reports.test_pages import shown, signed_in
from honeyguide.engine.sql import execute
from honeyguide.features.reports.models import Report, ReportRun
from honeyguide.features.reports.sending import send_next
from honeyguide.features.users.models import Role, User

pytestmark = pytest.mark.django_db


def report(**values):
    values = {"name": "R", "source": "leads", "columns": ["l.id"], "toAddress": "a@x.test", **values}
    return created(people.ada(), "reports", "report", values)["id"]


def role(*granted):
    """Bo, who may view reports of others and what is named."""
    bo = people.bo()
    permissions = {"report:reports": ["viewown", "viewother"], **{name: ["enable", "editother"] for name in granted}}
    Role.objects.filter(pk=bo.role_id).update(raw_permissions=permissions)
    return User.objects.get(pk=bo.pk)


def test_the_next_days_of_a_schedule_are_shown_in_the_owners_time_zone():
    assert "Next:" in shown("/s/reports/dates?scheduleUnit=DAILY")
    assert "Next:" not in shown("/s/reports/dates?scheduleUnit=WEEKLY&scheduleDay=XX")
    made = report()
    User.objects.update(timezone="Asia/Tokyo")
    assert "(00:00 Asia/Tokyo)" in shown(
        f"/s/reports/dates?scheduleUnit=DAILY&of={made}", User.objects.get(username="ada")
    )
    assert "Next:" in shown("/s/reports/dates?scheduleUnit=DAILY&of=x")


def test_a_report_says_when_it_is_sent_and_what_became_of_it():
    made = report(isScheduled=1, scheduleUnit="WEEKLY", scheduleDay="WEEK_DAYS")
    assert "Every working day, to a@x.test." in shown(f"/s/reports/view/{made}")
    assert "Every working day" in shown("/s/reports")
    client = signed_in()
    assert client.post(f"/s/reports/send/{made}/now").status_code == 302
    assert "Waiting" in shown(f"/s/reports/view/{made}")
    ReportRun.objects.filter(kind="now").update(due_at="2024-05-01T00:00Z")
    assert send_next() == 1
    html = shown(f"/s/reports/view/{made}")
    assert f'href="/s/reports/download/{made}?run=' in html
    run = ReportRun.objects.get(kind="now")
    file = client.get(f"/s/reports/download/{made}?run={run.pk}")
    assert file["Content-Disposition"] == 'attachment; filename="2024-05-01_R.csv"'
    assert b"".join(file.streaming_content) == b"Contact ID\r\n"


def test_what_became_of_the_messages_is_shown():
    made = report(toAddress="a@x.test, b@x.test")
    signed_in().post(f"/s/reports/send/{made}/now")
    send_next()
    assert "On its way" in shown(f"/s/reports/view/{made}")
    execute("UPDATE outbox SET state = 3 WHERE address = 'a@x.test'")
    execute("UPDATE outbox SET state = 4, answer = '552 too large' WHERE address = 'b@x.test'")
    html = shown(f"/s/reports/view/{made}")
    assert "Not delivered to all" in html
    assert "b@x.test: 552 too large" in html
    execute("UPDATE outbox SET state = 3")
    assert ">Sent<" in shown(f"/s/reports/view/{made}").replace(" ", "").replace("\n", "")


def test_a_schedule_that_is_not_complete_is_no_schedule_and_says_so():
    made = report(isScheduled=1, scheduleUnit="WEEKLY", scheduleDay="SOMEDAY")
    assert "not complete" in shown(f"/s/reports/view/{made}")
    assert not ReportRun.objects.exists()


def test_the_list_asks_nothing_for_each_report(django_assert_max_num_queries):
    for _ in range(2):
        report(isScheduled=1, scheduleUnit="DAILY")
    client = signed_in()
    client.get("/s/reports")
    with CaptureQueriesContext(connection) as asked:
        client.get("/s/reports")
    few = len(asked)
    for _ in range(5):
        report(isScheduled=1, scheduleUnit="DAILY")
    with django_assert_max_num_queries(few):
        client.get("/s/reports")


def test_a_run_that_failed_says_why():
    made = report(isScheduled=1, scheduleUnit="DAILY")
    User.objects.update(is_published=False)
    ReportRun.objects.update(due_at="2024-05-01T00:00Z")
    send_next()
    User.objects.update(is_published=True)
    assert "Ada Admin is no longer active here." in shown(f"/s/reports/view/{made}")


def test_a_test_goes_to_whoever_asks():
    made = report()
    bo = role("report:export")
    assert signed_in(bo).post(f"/s/reports/send/{made}/test").status_code == 302
    assert ReportRun.objects.get().addresses == "bo@example.com"
    html = shown(f"/s/reports/view/{made}", bo)
    assert "Send me a test" in html
    assert "Send now" not in html
    assert signed_in(bo).post(f"/s/reports/send/{made}/now").status_code == 403


def test_who_may_not_export_sends_and_fetches_nothing():
    made = report()
    signed_in().post(f"/s/reports/send/{made}/test")
    send_next()
    bo = role()
    assert "Send me a test" not in shown(f"/s/reports/view/{made}", bo)
    for kind in ("now", "test"):
        assert signed_in(bo).post(f"/s/reports/send/{made}/{kind}").status_code == 403
    assert signed_in(bo).get(f"/s/reports/download/{made}").status_code == 403


def test_nobody_to_send_to_is_said():
    made = report(toAddress="")
    reply = signed_in().post(f"/s/reports/send/{made}/now")
    assert (reply.status_code, b"There is no address" in reply.content) == (400, True)


@pytest.mark.parametrize("query", ["run=x", "run=99999999999999999999", "run=%00", "token=%00", "token=a:b:c"])
def test_links_that_lead_nowhere(query):
    made = report()
    assert signed_in().get(f"/s/reports/download/{made}?{query}").status_code == 404
    assert Client().get("/s/reports/download/999?token=x").status_code == 404


def test_a_copy_of_a_report_has_its_own_schedule():
    made = report(isScheduled=1, scheduleUnit="DAILY")
    schedule = {"isScheduled": "1", "scheduleUnit": "DAILY", "toAddress": "b@x.test"}
    form = {"name": "Copy", "source": "leads", "columns": ["l.id"], **schedule}
    assert signed_in().post(f"/s/reports/clone/{made}", form).status_code == 302
    assert Report.objects.get(name="Copy").runs.count() == 1
