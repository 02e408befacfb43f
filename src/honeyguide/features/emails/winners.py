"""What a test of variants shows, and declaring its winner (engine emails 5)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from honeyguide.engine.audit import record
from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.resource import Refused
from honeyguide.engine.sql import rows
from honeyguide.features.emails import variants
from honeyguide.features.emails.editing import clone_email
from honeyguide.features.emails.models import Email

CRITERIA = {"email.openrate": "read", "email.clickthrough": "clicked"}
SURE = 0.05  # how often at most chance alone makes such a difference
# One pass: of each e-mail of a family the messages of the test, how many were read, and how many clicked in.
RESULTS = f"""
    SELECT e.id, count(o.id), count(o.read_at), count(o.id) FILTER (WHERE o.click_count > 0)
    FROM emails e LEFT JOIN outbox o ON o.email_id = e.id AND o.sent_at >= e.variant_start_date
        AND o.state IN ({OutboxState.SENT:d}, {OutboxState.UNKNOWN:d})
    WHERE e.id = ANY(%s) GROUP BY e.id
"""


@dataclass(frozen=True, slots=True)
class Result:
    """An e-mail of the test. `share` is in per cent of the recipients; `good` is how many of `sent` did what decides."""

    email: Email
    share: float
    sent: int
    read: int
    clicked: int
    good: int

    @property
    def rate(self) -> float:
        return self.good / self.sent if self.sent else 0.0


def root_of(email: Email) -> Email:
    return email.variant_parent or email


def criterion(root: Email) -> str:
    """What decides: `read` or `clicked`. The first variant that says so decides for all."""
    chosen = (settings_of(one).get("winnerCriteria") for one in root.variant_children.order_by("pk"))
    return next((CRITERIA[name] for name in chosen if name in CRITERIA), "read")


def settings_of(email: Email) -> dict[str, Any]:
    return email.variant_settings if isinstance(email.variant_settings, dict) else {}


def results(root: Email) -> list[Result]:
    """The family, the original first; empty without variants."""
    children = list(root.variant_children.order_by("pk"))
    if not children:
        return []
    shares, decides = dict(variants.shares(root)), criterion(root)
    counted = {row[0]: row[1:] for row in rows(RESULTS, ([root.pk, *(one.pk for one in children)],))}
    found = []
    for one in (root, *children):
        sent, read, clicked = counted[one.pk]
        found.append(Result(one, shares.get(one.pk, 0.0), sent, read, clicked, read if decides == "read" else clicked))
    return found


def verdict(found: Sequence[Result]) -> tuple[Result | None, str]:
    """Who is ahead, and in words how sure that is: a test of two proportions between the best two."""
    ranked = sorted((one for one in found if one.sent), key=lambda one: one.rate, reverse=True)
    if len(ranked) < 2 or not ranked[0].good:
        return None, "Nothing can be said yet."
    best, second = ranked[:2]
    together = (best.good + second.good) / (best.sent + second.sent)
    spread = math.sqrt(together * (1 - together) * (1 / best.sent + 1 / second.sent))
    chance = math.erfc((best.rate - second.rate) / spread / math.sqrt(2)) if spread else 1.0
    if chance <= SURE:
        return best, f"“{best.email.name}” is ahead, and chance alone would hardly show this ({_per_cent(chance)})."
    return best, f"“{best.email.name}” is ahead, but it could be chance ({_per_cent(chance)})."


def _per_cent(share: float) -> str:
    return "less than 1 %" if share < 0.01 else f"{share * 100:.0f} %"


@transaction.atomic
def add_variant(email: Email, *, by: Any = None) -> Email:
    """A copy of the original that is tested against it once it is published, with an equal share."""
    root = root_of(email)
    if root.translation_parent_id:
        raise Refused("A translation cannot be tested; test the e-mail that it translates.")
    copy = clone_email(root, by=by)
    share = round(variants.ALL / (root.variant_children.count() + 2))
    copy.name = f"{root.name[:175]} ({root.variant_children.count() + 2})"
    copy.variant_parent, copy.variant_settings = root, {"weight": share, "winnerCriteria": _decides(root)}
    copy.is_published, copy.publish_up = False, root.publish_up
    copy.save()
    copy.lists.clear()
    copy.excluded_lists.clear()
    return copy


def _decides(root: Email) -> str:
    return next(name for name, what in CRITERIA.items() if what == criterion(root))


@transaction.atomic
def arrange(root: Email, weights: dict[int, int], decides: str) -> None:
    """The share of each variant, in per cent of the recipients, and what decides; the original gets the rest. Raises
    `Refused`."""
    if decides not in CRITERIA:
        raise Refused("Choose what decides.")
    if any(not 0 <= weight <= variants.ALL for weight in weights.values()) or sum(weights.values()) > variants.ALL:
        raise Refused("Shares are from 0 to 100 %, and not more than 100 % together.")
    for one in root.variant_children.select_for_update():
        more = {"weight": weights.get(one.pk, settings_of(one).get("weight") or 0), "winnerCriteria": decides}
        Email.objects.filter(pk=one.pk).update(variant_settings={**settings_of(one), **more})


@transaction.atomic
def declare(winner: Email, *, by: Any = None) -> None:
    """The winner becomes the original, with the segments and translations of the former one; the others are unpublished and
    become its variants, and the test is over. Who got one of the family does not get another. Raises `Refused` without a test."""
    root = Email.objects.select_for_update().get(pk=root_of(winner).pk)
    winner = Email.objects.select_for_update().get(pk=winner.pk)
    if not root.variant_children.exists():
        raise Refused("There is no test to win.")
    if winner.pk != root.pk:
        winner.lists.set(root.lists.all())
        winner.excluded_lists.set(root.excluded_lists.all())
        root.translation_children.update(translation_parent=winner)
    family = Email.objects.filter(pk=root.pk) | Email.objects.filter(variant_parent=root)
    over = {"variant_start_date": None, "variant_sent_count": 0, "variant_read_count": 0}
    ids = list(family.values_list("pk", flat=True))
    Email.objects.filter(pk__in=ids).exclude(pk=winner.pk).update(variant_parent=winner, is_published=False, **over)
    Email.objects.filter(pk=winner.pk).update(
        variant_parent=None, variant_settings={}, is_published=True, publish_up=root.publish_up,
        publish_down=root.publish_down, date_modified=timezone.now(), **over,
    )  # fmt: skip
    record("email", "email", winner.pk, "win", {"name": winner.name, "test": ids}, by=by)
