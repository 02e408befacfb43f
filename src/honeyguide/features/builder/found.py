"""The item that is built, for who may, and how a version of it is told."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from honeyguide.engine.api import standard
from honeyguide.engine.documents.models import Version
from honeyguide.engine.resource.fields import iso
from honeyguide.engine.ui.lists import call_of
from honeyguide.features.builder.subjects import Subject


def find(request: HttpRequest, subject: Subject, item_id: int, action: str) -> Any:
    """The item, if the user may do this to it. Raises `NotFound` or `Denied`."""
    call = call_of(request, subject.resource)
    item = standard.find(subject.resource, min(item_id, 2**63 - 1), call)
    standard.check(subject.resource, call, action, item)
    return item


def told(version: Version) -> dict[str, Any]:
    """A version without its document."""
    return {"id": version.pk, "at": iso(version.date_saved), "by": version.saved_by.name if version.saved_by else ""}
