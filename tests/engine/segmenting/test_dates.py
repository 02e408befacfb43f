from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honeyguide.engine.segmenting.dates import Anniversary, Period, is_relative, read_date, to_instant, today_in

WEDNESDAY = date(2024, 5, 15)


def days(text, today=WEDNESDAY):
    meant = read_date(text, today)
    return f"{meant.start:%Y-%m-%d}", f"{meant.end - timedelta(days=1):%Y-%m-%d}"


def test_it_works():
    assert read_date("today", WEDNESDAY) == Period(datetime(2024, 5, 15), datetime(2024, 5, 16), whole=True)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("yesterday", "2024-05-14", "2024-05-14"),
        ("Tomorrow", "2024-05-16", "2024-05-16"),
        ("this week", "2024-05-13", "2024-05-19"),
        ("last week", "2024-05-06", "2024-05-12"),
        ("next  week", "2024-05-20", "2024-05-26"),
        ("last month", "2024-04-01", "2024-04-30"),
        ("next month", "2024-06-01", "2024-06-30"),
        ("this year", "2024-01-01", "2024-12-31"),
        ("last year", "2023-01-01", "2023-12-31"),
        ("+1 day", "2024-05-16", "2024-05-16"),
        ("-3 months", "2024-02-15", "2024-02-15"),
        ("2 weeks ago", "2024-05-01", "2024-05-01"),
        ("+1 year -1 day", "2025-05-14", "2025-05-14"),
        ("-1 hour", "2024-05-14", "2024-05-14"),
        ("first day of next month", "2024-06-01", "2024-06-01"),
        ("last day of previous month", "2024-04-30", "2024-04-30"),
        ("first day of january 2025", "2025-01-01", "2025-01-01"),
        ("2024-02-29", "2024-02-29", "2024-02-29"),
    ],
)
def test_periods(text, first, last):
    assert days(text) == (first, last)


def test_months_overflow_as_in_the_reference():
    assert days("+1 month", date(2023, 1, 31)) == ("2023-03-03", "2023-03-03")
    assert days("last month", date(2023, 3, 31)) == ("2023-02-01", "2023-02-28")


def test_anniversaries():
    assert read_date("birthday", WEDNESDAY) == Anniversary(5, 15)
    assert read_date("anniversary -15 days", WEDNESDAY) == Anniversary(4, 30)


@pytest.mark.parametrize(
    "text", ["", "soon", "2024-13-01", "2024-02-30", "+1 parsec", "+99999 years", "birthday cake", "1", "\x00"]
)
def test_what_is_no_date(text):
    assert read_date(text, WEDNESDAY) is None
    assert not is_relative(text)


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_none(text):
    read_date(text, WEDNESDAY)


ZONES = st.sampled_from(["UTC", "Europe/Prague", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe"])


@given(ZONES, st.datetimes(datetime(2000, 1, 1), datetime(2035, 1, 1)))  # noqa: DTZ001
def test_every_moment_lies_in_its_today_whatever_clocks_do(zone, moment):
    now = moment.replace(tzinfo=UTC)
    today = read_date("today", today_in(zone, now))
    assert to_instant(today.start, zone) <= now < to_instant(today.end, zone)


@given(ZONES, st.dates(date(2000, 1, 1), date(2035, 1, 1)), st.sampled_from(["week", "month", "year"]))
def test_periods_follow_each_other_without_a_gap(zone, today, unit):
    last, this, following = (read_date(f"{word} {unit}", today) for word in ("last", "this", "next"))
    assert last.end == this.start
    assert this.end == following.start
    start, end = to_instant(this.start, zone), to_instant(this.end, zone)
    assert start < end
    assert start.astimezone(ZoneInfo(zone)).date() == this.start.date()
