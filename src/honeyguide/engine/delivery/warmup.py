"""The warm-up plan: a new sender may write little to each mailbox provider at first, and more from day to day.

A group of domains is one provider; all domains that are in no group are one more. A day is UTC's. Messages reserve their place
when they are taken up and give it back when they did not go out, so that a server that is down costs nothing of the day. A
worker that dies loses what it had reserved: then fewer go out, never more.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from honeyguide.engine import config
from honeyguide.engine.delivery import queries
from honeyguide.engine.delivery.addresses import domain_of
from honeyguide.engine.delivery.content import Outcome, Outgoing
from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.sql import execute, scalar

OTHERS = "Other providers"


@dataclass(frozen=True)
class Plan:
    """What holds on one day: at most `limit` messages to each group."""

    day: date
    limit: int
    groups: Mapping[str, str]  # domain -> the name of its group

    def group_of(self, address: str) -> str:
        return self.groups.get(domain_of(address), OTHERS)

    def key(self, group: str) -> str:
        return f"warmup:{self.day.isoformat()}:{group}"


def plan_of(day: date) -> Plan | None:
    """The plan of a day; None when there is none, or it is over. A start that is no date is today, for safety."""
    start = str(config.get("mailer_warmup_start")).strip()
    limits = [int(entry) for entry in map(str, config.get("mailer_warmup_limits")) if entry.strip().isdecimal()]
    if not start or not limits:
        return None
    try:
        passed = (day - date.fromisoformat(start)).days
    except ValueError:
        passed = 0
    if passed >= len(limits):
        return None
    return Plan(day, limits[max(0, passed)], _groups())


def _groups() -> dict[str, str]:
    given = config.get("mailer_warmup_groups")
    lists = ((str(name), domains) for name, domains in given.items() if isinstance(domains, list))
    return {str(domain).lower(): name for name, domains in lists for domain in domains}


class Warmup:
    """The reservations of one sender. May be used by several threads."""

    def __init__(self) -> None:
        self._reserved: dict[int, str] = {}
        self._lock = threading.Lock()

    def hold_back(self, messages: Sequence[Outgoing], exempt: Collection[int]) -> tuple[list[Outgoing], list[Outcome]]:
        """Those that may go out today; the others wait until tomorrow. `exempt` are the ids of transactional ones."""
        now = datetime.now(UTC)
        plan = plan_of(now.date())
        if plan is None:
            return list(messages), []
        wanted = Counter(plan.group_of(m.recipients[0]) for m in messages if m.id not in exempt)
        left = {group: _reserve(plan, group, wanted[group]) for group in sorted(wanted)}
        tomorrow = datetime.combine(plan.day + timedelta(days=1), time(), UTC)
        ready, later = [], []
        for message in messages:
            group = plan.group_of(message.recipients[0])
            if message.id in exempt:
                ready.append(message)
            elif left[group] > 0:
                left[group] -= 1
                ready.append(message)
                with self._lock:
                    self._reserved[message.id] = plan.key(group)
            else:
                reason = f"Warm-up: no more than {plan.limit} messages a day to {group} now."
                later.append(Outcome(message.id, OutboxState.PENDING, reason, tomorrow, counted=False))
        return ready, later

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Gives back the places of messages that did not go out."""
        with self._lock:
            keys = {outcome.id: self._reserved.pop(outcome.id, None) for outcome in outcomes}
        unused = Counter(keys[o.id] for o in outcomes if o.state == OutboxState.PENDING and keys[o.id])
        for key, count in sorted(unused.items()):
            execute(queries.WARMUP_GIVE_BACK, {"key": key, "count": count})


@transaction.atomic
def _reserve(plan: Plan, group: str, wanted: int) -> int:
    """Takes up to `wanted` places of the day; returns how many there were."""
    key = plan.key(group)
    if execute(queries.WARMUP_BEGIN, {"key": key}):
        execute(queries.WARMUP_FORGET)
    used = int(scalar(queries.WARMUP_USED, {"key": key}))
    granted = max(0, min(wanted, plan.limit - used))
    if granted:
        execute(queries.WARMUP_GIVE_BACK, {"key": key, "count": -granted})
    return granted
