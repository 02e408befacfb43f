"""Reports over REST (contract resource-reports)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from honeyguide.engine.api.listing import read_limit
from honeyguide.engine.dates import to_datetime
from honeyguide.engine.fieldtypes import EMAIL
from honeyguide.engine.resource import Action, Denied, Invalid, NotFound, Refused, Resource, Rights
from honeyguide.engine.resource.content_fields import shaped
from honeyguide.engine.resource.fields import INVALID, Boolean, Choice, Field, ReadOnly, Structure, Text, text_of
from honeyguide.engine.resource.given import LIST, NUMBER, OBJECT, Given, having
from honeyguide.engine.resource.rendering import without_nulls
from honeyguide.engine.resource.resource import STAMPS
from honeyguide.engine.resource.store import ModelStore
from honeyguide.engine.sql import Clause
from honeyguide.features.reports.models import Report
from honeyguide.features.reports.rights import may_see_source
from honeyguide.features.reports.running import run
from honeyguide.features.reports.runs import plan
from honeyguide.features.reports.sources import SOURCES

CONDITIONS = (
    "eq", "neq", "gt", "gte", "lt", "lte", "like", "notLike", "contains", "startsWith", "endsWith", "empty", "notEmpty",
    "in", "notIn",
)  # fmt: skip
FUNCTIONS = ("COUNT", "AVG", "SUM", "MIN", "MAX")
SETTINGS = dict.fromkeys(("showGraphsAboveTable", "showDynamicFilters", "hideDateRangeFilter"))
INCOMPLETE = "Schedule settings is not valid. Please fill all required fields"


def parse_source(raw: Any) -> str:
    text = text_of(raw).strip()
    if text and text not in SOURCES and not text.startswith("form.results."):
        raise ValueError(INVALID)
    return text


def parse_texts(raw: Any) -> list[str]:
    listed = list(raw.values()) if isinstance(raw, dict) else raw if isinstance(raw, list) else [raw] if raw else []
    return [text_of(entry) for entry in listed]


def Entries(name: str, keys: Sequence[str], choices: dict[str, Sequence[str]], **options: Any) -> Field:
    """A list of maps with these keys, of which some have a choice of values."""

    def parse(raw: Any) -> list[dict[str, Any]]:
        listed = list(raw.values()) if isinstance(raw, dict) else raw if isinstance(raw, list) else [raw] if raw else []
        if not all(isinstance(entry, dict) for entry in listed):
            raise ValueError(INVALID)
        for entry in listed:
            for key, allowed in choices.items():
                if entry.get(key) not in (None, "") and entry[key] not in allowed:
                    raise Invalid({key: INVALID})
        return [{key: entry.get(key) for key in keys} for entry in listed]

    return Structure(name, parse=parse, default=list, reset=list, **options)


def schedules_are_complete(value: Callable[[str], Any]) -> dict[str, str]:
    if not value("is_scheduled"):
        return {}
    addresses = [address.strip() for address in (value("to_address") or "").split(",") if address.strip()]
    if not addresses:
        return {"toAddress": "To address is required for scheduling report"}
    wrong = [address for address in addresses if not EMAIL.fullmatch(address)]
    if wrong:
        return {
            "toAddress": f"Provided emails are not valid: {', '.join(f'{address} is invalid' for address in wrong)}."
        }
    unit = value("schedule_unit")
    needs_day = unit in ("WEEKLY", "MONTHLY") and not value("schedule_day")
    needs_frequency = unit == "MONTHLY" and not value("schedule_month_frequency")
    return {"isScheduled": INCOMPLETE} if not unit or needs_day or needs_frequency else {}


class ReportStore(ModelStore):
    """System reports are everybody's to see."""

    def create(self, values: dict[str, Any], call: Any) -> tuple[Any, bool]:
        if not values.get("source"):
            raise Invalid({"source": "This value should not be blank."})
        values["settings"] = shaped(SETTINGS, values["settings"])
        return super().create(values, call)

    def update(self, item: Report, values: dict[str, Any], call: Any) -> Report:
        if "source" in values and not values["source"]:
            raise Invalid({"source": "This value should not be blank."})
        return super().update(item, values, call)

    def _save(self, item: Report, values: dict[str, Any]) -> None:
        super()._save(item, values)
        plan(item)

    def own_only(self, call: Any) -> Clause:
        return super().own_only(call) | Clause("reports.system")

    def allowed(self, action: str, item: Report, call: Any) -> bool:
        shared = action == "view" and item.system and call.may(self.resource.rights.level("view"))
        return shared or super().allowed(action, item, call)


# --- a report with its rows -----------------------------------------------------------------------------------------


def get_report(call: Any) -> Any:
    report = REPORTS.store.get(call.path["id"])
    if report is None:
        raise NotFound()
    if not REPORTS.store.allowed("view", report, call):  # the reference shows every report to everybody
        raise Denied()
    if not may_see_source(call.user, report):
        raise Denied()
    since, until = _moment(call, "dateFrom"), _moment(call, "dateTo")
    paged = "page" in call.query or "limit" in call.query
    limit = read_limit(call) if paged else 0
    page = _page(call)
    ran = run(report, since, until, start=(page - 1) * max(limit, 0), limit=max(limit, 0))
    told = {
        "totalResults": ran.total,
        "data": ran.rows,
        "dataColumns": ran.names,
        "limit": max(limit, 0),
        "page": page,
        "dateFrom": since and since.isoformat(),
        "dateTo": until and until.isoformat(),
        "debug": [],
        "aggregatorColumns": ran.totals or [],
        "report": without_nulls({f.name: f.render(getattr(report, f.attribute)) for f in (*STAMPS, *REPORTS.fields)}),
    }
    return {key: value for key, value in told.items() if value is not None}


def _moment(call: Any, name: str) -> datetime | None:
    raw = call.query.get(name)
    if raw in (None, ""):
        return None
    moment = to_datetime(raw) if isinstance(raw, str) else None
    if moment is None:
        raise Refused(f"{name} is not a date.")
    return moment


def _page(call: Any) -> int:
    raw = call.query.get("page", "1")
    if not isinstance(raw, str) or not re.fullmatch(r"[0-9]{1,9}", raw.strip() or "1") or int(raw or 1) < 1:
        raise Refused("page must be a number from 1.")
    return int(raw or 1)


WITH_ROWS = having(totalResults=NUMBER, data=LIST, dataColumns={}, limit=NUMBER, page=NUMBER, report=OBJECT)
RANGE = (
    Given(name="dateFrom", text="Rows from this moment on.", place="query", example="2024-01-01"),
    Given(name="dateTo", text="Rows up to this moment.", place="query", example="2044-01-01"),
    Given(
        name="page",
        text="Which page of rows; all rows without page and limit.",
        place="query",
        kind="integer",
        example=1,
    ),
    Given(name="limit", text="How many rows to answer.", place="query", kind="integer", example=10),
)


REPORTS = Resource(
    name="reports",
    one="report",
    many="reports",
    label="Reports",
    example={"name": "Who is new", "source": "leads", "columns": ["l.id", "l.email"]},
    model=Report,
    rights=Rights("report:reports"),
    stamps=False,
    standard=("list", "new", "edit", "delete", "batch"),
    actions=[Action("GET", "{id}", get_report, "A report with its rows", takes=RANGE, gives=WITH_ROWS)],
    fields=[
        ReadOnly("id"),
        Text("name", required="A name is required."),
        Text("description", html=True),
        Boolean("system"),
        Boolean("isScheduled"),
        Field(name="source", parse=parse_source),
        Structure("columns", parse=parse_texts, default=list, reset=list),
        Entries(
            "filters",
            ("column", "glue", "dynamic", "condition", "value"),
            {"condition": CONDITIONS, "glue": ("and", "or")},
        ),
        Entries("tableOrder", ("column", "direction"), {"direction": ("ASC", "DESC")}),
        Structure("graphs", parse=parse_texts, default=list, reset=list),
        Structure("groupBy", parse=parse_texts, default=list, reset=list),
        Structure(
            "settings", parse=lambda raw: shaped(SETTINGS, raw), default=list, reset=lambda: shaped(SETTINGS, None)
        ),
        Entries("aggregators", ("function", "column"), {"function": FUNCTIONS}),
        Choice("scheduleUnit", ("NOW", "DAILY", "WEEKLY", "MONTHLY")),
        Text("toAddress", max_length=None),
        Text("scheduleDay", max_length=20),
        Text("scheduleMonthFrequency", max_length=10),
    ],
    rules=[schedules_are_complete],
    store=ReportStore,
    order=[("lower(reports.name)", "ASC")],
    search=["name"],
)
