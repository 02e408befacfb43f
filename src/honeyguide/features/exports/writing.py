"""Rows as CSV or XLSX, in constant memory. Texts that a spreadsheet would run as a formula are guarded."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from honeyguide.engine import config
from honeyguide.engine.formulas import guarded

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PIECE_ROWS = 1_000
SHEET_ROWS = 1_048_576  # Excel's limits
CELL_CHARACTERS = 32_767


def csv_pieces(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The file in UTF-8, a thousand rows at a time."""
    show = _guarded if config.get("csv_formula_guard") else _plain
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if config.get("csv_always_enclose") else csv.QUOTE_MINIMAL
    writer = csv.writer(text, quoting=quoting)
    writer.writerow([show(header) for header in headers])
    for number, row in enumerate(rows, 1):
        writer.writerow([show(value) for value in row])
        if number % PIECE_ROWS == 0:
            yield _taken(text)
    yield _taken(text)


def write_xlsx(path: Path, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Writes a workbook; more rows than a sheet holds go on in further sheets. Texts are written as texts, never as links,
    formulas or numbers."""
    show = _guarded if config.get("csv_formula_guard") else _plain
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)}) as book:
        sheet, line = None, SHEET_ROWS
        for row in rows:
            if line >= SHEET_ROWS:
                sheet, line = _new_sheet(book, [show(header) for header in headers]), 1
            _write_row(sheet, line, row, show)
            line += 1
        if sheet is None:
            _new_sheet(book, [show(header) for header in headers])


def _new_sheet(book: xlsxwriter.Workbook, headers: Sequence[str]) -> Any:
    sheet = book.add_worksheet()
    for column, header in enumerate(headers):
        sheet.write_string(0, column, header)
    return sheet


def _write_row(sheet: Any, line: int, row: Sequence[Any], show: Any) -> None:
    for column, value in enumerate(row):
        if isinstance(value, bool):
            sheet.write_number(line, column, int(value))
        elif isinstance(value, (int, float)):
            sheet.write_number(line, column, value)
        elif value is not None:
            sheet.write_string(line, column, show(value)[:CELL_CHARACTERS])


def _plain(value: Any) -> str:
    """Booleans as 1 and 0, nothing as an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def _guarded(value: Any) -> str:
    """Numbers are no texts: -5 stays -5."""
    return guarded(value) if isinstance(value, str) else _plain(value)


def _taken(text: io.StringIO) -> bytes:
    piece = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return piece
