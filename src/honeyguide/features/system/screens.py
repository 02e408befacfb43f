"""The system page: is everything running, what waits, how large is it."""

from __future__ import annotations

import platform
import shutil
from typing import Any

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from honeyguide import __version__
from honeyguide.engine import config
from honeyguide.engine.ui.screen import ADMIN, Menu, Page, Pages
from honeyguide.features.system import queries

MEANING = {
    "PENDING": "waits for its time",
    "CLAIMED": "taken by a worker",
    "ATTEMPTING": "being said to the server",
    "SENT": "accepted by a server",
    "FAILED": "refused for good, or tried too often",
    "UNKNOWN": "the connection broke before the answer; never repeated by itself",
    "CANCELLED": "withdrawn before it was sent",
}


def facts() -> dict[str, Any]:
    disk = shutil.disk_usage(settings.DATA_DIR)
    return {
        "database": queries.database(),
        "tables": queries.tables(),
        "jobs": queries.jobs(),
        "consumers": queries.consumers(),
        "outbox": [{**row, "meaning": MEANING[row["name"]]} for row in queries.outbox()],
        "workers": queries.workers(),
        "disk_free": disk.free,
        "disk_total": disk.total,
        "data_dir": settings.DATA_DIR,
        "embedded": not settings.DATABASE_URL,
        "versions": [
            ("Honeyguide", __version__),
            ("Python", platform.python_version()),
            ("Django", django.get_version()),
        ],
        "site_url": config.get("site_url") or settings.SITE_URL,
        "demo": settings.DEMO,
    }


def system_view(request: HttpRequest) -> HttpResponse:
    return render(request, "system/system.html", {"title": "System", **facts()})


def parts_view(request: HttpRequest) -> HttpResponse:
    return render(request, "system/parts.html", facts())


MENU = Menu(label="System", path="/s/sysinfo", icon="server", order=50, right=ADMIN, admin=True)
PAGES = Pages(
    Page(path="sysinfo", view=system_view, right=ADMIN),
    Page(path="sysinfo/parts", view=parts_view, right=ADMIN),
)
