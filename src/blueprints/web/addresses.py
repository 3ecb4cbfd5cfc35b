"""Who is calling, when proxies stand between."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The peer's address, or, as far as trusted proxies report it, the one behind them.

    `trusted_proxies`, of the section `web` or the service's own, names addresses and networks. X-Forwarded-For is read
    from the right and the first address that is no trusted proxy counts, so a visitor cannot choose an address by
    sending the header.
    """
    peer: str = request.META.get("REMOTE_ADDR", "")
    named = [*settings.TRUSTED_PROXIES, *getattr(settings.SERVICE_CONFIG, "trusted_proxies", [])]
    trusted = [ip_network(one, strict=False) for one in named]
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    while hops and _is_in(peer, trusted):
        peer = hops.pop()
    return peer


def _is_in(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found  # as a socket for both kinds writes it
    return any(found in network for network in networks)
