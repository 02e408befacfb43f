"""Who is at the other end of a request: address, machine or person, to be tracked or not."""

import ipaddress
from functools import lru_cache

from django.http import HttpRequest

from honeyguide.engine import config
from honeyguide.engine.tracking.agents import is_bot

HIDDEN_ADDRESS = "*.*.*.*"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def address_of(request: HttpRequest) -> str:
    """The visitor's address. `X-Forwarded-For` is believed only from a trusted proxy, and then from its right end."""
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR")
    trusted = tuple(config.get("trusted_proxies"))
    if not forwarded or not trusted:
        return address
    hops = [hop.strip() for hop in forwarded.split(",")]
    while hops and is_listed(address, trusted):
        address = hops.pop()
    return address if _parsed(address) else request.META.get("REMOTE_ADDR", "")


def stored_address(address: str) -> str:
    return HIDDEN_ADDRESS if config.get("anonymize_ip") else address


def is_untracked(address: str) -> bool:
    """Whether hits from this address are not to be recorded at all."""
    return is_listed(address, tuple(config.get("do_not_track_ips") + config.get("do_not_track_internal_ips")))


def is_machine(request: HttpRequest) -> bool:
    """Whether the request gives itself away as a machine's."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    return request.method == "HEAD" or is_bot(agent, tuple(config.get("do_not_track_bots")))


def is_listed(address: str, networks: tuple[str, ...]) -> bool:
    if not networks:
        return False
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in _networks(networks))


@lru_cache(maxsize=64)
def _networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    found = []
    for text in texts:
        try:
            found.append(ipaddress.ip_network(str(text).strip(), strict=False))
        except ValueError:
            continue
    return tuple(found)


@lru_cache(maxsize=1024)
def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None
