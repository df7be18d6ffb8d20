"""Which network addresses may be dialled on behalf of a stranger: public ones, and no others.

What counts is the address that is dialled, not how it was spelled or which name led to it, so the
check stands where sockets are made (aiohttp's `socket_factory`, and an audit hook for yt-dlp).
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

Endpoint = tuple[str, int]
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Well-known NAT64, and IPv4-compatible addresses, long abolished.
_CARRIERS = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
# Some Pythons take these for global.
_SPECIAL = (
    ipaddress.ip_network("192.0.0.0/24"),
    ipaddress.ip_network("192.88.99.0/24"),
    ipaddress.ip_network("64:ff9b:1::/48"),
)


class AddressRefused(OSError):
    """The address is not public."""


class Guard:
    """Makes sockets for public addresses; remembers whether it refused one.

    `allow` are the (address, port) that may be dialled all the same.
    """

    def __init__(self, allow: frozenset[Endpoint] = frozenset()) -> None:
        self._allow = allow
        self.has_refused = False

    def socket(self, dialled: tuple[Any, ...]) -> socket.socket:
        """A socket for this row of getaddrinfo. Raises AddressRefused."""
        family, kind, protocol, _, address = dialled
        if not may_dial(address, self._allow):
            self.has_refused = True
            raise AddressRefused("not a public address")
        made = socket.socket(family=family, type=kind, proto=protocol)
        made.setblocking(False)
        return made


def may_dial(address: Any, allow: frozenset[Endpoint]) -> bool:
    """Whether a socket may connect to `address`, as given to `socket.connect`."""
    if not isinstance(address, tuple) or len(address) < 2:
        return False  # a socket of this machine
    host, port = str(address[0]), address[1]
    return (host, port) in allow or is_public(host)


def is_public(host: str) -> bool:
    """Whether the host is the number of a public address; a name is not."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    dialled: list[_Address] = [*_embedded(address)] or [address]
    return all(_is_public(part) for part in dialled)


def _is_public(address: _Address) -> bool:
    if any(address in network for network in _SPECIAL):
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


def _embedded(address: _Address) -> list[ipaddress.IPv4Address]:
    """IPv4 addresses that we, or a router on the way, would go on to."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    if any(address in network for network in _CARRIERS):
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    found = (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()))
    return [inner for inner in found if inner is not None]
