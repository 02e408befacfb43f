"""Fields take anything or say what is wrong, and what they took they take again."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from honeyguide.engine.resource.content_fields import HtmlPage, Language, Shaped, Url, UtmTags
from honeyguide.engine.resource.fields import Boolean, Choice, DateTime, Integer, Structure, Text, iso, strip_tags

FIELDS = [
    Text("x"),
    Text("x", html=True),
    Text("x", required="Needed.", max_length=5),
    Integer("x"),
    Boolean("x"),
    DateTime("x"),
    Choice("x", ("a", "b")),
    Structure("x"),
    Language(),
    HtmlPage("x"),
    Url("x"),
    Url("x", invalid="No address."),
    UtmTags(),
    Shaped("x", {"a": {"b": None}, "c": []}),
]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.kind)
@settings(max_examples=60, deadline=None)
@given(raw=ANYTHING)
@example(raw="9" * 5000)
@example(raw="²")
@example(raw="1e400")
@example(raw=float("nan"))
@example(raw="x" * 100_000)
@example(raw="<" * 2000)
def test_anything_is_taken_or_refused(field, raw):
    try:
        value = field.clean(raw)
    except ValueError:
        return
    shown = field.render(value)
    again = field.clean(iso(value).removesuffix("+00:00") if isinstance(value, datetime) else shown)
    assert again == value


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        (Text("x"), "  <b>a</b> < b\x00 ", "a < b"),
        (Text("x"), " ", None),
        (Text("x", html=True), " <b>a</b> ", "<b>a</b>"),
        (Text("x"), True, "1"),
        (Text("x"), 1.5, "1.5"),
        (Integer("x"), "12.9", 12),
        (Integer("x", reset=0), "", 0),
        (Boolean("x"), ["on"], True),
        (Boolean("x"), "YES", True),
        (Boolean("x"), "maybe", False),
        (Choice("x", ("a",)), "", None),
        (Structure("x", default=list), None, []),
        (Url("x"), "a b", "http://a b"),
    ],
)
def test_what_is_made_of_it(field, raw, value):
    assert field.clean(raw) == value


@pytest.mark.parametrize(
    ("field", "raw", "message"),
    [
        (Text("x"), ["a"], "This value is not valid."),
        (Text("x", required="Needed."), "<b></b>", "Needed."),
        (Text("x"), "x" * 192, "This value is too long. It should have 191 characters or less."),
        (Integer("x"), "heavy", "This value is not valid."),
        (Integer("x"), 2**31, "This value is not valid."),
        (Integer("x"), "nan", "This value is not valid."),
        (DateTime("x"), "no day", "This value is not valid."),
        (DateTime("x"), "2024-05-01T12:00:00+02:00", "This value is not valid."),
        (Choice("x", ("a",)), "b", "This value is not valid."),
        (Structure("x"), "text", "This value is not valid."),
        (Url("x", invalid="No address."), "a b", "No address."),
    ],
)
def test_what_is_refused(field, raw, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        field.clean(raw)


@given(st.text(alphabet="<>/ab!- \n='\""))
@example("<<b>b>")
@example("<" * 50 + "b>" * 50)
@example("<!--" * 25_000)
def test_no_tag_is_left(text):
    assert not re.search(r"</?[ab][^<>]*>|<!--", strip_tags(text))


def test_what_is_no_tag_stays():
    assert strip_tags("1 < 2 <b>and</b> 3 > 2 <!-- not shown -->") == "1 < 2 and 3 > 2 "


def test_years_have_four_digits():
    assert iso(datetime(300, 11, 2, 23, 43, tzinfo=UTC)) == "0300-11-02T23:43:00+00:00"
