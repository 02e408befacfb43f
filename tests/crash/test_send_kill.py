"""`kill -9` of the worker at any moment of a send: nobody gets the mail twice, nobody is forgotten, and no more messages are
in doubt than there were connections."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection

from honeyguide.engine.delivery.models import OutboxMessage, OutboxState
from honeyguide.engine.sql import execute, rows
from honeyguide.features.emails import services
from honeyguide.features.segments.models import Segment

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
SINK = Path(__file__).parents[1] / "smtp_sink.py"
RECIPIENTS = 3000
CONNECTIONS = 4
KILLS = 6

WORKER = """
import django; django.setup()
from honeyguide.engine.delivery.jobs import send_due, stop_sending
print("ready", flush=True)
import time
idle = 0
while idle < 5:
    idle = 0 if send_due() else idle + 1
    time.sleep(0.05 if idle else 0)
stop_sending()
"""


@pytest.fixture
def sink(tmp_path):
    """A recording server in a process of its own, so that it outlives the workers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    record = tmp_path / "accepted"
    process = subprocess.Popen([sys.executable, SINK, str(port), str(record)], stdout=subprocess.PIPE)
    process.stdout.readline()
    yield port, record
    process.kill()
    process.wait()
    process.stdout.close()


def start_worker(port: int) -> subprocess.Popen:
    given = connection.get_connection_params()
    url = " ".join(
        f"{name}={given[name]}" for name in ("host", "port", "user", "password", "dbname") if given.get(name)
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "honeyguide.settings",
        "DATABASE_URL": url,
        "HONEYGUIDE_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "HONEYGUIDE_CONFIG_MAILER_CONNECTIONS": str(CONNECTIONS),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    worker = subprocess.Popen([sys.executable, "-c", WORKER], env=environment, stdout=subprocess.PIPE)
    assert worker.stdout.readline() == b"ready\n"
    return worker


def test_kill(sink):
    port, record = sink
    seed = random.randrange(10**6)  # noqa: S311
    chance = random.Random(seed)  # noqa: S311
    execute(
        """INSERT INTO contacts (is_published, fields, points)
           SELECT true, jsonb_build_object('email', 'user' || n || '@x.test', 'firstname', 'User ' || n), 0
           FROM generate_series(1, %s) AS n""",
        (RECIPIENTS,),
    )
    segment = Segment.objects.create(name="All", public_name="All", alias="all")
    execute(
        """INSERT INTO segment_contacts (segment_id, contact_id, date_added, manually_added, manually_removed)
           SELECT %s, id, now(), false, false FROM contacts""",
        (segment.pk,),
    )
    email = services.create_email(
        {"name": "News", "subject": "Hi {contactfield=firstname}", "custom_html": "<p>News</p>", "email_type": "list",
         "lists": [segment]}
    )  # fmt: skip
    assert services.send_to_segments(email) == RECIPIENTS

    for _ in range(KILLS):
        worker = start_worker(port)
        time.sleep(chance.uniform(0.02, 0.5))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
        assert services.send_to_segments(email) == 0
    unknown_after_kills = OutboxMessage.objects.filter(state__in=[OutboxState.UNKNOWN, OutboxState.ATTEMPTING]).count()
    last = start_worker(port)
    assert last.wait(120) == 0
    last.stdout.close()

    accepted = Counter(record.read_text().split())
    by_contact = dict(rows("SELECT fields ->> 'email', state FROM outbox JOIN contacts ON contacts.id = contact_id"))
    told = f"seed {seed}, states {Counter(by_contact.values())}"
    assert max(accepted.values()) == 1, told  # at most once
    assert set(by_contact.values()) <= {OutboxState.SENT, OutboxState.UNKNOWN}, told
    assert all(accepted[a] == 1 for a, state in by_contact.items() if state == OutboxState.SENT), told
    unknown = [a for a, state in by_contact.items() if state == OutboxState.UNKNOWN]
    assert len(by_contact) == RECIPIENTS, told
    assert len(unknown) <= KILLS * CONNECTIONS, told
    assert len(unknown) == unknown_after_kills, told
    assert sum(accepted.values()) >= RECIPIENTS - len(unknown), told
