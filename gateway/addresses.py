"""From which address a request comes, as far as anybody who is trusted says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final

from gateway.headers import RawHeaders

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

TrustedProxies = int | tuple[Network, ...]
"""How many proxies stand before the gateway, each adding whom it was asked by; or in which networks they are."""

IPV6_SITE: Final = 64
"""Bits of an IPv6 address that tell one subscriber from another; the rest is theirs to choose (RFC 6177)."""

_UNKNOWN: Final = "unknown"
_LONGEST: Final = 64


def read_trusted_proxies(raw: str) -> TrustedProxies:
    """Return what `TRUSTED_PROXIES` means: a number, or networks separated by commas. Raises `ValueError`."""
    text = raw.strip()
    if text.isascii() and text.isdigit():
        return int(text)
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def client_key(peer: Any, headers: RawHeaders, trusted: TrustedProxies) -> str:
    """Return what stands for the client's address: the address, for IPv6 the network of the client's site.

    `peer` is the server's word for who has connected, host and port. Only what trusted proxies have added to
    `X-Forwarded-For` (names of headers in lower case) is believed, read from the right; by default nothing is.
    """
    host: str = peer[0] if peer else ""
    if not trusted:
        return _key(host)
    chain = [*_forwarded_for(headers), host]
    return _key(_through(chain, trusted) if isinstance(trusted, int) else _beyond(chain, trusted))


def _through(chain: Sequence[str], count: int) -> str:
    """The address that the outermost of so many proxies was asked by; as far as there is a sane one."""
    for distance in range(min(count, len(chain) - 1), -1, -1):
        if _parse(chain[-1 - distance]) is not None:
            return chain[-1 - distance]
    return chain[-1]


def _beyond(chain: Sequence[str], networks: Iterable[Network]) -> str:
    """The first address from the right that is not a trusted proxy's."""
    found = chain[-1]
    for entry in reversed(chain):
        address = _parse(entry)
        if address is None:
            break
        found = entry
        if not any(address in network for network in networks):
            break
    return found


def _forwarded_for(headers: RawHeaders) -> list[str]:
    return [
        # What is longer is no address, and not worth being remembered.
        entry.strip()[:_LONGEST]
        for name, value in headers
        if name == b"x-forwarded-for"
        for entry in value.decode("latin-1").split(",")
    ]


@lru_cache(maxsize=4096)
def _parse(entry: str) -> Address | None:
    """An address as proxies write it: alone, or with a port."""
    if entry.startswith("["):
        entry = entry[1:].partition("]")[0]
    elif entry.count(":") == 1:
        entry = entry.partition(":")[0]
    try:
        address = ip_address(entry)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


@lru_cache(maxsize=4096)
def _key(entry: str) -> str:
    address = _parse(entry)
    if address is None:
        # A unix socket has no addresses: whoever comes through it is one client.
        return _UNKNOWN
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), IPV6_SITE), strict=False))
    return str(address)
