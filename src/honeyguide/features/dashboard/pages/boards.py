"""A dashboard: shown, made, renamed, deleted, arranged, taken along as a file and brought back."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from honeyguide.engine.resource import Invalid, NotFound
from honeyguide.engine.resource.slugs import slug
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.guard import may
from honeyguide.engine.ui.span import read_span
from honeyguide.features.dashboard import document, services
from honeyguide.features.dashboard.models import Dashboard
from honeyguide.features.data.resource import widgets


def board_of(request: HttpRequest, number: int) -> Dashboard:
    """One's own. Raises `NotFound`."""
    found = Dashboard.objects.filter(pk=min(number, 2**63 - 1), owner=request.user).first()
    if found is None:
        raise NotFound()
    return found


def types_for(user: Any) -> dict[str, str]:
    """Types of widgets that the user may see, with their titles."""
    return {kind: widget.title.strip() for kind, widget in widgets().items() if may(user, widget.right)}


def tabs_of(request: HttpRequest) -> list[Dashboard]:
    return list(Dashboard.objects.filter(owner=request.user))


def board_view(request: HttpRequest, number: int) -> HttpResponse:
    dashboard = board_of(request, number)
    context = {
        "title": dashboard.name,
        "dashboard": dashboard,
        "placed": list(dashboard.widgets.all()),
        "span": read_span(request),
        "tabs": tabs_of(request),
    }
    return render(request, "dashboard/board.html", context)


def new_view(request: HttpRequest) -> HttpResponse:
    """A dashboard with the usual widgets that the user may see, or an empty one."""
    context = {"title": "New dashboard", "name": request.POST.get("name", ""), "is_new": True}
    if request.method == "POST":
        usual = [one for one in services.usual_widgets() if one["type"] in types_for(request.user)]
        try:
            made = services.create(request.user, context["name"], usual if "usual" in request.POST else ())
        except Invalid as error:
            return render(request, "dashboard/board_form.html", context | {"errors": error.errors}, status=422)
        return redirect(f"/s/dashboards/{made.pk}")
    return render(request, "dashboard/board_form.html", context)


def rename_view(request: HttpRequest, number: int) -> HttpResponse:
    dashboard = board_of(request, number)
    context = {
        "title": "Rename the dashboard",
        "dashboard": dashboard,
        "name": request.POST.get("name", dashboard.name),
    }
    if request.method == "POST":
        try:
            services.rename(dashboard, context["name"])
        except Invalid as error:
            return render(request, "dashboard/board_form.html", context | {"errors": error.errors}, status=422)
        return redirect(f"/s/dashboards/{dashboard.pk}")
    return render(request, "dashboard/board_form.html", context)


def delete_view(request: HttpRequest, number: int) -> HttpResponse:
    dashboard = board_of(request, number)
    kept = document.document_of(dashboard)
    dashboard.delete()
    messages.success(request, f"“{dashboard.name}” was deleted.", undo_at="/s/dashboards/restore", undo=kept)
    return redirect("/s/dashboard")


def restore_view(request: HttpRequest) -> HttpResponse:
    """Takes a deletion back."""
    kept, _ = document.read(orjson.dumps(messages.sent_back(request)), widgets())
    made = services.create(request.user, kept["name"], kept["widgets"])
    messages.success(request, f"“{made.name}” is back.")
    return redirect(f"/s/dashboards/{made.pk}")


def arrange_view(request: HttpRequest, number: int) -> HttpResponse:
    """`order` names the widgets' ids with commas between, in their new order."""
    dashboard = board_of(request, number)
    ids = [int(text) for text in request.POST.get("order", "").split(",") if text.isdecimal() and len(text) < 19]
    services.arrange(dashboard, ids[: document.MOST_WIDGETS])
    return JsonResponse({"order": list(dashboard.widgets.values_list("pk", flat=True))})


def export_view(request: HttpRequest, number: int) -> HttpResponse:
    dashboard = board_of(request, number)
    told = document.document_of(dashboard, author=request.user.name)
    response = HttpResponse(orjson.dumps(told, option=orjson.OPT_INDENT_2), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{slug(dashboard.name) or "dashboard"}.json"'
    return response


def import_view(request: HttpRequest) -> HttpResponse:
    context: dict[str, Any] = {"title": "Dashboard from a file"}
    if request.method != "POST":
        return render(request, "dashboard/import.html", context)
    upload = request.FILES.get("file")
    try:
        told, left_out = document.read(upload.read(document.MOST_BYTES + 1) if upload else b"", widgets())
        made = services.create(request.user, told["name"], told["widgets"])
    except (document.BadFile, Invalid) as error:
        problem = next(iter(error.errors.values())) if isinstance(error, Invalid) else str(error)
        return render(request, "dashboard/import.html", context | {"problem": problem}, status=422)
    messages.success(request, f"“{made.name}” has {len(told['widgets'])} widgets.")
    if left_out:
        messages.warning(
            request, f"Widgets of these kinds are not known here and were left out: {', '.join(left_out)}."
        )
    return redirect(f"/s/dashboards/{made.pk}")
