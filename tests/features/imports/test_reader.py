"""The CSV reader agrees with Python's, knows its position, and survives what is broken."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honeyguide.features.imports.reader import MAX_LINE, MAX_VALUE, Dialect, Reader, UnusableFile

CELLS = st.text(st.sampled_from(list("ab\"'\\,;\n é€😀 1=")), max_size=8)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=12)


def written(rows: list[list[str]], **options) -> bytes:
    text = io.StringIO()
    csv.writer(text, **options).writerows(rows)
    return text.getvalue().encode()


def read(data: bytes, dialect: Dialect | None = None, most: int = 1000):
    return Reader(io.BytesIO(data), dialect or Dialect()).read(most)


@settings(max_examples=150, deadline=None)
@given(ROWS, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["\n", "\r\n"]))
def test_reads_what_pythons_writer_wrote(rows, delimiter, terminator):
    data = written(rows, delimiter=delimiter, lineterminator=terminator)
    batch = read(data, Dialect(delimiter=delimiter))
    assert batch.rows == list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter))
    assert (batch.byte, batch.at_end, batch.broken) == (len(data), True, [])


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from(list('ab",\n x')), max_size=60))
def test_agrees_with_pythons_reader_on_any_text(text):
    batch = read(text.encode())
    if not batch.broken:
        assert batch.rows == list(csv.reader(text.splitlines(keepends=True)))


@settings(max_examples=60, deadline=None)
@given(ROWS, st.integers(1, 4))
def test_goes_on_at_any_position(rows, step):
    data = written(rows)
    whole = read(data)
    rows_found, lines_found, byte, line = [], [], 0, 1
    while True:
        batch = Reader(io.BytesIO(data), Dialect(), byte=byte, line=line).read(step)
        rows_found += batch.rows
        lines_found += batch.lines
        byte, line = batch.byte, batch.line
        if batch.at_end:
            break
    assert (rows_found, lines_found) == (whole.rows, whole.lines)


def test_a_quote_that_is_never_closed_costs_its_line_only():
    batch = read(b'a,b\n1,"open\n2,two\n3,three\n')
    assert batch.rows == [["a", "b"], ["2", "two"], ["3", "three"]]
    assert batch.broken == [(2, "A quote is opened on this line and never closed.", ['1,"open'])]


def test_a_huge_value_costs_its_line_only():
    batch = read(b"a\n" + b"x" * (MAX_VALUE + 1) + b"\nlast\n")
    assert batch.rows == [["a"], ["last"]]
    assert batch.broken[0][0] == 2
    assert "longer than 200,000 characters" in batch.broken[0][1]


def test_a_value_of_a_hundred_thousand_characters_is_read():
    assert read(b"x" * 100_000).rows == [["x" * 100_000]]


def test_a_file_without_line_breaks_is_refused_in_constant_memory():
    with pytest.raises(UnusableFile, match="Is this a CSV file"):
        read(b"x" * (MAX_LINE + 2))


def test_bytes_that_are_not_utf8_are_read_as_windows_1252_and_reported():
    batch = read("a\nJosé\n".encode() + "Müller €\n".encode("cp1252"))
    assert batch.rows == [["a"], ["José"], ["Müller €"]]
    assert batch.guessed_line == 3


def test_bytes_that_are_no_text_cost_their_line_only():
    batch = read(b"a\n\x81\x8d\nb\n")
    assert batch.rows == [["a"], ["b"]]
    assert batch.broken[0][:2] == (2, "The text is neither utf-8 nor Windows-1252.")


def test_nul_bytes_and_byte_order_marks_vanish():
    assert read(b"\xef\xbb\xbfa,b\n1\x00,2\n").rows == [["a", "b"], ["1", "2"]]


def test_a_bare_carriage_return_costs_its_line_only():
    batch = read(b"a,b\nx\ry,z\nlast,1\n")
    assert batch.rows == [["a", "b"], ["last", "1"]]
    assert batch.broken[0][0] == 2


def test_other_enclosures_and_escapes():
    assert read(b"'a;b';c", Dialect(";", "'")).rows == [["a;b", "c"]]
    assert read(b'"a\\"b",c', Dialect(escape="\\")).rows == [['a"b', "c"]]
    assert read(b'"a",b', Dialect(enclosure="")).rows == [['"a"', "b"]]
