"""Reports as files: CSV, XLSX and a page to print, streamed in constant memory. Every export is noted in the audit log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from honeyguide.engine.audit import record
from honeyguide.engine.resource import Invalid
from honeyguide.features.exports import writing
from honeyguide.features.exports.writing import PRINTED as FORMATS
from honeyguide.features.reports.compiling import Asked, Query, Shown
from honeyguide.features.reports.models import Report
from honeyguide.features.reports.running import query_of, stream


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
    return writing.pieces(format, report.name, headers, rows)


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
