"""A test of variants, on the page of an e-mail: how it stands, another variant, shares, the winner."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from honeyguide.engine.resource import Refused
from honeyguide.engine.ui import messages
from honeyguide.features.emails import variants, winners
from honeyguide.features.emails.models import Email

DECIDE = (
    ("email.openrate", "who reads it"),
    ("email.clickthrough", "who clicks in it"),
    ("form.submissions", "who comes from it and sends in a form"),
    ("asset.downloads", "who comes from it and downloads an asset"),
)
ACTED = {"form.submissions": "Sent in a form", "asset.downloads": "Downloaded"}


def hours(duration: timedelta | None) -> int | None:
    return math.ceil(duration / timedelta(hours=1)) if duration else None


def figures(email: Email) -> dict[str, Any]:
    """What the card of the test shows; nothing without one."""
    root = variants.root_of(email)
    found = winners.results(root)
    best, said = winners.verdict(found)
    decides = variants.criterion(root)
    return {
        "tested": found,
        "test_root": root,
        "best": best,
        "verdict": said,
        "decides": decides,
        "decide": DECIDE,
        "acted": ACTED.get(decides),
        "sample": round(variants.sample(root)),
        "hours": hours(variants.duration(root)),
        "ends_at": winners.ends_at(root),
    }


def add_variant(request: HttpRequest, email: Email) -> HttpResponse:
    """A copy to be changed."""
    try:
        made = variants.add_variant(email, by=request.user)
    except Refused as error:
        messages.error(request, error.message)
        return redirect(f"/s/emails/view/{email.pk}")
    messages.success(request, "This is the variant: change it, then publish it.")
    return redirect(f"/s/emails/edit/{made.pk}")


def arrange(request: HttpRequest, email: Email) -> HttpResponse:
    root = variants.root_of(email)
    weights = {one.pk: _number(request, f"share-{one.pk}") for one in root.variant_children.all()}
    sample = _number(request, "sample") if "sample" in request.POST else 100
    after = _number(request, "hours") if request.POST.get("hours", "").strip() else None
    try:
        variants.arrange(root, weights, request.POST.get("decides", ""), sample=sample, hours=after)
        messages.success(request, "This holds for everybody who is sent to from now on.")
    except Refused as error:
        messages.error(request, error.message)
    return redirect(f"/s/emails/view/{email.pk}#test")


def _number(request: HttpRequest, name: str) -> int:
    """A whole number of the form; -1 when it is none."""
    text = request.POST.get(name, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1


def declare(request: HttpRequest, email: Email) -> HttpResponse:
    try:
        winners.declare(email, by=request.user)
        messages.success(request, f"“{email.name}” is the winner; everybody else gets it from now on.")
    except Refused as error:
        messages.error(request, error.message)
    return redirect(f"/s/emails/view/{email.pk}")
