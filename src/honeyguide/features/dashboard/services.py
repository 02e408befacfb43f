"""The only writers of dashboards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from honeyguide.engine.resource import Invalid
from honeyguide.engine.sql import execute
from honeyguide.features.dashboard.document import MOST_WIDGETS
from honeyguide.features.dashboard.models import Dashboard, PlacedWidget

MOST_DASHBOARDS = 30
# What a new dashboard begins with: (type, name, width).
USUAL = (
    ("created.leads.in.time", "Contacts added", 50),
    ("emails.in.time", "E-mails sent", 50),
    ("page.hits.in.time", "Visits", 50),
    ("submissions.in.time", "Form submissions", 50),
    ("ignored.vs.read.emails", "Ignored and read", 25),
    ("top.lists", "Biggest segments", 25),
    ("most.read.emails", "Most read e-mails", 25),
    ("popular.pages", "Popular pages", 25),
)
# One pass: widgets in the order of the ids; those that are not named come last, as they were.
ARRANGE = """
    UPDATE dashboard_widgets SET position = coalesce(array_position(%(ids)s::bigint[], id) - 1, mod(position, 1000) + 1000)
    WHERE dashboard_id = %(dashboard)s
"""


@transaction.atomic
def create(owner: Any, name: str, widgets: Sequence[Mapping[str, Any]] = ()) -> Dashboard:
    """Raises `Invalid` without a name, and when there are too many already."""
    name = _named(name)
    if Dashboard.objects.filter(owner=owner).count() >= MOST_DASHBOARDS:
        raise Invalid({"name": f"There are {MOST_DASHBOARDS} dashboards already; delete one first."})
    dashboard = Dashboard.objects.create(owner=owner, name=name)
    PlacedWidget.objects.bulk_create(
        PlacedWidget(dashboard=dashboard, position=at, **one) for at, one in enumerate(widgets)
    )
    return dashboard


def usual_widgets() -> list[dict[str, Any]]:
    return [{"type": kind, "name": name, "width": width} for kind, name, width in USUAL]


def rename(dashboard: Dashboard, name: str) -> None:
    dashboard.name = _named(name)
    dashboard.save(update_fields=["name"])


def _named(name: str) -> str:
    name = name.replace("\x00", "").strip()
    if not name:
        raise Invalid({"name": "A value is required."})
    if len(name) > 191:
        raise Invalid({"name": "Please keep it below 192 characters."})
    return name


@transaction.atomic
def add(dashboard: Dashboard, values: Mapping[str, Any]) -> PlacedWidget:
    """At the end. Raises `Invalid` when the dashboard is full."""
    last = dashboard.widgets.order_by("-position").first()
    if dashboard.widgets.count() >= MOST_WIDGETS:
        raise Invalid({"type": f"A dashboard has at most {MOST_WIDGETS} widgets."})
    return PlacedWidget.objects.create(dashboard=dashboard, position=last.position + 1 if last else 0, **values)


def change(widget: PlacedWidget, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(widget, name, value)
    widget.save()


def arrange(dashboard: Dashboard, ids: Sequence[int]) -> None:
    """Puts the widgets into the order of these ids; others' ids change nothing."""
    execute(ARRANGE, {"dashboard": dashboard.pk, "ids": list(ids)})
