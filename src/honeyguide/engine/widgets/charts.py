"""Charts as the contract has them (resource-data): data sets with colours by their index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from honeyguide.engine.widgets.period import Asked
from honeyguide.engine.widgets.widget import Data

COLOURS = ("4E5D9D", "00B49C", "FD9572", "FDB933", "757575", "9C4E5C", "694535", "596935")
NO_DATA = "No data returned for this report"


def colour(index: int, alpha: float) -> str:
    red, green, blue = bytes.fromhex(COLOURS[index % len(COLOURS)])
    return f"rgba({red},{green},{blue},{alpha:g})"


def line(asked: Asked, series: Mapping[str, Sequence[float]]) -> Data:
    """A line for each name."""
    return _plot(asked, series, "line", (0.1, 0.8, 1, 1), {})


def bar(asked: Asked, series: Mapping[str, Sequence[float]], labels: Sequence[str]) -> Data:
    return _plot(asked, series, "bar", (0.7, 0.8, 0.9, 1), {"fill": True}, labels)


def _plot(
    asked: Asked,
    series: Mapping[str, Sequence[float]],
    kind: str,
    alphas: Sequence[float],
    more: dict[str, Any],
    labels: Sequence[str] | None = None,
) -> Data:
    labels = asked.labels() if labels is None else labels
    names = ("backgroundColor", "borderColor", "pointHoverBackgroundColor", "pointHoverBorderColor")
    datasets = [
        {**more, "label": label, "data": list(figures)}
        | {name: colour(index, alpha) for name, alpha in zip(names, alphas, strict=True)}
        for index, (label, figures) in enumerate(series.items())
    ]
    shown = {"chartType": kind, "chartHeight": asked.height, "chartData": {"labels": labels, "datasets": datasets}}
    # Figures beyond the labels share an empty one, of which the last stays.
    raw = {
        label: {labels[i] if i < len(labels) else "": figure for i, figure in enumerate(figures)}
        for label, figures in series.items()
    }
    return Data(shown, raw)


def pie(asked: Asked, parts: Mapping[str, int]) -> Data:
    """A slice for each name."""
    parts = dict(parts) or {NO_DATA: 0}
    dataset = {
        "data": list(parts.values()),
        "backgroundColor": [colour(index, 0.8) for index in range(len(parts))],
        "hoverBackgroundColor": [colour(index, 0.9) for index in range(len(parts))],
    }
    chart = {"labels": list(parts), "datasets": [dataset]}
    return Data({"chartType": "pie", "chartHeight": asked.height, "chartData": chart}, parts)
