"""The client a provider is handed: it fetches, keeps to caches and pauses, and turns refusals into our failures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from blueprints import clock
from blueprints.errors import ConfigError
from blueprints.weather.core.reading import Changed
from blueprints.weather.failures import Held, KeyRefused, NotFound, ProviderFailed, Refused
from blueprints.weather.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from blueprints.http import AsyncClient

PAUSE = timedelta(seconds=60)
"""How long a provider is left alone that asks for a pause without saying how long."""


@dataclass(frozen=True)
class Answer:
    """A successful response."""

    status: int
    text: str

    def json(self) -> Any:
        """Raises Changed when it is not JSON."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError) as error:
            raise Changed("it is not JSON") from error


@dataclass(frozen=True)
class Manners:
    """How all providers are asked in one run."""

    store: Store
    timeout_s: float = 10.0
    max_age_s: int = 600
    contact: str = ""
    refresh: bool = False
    cache: bool = True


class Client:
    """Asks one upstream. `base_url` replaces scheme and host of every address, also of those found in answers."""

    def __init__(self, name: str, base_url: str, manners: Manners, *, refreshable: bool = True) -> None:
        self.name = name
        self.base_url = base_url.rstrip("/")
        self.manners = manners
        self.refresh = manners.refresh and refreshable
        self.times: list[datetime] = []
        """When each answer was fetched from the upstream."""
        self.ends: list[datetime] = []
        """Until when each is fresh."""
        self.from_cache: list[bool] = []
        self._urls: list[str] = []
        self._opened: AsyncClient | None = None

    async def json(self, path: str, parameters: Mapping[str, str] | None = None, **options: Any) -> Any:
        """The answer's body as JSON; raises Changed when it is none, and as `get` does."""
        return (await self.get(path, parameters, **options)).json()

    async def get(
        self,
        path: str,
        parameters: Mapping[str, str] | None = None,
        *,
        secret: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer at a path or an address. `secret` holds parameters that no cache, log or error may see.

        Raises Held for 429 and 503, KeyRefused, Refused, NotFound, ProviderFailed.
        """
        http = self._http()
        url = self.address(path)
        key = str(http.build_request("GET", url, params=parameters).url)
        response = await http.get(
            url,
            params=parameters,
            headers={**(headers or {}), **({"Cache-Control": "no-cache"} if self.refresh else {})},
            extensions={"secret": dict(secret or {}), "caching": {"key": key}},
        )
        self._refuse(response, secret or {})
        self._urls.append(key)
        self._note(response)
        return Answer(response.status_code, response.text)

    def address(self, path: str) -> str:
        """The whole address of a path; of an absolute address only path and query are taken."""
        parts = urlsplit(path)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.base_url}/{parts.path.lstrip('/')}{query}"

    @property
    def fetched_at(self) -> datetime:
        return min(self.times, default=clock.now())

    @property
    def fresh_until(self) -> datetime:
        return min(self.ends, default=clock.now() + timedelta(seconds=self.manners.max_age_s))

    @property
    def all_from_cache(self) -> bool:
        return bool(self.from_cache) and all(self.from_cache)

    async def forget(self) -> None:
        """Drop what was fetched from the cache, because it could not be read."""
        if self._opened is not None:
            for url in self._urls:
                await self._opened.forget(url)

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.aclose()
            self._opened = None

    def _http(self) -> AsyncClient:
        if self._opened is None:
            from blueprints import http
            from blueprints.weather.transport import Transport

            if not self.base_url.startswith(("http://", "https://")):
                raise ConfigError(f"weather.{self.name}.base_url: {self.base_url!r} is no http address")
            agent = http.user_agent(self.manners.contact).replace("(+", "").removesuffix(")")
            self._opened = http.async_client(
                self.name,
                timeout_s=self.manners.timeout_s,
                retries=0,
                cache=self.manners.cache,
                headers={"User-Agent": agent},
                transport=Transport(self.manners.max_age_s),
            )
        return self._opened

    def _refuse(self, response: httpx.Response, secret: Mapping[str, str]) -> None:
        if response.is_success:
            return
        status, reason = response.status_code, _reason(response, secret)
        if status in (429, 503):
            raise Held(f"asks for a pause until {self._hold(response):%H:%M:%S} UTC ({status})")
        if secret and (status in (401, 403) or "key" in reason.lower()):
            raise KeyRefused(f"{self.name} refuses its key: check the setting weather.{self.name}.key")
        told = f"answers {status} {response.reason_phrase}".rstrip() + (f" ({reason})" if reason else "")
        raise {404: NotFound, 401: Refused, 403: Refused}.get(status, ProviderFailed)(told)

    def _hold(self, response: httpx.Response) -> datetime:
        from blueprints.http import retry_after_s

        seconds = retry_after_s(response)
        until = clock.now() + (PAUSE if seconds is None else timedelta(seconds=min(seconds, 86400.0)))
        self.manners.store.hold(self.name, until)
        return until

    def _note(self, response: httpx.Response) -> None:
        status = response.extensions.get("caching") or {}
        stored = bool(status.get("from_cache")) and not status.get("revalidated")
        fetched = (_date(response.headers.get("date")) if stored else None) or clock.now()
        self.from_cache.append(stored)
        self.times.append(fetched)
        self.ends.append(_end(response, fetched))


def _end(response: httpx.Response, fetched: datetime) -> datetime:
    """Until when an answer is fresh; the transport has seen to it that it says so."""
    control = response.headers.get("cache-control", "").lower()
    if "no-store" in control or "no-cache" in control:
        return fetched
    for part in control.split(","):
        name, _, value = part.strip().partition("=")
        if name == "max-age" and value.strip('"').isdigit():
            return fetched + timedelta(seconds=int(value.strip('"')))
    return _date(response.headers.get("expires")) or fetched


def _date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _reason(response: httpx.Response, secret: Mapping[str, str]) -> str:
    """The upstream's own words, one line of at most 120 characters, without addresses' queries and keys."""
    try:
        body = response.json()
    except ValueError:
        return ""
    words = (body.get("reason") or body.get("detail")) if isinstance(body, dict) else None
    text = " ".join(str(words or "").split())[:120]
    for value in secret.values():
        text = text.replace(value, "…")
    return "" if "?" in text else text
