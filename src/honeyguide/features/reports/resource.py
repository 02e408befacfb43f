"""Reports over REST (contract resource-reports)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from honeyguide.engine.fieldtypes import EMAIL
from honeyguide.engine.resource import Invalid, Resource, Rights
from honeyguide.engine.resource.content_fields import shaped
from honeyguide.engine.resource.fields import INVALID, Boolean, Choice, Field, ReadOnly, Structure, Text, text_of
from honeyguide.engine.resource.store import ModelStore
from honeyguide.engine.sql import Clause
from honeyguide.features.reports.models import Report

SOURCES = (
    "leads", "contact.attribution.multi", "contact.attribution.first", "contact.attribution.last", "lead.pointlog",
    "contact.frequencyrules", "companies", "segment.membership", "segment.log", "lead.utmTag", "contact.dnc",
    "contact.devices", "group.score", "emails", "email.stats", "forms", "form.submissions", "pages", "page.hits",
    "video.hits", "assets", "asset.downloads", "campaign_lead_event_log", "message.channel", "mobile_notifications",
    "mobile_notifications.stats", "audit.log",
)  # fmt: skip
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

    def own_only(self, call: Any) -> Clause:
        return super().own_only(call) | Clause("reports.system")

    def allowed(self, action: str, item: Report, call: Any) -> bool:
        shared = action == "view" and item.system and call.may(self.resource.rights.level("view"))
        return shared or super().allowed(action, item, call)


REPORTS = Resource(
    name="reports",
    one="report",
    many="reports",
    label="Reports",
    example={"name": "Who is new", "source": "leads", "columns": ["l.id", "l.email"]},
    model=Report,
    rights=Rights("report:reports"),
    stamps=False,
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
