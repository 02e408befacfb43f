"""Tests of variants: who gets which e-mail of a family."""

from __future__ import annotations

import random
from typing import Any

from django.db.models import Q
from django.utils import timezone

from honeyguide.engine.resource.models import is_live
from honeyguide.features.emails.models import Email

ALL = 100.0  # per cent


def shares(root: Email) -> list[tuple[int, float]]:
    """The live variants of an e-mail with their share in per cent, then itself with what they leave; empty without a test."""
    left, found = ALL, []
    for child in root.variant_children.order_by("pk"):
        share = min(_weight(child.variant_settings), left) if is_live(child) else 0.0
        if share > 0:
            found.append((child.pk, share))
            left -= share
    return [*found, (root.pk, left)] if found else []


def names(root: Email) -> dict[str, Any]:
    """The parameters by which `queries.TESTED_AUDIENCE` shares out recipients; empty without a test."""
    tested, upper, uppers = shares(root), 0.0, []
    for _, share in tested:
        upper += share
        uppers.append(upper)
    start = random.random()  # noqa: S311 - nothing depends on a guess
    return {"variants": [pk for pk, _ in tested], "uppers": uppers, "start": start} if tested else {}


def begin(root: Email) -> None:
    """Notes when the test of a family began, if it has not yet; from then on its messages count for the test."""
    family = Email.objects.filter(Q(pk=root.pk) | Q(variant_parent=root), variant_start_date=None)
    family.update(variant_start_date=timezone.now())


def _weight(settings: Any) -> float:
    try:
        return min(max(float(settings.get("weight") or 0), 0.0), ALL) if isinstance(settings, dict) else 0.0
    except (TypeError, ValueError):
        return 0.0
