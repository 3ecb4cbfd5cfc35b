"""Systems of units, and the way from a forecast's own units into them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MPH = 0.44704
"""Metres per second in one mile per hour."""
INCH = 25.4
"""Millimetres in an inch."""
INHG = 33.863886
"""Hectopascal in an inch of mercury."""
MILE = 1609.344
"""Metres in a mile."""


@dataclass(frozen=True, slots=True)
class Units:
    """The labels of one system; they also name the conversion."""

    temperature: str
    wind: str
    precipitation: str
    snow: str
    pressure: str
    visibility: str


SYSTEMS = {
    "metric": Units("°C", "km/h", "mm", "cm", "hPa", "km"),
    "imperial": Units("°F", "mph", "in", "in", "inHg", "mi"),
    "si": Units("K", "m/s", "mm", "cm", "hPa", "km"),
}
TEMPERATURES = {"celsius": "°C", "fahrenheit": "°F"}
NAMES = (*SYSTEMS, *TEMPERATURES)

TEMPERATURE: dict[str, Callable[[float], float]] = {
    "°C": lambda celsius: celsius,
    "°F": lambda celsius: celsius * 9 / 5 + 32,
    "K": lambda celsius: celsius + 273.15,
}
DIFFERENCE = {"°C": 1.0, "°F": 1.8, "K": 1.0}
"""Degrees of each unit in one degree Celsius of difference."""
WIND = {"km/h": 3.6, "mph": 1 / MPH, "m/s": 1.0}
PRECIPITATION = {"mm": 1.0, "in": 1 / INCH}
SNOW = {"cm": 0.1, "in": 1 / INCH}
PRESSURE = {"hPa": 1.0, "inHg": 1 / INHG}
VISIBILITY = {"km": 0.001, "mi": 1 / MILE}


def named(name: str, base: str = "metric") -> Units:
    """The system called `name`; Celsius and Fahrenheit change the temperature of `base` alone."""
    if name in SYSTEMS:
        return SYSTEMS[name]
    return replace(SYSTEMS.get(base, SYSTEMS["metric"]), temperature=TEMPERATURES[name])


def celsius(fahrenheit: float | None) -> float | None:
    return None if fahrenheit is None else (fahrenheit - 32) * 5 / 9


def scaled(value: float | None, factor: float) -> float | None:
    """`value` times `factor`; None stays None."""
    return None if value is None else value * factor


def temperature(value: float | None, unit: str) -> float | None:
    return None if value is None else TEMPERATURE[unit](value)
