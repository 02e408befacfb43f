"""Addresses that calls may and may not reach, however they are written."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honeyguide.engine import config
from honeyguide.engine.outbound.guard import NAT64, Forbidden, check, is_public

PRIVATE = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",  # noqa: S104
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::1.1.1.1", "::ffff:1.1.1.1"]


@pytest.mark.parametrize("text", PRIVATE)
def test_private_addresses_are_refused(text, monkeypatch):
    monkeypatch.setattr(config, "get", lambda name: [])
    with pytest.raises(Forbidden, match="outbound_allowed_networks"):
        check(text)


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are_reached(text, monkeypatch):
    monkeypatch.setattr(config, "get", lambda name: [])
    check(text)


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_counts(address):
    number = int(address)
    for hidden in (
        ipaddress.IPv6Address(0xFFFF00000000 | number),
        ipaddress.IPv6Address(int(NAT64.network_address) | number),
        ipaddress.IPv6Address(0x2002 << 112 | number << 80),
    ):
        assert is_public(hidden) == is_public(address)


def test_networks_may_be_allowed(monkeypatch):
    monkeypatch.setattr(config, "get", lambda name: ["10.0.0.0/8", "no network", "::1"])
    check("10.1.2.3")
    check("::1")
    with pytest.raises(Forbidden):
        check("192.168.1.1")
