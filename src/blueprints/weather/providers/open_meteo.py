"""Open-Meteo: 16 days for the whole world, no key for private use.

Times in its answers are local, without offset, all shifted by the one `utc_offset_seconds` of the answer, also beyond a
change to summer time; they are turned into instants first. Values come as arrays beside `time`, members may be null.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

from blueprints.weather.core import daycut
from blueprints.weather.core.forecast import Conditions, Day, Forecast
from blueprints.weather.core.horizon import running
from blueprints.weather.core.reading import Changed, integer, mapping, number, sequence, text
from blueprints.weather.core.units import INCH, MPH

if TYPE_CHECKING:
    from blueprints.weather.client import Client
    from blueprints.weather.core.forecast import Place, Wanted

HOST = "https://api.open-meteo.com"
CUSTOMER_HOST = "https://customer-api.open-meteo.com"

FIELDS = {
    "temperature": "temperature_2m",
    "feels": "apparent_temperature",
    "code": "weather_code",
    "is_day": "is_day",
    "wind_speed": "wind_speed_10m",
    "wind_gust": "wind_gusts_10m",
    "wind_direction": "wind_direction_10m",
    "humidity": "relative_humidity_2m",
    "precipitation": "precipitation",
    "probability": "precipitation_probability",
    "pressure": "pressure_msl",
    "cloud": "cloud_cover",
    "visibility": "visibility",
    "dew_point": "dew_point_2m",
    "uv": "uv_index",
}
"""Ours to theirs, for the current conditions and the hours."""
HOURLY_ONLY = frozenset({"precipitation_probability", "visibility", "dew_point_2m", "uv_index"})
"""Not offered for now; taken from the hour that covers it."""
DAILY = {
    "high": "temperature_2m_max",
    "low": "temperature_2m_min",
    "feels_high": "apparent_temperature_max",
    "feels_low": "apparent_temperature_min",
    "code": "weather_code",
    "wind_speed": "wind_speed_10m_max",
    "wind_gust": "wind_gusts_10m_max",
    "wind_direction": "wind_direction_10m_dominant",
    "precipitation": "precipitation_sum",
    "snow": "snowfall_sum",
    "probability": "precipitation_probability_max",
    "uv": "uv_index_max",
}
NUMBERS = frozenset({int, float, type(None)})
FACTORS = {
    "km/h": 1 / 3.6,
    "m/s": 1.0,
    "ms": 1.0,
    "mp/h": MPH,
    "mph": MPH,
    "kn": 0.514444,
    "mm": 1.0,
    "cm": 10.0,
    "inch": INCH,
    "m": 1.0,
    "ft": 0.3048,
    "hPa": 1.0,
    "%": 1.0,
    "°": 1.0,
    "°C": 1.0,
    "wmo code": 1.0,
    "": 1.0,
}
"""From a unit of theirs to ours."""


@dataclass(frozen=True)
class Settings:
    base_url: Annotated[str, "Address of the forecast API."] = HOST
    geocoding_url: Annotated[str, "Address of the geocoding API, which finds places by name."] = (
        "https://geocoding-api.open-meteo.com"
    )
    key: Annotated[str, "Key of a paid subscription; free use needs none."] = field(default="", repr=False)


class Provider:
    name = "open_meteo"
    title = "Open-Meteo"
    max_days = 16
    alerts = False
    needs_key = False
    opt_in = False
    terms = "https://open-meteo.com/en/terms"
    attribution = "Weather data by Open-Meteo.com, CC BY 4.0"
    accepts = frozenset({"coordinates"})
    coverage = "the world"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def base_url(self) -> str:
        """The host for paying customers when there is a key, unless another address is set."""
        paid = self.settings.key and self.settings.base_url == HOST
        return CUSTOMER_HOST if paid else self.settings.base_url

    def covers(self, place: Place) -> bool:
        return place.has_coordinates

    async def fetch(self, place: Place, wanted: Wanted, client: Client) -> Forecast:
        key = {"apikey": self.settings.key} if self.settings.key else {}
        body = await client.json("/v1/forecast", parameters(place, wanted), secret=key)
        return read(body, place.timezone or "UTC", wanted.now)


def parameters(place: Place, wanted: Wanted) -> dict[str, str]:
    """The query: metric units are the default there; days from today, at most 16."""
    latitude, longitude = place.coordinates
    return {
        "latitude": str(latitude),
        "longitude": str(longitude),
        "timezone": place.timezone or "auto",
        "forecast_days": str(min(wanted.days, Provider.max_days)),
        "current": ",".join(name for name in FIELDS.values() if name not in HOURLY_ONLY),
        "hourly": ",".join(FIELDS.values()),
        "daily": ",".join([*DAILY.values(), "sunrise", "sunset"]),
    }


def read(body: Any, timezone: str, now: datetime) -> Forecast:
    """The forecast in an answer; `now` picks the hour that fills what the current conditions lack."""
    answer = mapping(body, "answer")
    offset = timedelta(seconds=number(answer.get("utc_offset_seconds")) or 0)
    hours = _hours(answer, offset)
    return Forecast(
        provider=Provider.name,
        timezone=timezone,
        attribution=Provider.attribution,
        current=_current(answer, offset, hours, now),
        days=_days(answer, offset, hours, ZoneInfo(timezone)),
        hours=hours,
    )


class Columns:
    """One block of parallel arrays with its units."""

    def __init__(self, answer: dict[str, Any], name: str) -> None:
        self.block = mapping(answer.get(name), f"{name} values")
        self.units = mapping(answer.get(f"{name}_units") or {}, f"{name} units")
        self.times = sequence(self.block.get("time"), f"{name} times")

    def column(self, name: str) -> list[Any]:
        """The values of one variable in our units; as many None as there are times where it is absent."""
        values = self.block.get(name)
        if values is None:
            return [None] * len(self.times)
        if not isinstance(values, list) or len(values) != len(self.times) or not set(map(type, values)) <= NUMBERS:
            raise Changed(f"{name} is not {len(self.times)} numbers")
        return _converted(values, self.units.get(name) or "")


def _converted(values: list[float | None], unit: str) -> list[float | None]:
    if unit == "°F":
        return [None if value is None else (value - 32) * 5 / 9 for value in values]
    if unit not in FACTORS:
        return values
    factor = FACTORS[unit]
    return values if factor == 1.0 else [None if value is None else value * factor for value in values]


def _instants(times: list[Any], offset: timedelta) -> list[datetime]:
    try:
        return [datetime.fromisoformat(time).replace(tzinfo=UTC) - offset for time in times]
    except (TypeError, ValueError) as error:
        raise Changed("its times are not dates") from error


def _hours(answer: dict[str, Any], offset: timedelta) -> tuple[Conditions, ...]:
    if "hourly" not in answer:
        return ()
    columns = Columns(answer, "hourly")
    values = {ours: columns.column(theirs) for ours, theirs in FIELDS.items()}
    values["code"] = [None if code is None else int(code) for code in values["code"]]
    values["is_day"] = [None if day is None else bool(day) for day in values["is_day"]]
    names = ("time", *values)
    rows = zip(_instants(columns.times, offset), *values.values(), strict=True)
    return tuple(Conditions(**dict(zip(names, row, strict=True))) for row in rows)


def _current(
    answer: dict[str, Any], offset: timedelta, hours: tuple[Conditions, ...], now: datetime
) -> Conditions | None:
    said = answer.get("current")
    if not isinstance(said, dict):
        return None
    units = mapping(answer.get("current_units") or {}, "current units")
    values: dict[str, Any] = {
        ours: _converted([number(said.get(theirs))], units.get(theirs) or "")[0] for ours, theirs in FIELDS.items()
    }
    values["code"] = integer(values["code"])
    values["is_day"] = None if values["is_day"] is None else bool(values["is_day"])
    hour = next(iter(running(hours, now)), None)
    for name in values if hour else ():
        values[name] = getattr(hour, name) if values[name] is None else values[name]
    return Conditions(time=_instants([said.get("time")], offset)[0], **values)


def _days(answer: dict[str, Any], offset: timedelta, hours: tuple[Conditions, ...], zone: ZoneInfo) -> tuple[Day, ...]:
    columns = Columns(answer, "daily")
    values = {ours: columns.column(theirs) for ours, theirs in DAILY.items()}
    hours_of = daycut.by_date(hours, zone)
    return tuple(
        _day(index, time, {name: column[index] for name, column in values.items()}, columns, hours_of, offset, zone)
        for index, time in enumerate(columns.times)
    )


def _day(
    index: int,
    time: Any,
    values: dict[str, Any],
    columns: Columns,
    hours_of: dict[date, list[Conditions]],
    offset: timedelta,
    zone: ZoneInfo,
) -> Day:
    try:
        on = date.fromisoformat(time)
    except (TypeError, ValueError) as error:
        raise Changed("its days are not dates") from error
    hours = hours_of.get(on, [])
    values["code"] = integer(values["code"])
    sunrise, sunset = (_sun(columns, name, index, offset, on, zone) for name in ("sunrise", "sunset"))
    if sunrise and sunset and sunset - sunrise in (timedelta(), timedelta(days=1)):
        sunrise = sunset = None  # its way to say that the sun stays down, or up
    return Day(
        date=on,
        partial=bool(hours) and daycut.is_partial(hours, zone),
        humidity=daycut.mean(hour.humidity for hour in hours),
        sunrise=sunrise,
        sunset=sunset,
        **values,
    )


def _sun(columns: Columns, name: str, index: int, offset: timedelta, on: date, zone: ZoneInfo) -> datetime | None:
    """None where the sun does not rise or set: the answer then holds null or a time of another day."""
    times = columns.block.get(name)
    told = text(times[index]) if isinstance(times, list) and index < len(times) else None
    if told is None:
        return None
    instant = _instants([told], offset)[0]
    return instant if abs(instant.astimezone(zone).date() - on) <= timedelta(days=1) else None
