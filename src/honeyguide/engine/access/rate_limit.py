"""Calls per hour and credential (contract conventions 10)."""

from __future__ import annotations

import time

from honeyguide.engine import config
from honeyguide.engine.sql import one

WINDOW_SECONDS = 3600

# One pass: counts this call in the credential's window, starting a new window when the old one is over.
COUNT = """
    INSERT INTO rate_limits AS r (credential, window_start, calls) VALUES (%(credential)s, %(now)s, 1)
    ON CONFLICT (credential) DO UPDATE SET
        calls = CASE WHEN r.window_start + %(window)s <= %(now)s THEN 1 ELSE r.calls + 1 END,
        window_start = CASE WHEN r.window_start + %(window)s <= %(now)s THEN %(now)s ELSE r.window_start END
    RETURNING window_start, calls
"""


def count_call(credential: str) -> tuple[dict[str, str], str]:
    """The rate-limit headers of this call, and the refusal's text when it is one too many. Both empty without a limit."""
    limit = config.get("api_rate_limiter_limit")
    if limit <= 0:
        return {}, ""
    now = int(time.time())
    started, calls = one(COUNT, {"credential": credential, "now": now, "window": WINDOW_SECONDS})
    headers = {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(max(0, limit - calls)),
        "X-RateLimit-Reset": str(started + WINDOW_SECONDS),
    }
    return headers, "" if calls <= limit else f"You exceeded the rate limit of {limit} API calls per hour."
