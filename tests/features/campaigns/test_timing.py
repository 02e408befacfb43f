"""When steps are due: the SQL beside a calendar in Python, through days of 23 and 25 hours."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from features.campaigns.journeys import campaign, contact, points, run, segment
from honeyguide.engine.sql import one, scalar
from honeyguide.features.campaigns.steps import Timing
from honeyguide.features.campaigns.timing import due, is_personal

pytestmark = pytest.mark.django_db
ZONES = ("UTC", "Europe/Prague", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia")
MINUTES = {"i": 1, "h": 60, "d": 24 * 60}


def asked(timing: Timing, since: datetime, zone: str = "UTC") -> datetime:
    moment = due(timing, "g.since", "g.zone")
    text = f"SELECT {moment.text} FROM (SELECT %s::timestamptz AS since, %s::text AS zone) g"
    return one(text, (*moment.params, since, zone))[0].astimezone(UTC)


def at_wall(local: datetime, zone: str) -> datetime:
    """The moment at which clocks show this; in the hour that is skipped, what they show after it."""
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def calendar(timing: Timing, since: datetime, zone: str) -> datetime:
    moment = since + timedelta(minutes=timing.interval * MINUTES[timing.unit])
    if not is_personal(timing):
        return moment
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    start, stop = (
        (timing.hour, timing.hour)
        if timing.hour
        else sorted((timing.start, timing.stop))
        if timing.start
        else (None, None)
    )
    if start and not (local.time() == start or start <= local.time() < stop):
        day = local.date() + timedelta(days=local.time() > start)
        local = datetime.combine(day, start)
    while timing.days and (local.isoweekday() % 7) not in timing.days:
        local += timedelta(days=1)
    return at_wall(local, zone)


hours = st.times().map(lambda t: t.replace(second=0, microsecond=0)).filter(bool).filter(lambda t: t != time(0))
timings = st.builds(
    Timing,
    mode=st.just("interval"),
    interval=st.integers(0, 500),
    unit=st.sampled_from(sorted(MINUTES)),
    days=st.lists(st.integers(0, 6), unique=True, max_size=6).map(tuple),
    **{"hour": st.none()},
).flatmap(
    lambda timing: st.one_of(
        st.just(timing),
        hours.map(lambda hour: Timing(timing.mode, timing.interval, timing.unit, hour=hour, days=timing.days)),
        st.tuples(hours, hours).map(
            lambda pair: Timing(
                timing.mode, timing.interval, timing.unit, start=min(pair), stop=max(pair), days=timing.days
            )
        ),
    )
)
moments = st.integers(1577836800, 1893456000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
NIGHT = Timing("interval", 0, "i", hour=time(2, 30))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(timings, moments, st.sampled_from(ZONES))
@example(NIGHT, datetime(2026, 3, 29, 0, 0, tzinfo=UTC), "Europe/Prague")  # 2:30 is skipped
@example(NIGHT, datetime(2026, 10, 24, 23, 0, tzinfo=UTC), "Europe/Prague")  # 2:30 comes twice
@example(
    Timing("interval", 1, "d", days=(1,)), datetime(2011, 12, 29, 12, 0, tzinfo=UTC), "Pacific/Apia"
)  # a day was skipped
def test_the_sql_agrees_with_the_calendar(timing, since, zone):
    found, expected = asked(timing, since, zone), calendar(timing, since, zone)
    # In the hour that comes twice PostgreSQL takes the second one, Python the first: both are right, none is early.
    assert found == expected or (abs(found - expected) <= timedelta(hours=1) and _is_doubled(expected, zone))
    assert found >= since


def _is_doubled(moment: datetime, zone: str) -> bool:
    local = moment.astimezone(ZoneInfo(zone))
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def test_months_and_years_end_where_the_calendar_does():
    end = datetime(2027, 1, 31, 9, 0, tzinfo=UTC)
    assert asked(Timing("interval", 1, "m"), end) == datetime(2027, 2, 28, 9, 0, tzinfo=UTC)
    assert asked(Timing("interval", 1, "y"), datetime(2028, 2, 29, tzinfo=UTC)) == datetime(2029, 2, 28, tzinfo=UTC)


def test_an_endless_interval_is_a_hundred_years():
    since = datetime(2026, 1, 1, tzinfo=UTC)
    assert asked(Timing("interval", 2**31 - 1, "y"), since) == datetime(2126, 1, 1, tzinfo=UTC)
    assert asked(Timing("interval", -5, "d"), since) == since


def test_a_date_that_is_over_is_now():
    since = datetime(2026, 1, 1, tzinfo=UTC)
    assert asked(Timing("date", date=since - timedelta(days=9)), since) == since
    assert asked(Timing("date", date=since + timedelta(days=9)), since) == since + timedelta(days=9)


def test_each_contact_has_its_own_clock_and_nonsense_means_the_configured_one():
    people = [
        contact("ann", timezone="Asia/Tokyo"),
        contact("bob", timezone="America/New_York"),
        contact("cid", timezone="Nowhere"),
    ]
    made = campaign(segment("s", *people))
    points(made, trigger_mode="interval", trigger_interval=0, trigger_interval_unit="d", trigger_hour=time(9))
    run()
    shown = [
        scalar("SELECT (due_at AT TIME ZONE %s)::time FROM campaign_log WHERE contact_id = %s", (zone, number))
        for number, zone in zip(people, ("Asia/Tokyo", "America/New_York", "UTC"), strict=True)
    ]
    assert shown == [time(9)] * 3
