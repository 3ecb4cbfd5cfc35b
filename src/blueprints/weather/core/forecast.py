"""A forecast as every provider gives it: °C, m/s, mm, hPa, metres, percent, aware UTC instants. Unknown is None."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Severity = Literal["extreme", "severe", "moderate", "minor", "unknown"]
SEVERITIES: tuple[Severity, ...] = ("extreme", "severe", "moderate", "minor", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where. Latitude and longitude in degrees; `code` is a weather.com area code or id; `timezone` an IANA name."""

    name: str
    latitude: float | None = None
    longitude: float | None = None
    timezone: str | None = None
    admin1: str | None = None
    admin2: str | None = None
    country: str | None = None
    country_code: str | None = None
    elevation: float | None = None
    id: int | None = None
    population: int | None = None
    code: str | None = None

    @property
    def has_coordinates(self) -> bool:
        return self.latitude is not None and self.longitude is not None

    @property
    def coordinates(self) -> tuple[float, float]:
        """Latitude and longitude to four decimals (about 10 m), all that is ever sent to a provider."""
        return round(self.latitude or 0.0, 4) + 0.0, round(self.longitude or 0.0, 4) + 0.0

    @property
    def key(self) -> str:
        """What a stored answer is filed under."""
        if self.has_coordinates:
            return "{:.4f},{:.4f}".format(*self.coordinates)
        return self.code or self.name.casefold()

    @property
    def title(self) -> str:
        """`Springfield, Missouri, United States`, without a part that repeats the one before."""
        parts: list[str] = []
        for part in (self.name, self.admin1, self.country):
            if part and part not in parts:
                parts.append(part)
        return ", ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The weather at one instant, or over the hour that begins there."""

    time: datetime
    observed: bool = False
    """True for a station's measurement, False for a model."""
    temperature: float | None = None
    feels: float | None = None
    code: int | None = None
    source_text: str | None = None
    is_day: bool | None = None
    wind_speed: float | None = None
    wind_gust: float | None = None
    wind_direction: float | None = None
    humidity: float | None = None
    precipitation: float | None = None
    probability: float | None = None
    pressure: float | None = None
    cloud: float | None = None
    visibility: float | None = None
    dew_point: float | None = None
    uv: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One date in the place's own time zone."""

    date: date
    partial: bool = False
    """True when the data begin after 06:00 or end before 18:00 there."""
    high: float | None = None
    low: float | None = None
    feels_high: float | None = None
    feels_low: float | None = None
    code: int | None = None
    source_text: str | None = None
    wind_speed: float | None = None
    wind_gust: float | None = None
    wind_direction: float | None = None
    humidity: float | None = None
    precipitation: float | None = None
    snow: float | None = None
    """Fresh snow in mm of depth."""
    probability: float | None = None
    uv: float | None = None
    sunrise: datetime | None = None
    sunset: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A warning in force or announced. `id` is the issuer's own."""

    id: str
    provider: str
    event: str
    severity: Severity = "unknown"
    headline: str | None = None
    description: str | None = None
    instruction: str | None = None
    area: str | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    sender: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What one provider says about one place."""

    provider: str
    timezone: str
    days: tuple[Day, ...] = ()
    hours: tuple[Conditions, ...] = ()
    """In order of time; mostly an hour apart, farther apart where the provider has no more."""
    current: Conditions | None = None
    issued_at: datetime | None = None
    fetched_at: datetime | None = None
    """Filled in by whoever asked, from the answer's own date where it came from the cache."""
    attribution: str = ""
    notices: tuple[str, ...] = ()
    place: Place | None = None
    """The place as the provider knows it, where the question held only a name or a code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of a provider: `days` dates from today in the place's zone, and hours when `hours`."""

    now: datetime
    days: int
    hours: bool = False
