"""Values of contact fields: cleaned once they stay as they are, and what cannot be one is told so."""

from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from honeyguide.engine.fieldtypes import ROUNDING, TYPES, InvalidValue

RAW = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)
TELLING = st.sampled_from(
    ["a|b", "a | |b", "||", ".a@b.cd.", "ä@ö.de", "a b@c.de", "1e5", "-0", "0.1", "1e-999999", "1e19", "1e999999999", "yes",
     "0E+400", "12:30", "@1", "tomorrow", "0500-02-03", "²", "\x00 a \x00", " ", "x" * 100_000, "1" * 400]
)  # fmt: skip


@pytest.mark.parametrize("name", sorted(TYPES))
@given(raw=RAW | TELLING, scale=st.sampled_from([None, "", 0, "2", 10, 30]), mode=st.sampled_from([None, *ROUNDING]))
@example(raw=["a | b", "b|"], scale=None, mode=None)
@settings(max_examples=60, deadline=None)
def test_cleaning_twice_is_cleaning_once(name, raw, scale, mode):
    properties = {"scale": scale, "roundmode": mode}
    clean = TYPES[name].clean
    try:
        once = clean(raw, properties)
    except InvalidValue:
        return
    assert once is None or isinstance(once, (str, bool, int, float))
    assert "\x00" not in str(once)
    assert clean(once, properties) == once


@pytest.mark.parametrize(
    ("name", "raw", "meant"),
    [
        ("boolean", "Yes", True),
        ("boolean", 0, False),
        ("boolean", "", None),
        ("number", " 12 ", 12),
        ("number", "12.50", 12.5),
        ("number", True, 1),
        ("email", " Ada@Example.com, ", "Ada@Example.com"),
        ("multiselect", ["a", " b ", ""], "a|b"),
        ("multiselect", "a|b", "a|b"),
        ("multiselect", [], None),
        ("date", "2024-05-01 10:00", "2024-05-01"),
        ("date", "0000-00-00", None),
        ("date", "0500-02-03", "0500-02-03"),
        ("datetime", "2024-05-01T10:00:00+02:00", "2024-05-01 08:00:00"),
        ("time", "9:05 pm", "21:05:00"),
        ("text", "  ", None),
        ("text", "a\x00b", "ab"),
        ("tel", 420123, "420123"),
    ],
)
def test_values(name, raw, meant):
    assert TYPES[name].clean(raw, {}) == meant


@pytest.mark.parametrize(
    ("name", "raw"),
    [("boolean", "maybe"), ("number", "x"), ("number", "NaN"), ("number", "inf"), ("number", "1e400"), ("email", "a@b"),
     ("email", "a%b@example.com"), ("text", ["a"]), ("text", {"a": 1}), ("multiselect", [["a"]]), ("date", [])],
)  # fmt: skip
def test_values_that_are_none(name, raw):
    with pytest.raises(InvalidValue):
        TYPES[name].clean(raw, {})


@given(st.decimals(-(10**9), 10**9, places=4), st.integers(0, 6), st.sampled_from(sorted(ROUNDING)))
@settings(max_examples=100, deadline=None)
def test_numbers_are_rounded_to_their_scale(number, scale, mode):
    rounded = TYPES["number"].clean(str(number), {"scale": scale, "roundmode": mode})
    assert abs(Decimal(str(rounded)) - number) <= Decimal(1).scaleb(-scale)


@pytest.mark.parametrize("alias", ["", "a'b", "A", "a b", 'a"', "a\n", "é", "x" * 192])
def test_only_aliases_become_sql(alias):
    with pytest.raises(ValueError, match="not a field alias"):
        TYPES["text"].sql(alias)
