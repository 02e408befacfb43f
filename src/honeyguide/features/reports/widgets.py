"""What the dashboard knows of reports: the graph of one."""

from __future__ import annotations

from datetime import timedelta

from honeyguide.engine.resource.errors import Denied
from honeyguide.engine.widgets import Asked, Data, Widget
from honeyguide.features.reports import compiling
from honeyguide.features.reports.graphs import draw
from honeyguide.features.reports.models import Report
from honeyguide.features.reports.sources import source_of


def graph(asked: Asked) -> Data | None:
    """The filter `graph` names it: "<id of the report>:<key of the graph>". None when there is no such graph."""
    number, _, key = str(asked.filters.get("graph") or "").partition(":")
    found = Report.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    source = source_of(found.source) if found else None
    chosen = next((one for one in source.graphs if one.key == key), None) if source and source.tables else None
    if found is None or chosen is None:
        return None
    if asked.mine is not None and not found.system and found.created_by != asked.mine:
        raise Denied()
    if source.admin_only and not asked.user.role.is_admin:
        raise Denied()
    return draw(found, chosen, compiling.Asked(asked.since, asked.until - timedelta(microseconds=1)), asked)


GRAPH = Widget(
    type="report",
    title="Report Graph",
    group="Report Widgets",
    right="report:reports:viewown",
    others="report:reports:viewother",
    data=graph,
)
