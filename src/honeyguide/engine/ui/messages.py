"""Flash messages: what a page says once after an action, and perhaps how to take that back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest

from honeyguide.engine.resource import Refused

UNDO_SECONDS = 3600


def success(request: HttpRequest, text: str, *, undo_at: str = "", undo: Any = None) -> None:
    """With a button that posts `undo`, which is JSON-able, back to the path `undo_at`, where `sent_back` reads it."""
    kept = signing.dumps(undo, salt=_salt(request), compress=True) if undo else ""
    messages.success(request, text, extra_tags=f"{undo_at} {kept}" if kept else "")


def warning(request: HttpRequest, text: str) -> None:
    messages.warning(request, text)


def error(request: HttpRequest, text: str) -> None:
    messages.error(request, text)


def sent_back(request: HttpRequest) -> Any:
    """What an undo button kept for this user. Raises `Refused` when it is too old, or is not what we gave out."""
    try:
        return signing.loads(request.POST.get("kept", ""), salt=_salt(request), max_age=UNDO_SECONDS)
    except signing.BadSignature:
        raise Refused("This can no longer be undone.") from None


def _salt(request: HttpRequest) -> str:
    return f"undo-{request.user.pk}"
