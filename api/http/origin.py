"""Where a request comes from: the address, believed through our own proxies only, and what of it may be kept."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from fastapi import Request

from runtime.settings import Settings

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
UNKNOWN = "unknown"


def address(request: Request) -> str:
    """The caller's address. X-Forwarded-For counts only as far as our own proxies wrote it."""
    settings: Settings = request.app.state.settings
    here = request.client.host if request.client else UNKNOWN
    trusted = networks(settings.trusted_proxies)
    if not trusted or not within(here, trusted):
        return here
    # From the right: each proxy adds whom it saw, so the first that is not ours is the caller; what stands left of it
    # may have been written by anybody.
    hops = [hop.strip() for hop in ",".join(request.headers.getlist("X-Forwarded-For")).split(",") if hop.strip()]
    for hop in reversed(hops):
        if not within(hop, trusted):
            return hop if parsed(hop) else here
        here = hop
    return here


def network(request: Request) -> str:
    """The caller's address without the person: the first 24 bits of IPv4, 48 of IPv6."""
    return truncated(address(request))


def truncated(given: str) -> str:
    """What of an address is kept and counted: a household has a whole /64 of IPv6 to change its address in."""
    found = parsed(given)
    if found is None:
        return UNKNOWN
    length = 24 if found.version == 4 else 48
    return str(ipaddress.ip_network((found, length), strict=False))


@lru_cache(maxsize=8)
def networks(setting: str) -> tuple[Network, ...]:
    """The networks of the setting."""
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in setting.split(",") if part.strip())


def within(given: str, trusted: Sequence[Network]) -> bool:
    """Whether the address lies in one of these networks."""
    found = parsed(given)
    return found is not None and any(found in one for one in trusted if one.version == found.version)


def parsed(given: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address; an IPv4 address in IPv6's clothes is one of IPv4. None for what is none."""
    try:
        found = ipaddress.ip_address(given.strip().strip("[]"))
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
