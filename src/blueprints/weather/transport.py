"""What lies between cache and network: a lifetime for answers that name none, keys that the cache never sees."""

from __future__ import annotations

from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import httpx

from blueprints import clock

if TYPE_CHECKING:
    import ssl

LIFETIMES = ("cache-control", "expires")
USEFUL = (200, 203, 301, 308, 304)
"""What is worth keeping; a refusal is asked about again."""


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """Read once for all providers, which takes about 50 ms."""
    return httpx.create_ssl_context()


class Transport(httpx.AsyncBaseTransport):
    """`max_age_s` seconds of freshness where an answer does not name its own.

    A request's extension `secret` holds parameters (keys) that are added to the address here, below the cache, so that
    no key is written to disk.
    """

    def __init__(self, max_age_s: int, network: httpx.AsyncBaseTransport | None = None) -> None:
        self.max_age_s = max_age_s
        self.network = network or httpx.AsyncHTTPTransport(verify=_certificates())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        secret = request.extensions.get("secret")
        if secret:
            request = httpx.Request(
                request.method,
                request.url.copy_merge_params(secret),
                headers=request.headers,
                stream=request.stream,
                extensions=request.extensions,
            )
        response = await self.network.handle_async_request(request)
        response.headers.setdefault("date", format_datetime(clock.now(), usegmt=True))
        if response.status_code not in USEFUL:
            response.headers["cache-control"] = "no-store"
        elif not any(name in response.headers for name in LIFETIMES):
            response.headers["cache-control"] = f"max-age={self.max_age_s}"
        return response

    async def aclose(self) -> None:
        await self.network.aclose()
