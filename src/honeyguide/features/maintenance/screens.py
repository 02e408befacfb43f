"""What is kept for how long, on the system page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from honeyguide.engine.ui.screen import ADMIN, Page, Pages
from honeyguide.features.maintenance.services import next_cleaning, rules


def retention_view(request: HttpRequest) -> HttpResponse:
    """Loaded after the page: counting what is old may take a moment."""
    now = timezone.now()
    return render(request, "maintenance/retention.html", {"rules": rules(now), "next": next_cleaning(now)})


PAGES = Pages(Page(path="sysinfo/retention", view=retention_view, right=ADMIN))
