"""What is found out about a file before it is imported."""

import pytest

from honeyguide.features.imports.inspecting import guess_encoding, inspect, keep
from honeyguide.features.imports.reader import UnusableFile


@pytest.fixture
def file(tmp_path):
    def make(data: bytes):
        path = tmp_path / "file.csv"
        path.write_bytes(data)
        return path

    return make


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_guesses_the_delimiter(file, delimiter):
    text = f'email{delimiter}name\na@x.com{delimiter}"A, B; C"\nb@x.com{delimiter}D\n'
    preview = inspect(file(text.encode()))
    assert preview.dialect.delimiter == delimiter
    assert preview.headers == ["email", "name"]
    assert preview.rows == [["a@x.com", "A, B; C"], ["b@x.com", "D"]]
    assert preview.line_count == 2


def test_a_single_column(file):
    assert inspect(file(b"email\na@x.com\n")).headers == ["email"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_guesses_the_encoding_and_keeps_readable_text(file, tmp_path, encoding):
    path = file("email,name\nm@x.com,Jürgen Müller\n".encode(encoding))
    preview = inspect(path)
    assert preview.rows == [["m@x.com", "Jürgen Müller"]]
    assert bool(preview.warnings) == (not encoding.startswith("utf-8"))
    kept = tmp_path / "kept.csv"
    dialect = keep(path, kept, preview.dialect)
    assert "Jürgen Müller" in kept.read_bytes().decode(dialect.encoding)


def test_line_ends_of_old_macs(file, tmp_path):
    path = file(b"email,name\ra@x.com,A\rb@x.com,B\r")
    preview = inspect(path)
    assert (preview.rows, preview.line_count) == ([["a@x.com", "A"], ["b@x.com", "B"]], 2)
    keep(path, tmp_path / "kept.csv", preview.dialect)
    assert (tmp_path / "kept.csv").read_bytes() == b"email,name\na@x.com,A\nb@x.com,B\n"


def test_moving_takes_the_file_away(file, tmp_path):
    path = file(b"email\na@x.com\n")
    keep(path, tmp_path / "in" / "kept.csv", inspect(path).dialect, move=True)
    assert not path.exists()
    assert (tmp_path / "in" / "kept.csv").stat().st_mode & 0o777 == 0o600


def test_repeated_and_missing_headers_get_names(file):
    assert inspect(file(b"email,email,,email\n1,2,3,4\n")).headers == ["email", "email (2)", "column 3", "email (3)"]


def test_a_character_cut_off_by_the_sample_is_no_reason_for_another_encoding():
    assert guess_encoding("abc é".encode()[:-1]) == "utf-8"


def test_a_large_file_is_estimated(file):
    preview = inspect(file(b"email\n" + b"somebody@example.com\n" * 50_000))
    assert preview.line_count == pytest.approx(50_000, rel=0.02)


@pytest.mark.parametrize("data", [b"", b"\n\n  \n", b"\xef\xbb\xbf", b"\x00\x00"])
def test_empty_files_are_refused(file, data):
    with pytest.raises(UnusableFile, match="empty"):
        inspect(file(data))


@pytest.mark.parametrize(
    "options",
    [{"delimiter": "ab"}, {"delimiter": "\n"}, {"encoding": "klingon"}, {"encoding": "base64"}, {"encoding": "a\0b"}],
)
def test_options_that_make_no_sense_are_refused(file, options):
    with pytest.raises(UnusableFile):
        inspect(file(b"a,b\n"), **options)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UnusableFile, match="cannot be read"):
        inspect(tmp_path / "nothing.csv")
