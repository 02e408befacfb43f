"""Figures of widgets (`engine.widgets.Data`) as pages draw them, each with words or a table behind the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from honeyguide.engine.widgets import Data
from honeyguide.engine.widgets.charts import NO_DATA

# What tables of figures are headed, where the name alone does not say it.
HEADS = {
    "mautic.core.createdby": "Created by",
    "mautic.email.label.reads": "Read",
    "mautic.email.label.sends": "Sent",
    "mautic.form.graph.line.submissions": "Submissions",
    "mautic.form.lead": "Contact",
    "mautic.form.result.thead.referrer": "Referrer",
    "mautic.lead.leads": "Contacts",
    "mautic.lead.list.last_built_time": "Build time",
    "mautic.user.account.permissions.editname": "User",
}
LABEL = "mautic.dashboard.label."


@dataclass(frozen=True)
class Plot:
    """Lines or bars over named points."""

    title: str
    labels: Sequence[str]
    series: Mapping[str, Sequence[float]]
    bars: bool = False
    template: str = "ui/plot.html"

    @property
    def data(self) -> dict[str, Any]:
        return {
            "labels": list(self.labels),
            "bars": self.bars,
            "series": [{"label": label, "values": list(values)} for label, values in self.series.items()],
        }

    @property
    def rows(self) -> list[tuple[str, tuple[float, ...]]]:
        return list(zip(self.labels, zip(*self.series.values(), strict=True), strict=True))


@dataclass(frozen=True)
class Shares:
    """Parts of a whole."""

    title: str
    parts: Mapping[str, float]
    template: str = "ui/shares.html"

    @property
    def whole(self) -> float:
        return sum(self.parts.values())


@dataclass(frozen=True)
class Ranking:
    """A table whose cells are {"value", "link"}."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Mapping[str, Any]]]
    template: str = "ui/ranking.html"


@dataclass(frozen=True)
class Several:
    """A drawing for each of several things: {"title", "link", "value", "drawing"}."""

    title: str
    of_each: Sequence[Mapping[str, Any]]
    template: str = "ui/several.html"


def drawn(title: str, data: Data) -> Plot | Shares | Ranking | Several:
    """The drawing that the figures' shape asks for."""
    shown = data.shown
    if "headItems" in shown:
        return Ranking(title, [_head(head) for head in shown["headItems"]], _real_rows(shown["bodyItems"]))
    if "logs" in shown:
        return Ranking(title, ("Who", "Did", "With"), [_logged(entry) for entry in shown["logs"]])
    if "upcomingEmails" in shown:
        return Ranking(
            title, ("When", "E-mail", "Contact", "Campaign"), [_planned(one) for one in shown["upcomingEmails"]]
        )
    kind = shown.get("chartType")
    if kind == "lifecycle":
        items = zip(shown["columnName"], shown["link"], shown["value"], shown["chartItems"], strict=True)
        return Several(
            title,
            [
                {"title": name, "link": link, "value": value, "drawing": drawn(name, Data(chart, None))}
                for name, link, value, chart in items
            ],
        )
    if kind == "pie":
        chart = shown["chartData"]
        parts = zip(chart["labels"], chart["datasets"][0]["data"], strict=True)
        return Shares(title, {name: figure for name, figure in parts if name != NO_DATA})
    if kind in ("line", "bar"):
        chart = shown["chartData"]
        series = {one["label"]: one["data"][: len(chart["labels"])] for one in chart["datasets"]}
        return Plot(title, chart["labels"], series, bars=kind == "bar")
    return Shares(title, dict(shown.get("data") or {}))  # a map: figures by country


def _head(name: str) -> str:
    return (
        HEADS.get(name) or name.removeprefix(LABEL).replace(".", " ").capitalize()
        if name.startswith("mautic.")
        else name
    )


def _logged(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """An entry of the audit log."""
    is_contact = (entry["bundle"], entry["object"]) == ("lead", "lead") and entry["action"] != "delete"
    link = f"/s/contacts/view/{entry['objectId']}" if is_contact else ""
    return [{"value": entry["userName"]}, {"value": entry["action"]}, {"value": entry["objectName"], "link": link}]


def _planned(one: Mapping[str, Any]) -> list[dict[str, Any]]:
    """An e-mail that a campaign will send."""
    due = timezone.localtime(datetime.fromisoformat(one["trigger_date"]).replace(tzinfo=UTC))
    return [
        {"value": f"{due.day} {due:%b %Y, %H:%M}"},
        {"value": one["email_name"], "link": f"/s/emails/view/{one['email_id']}"},
        {"value": one["lead_name"] or one["lead_id"], "link": f"/s/contacts/view/{one['lead_id']}"},
        {
            "value": one["campaign_name"],
            "link": f"/s/campaigns/view/{one['campaign_id']}/contacts/{one['lead_id']}",
        },
    ]


def _real_rows(rows: Sequence[Sequence[Mapping[str, Any]]]) -> Sequence[Sequence[Mapping[str, Any]]]:
    """The contract has a row that says that there are none."""
    return [] if len(rows) == 1 and rows[0] and rows[0][0].get("value") == NO_DATA else rows
