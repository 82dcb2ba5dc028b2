"""Where we may call out to when somebody else names the address: no machine of our own network, unless allowed."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from runtime.settings import Settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LONGEST_URL = 2_000


class NotAllowed(ValueError):
    """An address that we do not call; the text says why and what is allowed."""


class NoSuchHost(OSError):
    """The name leads nowhere just now."""


@dataclass(frozen=True)
class Target:
    """An address that may be called, as its parts; `netloc` is what the other side knows itself by."""

    scheme: str
    host: str
    port: int
    netloc: str
    path: str


class Egress:
    """What `settings` allow. A name is looked up once and called at the address found: it cannot change in between."""

    def __init__(self, settings: Settings) -> None:
        self._private = settings.private_networks
        self._plain_http = settings.embedded

    def target(self, url: str) -> Target:
        """The parts of an address, without looking its name up. NotAllowed for what can never be called."""
        if len(url) > LONGEST_URL or any(ord(sign) <= 32 or ord(sign) == 127 for sign in url):
            raise NotAllowed(f"an address has at most {LONGEST_URL} characters, and no spaces")
        try:
            parts = urlsplit(url)
            port = parts.port or (80 if parts.scheme == "http" else 443)
        except ValueError as error:
            raise NotAllowed(f"this is no address: {error}") from error
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise NotAllowed("give an address that begins with https://")
        if parts.username is not None or parts.password is not None:
            raise NotAllowed("an address with a name or a password in it is not called; leave them out")
        if parts.fragment:
            raise NotAllowed("leave out what stands after #")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        found = Target(parts.scheme, parts.hostname, port, parts.netloc, path)
        literal = _literal(found.host)
        if literal is not None:
            self._check(found, literal)
        elif found.scheme == "http" and not (self._plain_http and found.host == "localhost"):
            raise NotAllowed(_HTTPS)
        return found

    async def resolve(self, target: Target) -> Address:
        """The address to call it at. NotAllowed when any that its name leads to is not; NoSuchHost for none."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NoSuchHost(f"{target.host} is not found ({error})") from error
        addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
        if not addresses:
            raise NoSuchHost(f"{target.host} is not found")
        for address in addresses:
            self._check(target, address)
        return addresses[0]

    def _check(self, target: Target, address: Address) -> None:
        address = _plain(address)
        allowed = any(address in network for network in self._private if network.version == address.version)
        if not _public(address) and not allowed:
            raise NotAllowed(
                f"{target.host} is in a private network, which is not called; "
                "ESCALADE_WEBHOOK_PRIVATE_NETWORKS names the ones that may be"
            )
        if target.scheme == "http" and not (self._plain_http and address.is_loopback):
            raise NotAllowed(_HTTPS)


_HTTPS = "give an address that begins with https://; http is for this machine only, where the setting allows it"


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _plain(address: Address) -> Address:
    """An IPv4 address that was written as an IPv6 one counts as what it is."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return inner
        if address in _NAT64 or (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _public(address: Address) -> bool:
    """The library's own word is not enough: it lets pass what was never, or is no longer, given to anybody."""
    if isinstance(address, ipaddress.IPv6Address) and address not in _UNICAST:
        return False  # site-local, IPv4-compatible, translated, the NAT64 prefixes of somebody's own network
    return address.is_global and not address.is_multicast and address not in _ASSIGNMENTS


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)
"""What stands before the IPv4 address where a host makes its IPv6 address of it (RFC 5214)."""
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that is given to anybody (IANA, IPv6 Global Unicast Address Assignments)."""
_ASSIGNMENTS = ipaddress.IPv4Network("192.0.0.0/24")
"""Of protocols (RFC 6890): a home router answers there."""
