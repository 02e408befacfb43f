"""The first page: the numbers of the day, charts, what happened last, and first steps."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from honeyguide.engine.ui.screen import SIGNED_IN, Menu, Page, Pages


def dashboard_view(request: HttpRequest) -> HttpResponse:
    return render(request, "dashboard/dashboard.html", {"title": "Dashboard"})


MENU = Menu(
    label="Dashboard", path="/s/dashboard", icon="layout-dashboard", order=0, right=SIGNED_IN, shortcut="Shift+D"
)
PAGES = Pages(Page(path="dashboard", view=dashboard_view, right=SIGNED_IN))
