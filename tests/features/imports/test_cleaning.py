"""Cleaning by column gives what each field's own type gives, and rows that fail do so with a reason."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honeyguide.engine.fieldtypes import TYPES, InvalidValue
from honeyguide.features.imports.cleaning import clean
from honeyguide.features.imports.layout import Column, Layout
from honeyguide.features.imports.reader import Batch

CELLS = st.one_of(
    st.text(st.sampled_from(list("abA1290@.:-/ +'%TYnéß|_")), max_size=14),
    st.dates().map(str),
    st.datetimes().map(str),
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(str),
    st.emails(),
    st.sampled_from(
        ["a@x.com", " a@x.com ", "A.b+c@ex-ample.co.uk", "yes", "2024-02-30", "2024-01-01T00:00:00", "007", "", " "]
    ),
)


def column(index: int, kind: str) -> Column:
    return Column(index, "f", "lead", "F", kind)


def cleaned(kind: str, cells: list[str]):
    layout = Layout("lead", 2, (column(0, kind),), ("f",))
    rows = [[cell, "x"] for cell in cells]
    batch = Batch(0, 0, 0, rows=rows, lines=list(range(2, len(rows) + 2)))
    records, failures = clean(batch, layout)
    return records.each(), failures


@pytest.mark.parametrize("kind", sorted(TYPES))
@settings(max_examples=40, deadline=None)
@given(cells=st.lists(CELLS.filter(lambda cell: not cell.startswith("'")), max_size=8))
def test_a_column_is_cleaned_as_its_type_says(kind, cells):
    expected, refused = [], []
    for line, cell in enumerate(cells, 2):
        try:
            value = TYPES[kind].clean(cell, {})
            expected.append((line, {} if value is None else {"f": value}))
        except InvalidValue as error:
            refused.append((line, f"F: {error}"))
    records, failures = cleaned(kind, cells)
    assert [(record.line, record.values) for record in records] == expected
    assert [(failure.line, failure.error) for failure in failures] == refused


def test_the_word_null_empties_a_field_of_any_type():
    for kind in TYPES:
        records, failures = cleaned(kind, ["NULL", ""])
        assert [record.values for record in records] == [{"f": None}, {}]
        assert not failures


def test_short_rows_are_padded_and_long_ones_refused():
    layout = Layout("lead", 2, (column(1, "text"),))
    batch = Batch(0, 0, 0, rows=[["a"], ["a", "b"], ["a", "b", "c"], []], lines=[2, 3, 4, 5])
    records, failures = clean(batch, layout)
    assert [(record.line, record.values) for record in records.each()] == [(2, {}), (3, {"f": "b"})]
    assert [(failure.line, failure.row) for failure in failures] == [(4, ["a", "b", "c"]), (5, [])]
