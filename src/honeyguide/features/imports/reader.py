"""Reads a CSV file in constant memory, knowing after every record at which byte and line the next one begins.

Files are read as bytes and decoded line by line, so that a position is exact and an import can go on from it. A line that is
not UTF-8 is read as Windows-1252 and reported; one that is neither, a quote that is never closed and a value that is too
long cost only the line on which they begin: reading goes on with the line after it.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

UTF8_MARK = b"\xef\xbb\xbf"
FALLBACK = "cp1252"
MAX_VALUE = 200_000  # characters; also how far an unclosed quote is followed
MAX_LINE = 8 * 1024 * 1024  # bytes; a file without line breaks is not CSV
SHOWN = 500  # characters of a broken line that are kept


class UnusableFile(ValueError):
    """The file as a whole cannot be read; the message says why."""


class _BrokenRecord(ValueError):
    """The record that begins here cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How values are told apart. `escape` is off unless given: quotes inside quoted values are doubled (RFC 4180)."""

    delimiter: str = ","
    enclosure: str = '"'
    escape: str = ""
    encoding: str = "utf-8"

    def options(self) -> dict:
        return {
            "delimiter": self.delimiter,
            "quotechar": self.enclosure or None,
            "quoting": csv.QUOTE_MINIMAL if self.enclosure else csv.QUOTE_NONE,
            "escapechar": self.escape or None,
            "doublequote": True,
        }


@dataclass(slots=True)
class Batch:
    """Consecutive records. `lines[n]` is the line on which `rows[n]` begins; `broken` holds (line, reason, [text]);
    `byte` and `line` are where the next record begins."""

    start: int
    byte: int
    line: int
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    broken: list[tuple[int, str, list[str]]] = field(default_factory=list)
    at_end: bool = False
    guessed_line: int | None = None  # the first line read as Windows-1252 since the reader was made


class Reader:
    """Reads `file` from byte `byte`, which is the beginning of line `line` and of a record."""

    def __init__(self, file: BinaryIO, dialect: Dialect, *, byte: int = 0, line: int = 1) -> None:
        self._file, self._dialect = file, dialect
        self._guessed_line: int | None = None
        csv.field_size_limit(MAX_VALUE)
        if byte == 0:
            file.seek(0)
            byte = len(UTF8_MARK) if file.read(len(UTF8_MARK)) == UTF8_MARK else 0
        self._go_to(byte, line)

    def read(self, most_rows: int, most_bytes: int = MAX_LINE) -> Batch:
        """The next records: at most `most_rows`, and none that begins after `most_bytes`."""
        batch = Batch(self._byte, self._byte, self._line)
        rows, lines = batch.rows, batch.lines
        limit = self._byte + most_bytes
        while len(rows) + len(batch.broken) < most_rows and self._byte < limit:
            self._record_byte, self._record_line = self._byte, self._line
            try:
                rows.append(next(self._records))
                lines.append(self._record_line)
            except StopIteration:
                batch.at_end = True
                break
            except (csv.Error, _BrokenRecord) as error:
                batch.broken.append((self._record_line, _reason(error), [self._skip_line()]))
        batch.byte, batch.line, batch.guessed_line = self._byte, self._line, self._guessed_line
        return batch

    def _go_to(self, byte: int, line: int) -> None:
        self._file.seek(byte)
        self._byte, self._line = byte, line
        self._record_byte, self._record_line = byte, line
        self._records = csv.reader(self._decoded_lines(), **self._dialect.options())

    def _decoded_lines(self) -> Iterator[str]:
        """The file's lines, moving the position on with each. csv.reader never asks for more than the record needs."""
        encoding, readline = self._dialect.encoding, self._file.readline
        while raw := readline(MAX_LINE + 1):
            if len(raw) > MAX_LINE:
                raise UnusableFile(
                    f"Line {self._line} is longer than {MAX_LINE // 1024 // 1024} MB. Is this a CSV file?"
                )
            self._byte += len(raw)
            self._line += 1
            if b"\0" in raw:
                raw = raw.replace(b"\0", b"")
            try:
                text = raw.decode(encoding)
            except UnicodeDecodeError:
                text = self._guess(raw)
            yield text
        if self._byte != self._record_byte:
            raise _BrokenRecord("A quote is opened on this line and never closed.")

    def _guess(self, raw: bytes) -> str:
        try:
            text = raw.decode(FALLBACK)
        except UnicodeDecodeError:
            raise _BrokenRecord(f"The text is neither {self._dialect.encoding} nor Windows-1252.") from None
        self._guessed_line = self._guessed_line or self._line - 1
        return text

    def _skip_line(self) -> str:
        """Goes on with the line after the one on which the current record begins; returns how that line begins."""
        self._file.seek(self._record_byte)
        raw = self._file.readline()
        self._go_to(self._record_byte + len(raw), self._record_line + 1)
        return raw[:SHOWN].replace(b"\0", b"").decode(self._dialect.encoding, "replace").rstrip("\r\n")


def _reason(error: Exception) -> str:
    text = str(error)
    if "field larger than" in text:
        return f"A value is longer than {MAX_VALUE:,} characters, or a quote on this line is never closed."
    if "new-line character" in text:
        return "A line break stands inside a value without quotes."
    return text[:1].upper() + text[1:]
