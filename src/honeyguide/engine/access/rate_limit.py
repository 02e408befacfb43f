"""Calls per hour and credential (contract conventions 10).

All processes count together in the database. Of a large limit a process takes a thousandth at once and gives it out by itself,
so that hardly any call pays for counting; then other processes may be told to stop that little too early.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from honeyguide.engine import config
from honeyguide.engine.sql import one

WINDOW_SECONDS = 3600
SHARES = 1000  # a process takes this part of the limit at once
MAX_KEPT = 10_000

# One pass: counts these calls in the credential's window, starting a new window when the old one is over.
COUNT = """
    INSERT INTO rate_limits AS r (credential, window_start, calls) VALUES (%(credential)s, %(now)s, %(taken)s)
    ON CONFLICT (credential) DO UPDATE SET
        calls = %(taken)s + CASE WHEN r.window_start + %(window)s <= %(now)s THEN 0 ELSE r.calls END,
        window_start = CASE WHEN r.window_start + %(window)s <= %(now)s THEN %(now)s ELSE r.window_start END
    RETURNING window_start, calls
"""


@dataclass(slots=True)
class _Share:
    """Calls that this process may give out: numbers `next` to `last` of the window."""

    limit: int
    started: int
    next: int
    last: int


_shares: dict[str, _Share] = {}
_lock = threading.Lock()


def count_call(credential: str) -> tuple[dict[str, str], str]:
    """The rate-limit headers of this call, and the refusal's text when it is one too many. Both empty without a limit."""
    limit = config.get("api_rate_limiter_limit")
    if limit <= 0:
        return {}, ""
    now = int(time.time())
    started, number = _given_out(credential, limit, now) or _taken(credential, limit, now)
    headers = {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(max(0, limit - number)),
        "X-RateLimit-Reset": str(started + WINDOW_SECONDS),
    }
    return headers, "" if number <= limit else f"You exceeded the rate limit of {limit} API calls per hour."


def forget() -> None:
    """Drops what this process has taken (tests)."""
    with _lock:
        _shares.clear()


def _given_out(credential: str, limit: int, now: int) -> tuple[int, int] | None:
    """When the window began and the call's number in it, while this process has some left."""
    with _lock:
        share = _shares.get(credential)
        if not share or share.next > share.last or share.limit != limit or share.started + WINDOW_SECONDS <= now:
            return None
        share.next += 1
        return share.started, share.next - 1


def _taken(credential: str, limit: int, now: int) -> tuple[int, int]:
    """The same, of a new share."""
    taken = max(1, limit // SHARES)
    given = {"credential": credential, "now": now, "window": WINDOW_SECONDS, "taken": taken}
    started, calls = one(COUNT, given)
    first = calls - taken + 1
    if taken > 1:
        with _lock:
            if len(_shares) >= MAX_KEPT:
                _shares.clear()
            _shares[credential] = _Share(limit, started, first + 1, calls)
    return started, first
