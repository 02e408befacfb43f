"""A worker that is killed while it sends a report leaves it to the next one, which sends it exactly once."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from honeyguide.engine.sql import execute, scalar
from honeyguide.features.reports.models import Report, ReportRun, RunState
from honeyguide.features.reports.runs import plan
from honeyguide.features.reports.sending import send_next

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
ROWS = 60_000
RUNNER = """
import django
django.setup()
from honeyguide.features.reports import sending
print("ready", flush=True)
sending.send_next()
"""


def test_killed_again_and_again():
    execute(
        "INSERT INTO contacts (fields, date_added, points, is_published) "
        "SELECT jsonb_build_object('email', 'p' || n || '@x.test'), now() - interval '1 hour', 0, true "
        "FROM generate_series(1, %s) n", (ROWS,),
    )  # fmt: skip
    report = Report.objects.create(
        name="All", source="leads", columns=["l.email", "l.id", "l.date_added"], is_scheduled=True, schedule_unit="DAILY",
        to_address="a@x.test, b@x.test",
    )  # fmt: skip
    plan(report)
    ReportRun.objects.update(due_at="2090-01-01T00:00Z")
    execute("UPDATE report_runs SET due_at = now()")
    kills = sum(_run_and_kill(seconds) for seconds in (0.0, 0.1, 0.3, 0.2, 0.05))
    assert kills >= 3
    deadline = time.monotonic() + 30
    # One that had committed may still have been killed on its way out; otherwise the server may need a moment to notice that
    # the dead one's session is over.
    while not scalar("SELECT count(*) FROM outbox") and not send_next() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert send_next() == 0
    assert scalar("SELECT array_agg(address ORDER BY address) FROM outbox") == ["a@x.test", "b@x.test"]
    run = ReportRun.objects.get(state=RunState.SENT)
    assert run.row_count == ROWS
    assert ReportRun.objects.filter(state=RunState.WAITING).count() == 1


def _run_and_kill(seconds: float) -> bool:
    """Sends in a process of its own, which is killed so long after it began; whether it was still at it."""
    settings = connection.settings_dict
    url = f"postgresql://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "honeyguide.settings"}
    process = subprocess.Popen([sys.executable, "-c", RUNNER], stdout=subprocess.PIPE, env=environment, text=True)
    process.stdout.readline()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    killed = process.wait() == -signal.SIGKILL
    process.stdout.close()
    return killed
