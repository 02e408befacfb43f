"""What a page of a report is asked for: dates, dynamic filters, order, the rows behind a figure. Kept for the session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from honeyguide.engine.ui.span import Span, default_span, read_span
from honeyguide.features.reports.compiling import Asked, filters_of
from honeyguide.features.reports.models import Report
from honeyguide.features.reports.operators import OF_FILTER, WORDS
from honeyguide.features.reports.sources import source_of

LONGEST = 1000


@dataclass(frozen=True)
class Looking:
    """`span` is None when the report shows no range of dates, and then no date restricts its rows."""

    asked: Asked
    span: Span | None
    dynamic: list[dict[str, Any]]

    @property
    def parameters(self) -> dict[str, str]:
        """The same in an address, but for order and group."""
        dates = {"from": self.span.first.isoformat(), "to": self.span.last.isoformat()} if self.span else {}
        return dates | {one["name"]: one["value"] for one in self.dynamic}

    @property
    def chart_span(self) -> Span:
        return self.span or default_span()


def read_asked(request: HttpRequest, report: Report) -> Looking:
    span = None if setting(report, "hideDateRangeFilter") else read_span(request)
    dynamic = dynamic_filters(request, report)
    sort = request.GET.get("sort", "").replace("\x00", "")[:200]
    order = (sort.removeprefix("-"), "DESC" if sort.startswith("-") else "ASC") if sort else None
    keys, texts = request.GET.getlist("of"), request.GET.getlist("is")
    asked = Asked(
        since=span.since if span else None,
        until=span.until if span else None,
        values={one["at"]: one["value"] for one in dynamic if one["value"] != one["own"]},
        order=order,
        within=list(zip(keys, texts, strict=False))[:20],
    )
    return Looking(asked, span, dynamic)


def setting(report: Report, name: str) -> bool:
    settings = report.settings if isinstance(report.settings, dict) else {}
    return str(settings.get(name) or "0").lower() not in ("0", "false")


def dynamic_filters(request: HttpRequest, report: Report) -> list[dict[str, Any]]:
    """Those that whoever looks may change, with their value now: as asked, else as kept for the session, else the report's."""
    source = source_of(report.source)
    columns = source.columns() if source else {}
    place = f"report:{report.pk}"
    kept = request.session.get(place, {})
    found = []
    for at, given in enumerate(filters_of(report)):
        key = given.get("column")
        if not given.get("dynamic") or not (key in columns or (source and key in source.filters)):
            continue
        name = f"f{at}"
        own = given.get("value")
        own = ",".join(map(str, own)) if isinstance(own, list) else str(own if own is not None else "")
        value = request.GET.get(name, kept.get(name, own)).replace("\x00", "")[:LONGEST]
        kind = columns[key].column.kind if key in columns else "text"
        label = columns[key].label if key in columns else OF_FILTER[key][0]
        words = WORDS.get(given.get("condition") or "eq", "")
        found.append({"at": at, "name": name, "label": f"{label} {words}", "kind": kind, "value": value, "own": own})
    now = {one["name"]: one["value"] for one in found if one["value"] != one["own"]}
    if found and now != kept and any(one["name"] in request.GET for one in found):
        request.session[place] = now
    return found
