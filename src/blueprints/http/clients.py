"""Clients of httpx that retry, keep answers, and raise our errors."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import httpx
from httpx_retries import RetryTransport

from blueprints.errors import ConfigError, UpstreamError
from blueprints.http import proxies, stored
from blueprints.http.failures import translated
from blueprints.http.retrying import patience

CONNECTIONS = 8


class Client(httpx.Client):
    """httpx's client, raising our errors."""

    upstream = ""

    def send(self, request: httpx.Request, **kwargs: Any) -> httpx.Response:
        with translated(self.upstream):
            return super().send(request, **kwargs)


class AsyncClient(httpx.AsyncClient):
    """httpx's asynchronous client, raising our errors."""

    upstream = ""
    storage: Any = None
    """Of a caching client, where it keeps answers."""

    async def forget(self, key: str) -> None:
        """Drop the answers filed under a key that a request named in its extension `caching`."""
        for entry in await self.storage.get_entries(key) if self.storage is not None else ():
            await self.storage.remove_entry(entry.id)

    async def send(self, request: httpx.Request, **kwargs: Any) -> httpx.Response:
        with translated(self.upstream):
            return await super().send(request, **kwargs)


def client(
    name: str,
    *,
    base_url: str = "",
    timeout_s: float = 10.0,
    retries: int = 2,
    cache: bool = False,
    headers: Mapping[str, str] | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Client:
    """A client for the upstream `name`.

    `timeout_s` bounds connecting and each read. `retries` counts further attempts of requests that may be repeated
    (GET, HEAD, PUT, DELETE, OPTIONS) after connection failures, 429, 502, 503 and 504, with back-off, jitter and
    Retry-After. `cache` keeps answers on disk by RFC 9111. `transport` replaces the network, for tests.
    """

    def dressed(inner: httpx.BaseTransport) -> httpx.BaseTransport:
        if retries:
            inner = RetryTransport(transport=inner, retry=patience(retries))
        return stored.cached(inner) if cache else inner

    named = {} if transport else proxies.proxies()
    made = Client(
        transport=dressed(transport or httpx.HTTPTransport(limits=_limits())),
        mounts={
            pattern: dressed(httpx.HTTPTransport(proxy=proxy, limits=_limits())) if proxy else None
            for pattern, proxy in named.items()
        },
        event_hooks={"response": [_refuse_downgrade]},
        **_common(name, base_url, timeout_s, headers),
    )
    made.upstream = name
    return made


def async_client(
    name: str,
    *,
    base_url: str = "",
    timeout_s: float = 10.0,
    retries: int = 2,
    cache: bool = False,
    headers: Mapping[str, str] | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncClient:
    """The same as `client`, asynchronous."""
    storage = stored.async_storage() if cache else None

    def dressed(inner: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
        if retries:
            inner = RetryTransport(transport=inner, retry=patience(retries))
        return stored.cached_async(inner, storage) if cache else inner

    async def refuse_downgrade(response: httpx.Response) -> None:
        _refuse_downgrade(response)

    named = {} if transport else proxies.proxies()
    made = AsyncClient(
        transport=dressed(transport or httpx.AsyncHTTPTransport(limits=_limits())),
        mounts={
            pattern: dressed(httpx.AsyncHTTPTransport(proxy=proxy, limits=_limits())) if proxy else None
            for pattern, proxy in named.items()
        },
        event_hooks={"response": [refuse_downgrade]},
        **_common(name, base_url, timeout_s, headers),
    )
    made.upstream = name
    made.storage = storage
    return made


def _common(name: str, base_url: str, timeout_s: float, headers: Mapping[str, str] | None) -> dict[str, Any]:
    if base_url and not base_url.startswith(("http://", "https://")):
        raise ConfigError(f"{name}: {base_url!r} is no http address (base_url)")
    return {
        "base_url": base_url,
        "timeout": httpx.Timeout(timeout_s),
        "headers": {"User-Agent": user_agent(), **(headers or {})},
        "follow_redirects": True,
    }


@lru_cache(maxsize=2)
def user_agent(contact: str = "") -> str:
    """`blueprints/<version>`, and ` (+<contact>)` where the user has given an address to be reached at."""
    from importlib.metadata import version

    name = f"blueprints/{version('blueprints')}"
    return f"{name} (+{contact})" if contact else name


def _limits() -> httpx.Limits:
    return httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)


def _refuse_downgrade(response: httpx.Response) -> None:
    """An encrypted request is not carried on in clear text."""
    location = response.headers.get("location", "")
    if response.is_redirect and response.request.url.scheme == "https" and location.startswith("http:"):
        raise UpstreamError(f"{response.request.url.host} redirects to an unencrypted address, which is not followed")
