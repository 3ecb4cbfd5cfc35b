"""Reports as JSON: always every key, null for unknown, numbers in the named units, times with the place's offset."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from blueprints.weather.core import compass, units, wmo
from blueprints.weather.core.rounding import number, rounded, tenth

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from blueprints.weather.core.forecast import Alert, Conditions, Day, Place
    from blueprints.weather.core.spread import Range
    from blueprints.weather.core.units import Units
    from blueprints.weather.report import Comparison, Report


class Values:
    """A forecast's numbers in one system of units and its times in one zone."""

    def __init__(self, system: Units, zone: ZoneInfo) -> None:
        self.system = system
        self.zone = zone

    def time(self, value: datetime | None) -> str | None:
        return None if value is None else value.astimezone(self.zone).isoformat(timespec="seconds")

    def temperature(self, value: float | None) -> float | None:
        return tenth(units.temperature(value, self.system.temperature))

    def wind(self, value: float | None) -> float | None:
        return tenth(units.scaled(value, units.WIND[self.system.wind]))

    def precipitation(self, value: float | None) -> float | None:
        return tenth(units.scaled(value, units.PRECIPITATION[self.system.precipitation]))

    def snow(self, value: float | None) -> float | None:
        return tenth(units.scaled(value, units.SNOW[self.system.snow]))

    def pressure(self, value: float | None) -> float | None:
        """To a tenth of a hectopascal, or a hundredth of an inch of mercury."""
        converted = units.scaled(value, units.PRESSURE[self.system.pressure])
        return None if converted is None else rounded(converted, 2 if self.system.pressure == "inHg" else 1)

    def visibility(self, value: float | None) -> float | None:
        return tenth(units.scaled(value, units.VISIBILITY[self.system.visibility]))


def report(told: Report, system: Units) -> dict[str, Any]:
    """What `weather --json` prints; see docs/json.md."""
    values = Values(system, told.zone)
    return {
        "place": place(told.place),
        "provider": told.forecast.provider,
        "attribution": told.forecast.attribution,
        "fetched_at": values.time(told.fetched_at),
        "issued_at": values.time(told.forecast.issued_at),
        "stale": told.stale,
        "units": asdict(system),
        "current": None if told.current is None else _current(told.current, values),
        "days": [day(one, values) for one in told.days],
        "hours": [_hour(one, values) for one in told.hours],
        "alerts": [_alert(one, values) for one in told.alerts],
        "notices": list(told.notices),
        "attempts": [
            {"provider": one.provider, "outcome": one.outcome, "seconds": one.seconds, "error": one.error}
            for one in told.attempts
        ],
    }


def comparison(told: Comparison, system: Units) -> dict[str, Any]:
    """What `weather --compare --json` prints; see docs/json.md."""
    values = Values(system, told.zone)
    return {
        "place": place(told.place),
        "units": asdict(system),
        "providers": [
            {
                "provider": column.provider,
                "error": column.error,
                "fetched_at": values.time(column.fetched_at),
                "stale": column.stale,
                "days": [day(one, values) for one in column.days],
            }
            for column in told.columns
        ],
        "spread": [
            {
                "date": spread.date.isoformat(),
                "high": _temperatures(spread.high, values),
                "low": _temperatures(spread.low, values),
                "precipitation": _amounts(spread.precipitation, values),
            }
            for spread in told.spreads
        ],
    }


def place(told: Place) -> dict[str, Any]:
    """Degrees with four decimals, elevation in metres, the IANA time zone."""
    return {
        "name": told.name,
        "admin1": told.admin1,
        "country": told.country,
        "country_code": told.country_code,
        "latitude": _degrees(told.latitude),
        "longitude": _degrees(told.longitude),
        "elevation": number(told.elevation),
        "timezone": told.timezone,
        "id": told.id,
    }


def _degrees(value: float | None) -> float | None:
    """To four decimals, about ten metres."""
    return None if value is None else round(value, 4) + 0.0


def listed_place(told: Place) -> dict[str, Any]:
    """A row of `places`, which also tells the second region and the population."""
    return {
        "id": told.id,
        "name": told.name,
        "admin1": told.admin1,
        "admin2": told.admin2,
        "country": told.country,
        "country_code": told.country_code,
        "latitude": _degrees(told.latitude),
        "longitude": _degrees(told.longitude),
        "elevation": number(told.elevation),
        "timezone": told.timezone,
        "population": told.population,
    }


def day(told: Day, values: Values) -> dict[str, Any]:
    return {
        "date": told.date.isoformat(),
        "partial": told.partial,
        "high": values.temperature(told.high),
        "low": values.temperature(told.low),
        "feels_high": values.temperature(told.feels_high),
        "feels_low": values.temperature(told.feels_low),
        "code": told.code,
        "condition": condition(told),
        "source_text": told.source_text,
        "wind_speed": values.wind(told.wind_speed),
        "wind_gust": values.wind(told.wind_gust),
        "wind_direction": number(told.wind_direction),
        "wind_compass": compass.point(told.wind_direction),
        "humidity": number(told.humidity),
        "precipitation": values.precipitation(told.precipitation),
        "snow": values.snow(told.snow),
        "probability": number(told.probability),
        "uv": tenth(told.uv),
        "sunrise": values.time(told.sunrise),
        "sunset": values.time(told.sunset),
    }


def condition(told: Day | Conditions) -> str | None:
    """The weather in words: of the code, else the provider's own."""
    return wmo.words(told.code) or told.source_text


def _conditions(told: Conditions, values: Values) -> dict[str, Any]:
    return {
        "time": values.time(told.time),
        "temperature": values.temperature(told.temperature),
        "feels": values.temperature(told.feels),
        "code": told.code,
        "condition": condition(told),
        "source_text": told.source_text,
        "is_day": told.is_day,
        "wind_speed": values.wind(told.wind_speed),
        "wind_gust": values.wind(told.wind_gust),
        "wind_direction": number(told.wind_direction),
        "wind_compass": compass.point(told.wind_direction),
        "humidity": number(told.humidity),
        "precipitation": values.precipitation(told.precipitation),
        "pressure": values.pressure(told.pressure),
        "cloud": number(told.cloud),
        "visibility": values.visibility(told.visibility),
        "dew_point": values.temperature(told.dew_point),
        "uv": tenth(told.uv),
    }


def _current(told: Conditions, values: Values) -> dict[str, Any]:
    said = _conditions(told, values)
    return {"time": said.pop("time"), "observed": told.observed, **said}


def _hour(told: Conditions, values: Values) -> dict[str, Any]:
    return {**_conditions(told, values), "probability": number(told.probability)}


def _alert(told: Alert, values: Values) -> dict[str, Any]:
    return {
        "id": told.id,
        "provider": told.provider,
        "event": told.event,
        "severity": told.severity,
        "headline": told.headline,
        "description": told.description,
        "instruction": told.instruction,
        "area": told.area,
        "starts": values.time(told.starts),
        "ends": values.time(told.ends),
        "sender": told.sender,
    }


def _temperatures(told: Range, values: Values) -> dict[str, Any]:
    scale = units.DIFFERENCE[values.system.temperature]
    return {
        "min": values.temperature(told.min),
        "max": values.temperature(told.max),
        "median": values.temperature(told.median),
        "spread": tenth(units.scaled(told.spread, scale)),
        "count": told.count,
    }


def _amounts(told: Range, values: Values) -> dict[str, Any]:
    found = {name: values.precipitation(getattr(told, name)) for name in ("min", "max", "median", "spread")}
    return {**found, "count": told.count}
