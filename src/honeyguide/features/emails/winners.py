"""What a test of variants shows, and declaring its winner (engine emails 5)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from honeyguide.engine.audit import record
from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.events import EventType
from honeyguide.engine.resource import Refused
from honeyguide.engine.resource.models import is_live
from honeyguide.engine.sql import rows
from honeyguide.features.emails import variants
from honeyguide.features.emails.models import Email

SURE = 0.05  # how often at most chance alone makes such a difference
EVENTS = {"form.submissions": EventType.FORM_SUBMITTED.value, "asset.downloads": EventType.ASSET_DOWNLOADED.value}
# One pass: of each e-mail of a family the messages of the test, how many were read, how many clicked in, and how many of these
# recipients did after it what decides.
RESULTS = f"""
    SELECT e.id, count(o.id), count(o.read_at), count(o.id) FILTER (WHERE o.click_count > 0), {{acted}}
    FROM emails e LEFT JOIN outbox o ON o.email_id = e.id AND o.sent_at >= e.variant_start_date
        AND o.state IN ({OutboxState.SENT:d}, {OutboxState.UNKNOWN:d})
    WHERE e.id = ANY(%(family)s) GROUP BY e.id
"""
ACTED = """
    count(o.id) FILTER (WHERE o.click_count > 0 AND EXISTS (
        SELECT FROM events WHERE events.contact_id = o.contact_id AND events.type = %(event)s AND events.at >= o.read_at))
"""


@dataclass(frozen=True, slots=True)
class Result:
    """An e-mail of the test. `share` is in per cent of those who take part; `acted` is how many came from it and sent in a form
    or downloaded an asset, where that decides; `good` is how many of `sent` did what decides."""

    email: Email
    share: float
    sent: int
    read: int
    clicked: int
    acted: int
    good: int

    @property
    def rate(self) -> float:
        return self.good / self.sent if self.sent else 0.0


def results(root: Email) -> list[Result]:
    """The family, the original first; empty without variants."""
    children = list(root.variant_children.order_by("pk"))
    if not children:
        return []
    shares, decides = dict(variants.shares(root)), variants.criterion(root)
    event = EVENTS.get(decides)
    names = {"family": [root.pk, *(one.pk for one in children)], "event": event}
    counted = {row[0]: row[1:] for row in rows(RESULTS.format(acted=ACTED if event else "0"), names)}
    found = []
    for one in (root, *children):
        sent, read, clicked, acted = counted[one.pk]
        good = acted if event else clicked if decides == "email.clickthrough" else read
        found.append(Result(one, shares.get(one.pk, 0.0), sent, read, clicked, acted, good))
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
def declare(winner: Email, *, by: Any = None) -> None:
    """The winner becomes the original, with the segments and translations of the former one; the others are unpublished and
    become its variants, and the test is over. Who got one of the family does not get another; who waited for the winner is sent
    it. Raises `Refused` without a test."""
    root = Email.objects.select_for_update().get(pk=variants.root_of(winner).pk)
    winner = Email.objects.select_for_update().get(pk=winner.pk)
    if not root.variant_children.exists():
        raise Refused("There is no test to win.")
    waiting = root.variant_start_date is not None and variants.sample(root) < variants.ALL
    if winner.pk != root.pk:
        winner.lists.set(root.lists.all())
        winner.excluded_lists.set(root.excluded_lists.all())
        root.translation_children.update(translation_parent=winner)
    family = Email.objects.filter(pk=root.pk) | Email.objects.filter(variant_parent=root)
    over = {"variant_start_date": None, "variant_sent_count": 0, "variant_read_count": 0}
    ids = list(family.values_list("pk", flat=True))
    Email.objects.filter(pk__in=ids).exclude(pk=winner.pk).update(
        variant_parent=winner, is_published=False, send_started_at=None, **over
    )
    Email.objects.filter(pk=winner.pk).update(
        variant_parent=None, variant_settings={}, is_published=True, publish_up=root.publish_up,
        publish_down=root.publish_down, date_modified=timezone.now(),
        send_started_at=timezone.now() if waiting else root.send_started_at, **over,
    )  # fmt: skip
    record("email", "email", winner.pk, "win", {"name": winner.name, "test": ids, "automatic": by is None}, by=by)


def declare_due() -> int:
    """Declares the winner of every test whose time is over: of its live e-mails the one with the highest rate, or the original
    where nobody did what decides. Returns how many."""
    tests = Email.objects.filter(variant_start_date__lt=timezone.now(), variant_settings__has_key="sendWinnerDelay")
    return sum(map(_declare_if_due, tests.filter(variant_parent=None).values_list("pk", flat=True)))


@transaction.atomic
def _declare_if_due(root_id: int) -> bool:
    # The lock keeps another worker from declaring it again: it finds the test over.
    root = Email.objects.select_for_update(skip_locked=True).filter(pk=root_id).first()
    if root is None or not is_live(root) or not (ends := ends_at(root)) or ends > timezone.now():
        return False
    live = [one for one in results(root) if one.share > 0 or one.email.pk == root.pk]
    if len(live) < 2:
        return False
    declare(max(live, key=lambda one: one.rate).email)
    return True


def ends_at(root: Email) -> datetime | None:
    """When the test is decided by itself; None when it has not begun or a person decides."""
    duration = variants.duration(root)
    return root.variant_start_date + duration if root.variant_start_date and duration else None
