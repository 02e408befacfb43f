"""When reports are due, and of which days they tell."""

from datetime import UTC, date, datetime

import pytest

from honeyguide.engine import config
from honeyguide.features.reports.schedule import Schedule, read_schedule

pytestmark = pytest.mark.django_db
WEDNESDAY = datetime(2024, 5, 15, 10, 30, tzinfo=UTC)


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


def test_midnight_is_that_of_the_configured_zone():
    config.set_value("default_timezone", "Asia/Tokyo")
    assert Schedule("DAILY").after(WEDNESDAY) == datetime(2024, 5, 15, 15, tzinfo=UTC)


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


@pytest.mark.parametrize(
    "given", [("", "", ""), ("YEARLY", "MO", "1"), ("WEEKLY", "", ""), ("WEEKLY", "XX", ""), ("MONTHLY", "MO", "2")]
)
def test_what_is_no_schedule(given):
    assert read_schedule(*given) is None
