"""The worker outlives failures of its work and of the database."""

import threading
import time
from collections.abc import Callable

import pytest

from honeyguide.engine.jobs import worker
from honeyguide.engine.jobs.pump import Pump
from honeyguide.engine.sql import execute, scalar

pytestmark = pytest.mark.django_db(transaction=True)


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def end_all_other_sessions() -> None:
    """What a restart of the database does to the worker."""
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


@pytest.fixture
def working(monkeypatch):
    """Runs a worker with the given pumps in this process; stopped at the end of the test."""
    stop = threading.Event()
    threads = []
    monkeypatch.setattr(worker, "FIRST_PAUSE_SECONDS", 0.05)

    def start(*pumps: Pump) -> threading.Event:
        monkeypatch.setattr(worker, "all_pumps", lambda: pumps)
        threads.append(threading.Thread(target=worker.work_until, args=(stop,)))
        threads[0].start()
        return stop

    yield start
    stop.set()
    threads[0].join(20)
    assert not threads[0].is_alive()


def test_it_works(working):
    done = []
    working(Pump("one", lambda: done.append(scalar("SELECT 1")) or 0, every=0.01))
    wait_for(lambda: len(done) > 3)


def test_a_failing_pump_neither_stops_nor_disturbs_others(working):
    calls = {"bad": 0, "good": 0}

    def bad() -> int:
        calls["bad"] += 1
        raise ValueError("on purpose")

    def good() -> int:
        calls["good"] += 1
        return 0

    working(Pump("bad", bad, every=0.01), Pump("good", good, every=0.01))
    wait_for(lambda: calls["bad"] >= 3 and calls["good"] >= 3)


def test_a_pump_is_closed_when_the_worker_stops(working):
    closed = []
    stop = working(Pump("one", lambda: 0, every=0.01, close=lambda: closed.append(True)))
    stop.set()
    wait_for(lambda: closed == [True])


def test_it_survives_the_loss_of_every_connection(working):
    backends = []
    working(Pump("one", lambda: backends.append(scalar("SELECT pg_backend_pid()")) or 0, every=0.01))
    wait_for(lambda: bool(backends))
    end_all_other_sessions()
    wait_for(lambda: backends[-1] != backends[0])


def test_jobs_run_soon_after_they_are_deferred(working):
    from honeyguide.engine.jobs.app import app

    done = []

    @app.task(name="tests.note")
    def note(text: str) -> None:
        done.append(text)

    working()
    note.defer(text="first")
    wait_for(lambda: done == ["first"])
    note.defer(text="second")
    wait_for(lambda: done == ["first", "second"])
    del app.tasks["tests.note"]


def test_jobs_go_on_after_the_loss_of_every_connection(working):
    from honeyguide.engine.jobs.app import app

    done = []

    @app.task(name="tests.note")
    def note(text: str) -> None:
        done.append(text)

    working()
    note.defer(text="before")
    wait_for(lambda: done == ["before"])
    end_all_other_sessions()
    note.defer(text="after")
    wait_for(lambda: done == ["before", "after"])
    del app.tasks["tests.note"]


def test_the_job_of_a_killed_worker_is_run_by_another(working):
    from honeyguide.engine.jobs.app import app

    done = []

    @app.task(name="tests.note")
    def note(text: str) -> None:
        done.append(text)

    note.defer(text="orphan")
    execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
    execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT max(id) FROM procrastinate_workers)")
    working()
    wait_for(lambda: done == ["orphan"])
    del app.tasks["tests.note"]
