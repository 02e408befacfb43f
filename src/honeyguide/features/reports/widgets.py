"""What the dashboard knows of reports: a report's graph, once reports are run."""

from __future__ import annotations

from honeyguide.engine.widgets import Asked, Widget


def graph(asked: Asked) -> None:
    """No report has graphs yet."""


GRAPH = Widget(
    type="report",
    title="Report Graph",
    group="Report Widgets",
    right="report:reports:viewown",
    others="report:reports:viewother",
    data=graph,
)
