"""When reports are due, and of which days they tell, whatever the clocks of the time zone do."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honeyguide.features.reports.schedule import DAYS, FREQUENCIES, Schedule, read_schedule

WEDNESDAY = datetime(2024, 5, 15, 10, 30, tzinfo=UTC)
# Clocks that change at midnight, by half an hour, or by a whole day.
ZONES = [
    ZoneInfo(name)
    for name in ("UTC", "Europe/Berlin", "America/Sao_Paulo", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Apia",
                 "Asia/Beirut", "America/Havana", "Asia/Kathmandu")
]  # fmt: skip


@pytest.mark.parametrize(
    ("schedule", "days"),
    [
        (Schedule("DAILY"), [date(2024, 5, 16), date(2024, 5, 17), date(2024, 5, 18)]),
        (Schedule("WEEKLY", "WE"), [date(2024, 5, 22), date(2024, 5, 29), date(2024, 6, 5)]),
        (Schedule("WEEKLY", "WEEK_DAYS"), [date(2024, 5, 16), date(2024, 5, 17), date(2024, 5, 20)]),
        (Schedule("MONTHLY", "MO", "1"), [date(2024, 6, 3), date(2024, 7, 1), date(2024, 8, 5)]),
        (Schedule("MONTHLY", "FR", "-1"), [date(2024, 5, 31), date(2024, 6, 28), date(2024, 7, 26)]),
        (Schedule("MONTHLY", "WEEK_DAYS", "-1"), [date(2024, 5, 31), date(2024, 6, 28), date(2024, 7, 31)]),
        (Schedule("MONTHLY", "WEEK_DAYS", "1"), [date(2024, 6, 3), date(2024, 7, 1), date(2024, 8, 1)]),
    ],
)
def test_the_next_days(schedule, days):
    assert schedule.upcoming(WEDNESDAY, 3) == days
    assert schedule.after(WEDNESDAY) == datetime(days[0].year, days[0].month, days[0].day, tzinfo=UTC)


def test_now_is_now():
    assert Schedule("NOW").after(WEDNESDAY) == WEDNESDAY
    assert Schedule("NOW").upcoming(WEDNESDAY) == [date(2024, 5, 15)]


def test_a_day_begins_where_the_schedule_lives():
    assert Schedule("DAILY", zone=ZoneInfo("Asia/Tokyo")).after(WEDNESDAY) == datetime(2024, 5, 15, 15, tzinfo=UTC)


def test_a_day_whose_midnight_there_is_not_begins_at_one():
    zone = ZoneInfo("America/Sao_Paulo")  # on 4 November 2018 clocks went from 0:00 to 1:00
    due = Schedule("DAILY", zone=zone).after(datetime(2018, 11, 3, 12, tzinfo=zone))
    assert (due.astimezone(UTC), due.hour) == (datetime(2018, 11, 4, 3, tzinfo=UTC), 1)


@pytest.mark.parametrize(
    ("unit", "first"),
    [
        ("DAILY", datetime(2024, 5, 14, tzinfo=UTC)),
        ("WEEKLY", datetime(2024, 5, 8, tzinfo=UTC)),
        ("MONTHLY", datetime(2024, 4, 15, tzinfo=UTC)),
        ("NOW", datetime(2014, 5, 15, tzinfo=UTC)),
    ],
)
def test_the_rows_end_a_second_before_it_is_due(unit, first):
    due = datetime(2024, 5, 15, tzinfo=UTC)
    assert Schedule(unit, "MO", "1").rows(due) == (first, datetime(2024, 5, 14, 23, 59, 59, tzinfo=UTC))


MOMENTS = st.integers(1_104_624_000, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(moment=MOMENTS, zone=st.sampled_from(ZONES))
def test_daily_reports_tell_of_every_second_once(moment, zone):
    schedule = Schedule("DAILY", zone=zone)
    dues = [moment]
    for _ in range(4):
        dues.append(schedule.after(dues[-1]))
    for before, due in pairwise(dues[1:]):
        first, last = (one.astimezone(UTC) for one in schedule.rows(due))
        assert first == before.astimezone(UTC)
        assert last + timedelta(seconds=1) == due.astimezone(UTC)


@given(
    moment=MOMENTS,
    zone=st.sampled_from(ZONES),
    unit=st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
    day=st.sampled_from(list(DAYS)),
    frequency=st.sampled_from(list(FREQUENCIES)),
)
def test_what_is_due_comes_later_on_a_day_that_was_announced(moment, zone, unit, day, frequency):
    schedule = Schedule(unit, day, frequency, zone)
    for announced in schedule.upcoming(moment, 3):
        due = schedule.after(moment)
        assert due.astimezone(UTC) > moment
        assert due.astimezone(UTC) - moment <= timedelta(days=64)
        local = due.astimezone(UTC).astimezone(zone)
        # Samoa had no 30 December 2011: what was due then came with the next day.
        assert local.date() == announced or zone.key == "Pacific/Apia"
        assert (local - timedelta(seconds=1)).date() < local.date() or local.hour == 1
        moment = due.astimezone(UTC)


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (Schedule("DAILY"), "Every day"),
        (Schedule("WEEKLY", "TU"), "Every Tuesday"),
        (Schedule("WEEKLY", "WEEK_DAYS"), "Every working day"),
        (Schedule("MONTHLY", "FR", "-1"), "Every month, on the last Friday"),
    ],
)
def test_in_words(schedule, words):
    assert schedule.words == words


@pytest.mark.parametrize(
    "given", [("", "", ""), ("YEARLY", "MO", "1"), ("WEEKLY", "", ""), ("WEEKLY", "XX", ""), ("MONTHLY", "MO", "2")]
)
def test_what_is_no_schedule(given):
    assert read_schedule(*given, UTC) is None
