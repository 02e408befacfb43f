"""Token buckets in the database, shared by all workers and surviving restarts: at most `rate` messages per second.

A bucket holds one second's worth of tokens, so after a pause the first second may see twice the rate, never more.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction

from honeyguide.engine import config
from honeyguide.engine.delivery import queries
from honeyguide.engine.delivery.addresses import domain_of
from honeyguide.engine.delivery.content import Outcome, Outgoing
from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.sql import execute, one


def take(key: str, wanted: int, rate: float) -> int:
    """Takes up to `wanted` tokens from a bucket; returns how many it had."""
    with transaction.atomic():
        size = max(1.0, rate)
        found = one(queries.THROTTLE_READ, {"key": key})
        tokens = min(size, found[0] + max(0.0, found[1]) * rate) if found else size
        granted = min(wanted, int(tokens))
        execute(queries.THROTTLE_WRITE, {"key": key, "tokens": tokens - granted})
    return granted


def transport_allowance(limit: int) -> int:
    """How many of `limit` messages the server may be given now."""
    rate = config.get("mailer_throttle")
    return take("transport", limit, rate) if rate > 0 else limit


def give_back(unused: int) -> None:
    """Returns tokens of the transport that no message needed."""
    if unused > 0 and config.get("mailer_throttle") > 0:
        execute("UPDATE throttles SET tokens = tokens + %s WHERE key = 'transport'", (unused,))


def domain_rates() -> dict[str, float]:
    """The configured rate of each recipient domain; entries that are no positive number are no limit."""
    given = config.get("mailer_domain_throttles")
    if not isinstance(given, dict):
        return {}
    return {str(d).lower(): float(r) for d, r in given.items() if isinstance(r, int | float) and r > 0}


def by_domain(messages: Sequence[Outgoing]) -> tuple[list[Outgoing], list[Outcome]]:
    """Those that may go out now, and for the others when their domain's turn comes."""
    rates = domain_rates()
    if not rates:
        return list(messages), []
    wanted = Counter(domain_of(m.recipients[0]) for m in messages)
    left = {
        domain: take(f"domain:{domain}", wanted[domain], rates[domain]) for domain in sorted(wanted) if domain in rates
    }
    ready, later, waiting = [], [], Counter()
    now = datetime.now(UTC)
    for message in messages:
        domain = domain_of(message.recipients[0])
        if left.get(domain, 1) > 0:
            ready.append(message)
            if domain in left:
                left[domain] -= 1
        else:
            waiting[domain] += 1
            due = now + timedelta(seconds=waiting[domain] / rates[domain])
            later.append(Outcome(message.id, OutboxState.PENDING, due_at=due, counted=False))
    return ready, later
