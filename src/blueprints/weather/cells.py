"""How each field of a forecast reads, in one system of units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blueprints.weather.core import compass, daycut, units, wmo, words
from blueprints.weather.core.rounding import MISSING, rounded, text, whole
from blueprints.weather.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from blueprints.weather.core.forecast import Conditions, Day
    from blueprints.weather.core.units import Units

TITLES = {
    "temperature": "Temp",
    "high": "High",
    "low": "Low",
    "condition": "Condition",
    "wind": "Wind",
    "humidity": "Humidity",
    "probability": "Rain",
    "feels": "Feels",
    "gust": "Gust",
    "precipitation": "Amount",
    "snow": "Snow",
    "pressure": "Pressure",
    "cloud": "Cloud",
    "uv": "UV",
    "visibility": "Visibility",
    "dew_point": "Dew point",
    "sun": "Sun",
}
NUMBERS = frozenset(TITLES) - {"condition", "wind", "sun"}
"""Fields that stand to the right of their column."""
WARMTH = ((0.0, "bright_blue"), (10.0, "cyan"), (20.0, "green"), (28.0, "yellow"))
"""Up to so many °C in this colour; red above."""
BARS = "▁▂▃▄▅▆▇█"


class Cells:
    """Texts of a place's values."""

    def __init__(self, system: Units, zone: ZoneInfo) -> None:
        self.system = system
        self.zone = zone

    def temperature(self, value: float | None) -> Span:
        suffix = " K" if self.system.temperature == "K" else "°"
        return Span(text(units.temperature(value, self.system.temperature), suffix), warmth(value))

    def difference(self, value: float | None) -> Span:
        suffix = " K" if self.system.temperature == "K" else "°"
        return Span(text(units.scaled(value, units.DIFFERENCE[self.system.temperature]), suffix))

    def speed(self, value: float | None) -> Span:
        return self._scaled(value, units.WIND[self.system.wind], self.system.wind)

    def amount(self, value: float | None) -> Span:
        return self._scaled(value, units.PRECIPITATION[self.system.precipitation], self.system.precipitation)

    def snow(self, value: float | None) -> Span:
        return self._scaled(value, units.SNOW[self.system.snow], self.system.snow)

    def visibility(self, value: float | None) -> Span:
        return self._scaled(value, units.VISIBILITY[self.system.visibility], self.system.visibility)

    def pressure(self, value: float | None) -> Span:
        if value is not None and self.system.pressure == "inHg":
            return Span(f"{rounded(value * units.PRESSURE['inHg'], 2):.2f} inHg")
        return Span(text(value, " hPa"))

    def _scaled(self, value: float | None, factor: float, unit: str) -> Span:
        return Span(text(units.scaled(value, factor), f" {unit}"))

    def wind(self, told: Conditions | Day) -> Span:
        """`ESE 16.2 km/h`."""
        if told.wind_speed is None:
            return Span(MISSING)
        return Span(f"{compass.point(told.wind_direction) or ''} {self.speed(told.wind_speed).text}".strip())

    def condition(self, told: Conditions | Day) -> Span:
        return Span(wmo.words(told.code) or told.source_text or MISSING)

    def clock(self, time: datetime | None) -> str:
        return MISSING if time is None else words.clock(time.astimezone(self.zone))

    def _feels(self, day: Day) -> Span:
        """`6°/0.9°`, the highest and the lowest."""
        if day.feels_high is None and day.feels_low is None:
            return Span(MISSING)
        return Span(f"{self.temperature(day.feels_high).text}/{self.temperature(day.feels_low).text}")

    def sun(self, day: Day) -> Span:
        return Span(f"{self.clock(day.sunrise)}-{self.clock(day.sunset)}")

    def of_conditions(self, told: Conditions, name: str) -> Span:
        """A field of the current conditions or of an hour."""
        if name in ("temperature", "feels", "dew_point"):
            return self.temperature(getattr(told, name))
        if name in ("wind", "condition"):
            return self.wind(told) if name == "wind" else self.condition(told)
        if name in ("humidity", "probability", "cloud"):
            return Span(whole(getattr(told, name), " %"))
        return {
            "gust": lambda: self.speed(told.wind_gust),
            "precipitation": lambda: self.amount(told.precipitation),
            "pressure": lambda: self.pressure(told.pressure),
            "visibility": lambda: self.visibility(told.visibility),
            "uv": lambda: Span(text(told.uv)),
        }.get(name, lambda: Span(MISSING))()

    def of_day(self, day: Day, name: str, hours: Sequence[Conditions]) -> Span:
        """A field of a day; what days do not tell themselves is taken from their hours."""
        if name in ("high", "low"):
            return self.temperature(getattr(day, name))
        if name in ("wind", "condition", "sun"):
            return {"wind": self.wind, "condition": self.condition, "sun": self.sun}[name](day)
        if name in ("humidity", "probability"):
            return Span(whole(getattr(day, name), " %"))
        return {
            "temperature": lambda: Span(sparkline(hour.temperature for hour in hours) or MISSING, warmth(day.high)),
            "feels": lambda: self._feels(day),
            "gust": lambda: self.speed(day.wind_gust),
            "precipitation": lambda: self.amount(day.precipitation),
            "snow": lambda: self.snow(day.snow),
            "uv": lambda: Span(text(day.uv)),
            "cloud": lambda: Span(whole(daycut.mean(hour.cloud for hour in hours), " %")),
            "pressure": lambda: self.pressure(daycut.mean(hour.pressure for hour in hours)),
            "visibility": lambda: self.visibility(daycut.lowest(hour.visibility for hour in hours)),
            "dew_point": lambda: self.temperature(daycut.mean(hour.dew_point for hour in hours)),
        }[name]()


def warmth(celsius: float | None) -> str:
    """The colour of a temperature."""
    if celsius is None:
        return "dim"
    return next((colour for limit, colour in WARMTH if celsius <= limit), "red")


def sparkline(values: Iterable[float | None]) -> str:
    """One bar for each value between the least and the greatest; a blank where there is none."""
    told = list(values)
    known = [value for value in told if value is not None]
    if not known:
        return ""
    low, span = min(known), (max(known) - min(known)) or 1.0
    return "".join(" " if value is None else BARS[int((value - low) / span * (len(BARS) - 1) + 0.5)] for value in told)
