"""A widget on a dashboard: its figures, and what can be chosen about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from honeyguide.engine.resource import Invalid, NotFound, Refused
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.drawings import drawn
from honeyguide.engine.ui.guard import may
from honeyguide.engine.ui.properties import inputs, read
from honeyguide.engine.ui.span import read_span
from honeyguide.engine.widgets import ask
from honeyguide.engine.widgets.period import FRAME
from honeyguide.features.dashboard import document, services
from honeyguide.features.dashboard.models import Dashboard, PlacedWidget
from honeyguide.features.dashboard.pages.boards import board_of, types_for
from honeyguide.features.dashboard.parameters import HEIGHTS, WIDTHS, parameters_of
from honeyguide.features.data.resource import widgets

NOT_YOURS = "Your role does not show these figures."
GONE = "What this was about is not there any more."


def placed_of(request: HttpRequest, number: int) -> PlacedWidget:
    """On one of one's own dashboards. Raises `NotFound`."""
    found = PlacedWidget.objects.filter(pk=min(number, 2**63 - 1), dashboard__owner=request.user).first()
    if found is None:
        raise NotFound()
    return found


def figures_view(request: HttpRequest, number: int) -> HttpResponse:
    """The figures alone, loaded when the widget is scrolled to, so that the page never waits for them."""
    placed = placed_of(request, number)
    widget = widgets().get(placed.type)
    if widget is None or not may(request.user, widget.right):
        return render(request, "dashboard/no_figures.html", {"why": GONE if widget is None else NOT_YOURS})
    params = placed.params if isinstance(placed.params, Mapping) else {}
    asked = {**read_span(request).query, "height": str(placed.height), "limit": str(params.get("limit") or "")}
    mine = None if may(request.user, widget.others) else request.user.pk
    try:
        data = widget.data(
            ask({**asked, "filter": _filters(params), "dataset": params.get("dataset")}, user=request.user, mine=mine)
        )
    except Refused as error:
        return render(request, "dashboard/no_figures.html", {"why": error.message or NOT_YOURS})
    if data is None:
        return render(request, "dashboard/no_figures.html", {"why": GONE})
    chart = drawn(placed.name, data)
    return render(request, chart.template, {"chart": chart, "height": placed.height - FRAME})


def _filters(params: Mapping[str, Any]) -> dict[str, Any]:
    """What was chosen, as the API's `filter[…]` would say it: texts and lists of texts."""
    return {
        name: [str(one) for one in value] if isinstance(value, list) else "" if value is None else str(value)
        for name, value in params.items()
    }


def add_view(request: HttpRequest, number: int) -> HttpResponse:
    dashboard = board_of(request, number)
    return _form(request, dashboard, None)


def edit_view(request: HttpRequest, number: int) -> HttpResponse:
    placed = placed_of(request, number)
    return _form(request, placed.dashboard, placed)


def _form(request: HttpRequest, dashboard: Dashboard, placed: PlacedWidget | None) -> HttpResponse:
    types = types_for(request.user)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        values, errors = _sent(request, types, placed)
        if not errors:
            try:
                if placed:
                    services.change(placed, values)
                else:
                    placed = services.add(dashboard, values)
                return redirect(f"/s/dashboards/{dashboard.pk}#widget-{placed.pk}")
            except Invalid as error:
                errors = error.errors
    kind = request.POST.get("type") or (placed.type if placed else "")
    kept = placed.params if placed else {}
    context = {
        "title": "Change the widget" if placed else "Add a widget",
        "dashboard": dashboard,
        "placed": placed,
        "types": sorted(types.items(), key=lambda pair: pair[1].lower()),
        "kind": kind,
        "name": request.POST.get("name", placed.name if placed else ""),
        "width": _number(request.POST.get("width"), placed.width if placed else 50),
        "height": _number(request.POST.get("height"), placed.height if placed else 330),
        "widths": WIDTHS,
        "heights": HEIGHTS,
        "blocks": [
            (one, inputs(parameters_of(one, request.user), kept if one == kind else {}, f"{one}:")) for one in types
        ],
        "errors": errors,
    }
    return render(request, "dashboard/placed_form.html", context, status=422 if errors else 200)


def _sent(
    request: HttpRequest, types: Mapping[str, str], placed: PlacedWidget | None
) -> tuple[dict[str, Any], dict[str, str]]:
    kind = request.POST.get("type", "")
    if kind not in types and not (placed and placed.type == kind):
        return {}, {"type": "Choose what the widget shows."}
    params, wrong = read(request.POST, parameters_of(kind, request.user), f"{kind}:")
    name = request.POST.get("name", "").replace("\x00", "").strip()[: document.LONGEST]
    values = {
        "type": kind,
        "name": name or types.get(kind, kind),
        "width": document.nearest(_number(request.POST.get("width"), 50), WIDTHS),
        "height": document.nearest(_number(request.POST.get("height"), 330), HEIGHTS),
        "params": {key: value for key, value in params.items() if value not in ("", [], None)},
    }
    return values, {"params": " ".join(wrong)} if wrong else {}


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else default


def remove_view(request: HttpRequest, number: int) -> HttpResponse:
    placed = placed_of(request, number)
    kept = {
        "dashboard": placed.dashboard_id,
        "widgets": [document.widget_as_data(placed, 0)],
        "position": placed.position,
    }
    placed.delete()
    messages.success(request, f"“{placed.name}” was taken off.", undo_at="/s/dashboards/put-back", undo=kept)
    return redirect(f"/s/dashboards/{placed.dashboard_id}")


def put_back_view(request: HttpRequest) -> HttpResponse:
    """Takes a removal back, to where the widget was."""
    kept = messages.sent_back(request)
    dashboard = board_of(request, kept["dashboard"])
    one = {name: kept["widgets"][0][name] for name in ("name", "type", "width", "height", "params")}
    services.change(services.add(dashboard, one), {"position": kept["position"]})
    return redirect(f"/s/dashboards/{dashboard.pk}")
