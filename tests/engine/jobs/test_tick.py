"""`honeyguide tick` does everything that is due."""

import pytest

from honeyguide.engine.events import Consumer, EventType, New, append, partitions
from honeyguide.engine.jobs import pump as pumps
from honeyguide.engine.jobs.app import app
from honeyguide.engine.jobs.pump import Pump
from honeyguide.engine.jobs.tick import tick
from honeyguide.engine.sql import execute, scalar

pytestmark = pytest.mark.django_db(transaction=True)

seen: list = []


@app.task(name="tests.remember")
def remember(what: str) -> None:
    seen.append((what, scalar("SELECT 1")))


@pytest.fixture(autouse=True)
def _nothing_seen():
    seen.clear()


@pytest.fixture
def only(monkeypatch):
    """Replaces the product's pumps and consumers; nothing is due by the clock."""
    monkeypatch.setattr(app.periodic_registry, "periodic_tasks", {})

    def replace(*declared):
        def collect(part, kind):
            return [value for value in declared if isinstance(value, kind)]

        monkeypatch.setattr("honeyguide.loader.collect", collect)

    return replace


def test_it_works(only):
    work = [3, 2]
    only(
        Pump("pump", lambda: work.pop() if work else 0, every=1),
        Consumer("reader", lambda events: seen.extend(event.contact_id for event in events)),
    )
    append(New(EventType.CONTACT_CREATED, contact_id=7), New(EventType.CONTACT_UPDATED, contact_id=7))
    remember.defer(what="this")
    assert tick() == {"pump": 5, "reader": 2, "jobs": 1}
    assert sorted(seen, key=str) == [("this", 1), 7, 7]
    assert tick() == {}


def test_what_a_pump_starts_is_done_as_well(only):
    """A consumer that defers a job gets it run in the same tick."""
    only(Consumer("reader", lambda events: remember.defer(what="later")))
    append(New(EventType.CONTACT_CREATED, contact_id=1))
    assert tick() == {"reader": 1, "jobs": 1}
    assert seen == [("later", 1)]


def test_a_failing_job_does_not_stop_the_tick(only):
    only()

    @app.task(name="tests.fail")
    def fail() -> None:
        raise ValueError("on purpose")

    fail.defer()
    remember.defer(what="after")
    assert tick() == {"jobs": 2}
    assert seen == [("after", 1)]
    del app.tasks["tests.fail"]


def test_a_consumer_reads_only_what_is_new(only):
    reader = Consumer("reader", lambda events: seen.extend(event.id for event in events))
    only(reader)
    append(New(EventType.CONTACT_CREATED, contact_id=1))
    tick()
    append(New(EventType.CONTACT_CREATED, contact_id=2))
    assert tick() == {"reader": 1}
    assert len(set(seen)) == 2


def test_the_products_own_pumps_load():
    names = [pump.name for pump in pumps.all_pumps()]
    assert len(names) == len(set(names))


def test_partitions_are_made_ahead():
    execute("DROP TABLE IF EXISTS " + scalar("SELECT 'events_' || to_char(now() + interval '1 month', 'YYYY_MM')"))
    assert partitions.ensure() == 1
    assert partitions.ensure() == 0
