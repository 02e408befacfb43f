"""The form of a report: what can be chosen of a source, and what was chosen."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from honeyguide.engine.resource import Invalid
from honeyguide.engine.sql import rows
from honeyguide.engine.ui.forms import input_value
from honeyguide.features.reports.compiling import NUMERIC, filters_of
from honeyguide.features.reports.models import Report
from honeyguide.features.reports.operators import WORDS, filters_offered
from honeyguide.features.reports.schedule import DAYS, FREQUENCIES, UNITS
from honeyguide.features.reports.sources import source_of, titles

MOST_ROWS = 200  # of each list
FUNCTIONS = ("COUNT", "SUM", "AVG", "MIN", "MAX")
SETTINGS = {
    "showGraphsAboveTable": "Graphs above the table",
    "showDynamicFilters": "Show the filters that can be changed at once",
    "hideDateRangeFilter": "No range of dates: all rows, whenever they are of",
}
DEFAULT_SOURCE = "leads"
# What filters by segment and by tag suggest.
SEGMENTS = "SELECT id::text, name FROM segments ORDER BY lower(name), id LIMIT 1000"
TAGS = "SELECT tag, '' FROM tags ORDER BY lower(tag) LIMIT 1000"


def chosen(request: HttpRequest, report: Report | None) -> dict[str, Any]:
    """The form's lists: as just sent, else the report's."""
    if request.method == "POST":
        given = collect(request)
        return {**given, "source": given["source"] or DEFAULT_SOURCE}
    if report is None:
        blank = {key: [] for key in ("columns", "filters", "tableOrder", "groupBy", "aggregators", "graphs")}
        return {**blank, "source": DEFAULT_SOURCE, "settings": {}}
    return {
        "source": report.source,
        "columns": report.columns,
        "filters": [{**one, "value": _as_text(one.get("value"))} for one in filters_of(report)],
        "tableOrder": report.table_order,
        "groupBy": report.group_by,
        "aggregators": report.aggregators,
        "graphs": report.graphs,
        "settings": report.settings if isinstance(report.settings, dict) else {},
    }


def offered(name: str) -> dict[str, Any]:
    """What a source has to choose from."""
    source = source_of(name)
    columns = source.columns() if source else {}
    by_label = sorted(columns.items(), key=lambda pair: (pair[1].label.lower(), pair[0]))
    return {
        "columns_offered": [(key, one.label) for key, one in by_label],
        "numbers_offered": [(key, one.label) for key, one in by_label if one.column.kind in NUMERIC],
        "filters_offered": filters_offered(source, columns) if source else [],
        "graphs_offered": [(graph.key, f"{graph.title} ({graph.kind})") for graph in source.graphs] if source else [],
        "conditions": WORDS,
        "functions": FUNCTIONS,
        "suggestions": {"s.leadlist_id": rows(SEGMENTS), "tag": rows(TAGS), "boolean": [("1", "yes"), ("0", "no")]}
        if source and source.filters
        else {"boolean": [("1", "yes"), ("0", "no")]},
    }


def prepare_form(request: HttpRequest, report: Report | None) -> dict[str, Any]:
    now = chosen(request, report)
    return {
        "chosen": now,
        "sources": titles(),
        "schedule": _schedule(request, report),
        "units": UNITS.items(),
        "days": DAYS.items(),
        "frequencies": FREQUENCIES.items(),
        "settings_offered": [(name, label, _is_on(now["settings"].get(name))) for name, label in SETTINGS.items()],
        **offered(now["source"]),
    }


def collect_form(request: HttpRequest, report: Report | None) -> dict[str, Any]:
    return {
        "name": _text(request, "name"),
        "description": _text(request, "description"),
        "system": "system" in request.POST,
        **collect(request),
        **_sent_schedule(request),
    }


def collect(request: HttpRequest) -> dict[str, Any]:
    """The lists that the form sent; rows in which nothing was chosen are left out."""
    filters = _rows_of(request, "filter", ("glue", "column", "condition", "value", "dynamic"))
    return {
        "source": _text(request, "source"),
        "columns": list(dict.fromkeys(key for key in _texts(request, "columns") if key)),
        "filters": [{**one, "dynamic": 1 if one["dynamic"] == "1" else 0} for one in filters if one["column"]],
        "tableOrder": [one for one in _rows_of(request, "order", ("column", "direction")) if one["column"]],
        "groupBy": [key for key in _texts(request, "groupBy") if key],
        "aggregators": [one for one in _rows_of(request, "aggregate", ("function", "column")) if one["column"]],
        "graphs": [key for key in _texts(request, "graphs") if key],
        "settings": {name: 1 if name in request.POST.getlist("settings") else 0 for name in SETTINGS},
    }


def _sent_schedule(request: HttpRequest) -> dict[str, Any]:
    """Parts that do not belong to the chosen unit are not sent, and count as nothing."""
    names = ("scheduleUnit", "scheduleDay", "scheduleMonthFrequency", "toAddress")
    return {"isScheduled": "isScheduled" in request.POST, **{name: _text(request, name) for name in names}}


def _schedule(request: HttpRequest, report: Report | None) -> dict[str, Any]:
    if request.method == "POST":
        return _sent_schedule(request)
    return {
        "isScheduled": bool(report and report.is_scheduled),
        "scheduleUnit": input_value(report.schedule_unit) if report else "",
        "scheduleDay": input_value(report.schedule_day) if report else "",
        "scheduleMonthFrequency": input_value(report.schedule_month_frequency) if report else "",
        "toAddress": input_value(report.to_address) if report else request.user.email,
    }


def _rows_of(request: HttpRequest, prefix: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows whose inputs repeat under the same names. Raises `Invalid` when they do not fit together."""
    lists = [_texts(request, f"{prefix}_{name}") for name in names]
    if len({len(one) for one in lists}) > 1:
        raise Invalid({prefix: "The form cannot be read. Please load the page again."})
    return [dict(zip(names, values, strict=True)) for values in zip(*lists, strict=True)]


def _texts(request: HttpRequest, name: str) -> list[str]:
    return [text.replace("\x00", "") for text in request.POST.getlist(name)[:MOST_ROWS]]


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "")


def _as_text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value if value is not None else "")


def _is_on(value: Any) -> bool:
    return str(value or "0").lower() not in ("0", "false")
