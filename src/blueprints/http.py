"""The one place that builds HTTP clients: timeouts, retries, the cache on disk, limits, and failures in our words.

Nothing else in the program names httpx's exceptions, so that a successor of httpx touches this file alone. A client
belongs to one upstream, whose `name` opens every message; messages hold its host, never a path's query string.
"""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import httpx
from httpx_retries import Retry, RetryTransport

from blueprints import paths
from blueprints.errors import AuthError, BlueprintsError, ConfigError, UpstreamError

RETRIED = (502, 503, 504, 429)
LONGEST_PAUSE_S = 10.0
"""A Retry-After beyond this is not waited for; the caller learns of it instead."""
CONNECTIONS = 8
CACHE_BYTES = 256 * 2**20


class Paused(UpstreamError):
    """The upstream asks for a pause longer than a retry may wait."""

    def __init__(self, name: str, seconds: float) -> None:
        super().__init__(f"{name} asks for a pause of {seconds:.0f} s: try again then")
        self.seconds = seconds


class _LongPause(Exception):
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


class _Retry(Retry):
    """httpx-retries' rules, except that a long Retry-After ends the attempt instead of being cut short."""

    def sleep(self, response: httpx.Response | Exception) -> None:
        self._refuse_long_pause(response)
        super().sleep(response)

    async def asleep(self, response: httpx.Response | Exception) -> None:
        self._refuse_long_pause(response)
        await super().asleep(response)

    def _refuse_long_pause(self, response: httpx.Response | Exception) -> None:
        seconds = retry_after_s(response) if isinstance(response, httpx.Response) else None
        if seconds is not None and seconds > LONGEST_PAUSE_S:
            raise _LongPause(seconds)


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
            inner = RetryTransport(transport=inner, retry=_retry(retries))
        return _cached(inner) if cache else inner

    proxies = {} if transport else _proxies()
    made = Client(
        transport=dressed(transport or httpx.HTTPTransport(limits=_limits())),
        mounts={
            pattern: dressed(httpx.HTTPTransport(proxy=proxy, limits=_limits())) if proxy else None
            for pattern, proxy in proxies.items()
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
    storage = _async_storage() if cache else None

    def dressed(inner: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
        if retries:
            inner = RetryTransport(transport=inner, retry=_retry(retries))
        return _cached_async(inner, storage) if cache else inner

    async def refuse_downgrade(response: httpx.Response) -> None:
        _refuse_downgrade(response)

    proxies = {} if transport else _proxies()
    made = AsyncClient(
        transport=dressed(transport or httpx.AsyncHTTPTransport(limits=_limits())),
        mounts={
            pattern: dressed(httpx.AsyncHTTPTransport(proxy=proxy, limits=_limits())) if proxy else None
            for pattern, proxy in proxies.items()
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


@lru_cache(maxsize=1)
def user_agent(contact: str = "") -> str:
    """`blueprints/<version>`, and ` (+<contact>)` where the user has given an address to be reached at."""
    from importlib.metadata import version

    name = f"blueprints/{version('blueprints')}"
    return f"{name} (+{contact})" if contact else name


def _proxies() -> dict[str, str | None]:
    """httpx's address patterns -> the proxy of $HTTP_PROXY, $HTTPS_PROXY or $ALL_PROXY; None where $NO_PROXY says so.

    httpx reads these itself only for clients without a transport of their own. Loopback never goes through a proxy.
    """
    from urllib.request import getproxies_environment

    named = getproxies_environment()
    found: dict[str, str | None] = {
        f"{scheme}://": named[scheme] for scheme in ("http", "https", "all") if scheme in named
    }
    spared = [host.strip() for host in named.get("no", "").split(",") if host.strip()]
    if not found or "*" in spared:
        return {}
    for host in ("localhost", "127.0.0.1", "[::1]", *spared):
        is_address = host.startswith("[") or host.replace(".", "").isdigit() or host == "localhost"
        found[f"all://{host}" if is_address else f"all://*{host.removeprefix('*')}"] = None
    return found


def _limits() -> httpx.Limits:
    return httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)


def _retry(retries: int) -> Retry:
    return _Retry(
        total=retries,
        allowed_methods=("GET", "HEAD", "PUT", "DELETE", "OPTIONS"),
        status_forcelist=RETRIED,
        backoff_factor=0.25,
        max_backoff_wait=LONGEST_PAUSE_S,
        total_timeout=2 * LONGEST_PAUSE_S,
    )


def _cache_path() -> str:
    return str(paths.ensure(paths.cache_dir()) / "http.sqlite")


def _cached(inner: httpx.BaseTransport) -> httpx.BaseTransport:
    hishel = _hishel()
    storage = hishel.SqliteStorage(database_path=_cache_path(), max_size=CACHE_BYTES)
    made: httpx.BaseTransport = hishel.httpx.CacheTransport(
        inner, storage=storage, rfc=hishel.CacheOptions(shared=False)
    )
    return made


def _async_storage() -> Any:
    return _hishel().AsyncSqliteStorage(database_path=_cache_path(), max_size=CACHE_BYTES)


def _cached_async(inner: httpx.AsyncBaseTransport, storage: Any) -> httpx.AsyncBaseTransport:
    hishel = _hishel()
    made: httpx.AsyncBaseTransport = hishel.httpx.AsyncCacheTransport(
        inner, storage=storage, rfc=hishel.CacheOptions(shared=False)
    )
    return made


def _hishel() -> Any:
    """hishel without the 0.35 s of its Redis storage, which it imports wherever redis is installed.

    Its log is kept silent: a cache that fails is a miss, nothing that a user has to read a traceback about.
    """
    import logging
    import sys

    hidden = "hishel" not in sys.modules and "redis" not in sys.modules
    if hidden:
        sys.modules["redis"] = None  # type: ignore[assignment]  # the documented way to make an import fail
    try:
        import hishel
        import hishel.httpx
    finally:
        if hidden:
            del sys.modules["redis"]
    logging.getLogger("hishel").setLevel(logging.CRITICAL + 1)
    return hishel


def _refuse_downgrade(response: httpx.Response) -> None:
    """An encrypted request is not carried on in clear text."""
    location = response.headers.get("location", "")
    if response.is_redirect and response.request.url.scheme == "https" and location.startswith("http:"):
        raise UpstreamError(f"{response.request.url.host} redirects to an unencrypted address, which is not followed")


@contextmanager
def translated(name: str) -> Iterator[None]:
    """httpx's failures inside the block as ours, `name` being the upstream."""
    try:
        yield
    except BlueprintsError:
        raise
    except _LongPause as error:
        raise Paused(name, error.seconds) from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise ConfigError(f"{name}: its base_url is no http address") from error
    except httpx.TimeoutException as error:
        raise UpstreamError(f"{name}: no answer in time from {_host(error)}") from error
    except httpx.ConnectError as error:
        raise UpstreamError(f"{name}: cannot reach {_host(error)}: {_reason(error)}") from error
    except httpx.TooManyRedirects as error:
        raise UpstreamError(f"{name}: {_host(error)} redirects in circles") from error
    except httpx.DecodingError as error:
        raise UpstreamError(f"{name}: the answer of {_host(error)} cannot be unpacked") from error
    except httpx.RequestError as error:
        raise UpstreamError(f"{name}: the connection to {_host(error)} broke off") from error


def _host(error: httpx.RequestError) -> str:
    """Host of the failed request, with the port where the address names one."""
    try:
        url = error.request.url
    except RuntimeError:  # raised by httpx where no request is known
        return "the server"
    return f"{url.host}:{url.port}" if url.port else url.host


def _reason(error: Exception) -> str:
    text = _chain(error).lower()
    if "refused" in text:
        return "connection refused"
    if any(word in text for word in ("name or service", "resolution", "nodename", "no address")):
        return "its name is not known (is the network up?)"
    if "certificate" in text or "ssl" in text:
        return "its certificate is not accepted"
    return "no connection"


def _chain(error: BaseException | None) -> str:
    """Names and words of an error and of what caused it; asynchronous connections wrap the reason several times."""
    if error is None:
        return ""
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    causes = [error.__cause__ or error.__context__, *inner]
    return " ".join([type(error).__name__, str(error), *map(_chain, causes)])


def checked(response: httpx.Response, name: str = "") -> httpx.Response:
    """The response itself if it is a success; raises AuthError for 401 and 403, Paused or UpstreamError otherwise."""
    if response.is_success or response.status_code == httpx.codes.NOT_MODIFIED:
        return response
    who = name or response.request.url.host
    if response.status_code in (401, 403):
        raise AuthError(f"{who} refuses the request ({response.status_code})")
    seconds = retry_after_s(response)
    if response.status_code in (429, 503) and seconds:
        raise Paused(who, seconds)
    raise UpstreamError(f"{who} answers {response.status_code} {response.reason_phrase}".rstrip())


def retry_after_s(response: httpx.Response) -> float | None:
    """Seconds that Retry-After asks for, from now; None without one that can be read."""
    text = response.headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        return _Retry().parse_retry_after(text)
    except ValueError:
        return None


def json_exact(response: httpx.Response, name: str = "") -> Any:
    """The body as JSON with every number that has a point as Decimal; raises UpstreamError when it is none."""
    import json
    from decimal import Decimal

    try:
        return json.loads(response.content, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise UpstreamError(f"{name or response.request.url.host}: the answer is not JSON") from error


def jittered(seconds: float, share: float = 0.2) -> float:
    """Seconds moved by up to ± `share`, so that many clients do not come back at once."""
    return seconds * random.uniform(1 - share, 1 + share)  # noqa: S311 - spreads load, protects nothing
