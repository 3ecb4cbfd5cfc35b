"""The weather station in the garden: a provider that reads a CSV file instead of asking anybody.

    date,high,low,text,wind,speed,humidity
    2017-09-29,57,48,Partly Cloudy,ESE,10,79

Temperatures are in °F and speeds in mph, as the station writes them. Copy this file to
`<config dir>/plugins/weather/providers/garden.py` and tell it where the readings are:

    weather:
      garden:
        file: ~/garden.csv
"""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from blueprints.errors import UpstreamError
from blueprints.weather.core import compass, units
from blueprints.weather.core.forecast import Day, Forecast
from blueprints.weather.core.reading import number

if TYPE_CHECKING:
    from blueprints.weather.client import Client
    from blueprints.weather.core.forecast import Place, Wanted


@dataclass(frozen=True)
class Settings:
    file: Annotated[str, "Where the station writes its readings."] = "garden.csv"


class Provider:
    name = "garden"
    title = "The station in the garden"
    max_days = 16
    attribution = "Measured at home"
    accepts = frozenset({"coordinates", "name", "area code"})

    def __init__(self, settings: Settings) -> None:
        self.file = Path(settings.file).expanduser()

    def covers(self, place: "Place") -> bool:
        return True

    async def fetch(self, place: "Place", wanted: "Wanted", client: "Client") -> Forecast:
        try:
            rows = list(csv.DictReader(self.file.read_text(encoding="utf-8").splitlines()))
        except OSError as error:
            raise UpstreamError(f"cannot read {self.file}: {error.strerror}") from error
        return Forecast(provider=self.name, timezone=place.timezone or "UTC", days=tuple(map(day, rows)))


def day(row: dict[str, str]) -> Day:
    """A line of the file in °C, m/s and percent; an empty or missing cell is unknown."""
    return Day(
        date=date.fromisoformat(row["date"]),
        high=units.celsius(number(row.get("high"))),
        low=units.celsius(number(row.get("low"))),
        source_text=row.get("text") or None,
        wind_speed=units.scaled(number(row.get("speed")), units.MPH),
        wind_direction=compass.degrees(row.get("wind")),
        humidity=number(row.get("humidity")),
    )
