"""Tests of variants: how they are set up, and who gets which e-mail of a family (engine emails 5)."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from honeyguide.engine.resource import Refused
from honeyguide.engine.resource.models import is_live
from honeyguide.features.emails.editing import clone_email
from honeyguide.features.emails.models import Email

ALL = 100.0  # per cent
LONGEST = 24 * 90  # hours that a test may last
CRITERIA = ("email.openrate", "email.clickthrough", "form.submissions", "asset.downloads")


def root_of(email: Email) -> Email:
    return email.variant_parent or email


def settings_of(email: Email) -> dict[str, Any]:
    return email.variant_settings if isinstance(email.variant_settings, dict) else {}


def number(value: Any) -> float | None:
    """A setting as a number; None when it is none."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def shares(root: Email) -> list[tuple[int, float]]:
    """The live variants of an e-mail with their share in per cent, then itself with what they leave; empty without a test."""
    left, found = ALL, []
    for child in root.variant_children.order_by("pk"):
        share = min(number(settings_of(child).get("weight")) or 0.0, left) if is_live(child) else 0.0
        if share > 0:
            found.append((child.pk, share))
            left -= share
    return [*found, (root.pk, left)] if found else []


def criterion(root: Email) -> str:
    """What decides, one of `CRITERIA`. The first variant that says so decides for all."""
    chosen = (settings_of(one).get("winnerCriteria") for one in (*root.variant_children.order_by("pk"), root))
    return next((name for name in chosen if name in CRITERIA), CRITERIA[0])


def duration(root: Email) -> timedelta | None:
    """How long after its beginning the test is decided by itself; None when a person decides."""
    hours = number(settings_of(root).get("sendWinnerDelay"))
    return timedelta(hours=min(hours, LONGEST)) if hours and hours > 0 else None


def sample(root: Email) -> float:
    """How many per cent of a broadcast's recipients take part; the others wait for the winner."""
    given = number(settings_of(root).get("totalWeight"))
    return min(given, ALL) if given and given > 0 else ALL


def names(root: Email) -> dict[str, Any]:
    """The parameters by which the statements of tested audiences share out recipients; empty without a test."""
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


def in_place_of(email: Email) -> Email:
    """The e-mail itself, or the original where it is an unpublished variant: who lost a test leads to the winner."""
    return root_of(email) if not email.is_published else email


@transaction.atomic
def add_variant(email: Email, *, by: Any = None) -> Email:
    """A copy of the original that is tested against it once it is published, with an equal share. Raises `Refused`."""
    root = root_of(email)
    if root.translation_parent_id:
        raise Refused("A translation cannot be tested; test the e-mail that it translates.")
    copy = clone_email(root, by=by)
    size = root.variant_children.count() + 2
    copy.name = f"{root.name[:175]} ({size})"
    copy.variant_parent = root
    copy.variant_settings = {"weight": round(ALL / size), "winnerCriteria": criterion(root)}
    copy.is_published, copy.publish_up = False, root.publish_up
    copy.save()
    copy.lists.clear()
    copy.excluded_lists.clear()
    return copy


@transaction.atomic
def arrange(root: Email, weights: Mapping[int, int], decides: str, sample: int = 100, hours: int | None = None) -> None:
    """The share of each variant, in per cent of those who take part, the original gets the rest; what decides; how many per
    cent of the recipients take part; after how many hours the test is decided, None when a person does. Raises `Refused`."""
    if decides not in CRITERIA:
        raise Refused("Choose what decides.")
    if any(not 0 <= weight <= ALL for weight in weights.values()) or sum(weights.values()) > ALL:
        raise Refused("Shares are from 0 to 100 %, and not more than 100 % together.")
    if not 1 <= sample <= ALL:
        raise Refused("From 1 to 100 % of the recipients take part.")
    if hours is not None and not 1 <= hours <= LONGEST:
        raise Refused(f"A test is decided after 1 to {LONGEST} hours, or by a person when nothing is given.")
    for one in root.variant_children.select_for_update():
        more = {"weight": weights.get(one.pk, settings_of(one).get("weight") or 0), "winnerCriteria": decides}
        _set(one, more)
    _set(root, {"totalWeight": sample, "sendWinnerDelay": hours})


def _set(email: Email, more: Mapping[str, Any]) -> None:
    Email.objects.filter(pk=email.pk).update(variant_settings={**settings_of(email), **more})
