"""Figures from what was counted beforehand are those that the rows themselves give."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from honeyguide.engine.sql import execute, one, rows, scalar
from honeyguide.engine.widgets import Source, ask, in_time, rollups, totals
from honeyguide.engine.widgets.jobs import keep_all
from honeyguide.loader import collect

pytestmark = pytest.mark.django_db
PLAIN = Source("things", "at", "(%(mine)s::bigint IS NULL OR made_by = %(mine)s)")
NAMED = Source("things", "at", PLAIN.where, name="things")
NOBODY = SimpleNamespace(pk=1)
ZONES = ("UTC", "Europe/Prague", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")


@pytest.fixture(autouse=True)
def _things(db):
    execute("CREATE TEMP TABLE IF NOT EXISTS things (at timestamptz, made_by bigint) ON COMMIT DROP")
    execute("TRUNCATE things")


def happen(*ago: timedelta) -> None:
    execute("INSERT INTO things SELECT now() - a, 1 FROM unnest(%s::interval[]) AS a", (list(ago),))


def asked(days: float = 30, *, zone: str = "UTC", mine: int | None = None, until: timedelta = timedelta(0)):
    now = datetime.now(UTC)
    dates = {"dateFrom": now - timedelta(days=days), "dateTo": now - until}
    return ask(
        {k: v.strftime("%Y-%m-%d %H:%M:%S") for k, v in dates.items()} | {"timezone": zone}, user=NOBODY, mine=mine
    )


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def test_what_was_counted_and_what_came_since_make_the_figure():
    happen(hours(0), hours(2.5), hours(5), hours(5), hours(100), hours(700))
    before = in_time(asked(), PLAIN)
    assert rollups.keep(NAMED) == 4  # all but the last hour's
    assert rollups.keep(NAMED) == 0
    assert in_time(asked(), NAMED) == before
    assert totals(asked(), [NAMED, PLAIN]) == [6, 6]
    happen(hours(0))
    assert totals(asked(), [NAMED]) == [7]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ago=st.lists(st.floats(0, 24 * 400), max_size=30),
    days=st.floats(0.01, 420),
    until=st.floats(0, 24 * 30),
    zone=st.sampled_from(ZONES),
)
def test_any_span_in_any_zone_has_the_figures_of_the_rows(ago, days, until, zone):
    execute("TRUNCATE things, roll_ups, roll_up_states")
    happen(*map(hours, ago))
    rollups.keep(NAMED)
    span = asked(days, zone=zone, until=min(hours(until), timedelta(days=days) / 2))
    assert in_time(span, NAMED) == in_time(span, PLAIN)
    assert totals(span, [NAMED]) == totals(span, [PLAIN])


def test_what_is_told_late_is_counted_the_next_time():
    happen(hours(30))
    rollups.keep(NAMED)
    happen(hours(20))
    assert totals(asked(), [NAMED]) == [1]
    execute("UPDATE roll_up_states SET until = until - interval '1 hour'")  # an hour goes by
    rollups.keep(NAMED)
    assert totals(asked(), [NAMED]) == [2]


def test_what_was_counted_stays_when_the_rows_are_cleaned_up():
    happen(hours(100), hours(10))
    rollups.keep(NAMED)
    execute("DELETE FROM things WHERE at < now() - interval '90 hours'")
    execute("UPDATE roll_up_states SET until = until - interval '1 hour'")
    rollups.keep(NAMED)
    assert totals(asked(), [NAMED, PLAIN]) == [2, 1]


def test_another_condition_is_counted_anew():
    happen(hours(100))
    rollups.keep(NAMED)
    other = Source("things", "at", "made_by <> 1", name="things")
    assert totals(asked(), [other]) == [0]
    rollups.keep(other)
    assert totals(asked(), [other]) == [0]
    assert scalar("SELECT count(*) FROM roll_ups") == 0


def test_what_is_narrowed_down_is_counted_as_it_is():
    happen(hours(100))
    rollups.keep(NAMED)
    execute("UPDATE roll_ups SET number = 1000")
    assert totals(asked(), [NAMED]) == [1000]
    assert totals(asked(mine=1), [NAMED]) == [1]
    assert totals(asked(mine=2), [NAMED]) == [0]


def test_every_source_of_the_product_can_be_kept():
    named = [source for source in collect("widgets", Source) if source.name]
    assert len({source.name for source in named}) == len(named) > 5
    assert keep_all() == len(named)
    assert keep_all() == 0
    assert one("SELECT count(*) FROM roll_up_states") == (len(named),)
    assert all(totals(asked(), [source]) == [0] for source in named)


def test_a_span_of_time_is_found_by_the_order_of_rows():
    indexes = dict(rows("SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%%brin%%'"))
    assert {"events_time", "outbox_sent_at", "outbox_read_at"} <= indexes.keys()
