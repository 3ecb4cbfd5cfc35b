"""Settings of `blueprints weather`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

FIELDS = ("temperature", "high", "low", "condition", "wind", "humidity", "probability")
"""Shown unless others are chosen."""
MORE_FIELDS = ("feels", "gust", "precipitation", "snow", "pressure", "cloud", "uv", "visibility", "dew_point", "sun")
ALL_FIELDS = (*FIELDS, *MORE_FIELDS)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = timedelta(days=3660)
"""Ten years: a setting beyond that is a slip, and times could not be counted back."""
PROVIDERS = ("open_meteo", "met_norway", "nws", "wttr_in")


@dataclass(frozen=True)
class WeatherConfig:
    PLUGINS: ClassVar = ("providers",)

    place: Annotated[str, "Place when none is named: a name, `lat,lon`, `geonames:ID` or a weather.com area code."] = ""
    units: Annotated[
        Literal["metric", "imperial", "si", "celsius", "fahrenheit"],
        "Units; celsius and fahrenheit change the temperature only.",
    ] = "metric"
    fields: Annotated[list[str], "Fields to print."] = field(default_factory=lambda: list(FIELDS))
    providers: Annotated[list[str], "Providers to ask, in order of preference."] = field(
        default_factory=lambda: list(PROVIDERS)
    )
    hedge_after: Annotated[timedelta, "How long a provider may be silent before the next one is asked too."] = (
        timedelta(seconds=1.5)
    )
    deadline: Annotated[timedelta, "When everything ends, answered or not."] = timedelta(seconds=10)
    max_age: Annotated[timedelta, "How long an answer is fresh that does not say so itself."] = timedelta(minutes=10)
    keep_stale: Annotated[timedelta, "How old an answer may be that is shown when no provider answers."] = timedelta(
        hours=72
    )
    weekend: Annotated[list[str], "Days of the weekend: mon, tue, wed, thu, fri, sat, sun."] = field(
        default_factory=lambda: ["fri", "sat", "sun"]
    )
    alerts: Annotated[bool, "Whether warnings are asked for."] = True
    contact: Annotated[
        str, "Mail address or URL of yours that providers are told; MET Norway and the NWS ask for one."
    ] = ""

    def __post_init__(self) -> None:
        unknown = [name for name in self.weekend if name not in WEEKDAYS]
        if unknown or not self.weekend:
            raise ValueError(f"weekend: {', '.join(unknown) or 'nothing'} is none of {', '.join(WEEKDAYS)}")
        if not self.providers:
            raise ValueError("providers: name at least one")
        if self.deadline <= timedelta():
            raise ValueError("deadline: it must be longer than nothing")
        for name in ("hedge_after", "deadline", "max_age", "keep_stale"):
            if getattr(self, name) > LONGEST:
                raise ValueError(f"{name}: at most {LONGEST.days}d")


SECTION = WeatherConfig
