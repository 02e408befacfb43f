"""Query parameters, read back by the server's own reader."""

from datetime import UTC, date, datetime
from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st

from honeyguide.client.parameters import flatten
from honeyguide.engine.api.body import parse_brackets


def test_every_kind_of_value():
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert flatten({"a": None, "b": True, "c": [{"x": 1}, ("y", 2.5)], "d": date(2026, 3, 1), "e": at}) == [
        ("b", "1"),
        ("c[0][x]", "1"),
        ("c[1][0]", "y"),
        ("c[1][1]", "2.5"),
        ("d", "2026-03-01"),
        ("e", "2026-03-01 12:00:00+00:00"),
    ]


names = st.text("abc", min_size=1, max_size=3)
values = st.recursive(st.text(max_size=5), lambda inner: st.lists(inner, min_size=1, max_size=3), max_leaves=5)


@given(st.dictionaries(names, values, max_size=3))
def test_what_is_written_is_what_the_server_reads(parameters):
    assert parse_brackets(urlencode(flatten(parameters))) == parameters
