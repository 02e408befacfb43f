"""Two workers that move a campaign and are killed at any moment: every step is done once for every contact, exact counts."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from features.campaigns.journeys import campaign, points, run, step
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.campaigns.models import LogState
from honeyguide.features.segments.models import Segment

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
CONTACTS, WORKERS, ROUNDS = 20_000, 2, 6
RUNNER = """
import django
django.setup()
from honeyguide.features.campaigns import advancing, jobs
advancing.SLICE = 100
print("ready", flush=True)
while jobs.sync_due() + advancing.advance():
    print("done", flush=True)
"""
MAKE = """
    WITH made AS (
        INSERT INTO contacts (is_published, date_added, date_identified, fields, points)
        SELECT true, now(), now(), jsonb_build_object('email', 'p' || n || '@x.test', 'city', city), 0
        FROM generate_series(1, %s) AS n, LATERAL (SELECT CASE mod(n, 4) WHEN 0 THEN 'Oslo' ELSE 'Rome' END AS city) AS home
        RETURNING id
    )
    INSERT INTO segment_contacts (segment_id, contact_id, date_added, manually_added, manually_removed)
    SELECT %s, id, now(), true, false FROM made
"""


def test_killed_again_and_again():
    source = Segment.objects.create(name="All", alias="all")
    execute(MAKE, (CONTACTS, source.pk))
    made = campaign(source, is_published=True)
    first = points(made, 1)
    asked = step(made, "lead.field_value", {"field": "city", "operator": "=", "value": "Oslo"}, after=first)
    points(made, 10, after=asked, path="yes")
    points(made, 100, after=points(made, 50, after=asked, path="no"))
    dice = random.Random(11)  # noqa: S311
    deaths = sum(_run_and_kill(dice) for _ in range(ROUNDS))
    assert deaths >= ROUNDS, "there was nothing left to do"
    assert 0 < scalar("SELECT count(*) FROM campaign_log") < 4.75 * CONTACTS, "they died in the middle of it"
    while run():
        pass
    assert rows("SELECT points, count(*) FROM contacts GROUP BY 1 ORDER BY 1") == [
        (11, CONTACTS // 4),
        (151, CONTACTS * 3 // 4),
    ]
    told = "SELECT count(*), sum((payload ->> 'delta')::int) FROM events WHERE type = %s"
    changes = CONTACTS // 4 * 2 + CONTACTS * 3 // 4 * 3
    assert rows(told, (EventType.POINTS_CHANGED.value,)) == [(changes, CONTACTS // 4 * 11 + CONTACTS * 3 // 4 * 151)]
    assert rows("SELECT state, count(*) FROM campaign_log GROUP BY 1") == [(LogState.DONE.value, changes + CONTACTS)]
    assert scalar("SELECT count(*) FROM events WHERE type = %s", (EventType.CAMPAIGN_JOINED.value,)) == CONTACTS


def _run_and_kill(dice: random.Random) -> int:
    """Two workers in processes of their own, killed some moments after each began to do something; how many still ran."""
    settings = connection.settings_dict
    url = f"postgresql://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "honeyguide.settings"}
    workers = [
        subprocess.Popen([sys.executable, "-c", RUNNER], stdout=subprocess.PIPE, env=environment, text=True)
        for _ in range(WORKERS)
    ]
    for one in workers:
        assert one.stdout.readline() == "ready\n"
    workers[0].stdout.readline()  # something was done
    killed = 0
    for one in workers:
        time.sleep(dice.random() * 0.05)
        one.send_signal(signal.SIGKILL)
        killed += one.wait() == -signal.SIGKILL
        one.stdout.close()
    return killed
