"""Holds back who calls too often. Of guessing passwords it counts failed tries per name, per address, and per both together.

A try is counted before the password is looked at, and given back when it was right, so that many tries at once gain nothing.
Names are counted whether or not anybody has them: being held back says nothing about an account.
"""

from __future__ import annotations

import hashlib
import ipaddress
import time

from honeyguide.engine.sql import execute, rows

WINDOW_SECONDS = 15 * 60
PER_PAIR = 10  # one name from one address
PER_NAME = 100  # one name from anywhere; higher, or strangers could lock somebody out
PER_ADDRESS = 100  # any names from one address, which many people may share

# One pass: counts the try under each key, starting new windows where old ones are over.
TAKE = """
    INSERT INTO rate_limits AS r (credential, window_start, calls)
    SELECT key, %(now)s, 1 FROM unnest(%(keys)s::text[]) AS key
    ON CONFLICT (credential) DO UPDATE SET
        calls = CASE WHEN r.window_start + %(window)s <= %(now)s THEN 1 ELSE r.calls + 1 END,
        window_start = CASE WHEN r.window_start + %(window)s <= %(now)s THEN %(now)s ELSE r.window_start END
    RETURNING credential, calls
"""
# One pass: the pair starts afresh, the others lose the one try that was no failure.
GIVE_BACK = """
    WITH mine AS (SELECT credential FROM rate_limits WHERE credential = ANY(%(keys)s) ORDER BY credential FOR UPDATE)
    UPDATE rate_limits SET calls = CASE WHEN rate_limits.credential = %(pair)s THEN 0 ELSE greatest(calls - 1, 0) END
    FROM mine WHERE mine.credential = rate_limits.credential
"""


def is_within(purpose: str, address: str, *, limit: int, seconds: int) -> bool:
    """Counts a call for `purpose` from `address`; whether there were not more than `limit` in the window."""
    given = {"keys": [f"{purpose}:{_network(address)}"], "now": int(time.time()), "window": seconds}
    return rows(TAKE, given)[0][1] <= limit


def may_try(name: str, address: str) -> bool:
    """Counts a try to sign in as `name` from `address`; whether it may be made."""
    limits = _limits(name, address)
    keys = sorted(limits)  # always in one order, so that two tries never wait for each other
    counted = rows(TAKE, {"keys": keys, "now": int(time.time()), "window": WINDOW_SECONDS})
    return all(calls <= limits[key] for key, calls in counted)


def succeeded(name: str, address: str) -> None:
    """The try that was counted last had the right password."""
    keys = sorted(_limits(name, address))
    pair = next(key for key in keys if key.startswith("login:pair:"))
    execute(GIVE_BACK, {"keys": keys, "pair": pair})


def _limits(name: str, address: str) -> dict[str, int]:
    """The counters of a try, each with its limit. Names are hashed: they may be long, or passwords typed into the wrong field."""
    who = hashlib.sha256(name.strip().lower().encode("utf-8", "replace")).hexdigest()[:32]
    where = _network(address)
    return {
        f"login:pair:{who}:{where}": PER_PAIR,
        f"login:name:{who}": PER_NAME,
        f"login:address:{where}": PER_ADDRESS,
    }


def _network(address: str) -> str:
    """What one machine can change at will is no address of its own: IPv6 counts by the /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address
