"""What one run shares: the store, the clients, the time, and how one provider is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from blueprints import clock, paths
from blueprints.errors import BlueprintsError
from blueprints.weather.client import Client, Manners
from blueprints.weather.core.forecast import Forecast, Place, Wanted
from blueprints.weather.core.reading import Changed
from blueprints.weather.core.selection import Selection, selected
from blueprints.weather.failures import ProviderFailed
from blueprints.weather.places import Geocoder
from blueprints.weather.registry import Listed
from blueprints.weather.store import Store, StoredAnswer, check

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from blueprints.weather.config import WeatherConfig
    from blueprints.weather.core.horizon import Horizon

GEOCODER = "open_meteo geocoding"


@dataclass(frozen=True)
class Reply:
    """A forecast that holds something of what was asked."""

    listed: Listed
    forecast: Forecast
    selection: Selection
    from_cache: bool = False
    stale: bool = False


class Session:
    """Opened for one command; `close` ends every connection."""

    def __init__(self, settings: WeatherConfig, *, refresh: bool = False, offline: bool = False) -> None:
        self.settings = settings
        self.now = clock.now()
        self.refresh = refresh
        self.offline = offline
        self.notices: list[str] = []
        folder = _cache_folder(self.notices)
        self.store = Store(folder and folder / "weather.sqlite")
        if folder is not None and not offline:
            check(folder / "http.sqlite", self.notices)
        self.manners = Manners(
            store=self.store,
            timeout_s=settings.deadline.total_seconds(),
            max_age_s=int(settings.max_age.total_seconds()),
            contact=settings.contact,
            refresh=refresh,
            cache=folder is not None,
        )
        self._clients: list[Client] = []

    async def close(self) -> None:
        for client in self._clients:
            await client.close()
        self.store.close()

    def client(self, name: str, base_url: str, *, refreshable: bool = True) -> Client:
        made = Client(name, base_url, self.manners, refreshable=refreshable)
        self._clients.append(made)
        return made

    def geocoder(self) -> Geocoder:
        if self.offline:
            return Geocoder(self.store, self.now, None)
        from blueprints import config
        from blueprints.weather.providers.open_meteo import Settings

        address = config.load("weather.open_meteo", Settings).geocoding_url
        return Geocoder(self.store, self.now, self.client(GEOCODER, address, refreshable=False))

    def wanted(self, place: Place, horizon: Horizon) -> Wanted:
        from zoneinfo import ZoneInfo

        today = self.now.astimezone(ZoneInfo(place.timezone or "UTC")).date()
        return Wanted(now=self.now, days=horizon.days(today), hours=horizon.kind in ("today", "hourly"))

    async def ask(self, listed: Listed, place: Place, horizon: Horizon) -> Reply:
        """A provider's forecast, from the store while that is fresh; raises a BlueprintsError with the reason."""
        wanted = self.wanted(place, horizon)
        if not (self.refresh and listed.refreshable):
            for stored in self.store.answers(listed.name, place.key):
                reply = self._reply(listed, stored.forecast, horizon, from_cache=True)
                if stored.days >= wanted.days and stored.fresh_until > self.now and not reply.selection.is_empty:
                    return reply
        client = self.client(listed.name, listed.base_url, refreshable=listed.refreshable)
        forecast = await self._fetched(listed, place, wanted, client)
        reply = self._reply(listed, forecast, horizon, from_cache=client.all_from_cache)
        if reply.selection.is_empty:
            raise ProviderFailed("has none of the days and hours asked for")
        answer = StoredAnswer(forecast, wanted.days, client.fetched_at, client.fresh_until)
        self.store.keep_answer(place.key, answer, self.now - self.settings.keep_stale)
        return reply

    def stored(self, candidates: Sequence[Listed], place: Place, horizon: Horizon) -> Reply | None:
        """The newest stored answer that still says something of what was asked; best one that was asked as much."""
        found: list[tuple[bool, datetime, Reply]] = []
        wanted = self.wanted(place, horizon)
        for listed in candidates:
            for answer in self.store.answers(listed.name, place.key):
                reply = self._reply(listed, answer.forecast, horizon, from_cache=True)
                if self.now - answer.fetched_at <= self.settings.keep_stale and not reply.selection.is_empty:
                    stale = answer.fresh_until <= self.now
                    found.append((answer.days >= wanted.days, answer.fetched_at, replace(reply, stale=stale)))
        return max(found, key=lambda item: item[:2])[2] if found else None

    def _reply(self, listed: Listed, forecast: Forecast, horizon: Horizon, *, from_cache: bool) -> Reply:
        return Reply(listed, forecast, selected(forecast, horizon, self.now), from_cache)

    async def _fetched(self, listed: Listed, place: Place, wanted: Wanted, client: Client) -> Forecast:
        try:
            forecast = await listed.provider.fetch(place, wanted, client)
            _refuse_other(forecast)
        except Changed as error:
            await client.forget()
            raise ProviderFailed(f"its {listed.reads} has changed ({error})") from error
        except BlueprintsError:
            raise
        except Exception as error:
            await client.forget()
            raise ProviderFailed(f"its {listed.reads} cannot be read ({type(error).__name__}: {error})") from error
        return replace(
            forecast,
            provider=listed.name,
            attribution=forecast.attribution or listed.attribution,
            fetched_at=forecast.fetched_at or client.fetched_at,
        )


def _refuse_other(given: object) -> None:
    if not isinstance(given, Forecast):
        raise Changed(f"it gave a {type(given).__name__}, not a Forecast")


def _cache_folder(notices: list[str]) -> Path | None:
    """The folder of the cache; None, and a notice, where none can be written."""
    import os

    folder = paths.cache_dir()
    try:
        paths.ensure(folder)
    except OSError as error:
        notices.append(f"the cache cannot be used ({folder}: {error.strerror}): answers are not kept")
        return None
    if not os.access(folder, os.W_OK):
        notices.append(f"the cache cannot be used ({folder} is not writable): answers are not kept")
        return None
    return folder


def age(fetched_at: datetime, now: datetime) -> timedelta:
    return max(timedelta(), now - fetched_at)
