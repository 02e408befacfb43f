"""Looks into a file before it is imported: its encoding, delimiter, columns and first rows."""

import codecs
import csv
import io
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from honeyguide.features.imports.reader import FALLBACK, UTF8_MARK, Dialect, Reader, UnusableFile

SAMPLE = 256 * 1024  # bytes
DELIMITERS = (",", ";", "\t", "|")
MARKS = (
    (UTF8_MARK, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
BYTEWISE = ("utf-8", "cp1252", "iso8859-1", "iso8859-15", "iso8859-2", "cp1250", "cp1251", "koi8-r", "ascii")


@dataclass(frozen=True, slots=True)
class Preview:
    """`line_count` is the number of rows without the header, exact for small files and estimated for large ones."""

    dialect: Dialect
    headers: list[str]
    rows: list[list[str]]
    line_count: int
    byte_count: int
    warnings: list[str]


def inspect(
    path: str | Path, *, delimiter: str = "", enclosure: str = '"', escape: str = "", encoding: str = ""
) -> Preview:
    """What the file holds; what is not given is guessed. Raises `UnusableFile`."""
    path = Path(path)
    try:
        with open(path, "rb") as file:
            sample = file.read(SAMPLE)
            byte_count = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise UnusableFile(f"The file cannot be read: {error.strerror}.") from None
    if not sample.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise UnusableFile("The file is empty.")
    encoding = _known_encoding(encoding) if encoding else guess_encoding(sample)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    given = Dialect(delimiter or ",", enclosure, escape, encoding)
    _check(given)
    dialect = given if delimiter else Dialect(guess_delimiter(text, given), enclosure, escape, encoding)
    rows = _first_rows(text, dialect)
    if not rows:
        raise UnusableFile("The file has no header line.")
    warnings = [f"The file is not UTF-8; it is read as {encoding}."] if encoding not in ("utf-8", "ascii") else []
    lines = max(text.count("\n"), text.count("\r")) + (not text.endswith(("\n", "\r")))
    if byte_count > len(sample):
        lines = round(lines * byte_count / len(sample))
    return Preview(dialect, distinct(rows[0]), rows[1:11], max(lines - 1, 0), byte_count, warnings)


def guess_encoding(sample: bytes) -> str:
    for mark, encoding in MARKS:
        if sample.startswith(mark):
            return encoding
    half = len(sample) // 2
    if half and sample[1::2].count(0) > half * 0.3:
        return "utf-16-le"
    if half and sample[0::2].count(0) > half * 0.3:
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return FALLBACK
    return "utf-8"


def guess_delimiter(text: str, dialect: Dialect) -> str:
    """The delimiter with which the first rows have most alike, and then most, columns."""

    def likeness(delimiter: str) -> tuple:
        rows = _first_rows(text, Dialect(delimiter, dialect.enclosure, dialect.escape))
        width = len(rows[0]) if rows else 0
        return width > 1, sum(len(row) == width for row in rows), width

    return max(DELIMITERS, key=likeness)


def distinct(headers: list[str]) -> list[str]:
    """Column names, each once: empty ones are numbered and repeated ones get a number behind."""
    names: list[str] = []
    for number, header in enumerate(headers, 1):
        name = base = header.replace("\0", "").strip() or f"column {number}"
        count = 1
        while name in names:
            count += 1
            name = f"{base} ({count})"
        names.append(name)
    return names


def keep(path: str | Path, destination: Path, dialect: Dialect, *, move: bool = False) -> Dialect:
    """Copies (or moves) the file to where the importer reads it, as text whose lines can be found by their bytes: UTF-16
    and files whose lines end with CR alone are rewritten. Returns how the kept file is to be read. Raises `UnusableFile`."""
    path = Path(path)
    destination.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if dialect.encoding in BYTEWISE and not _has_bare_returns(path):
        if move:
            shutil.move(path, destination)
        else:
            shutil.copyfile(path, destination)
        destination.chmod(0o600)
        return dialect
    bare = _has_bare_returns(path)
    try:
        with (
            open(path, encoding=dialect.encoding, newline=None if bare else "") as source,
            open(destination, "w", encoding="utf-8", newline="") as target,
        ):
            while text := source.read(1024 * 1024):
                target.write(text)
    except UnicodeError as error:
        destination.unlink(missing_ok=True)
        raise UnusableFile(f"The file is not {dialect.encoding}: {error}.") from None
    destination.chmod(0o600)
    if move:
        path.unlink()
    return Dialect(dialect.delimiter, dialect.enclosure, dialect.escape, "utf-8")


def _has_bare_returns(path: Path) -> bool:
    with open(path, "rb") as file:
        sample = file.read(SAMPLE)
    return b"\n" not in sample and b"\r" in sample


def _first_rows(text: str, dialect: Dialect, most: int = 21) -> list[list[str]]:
    normal = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    reader = Reader(io.BytesIO(normal), Dialect(dialect.delimiter, dialect.enclosure, dialect.escape))
    return [row for row in reader.read(most).rows if row]


def _known_encoding(name: str) -> str:
    try:
        "".encode(name)  # refuses codecs that are not of text, such as base64
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        raise UnusableFile(f"The encoding {name!r} is not known.") from None


def _check(dialect: Dialect) -> None:
    for what in ("delimiter", "enclosure", "escape"):
        value = getattr(dialect, what)
        if len(value) > 1 or value in ("\n", "\r", "\0") or (what == "delimiter" and not value):
            raise UnusableFile(f"The {what} must be one character.")
    try:
        csv.reader([], **dialect.options())
    except (TypeError, ValueError) as error:
        raise UnusableFile(f"These separators do not go together: {error}.") from None
