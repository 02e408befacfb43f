"""Reports as files: CSV, XLSX and a page to print, streamed in constant memory. Every export is noted in the audit log."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.html import format_html, format_html_join

from honeyguide.engine.audit import record
from honeyguide.engine.resource import Invalid
from honeyguide.engine.ui import assets
from honeyguide.features.exports.writing import FORMATS as SHEETS
from honeyguide.features.exports.writing import csv_pieces, write_xlsx
from honeyguide.features.reports.compiling import Asked, Query, Shown
from honeyguide.features.reports.models import Report
from honeyguide.features.reports.running import query_of, stream

FORMATS = SHEETS | {"html": "text/html; charset=utf-8"}
SLICE = 256 * 1024
PIECE_ROWS = 500
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><link rel="icon" href="{icon}"></head>
<body><h1>{title}</h1><table border="1" cellspacing="0" cellpadding="4"><thead><tr>{heads}</tr></thead><tbody>
"""


class Tally:
    """Counts what passes."""

    count = 0

    def of(self, passing: Iterable[Any]) -> Iterator[Any]:
        for one in passing:
            self.count += 1
            yield one


def export_report(report: Report, asked: Asked, *, format: str, by: Any = None) -> Iterator[bytes]:
    """The file's bytes. Raises `Invalid` for a format that there is not."""
    if format not in FORMATS:
        raise Invalid({"format": "This value is not valid."})
    record("report", "report", report.pk, "export", {"format": format}, by=by)
    return pieces(report, query_of(report, asked), format)


def pieces(report: Report, query: Query | None, format: str, tally: Tally | None = None) -> Iterator[bytes]:
    """The file's bytes; `tally` counts the rows."""
    headers = [shown.label for shown in query.visible] if query else []
    rows = _rows(query) if query else iter(())
    rows = tally.of(rows) if tally else rows
    if format == "csv":
        return csv_pieces(headers, rows)
    return _html(report.name, headers, rows) if format == "html" else _xlsx(headers, rows)


def file_name(report: Report, format: str, at: datetime | None = None) -> str:
    """`<date>_<name of the report>.<format>`, of letters that every system takes."""
    name = re.sub(r"[^\w.-]+", "_", report.name, flags=re.ASCII).strip("._") or "report"
    return f"{timezone.localdate(at):%Y-%m-%d}_{name[:100]}.{format}"


def _rows(query: Query) -> Iterator[list[Any]]:
    for row in stream(query):
        yield [_typed(shown, text) for shown, text in zip(query.shown, row, strict=True)]


def _typed(shown: Shown, text: str) -> Any:
    """Numbers as numbers, so that a spreadsheet can add them."""
    if not shown.is_number or text == "":
        return text
    return float(text) if "." in text else int(text)


def _xlsx(headers: list[str], rows: Iterator[list[Any]]) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory(prefix="honeyguide-report-") as directory:
        path = Path(directory) / "report.xlsx"
        write_xlsx(path, headers, rows)
        with open(path, "rb") as made:
            while piece := made.read(SLICE):
                yield piece


def _html(title: str, headers: list[str], rows: Iterator[list[Any]]) -> Iterator[bytes]:
    heads = format_html_join("", "<th>{}</th>", ((header,) for header in headers))
    yield format_html(PAGE, title=title, heads=heads, icon=assets.url("honeyguide/mark.svg")).encode()
    lines: list[str] = []
    for row in rows:
        lines.append(format_html("<tr>{}</tr>\n", format_html_join("", "<td>{}</td>", ((value,) for value in row))))
        if len(lines) >= PIECE_ROWS:
            yield "".join(lines).encode()
            lines = []
    yield f"{''.join(lines)}</tbody></table></body></html>".encode()
