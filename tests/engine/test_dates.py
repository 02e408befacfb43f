"""Dates are understood as people and programs write them, and nothing else ends worse than unknown."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from honeyguide.engine.dates import parse_date, parse_datetime, parse_time, to_datetime

PIECES = ["now", "today", "tomorrow", "noon", "1", "12", "+1", "-3 ", "99999999999", " day", " weeks", " month", " ago", "T",
          ":", "-", "/", ".", ",", "@", " ", "Z", "+02:00", "+9999", "EST", "pm", "AM", "Jan", "monday", "2024", "0000-00-00",
          "½", "٣", "\x00", "last", "year", "e9"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join) | st.text(max_size=20))
@example("1" * 5000)
@example("@99999999999")
@example("9999-12-31T23:59:59-14:00")
@example("0001-01-01T00:00:00+14:00")
@example("+999999999999999999999 days")
@settings(max_examples=500, deadline=None)
def test_any_text_is_a_moment_in_utc_or_none(text):
    moment = to_datetime(text)
    assert moment is None or moment.utcoffset() == timedelta(0)
    for parse in (parse_date, parse_datetime, parse_time):
        shown = parse(text)
        assert shown is None or parse(shown) == shown


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))  # noqa: DTZ001
@settings(max_examples=100, deadline=None)
def test_stored_shapes_have_a_fixed_width_and_come_back(moment):
    text = moment.replace(microsecond=0).isoformat()
    assert parse_datetime(text) == text.replace("T", " ")
    assert parse_date(text) == text[:10]
    assert parse_time(text) == text[11:]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2024-05-01", "2024-05-01 00:00:00"),
        ("2024-05-01T09:12:44+02:00", "2024-05-01 07:12:44"),
        ("2024-05-01T09:12:44Z", "2024-05-01 09:12:44"),
        ("Wed, 01 May 2024 09:12:44 -0500", "2024-05-01 14:12:44"),
        ("May 1, 2024 9:12 pm", "2024-05-01 21:12:00"),
        ("1 May 2024", "2024-05-01 00:00:00"),
        ("@86400", "1970-01-02 00:00:00"),
        ("@-86400", "1969-12-31 00:00:00"),
        ("20240501", "2024-05-01 00:00:00"),
    ],
)
def test_absolute_dates(text, meant):
    assert parse_datetime(text) == meant


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("now", timedelta()),
        ("+1 day", timedelta(days=1)),
        ("-2 weeks", timedelta(weeks=-2)),
        ("2 hours ago", timedelta(hours=-2)),
        ("1 fortnight", timedelta(weeks=2)),
        ("+1 day -1 hour", timedelta(hours=23)),
        ("now +30 mins", timedelta(minutes=30)),
    ],
)
def test_offsets_count_from_now(text, later):
    assert abs(to_datetime(text) - datetime.now(UTC) - later) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("text", "days", "hour"),
    [("today", 0, 0), ("Tomorrow", 1, 0), ("yesterday +3 hours", -1, 3), ("noon", 0, 12), ("midnight", 0, 0)],
)
def test_words_name_a_time_of_a_day(text, days, hour):
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    assert to_datetime(text) == today + timedelta(days=days, hours=hour)


@pytest.mark.parametrize(
    "text", ["", " ", "0000-00-00", "0000-00-00 00:00:00", "00", "soon", "2024-13-40", "123456", "x" * 200]
)
def test_no_dates(text):
    assert to_datetime(text) is None


def test_midnight_is_a_time():
    assert parse_time("00:00") == "00:00:00"
    assert parse_time("0:00:00") == "00:00:00"


@pytest.mark.parametrize(
    "text", ["1" * 100_000, "+1 day" * 20_000, "-1 " * 30_000, " " * 100_000 + "x", "1.1" * 30_000]
)
def test_long_texts_take_no_time(text):
    began = time.process_time()
    to_datetime(text)
    assert time.process_time() - began < 0.5
