"""The log is read in order and each event once, whatever commits when and whoever crashes."""

import random
import threading
import time

import pytest
from django.db import connection, transaction

from honeyguide.engine.events.log import PENDING, Consumer, New, append, append_many, consume, has_pending
from honeyguide.engine.events.types import EventType
from honeyguide.engine.sql import execute, one, scalar

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_event_yet():
    execute("TRUNCATE events")


def write(number, kind=EventType.CONTACT_CREATED):
    append(New(kind, object_id=number))


def reader(name="test", *, types=None, batch=10_000):
    """A consumer, and the list of what it was shown."""
    seen = []
    return Consumer(name, lambda events: seen.extend(e.object_id for e in events), types, batch), seen


def in_thread(work):
    """Runs it on a connection of its own."""

    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_events_come_in_order_in_batches():
    consumer, seen = reader(batch=2)
    for number in range(5):
        write(number)
    assert [consume(consumer) for _ in range(4)] == [2, 2, 1, 0]
    assert seen == [0, 1, 2, 3, 4]


def test_a_batch_may_end_within_a_transaction():
    consumer, seen = reader(batch=2)
    append(*(New(EventType.CONTACT_CREATED, object_id=number) for number in range(5)))
    while consume(consumer):
        pass
    assert seen == [0, 1, 2, 3, 4]


def test_what_a_slow_transaction_wrote_is_not_skipped():
    consumer, seen = reader()
    written, finish = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            write(1)
            written.set()
            finish.wait(10)

    thread = in_thread(slow)
    written.wait(10)
    write(2)  # commits before the first one
    assert consume(consumer) == 0
    assert seen == []
    finish.set()
    thread.join()
    consume(consumer)
    assert seen == [1, 2]


def test_nothing_is_skipped_or_shown_twice_while_many_write():
    """Transactions overlap, roll back and commit in any order, while two workers run the same consumer."""
    consumer, seen = reader(batch=7)
    done, committed, lock = threading.Event(), set(), threading.Lock()

    def writer(first):
        dice = random.Random(first)  # noqa: S311
        for number in range(first, first + 40):
            try:
                with transaction.atomic():
                    write(number)
                    time.sleep(dice.random() / 200)
                    write(number + 10_000)
                    if dice.random() < 0.2:
                        raise InterruptedError
            except InterruptedError:
                continue
            with lock:
                committed.update((number, number + 10_000))

    def worker():
        while not done.is_set():
            consume(consumer) or time.sleep(0.002)

    workers = [in_thread(worker) for _ in range(2)]
    for thread in [in_thread(lambda first=first: writer(first)) for first in (0, 1_000, 2_000, 3_000)]:
        thread.join()
    done.set()
    for thread in workers:
        thread.join()
    while consume(consumer):
        pass
    assert sorted(seen) == sorted(committed)


def test_a_consumer_that_fails_sees_the_same_again():
    write(1)
    write(2)
    shown = []

    def fail_once(events):
        shown.append([e.object_id for e in events])
        execute("INSERT INTO configuration (name, value) VALUES ('test', '1')")
        if len(shown) == 1:
            raise InterruptedError

    consumer = Consumer("test", fail_once)
    with pytest.raises(InterruptedError):
        consume(consumer)
    assert one("SELECT count(*) FROM configuration WHERE name = 'test'") == (0,)  # its work is undone with it
    assert consume(consumer) == 2
    assert shown == [[1, 2], [1, 2]]


def test_a_second_worker_finds_a_running_consumer_taken():
    write(1)
    started, finish, calls = threading.Event(), threading.Event(), []

    def slow(events):
        calls.append([e.object_id for e in events])
        started.set()
        finish.wait(10)

    consumer = Consumer("test", slow)
    consume(reader("other")[0])
    consume(Consumer("test", lambda events: None, batch=1))  # the cursor exists
    write(2)
    thread = in_thread(lambda: consume(consumer))
    started.wait(10)
    assert consume(consumer) == 0
    finish.set()
    thread.join()
    assert calls == [[2]]


def test_consumers_do_not_know_of_each_other():
    write(1)
    (first, seen), (second, also_seen) = reader("first"), reader("second")
    consume(first)
    write(2)
    consume(first)
    consume(second)
    assert seen == also_seen == [1, 2]


def test_a_consumer_is_shown_only_its_types_and_gets_past_the_others():
    consumer, seen = reader(types=frozenset({EventType.SEGMENT_JOINED}), batch=3)
    for number in range(9):
        write(number, EventType.SEGMENT_JOINED if number == 7 else EventType.CONTACT_UPDATED)
    while consume(consumer):
        pass
    assert seen == [7]
    assert one("SELECT xid, event_id FROM event_cursors WHERE consumer = 'test'") == one(
        "SELECT xid::text::bigint, id FROM events ORDER BY xid DESC, id DESC LIMIT 1"
    )


def test_an_event_belongs_to_the_transaction_of_its_change():
    consumer, seen = reader()
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    assert consume(consumer) == 0
    assert seen == []


def test_an_event_keeps_what_it_tells():
    read = []
    append(New(EventType.POINTS_CHANGED, contact_id=7, payload={"event": "ž'\"", "delta": -3}))
    append(New(EventType.CONTACT_DELETED))
    consume(Consumer("test", read.extend))
    assert [(e.type, e.contact_id, e.object_id, e.payload) for e in read] == [
        (EventType.POINTS_CHANGED, 7, None, {"event": "ž'\"", "delta": -3}),
        (EventType.CONTACT_DELETED, None, None, None),
    ]


def test_looking_for_something_new_does_not_read_what_was_read_before():
    consumer, _ = reader(batch=50_000)
    append_many(New(EventType.CONTACT_CREATED, object_id=number) for number in range(50_000))
    write(50_000)
    while consume(consumer):
        pass
    execute("ANALYZE events")
    look = scalar(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {PENDING}", {"consumer": consumer.name})[0]["Plan"]
    size = scalar("SELECT pg_table_size(tableoid) / 8192 FROM events LIMIT 1")
    assert look["Shared Hit Blocks"] + look["Shared Read Blocks"] < size / 10


def test_a_consumer_whom_nothing_concerns_passes_over_what_it_is_not_shown():
    wanted = set()
    consumer, seen = reader(types=lambda: wanted, batch=1)
    for number in range(3):
        write(number)
    assert consume(consumer) == 0
    assert not has_pending(consumer)
    wanted.add(EventType.CONTACT_CREATED)
    write(3)
    write(4)
    assert [consume(consumer), consume(consumer), consume(consumer)] == [1, 1, 0]
    assert seen == [3, 4]


def test_a_long_log_is_gone_over_in_stretches(monkeypatch):
    monkeypatch.setattr("honeyguide.engine.events.log.BATCHES", 2)
    consumer, seen = reader(types={EventType.SEGMENT_JOINED}, batch=2)
    for number in range(16):
        write(number, EventType.SEGMENT_JOINED if number in (1, 2, 3, 9) else EventType.CONTACT_UPDATED)
    shown = []
    while number := consume(consumer):
        shown.append(number)
    assert shown == [2, 1, 1, 1]  # the last of these was a stretch with nothing for it, and not the end
    assert seen == [1, 2, 3, 9]
