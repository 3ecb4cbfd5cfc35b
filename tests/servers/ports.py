"""Ports for servers that are stopped and started anew on the same address."""

import random
import socket
from contextlib import suppress

BELOW = range(15_000, 30_000)
"""Below those that Linux lends to connections: none of them can take the port while its server is away."""


def lasting_port() -> int:
    """A free port that stays free while its server is started anew."""
    while True:
        port = random.choice(BELOW)
        if is_free(port):
            return port


def is_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        probe.listen(1)
        return True
    return False
