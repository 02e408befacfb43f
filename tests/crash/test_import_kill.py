"""An import whose process is killed at any moment goes on where its last commit was: every contact once, exact counts."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from honeyguide.engine.sql import rows, scalar
from honeyguide.features.contacts.models import Contact
from honeyguide.features.imports import jobs, services
from honeyguide.features.imports.models import Import

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
ROWS, TWINS, BAD = 6_000, 300, 60
RUNNER = """
import sys, django
django.setup()
from honeyguide.features.imports import preparing, services
services.CHUNK_ROWS = 100
preparing.WORTH_A_PROCESS = int(sys.argv[2])
services.run(int(sys.argv[1]), progress=lambda i: print(i.inserted_count, flush=True))
"""


@pytest.mark.parametrize("own_process", [True, False], ids=["reading in a process of its own", "reading itself"])
def test_killed_again_and_again(tmp_path, monkeypatch, own_process):
    lines = [f"p{i}@x.com,City {i}" for i in range(ROWS)]
    lines += [f"P{i}@x.com,Second {i}" for i in range(TWINS)] + ["nonsense,x"] * BAD
    random.Random(7).shuffle(lines)  # noqa: S311
    path = tmp_path / "f.csv"
    path.write_text("email,city\n" + "\n".join(lines) + "\n")
    imported = services.create_import(path, original_file="f.csv", mapping={"email": "email", "city": "city"})
    kills = 0
    for moment in (0.02, 0.05, 0.0, 0.08, 0.03):
        kills += _run_and_kill(imported.pk, moment, own_process)
        state = Import.objects.get(pk=imported.pk)
        assert Contact.objects.count() == state.inserted_count
    assert kills >= 3
    monkeypatch.setattr(services, "CHUNK_ROWS", 1_000)
    while jobs.run_due():  # the scheduler finds what the dead worker left
        pass
    done = Import.objects.get(pk=imported.pk)
    assert done.status == services.IMPORTED
    assert (done.inserted_count, done.updated_count, done.ignored_count) == (ROWS, TWINS, BAD)
    assert scalar("SELECT count(DISTINCT lower(fields ->> 'email')) FROM contacts") == Contact.objects.count() == ROWS
    assert done.failures.count() == BAD
    assert dict(rows("SELECT payload ->> 'action', count(*) FROM events WHERE type = 6 GROUP BY 1"))["inserted"] == ROWS


def _run_and_kill(import_id: int, seconds: float, own_process: bool) -> bool:
    """Runs the import in a process of its own, kills it some moment after its first commit; whether it was still running."""
    settings = connection.settings_dict
    url = f"postgresql://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "honeyguide.settings"}
    process = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(import_id), "0" if own_process else "1000000000"],
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    )
    process.stdout.readline()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    killed = process.wait() == -signal.SIGKILL
    process.stdout.close()
    deadline = time.monotonic() + 10
    while rows(services.WORKED_ON, (services.LOCKS,)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return killed
