"""The figures of widgets over REST (contract resource-data)."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache
from typing import Any

from honeyguide.engine.resource import Action, NotFound, Resource, Rights
from honeyguide.engine.resource.given import DONE, KEYED, NUMBER, Given, having
from honeyguide.engine.widgets import Widget, ask
from honeyguide.engine.widgets.period import UNITS
from honeyguide.loader import collect


@cache
def widgets() -> dict[str, Widget]:
    """Every widget that features declare, by type."""
    return {widget.type: widget for widget in collect("widgets", Widget)}


def list_types(call: Any) -> Any:
    """Group -> type -> title of what the caller may see."""
    groups: dict[str, dict[str, str]] = {}
    for widget in sorted(widgets().values(), key=lambda widget: widget.group):
        if call.may(widget.right):
            groups.setdefault(widget.group, {})[widget.type] = widget.title
    return {"success": 1, "types": groups or []}


def show_figures(call: Any) -> Any:
    """Who lacks the right to others' items gets the figures of their own, as in the reference."""
    started = time.perf_counter()
    widget = widgets().get(call.path["type"])
    asked = ask(call.query, user=call.user)
    if widget is None:
        raise NotFound()
    if not call.may(widget.others):
        asked = replace(asked, mine=call.user.pk or 0)
    data = widget.data(asked)
    if data is None:
        raise NotFound()
    return {
        "success": 1,
        "cached": False,
        "execution_time": time.perf_counter() - started,
        "data": data.raw if call.query.get("dataFormat") == "raw" else data.shown,
    }


DATA = Resource(
    name="data",
    one="data",
    many="data",
    label="Dashboard figures",
    model=None,
    rights=Rights("lead:leads"),
    fields=[],
    standard=(),
    actions=[
        Action("GET", "", list_types, "Widgets that have figures", gives=having(success=NUMBER, types=KEYED)),
        Action(
            "GET",
            "{type}",
            show_figures,
            "The figures of a widget",
            takes=[
                Given(name="type", text="The type of the widget.", place="path", example="created.leads.in.time"),
                Given(name="dateFrom", text="The first day.", place="query", example="2026-01-01"),
                Given(name="dateTo", text="The last day.", place="query", example="2026-01-31"),
                Given(name="timeUnit", text="The step of time.", place="query", choices=tuple(UNITS), example="d"),
                Given(name="timezone", text="The zone of the days.", place="query", example="Europe/Prague"),
                Given(name="limit", text="Rows of a table.", place="query", kind="integer", example=10),
                Given(name="dataFormat", text="`raw` for figures alone.", place="query", example="raw"),
            ],
            gives=DONE,
        ),
    ],
)
