"""A test of variants, on the page of an e-mail: how it stands, another variant, shares, the winner."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from honeyguide.engine.resource import Refused
from honeyguide.engine.ui import messages
from honeyguide.features.emails import winners
from honeyguide.features.emails.models import Email

DECIDE = (("email.openrate", "who reads it"), ("email.clickthrough", "who clicks in it"))


def figures(email: Email) -> dict[str, Any]:
    """What the card of the test shows; nothing without one."""
    root = winners.root_of(email)
    found = winners.results(root)
    best, said = winners.verdict(found)
    decides = winners.criterion(root)
    return {
        "tested": found,
        "test_root": root,
        "best": best,
        "verdict": said,
        "decides": next(name for name, what in winners.CRITERIA.items() if what == decides),
        "decide": DECIDE,
    }


def add_variant(request: HttpRequest, email: Email) -> HttpResponse:
    """A copy to be changed."""
    try:
        made = winners.add_variant(email, by=request.user)
    except Refused as error:
        messages.error(request, error.message)
        return redirect(f"/s/emails/view/{email.pk}")
    messages.success(request, "This is the variant: change it, then publish it.")
    return redirect(f"/s/emails/edit/{made.pk}")


def arrange(request: HttpRequest, email: Email) -> HttpResponse:
    root = winners.root_of(email)
    weights = {}
    for one in root.variant_children.all():
        text = request.POST.get(f"share-{one.pk}", "").strip()
        weights[one.pk] = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1
    try:
        winners.arrange(root, weights, request.POST.get("decides", ""))
        messages.success(request, "The shares hold for everybody who is sent to from now on.")
    except Refused as error:
        messages.error(request, error.message)
    return redirect(f"/s/emails/view/{email.pk}#test")


def declare(request: HttpRequest, email: Email) -> HttpResponse:
    try:
        winners.declare(email, by=request.user)
        messages.success(request, f"“{email.name}” is the winner; everybody else gets it from now on.")
    except Refused as error:
        messages.error(request, error.message)
    return redirect(f"/s/emails/view/{email.pk}")
