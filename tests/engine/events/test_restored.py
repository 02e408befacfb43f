"""After a dump was restored into another server each consumer goes on where it was."""

import pytest

from honeyguide.engine.events.log import Consumer, New, append, consume
from honeyguide.engine.events.restored import adopt
from honeyguide.engine.events.types import EventType
from honeyguide.engine.sql import execute, rows

pytestmark = pytest.mark.django_db(transaction=True)
FAR = 10**12  # transactions that this server will not have begun for a long time


@pytest.fixture(autouse=True)
def an_empty_log():
    execute("TRUNCATE events, event_cursors")


def write(number, *, xid=None):
    append(New(EventType.CONTACT_CREATED, object_id=number))
    if xid is not None:
        execute("UPDATE events SET xid = %s::text::xid8 WHERE object_id = %s", (xid, number))


def reads(name):
    """What a consumer is shown from now on."""
    seen = []
    consumer = Consumer(name, lambda events: seen.extend(event.object_id for event in events), batch=2)
    while consume(consumer):
        pass
    return seen


def stand(name, *, behind, xid):
    """Where a consumer stood when the dump was made."""
    execute("INSERT INTO event_cursors SELECT %s, %s, id FROM events WHERE object_id = %s", (name, xid, behind))


def test_each_consumer_goes_on_where_it_was():
    # Written in the order 1 2 3 4 5, committed in the order of their transactions: 1 3 2 5 4.
    for number, xid in ((1, 10), (2, 30), (3, 20), (4, 50), (5, 40)):
        write(number, xid=FAR + xid)
    stand("slow", behind=1, xid=FAR + 10)
    stand("middle", behind=3, xid=FAR + 20)
    stand("also in the middle", behind=3, xid=FAR + 20)
    stand("up to date", behind=4, xid=FAR + 50)
    assert adopt()
    write(6)
    assert reads("slow") == [3, 2, 4, 5, 6]
    assert reads("middle") == reads("also in the middle") == [2, 4, 5, 6]
    assert reads("up to date") == [6]
    assert reads("new") == [1, 3, 2, 4, 5, 6]
    assert not adopt()


def test_what_happened_between_the_restore_and_the_repair_is_not_lost():
    write(1, xid=FAR)
    write(2, xid=FAR + 1)
    stand("slow", behind=1, xid=FAR)
    stand("up to date", behind=2, xid=FAR + 1)
    write(3)
    assert reads("up to date") == []
    assert adopt()
    write(4)
    assert reads("up to date") == [3, 4]
    assert reads("slow") == [2, 3, 4]


def test_cursors_alone_may_be_ahead_when_old_partitions_were_dropped():
    write(1, xid=FAR)
    stand("reader", behind=1, xid=FAR)
    execute("DELETE FROM events")
    write(2)
    assert adopt()
    assert reads("reader") == [2]


def test_a_log_of_this_server_is_left_alone():
    write(1)
    assert reads("reader") == [1]
    before = rows("SELECT * FROM events"), rows("SELECT * FROM event_cursors")
    assert not adopt()
    assert (rows("SELECT * FROM events"), rows("SELECT * FROM event_cursors")) == before


def test_the_numbers_are_mended_when_the_product_starts(monkeypatch):
    from contextlib import nullcontext

    from honeyguide.commands import product
    from honeyguide.engine.database import available

    monkeypatch.setattr(available, "available", lambda **_: nullcontext())
    write(1, xid=FAR)
    stand("reader", behind=1, xid=FAR)
    with product.product():
        write(2)
        assert reads("reader") == [2]
