"""Which addresses calls may reach: public ones, and networks that the administrator allows.

A user's address must not lead into the network around this server, to its cloud's metadata or to itself (SSRF). What counts
is the address that is connected to, not the name: names are resolved once, and the connection goes to what was looked at.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from honeyguide.engine import config

NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(OSError):
    """The name leads to an address that calls may not reach."""


def check(text: str) -> None:
    """Raises `Forbidden` for an address that is not public and in no allowed network."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if not is_public(address) and not _is_allowed(address):
        raise Forbidden(
            f"{address} is not a public address. An administrator may allow it with outbound_allowed_networks."
        )


def is_public(address: Address) -> bool:
    """Whether the address, and an IPv4 address inside it, belongs to the internet."""
    inner = embedded(address)
    if inner is not None:
        return is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def embedded(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for: mapped, 6to4, Teredo or NAT64."""
    if not isinstance(address, ipaddress.IPv6Address):
        return None
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def _is_allowed(address: Address) -> bool:
    return any(address in network for network in allowed_networks())


def allowed_networks() -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """The networks of the parameter; what is no network is none."""
    found = []
    for text in config.get("outbound_allowed_networks"):
        try:
            found.append(ipaddress.ip_network(str(text).strip(), strict=False))
        except ValueError:
            continue
    return found


class GuardedResolver(AbstractResolver):
    """Resolves a name to the addresses that calls may reach. Raises `Forbidden` when there are others among them."""

    def __init__(self) -> None:
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC, **options: Any
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        for result in found:
            check(result["host"])
        return found

    async def close(self) -> None:
        await self._resolver.close()
