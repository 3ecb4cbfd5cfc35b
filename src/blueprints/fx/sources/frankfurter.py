"""Frankfurter: rates of central banks over a free API, any range of days in one request, no key."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, ClassVar

from blueprints.errors import ConfigError
from blueprints.fx import sources
from blueprints.fx.core import calendars, checks
from blueprints.fx.core.errors import Unreadable
from blueprints.fx.core.published import Published
from blueprints.fx.wire import NOT_FOUND, Flow, Request, Wanted, body, exact_json

BASE = "EUR"


@dataclass(frozen=True)
class Settings:
    base_url: Annotated[str, "Address of the Frankfurter API, without the version."] = "https://api.frankfurter.dev"
    version: Annotated[int, "Version of the API: 2 or 1."] = 2


class Source(sources.Source):
    """Version 1 answers the day before a weekend; version 2 gives each quote its own day."""

    terms: ClassVar = "https://frankfurter.dev"
    history: ClassVar = "range"
    settings: Settings

    def __init__(self, settings: Settings) -> None:
        if settings.version not in (1, 2):
            raise ConfigError(f"fx.frankfurter.version: {settings.version} is neither 1 nor 2")
        super().__init__(settings)

    def fetch(self, wanted: Wanted) -> Flow:
        answer = yield self._first(wanted) if self.settings.version == 1 else self._second(wanted)
        if answer.status == NOT_FOUND:
            return []
        found = exact_json(body(answer))
        return _version_1(found) if self.settings.version == 1 else _version_2(found)

    def missing(self, latest: date | None, answered_at: datetime | None, now: datetime) -> int:
        del answered_at
        return calendars.missing(latest, now)

    def _first(self, wanted: Wanted) -> Request:
        days = "latest" if wanted.first is None else str(wanted.first)
        if wanted.first != wanted.last:
            days += f"..{wanted.last}"
        return Request(f"{self._address}/v1/{days}", {"base": BASE})

    def _second(self, wanted: Wanted) -> Request:
        params = {"base": BASE}
        if wanted.first is not None and wanted.first == wanted.last:
            params["date"] = str(wanted.first)
        elif wanted.first is not None:
            params |= {"from": str(wanted.first), "to": str(wanted.last)}
        return Request(f"{self._address}/v2/rates", params)

    @property
    def _address(self) -> str:
        return self.settings.base_url.rstrip("/")


def _version_1(found: dict[str, Any]) -> list[Published]:
    by_day = found["rates"] if "start_date" in found else {found["date"]: found["rates"]}
    return [Published(checks.day(day), _base(found), _rates(rates)) for day, rates in by_day.items()]


def _version_2(found: list[dict[str, Any]]) -> list[Published]:
    if not isinstance(found, list):
        raise Unreadable("it is no list of rates")
    by_day: defaultdict[date, dict[str, Any]] = defaultdict(dict)
    for record in found:
        _base(record)
        by_day[checks.day(record["date"])][record["quote"]] = record["rate"]
    days = (Published(day, BASE, _rates(rates)) for day, rates in by_day.items())
    return [day for day in days if day.rates]  # the base's own record may stand alone on a day


def _rates(rates: dict[str, Any]) -> dict[str, str]:
    return {code: checks.rate(value) for code, value in rates.items() if code != BASE}


def _base(found: dict[str, Any]) -> str:
    if found["base"] != BASE:
        raise Unreadable(f"its base is not {BASE}")
    return BASE
