"""Rows as CSV, XLSX or a page to print, in constant memory. Texts that a spreadsheet would run as a formula are guarded."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.html import format_html, format_html_join

from honeyguide.engine import config
from honeyguide.engine.formulas import guarded
from honeyguide.engine.ui import assets

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PRINTED = FORMATS | {"html": "text/html; charset=utf-8"}
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><link rel="icon" href="{icon}"></head>
<body><h1>{title}</h1><table border="1" cellspacing="0" cellpadding="4"><thead><tr>{heads}</tr></thead><tbody>
"""
PIECE_ROWS = 1_000
PIECE_BYTES = 256 * 1024
SHEET_ROWS = 1_048_576  # Excel's limits
CELL_CHARACTERS = 32_767


def pieces(format: str, title: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The file's bytes in one of the formats of `PRINTED`."""
    if format == "csv":
        return csv_pieces(headers, rows)
    return html_pieces(title, headers, rows) if format == "html" else xlsx_pieces(headers, rows)


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


def html_pieces(title: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A page with one table, a thousand rows at a time."""
    heads = format_html_join("", "<th>{}</th>", ((header,) for header in headers))
    yield format_html(PAGE, title=title, heads=heads, icon=assets.url("honeyguide/mark.svg")).encode()
    lines: list[str] = []
    for row in rows:
        cells = format_html_join("", "<td>{}</td>", (("" if value is None else value,) for value in row))
        lines.append(format_html("<tr>{}</tr>\n", cells))
        if len(lines) >= PIECE_ROWS:
            yield "".join(lines).encode()
            lines = []
    yield f"{''.join(lines)}</tbody></table></body></html>".encode()


def xlsx_pieces(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The workbook, written to a file first."""
    with tempfile.TemporaryDirectory(prefix="honeyguide-sheet-") as directory:
        path = Path(directory) / "sheet.xlsx"
        write_xlsx(path, headers, rows)
        with open(path, "rb") as made:
            while piece := made.read(PIECE_BYTES):
                yield piece


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
