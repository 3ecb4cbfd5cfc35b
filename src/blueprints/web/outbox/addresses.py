"""Where events may be sent: not into private networks, unless the configuration file named the address."""

import ipaddress
import socket
from typing import Any

import httpx

from blueprints.errors import UpstreamError

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""A network without IPv4 writes IPv4 addresses so."""
TUNNELS = [ipaddress.IPv6Network(each) for each in ("::/96", "::ffff:0:0:0/96", "2002::/16", "fec0::/10")]
"""IPv6 that leads into IPv4 in ways nobody uses any more, or stays on a site."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    found: Any = ipaddress.ip_address(address)
    if found.version == 6:
        if any(found in tunnel for tunnel in TUNNELS):
            return False
        written = int(found) & 0xFFFFFFFF
        found = found.ipv4_mapped or (ipaddress.IPv4Address(written) if found in NAT64 else found)
    return bool(found.is_global) and not found.is_multicast


class PublicOnly(httpx.HTTPTransport):
    """Resolves each host itself, refuses private and link-local addresses, and connects to the address it checked.

    Connecting by address, with the name kept for TLS and the Host header, leaves no gap in which the name could come
    to mean another address. Use one per subscriber: connections are pooled by address.
    """

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        request.url = request.url.copy_with(host=public_address(host, port))
        request.extensions = {**request.extensions, "sni_hostname": host}
        return super().handle_request(request)


def public_address(host: str, port: int) -> str:
    """The first address of a name, when all of its addresses are public; raises UpstreamError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise UpstreamError(f"the host {host} cannot be found") from error
    addresses = [str(entry[4][0]) for entry in found]
    private = next((one for one in addresses if not is_public(one)), None)
    if private is not None:
        raise UpstreamError(f"the host {host} is in a private network: name it in the configuration file to allow it")
    return addresses[0]
