"""The US National Weather Service: the United States and territories, seven days, measurements, alerts.

A point leads to the addresses of its forecast, its hourly forecast and its stations. Any value in them may be null.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

from blueprints.errors import BlueprintsError
from blueprints.weather.core import nws_reading as reading
from blueprints.weather.core.forecast import Alert, Conditions, Forecast
from blueprints.weather.core.reading import Changed, instant, mapping, sequence, text

if TYPE_CHECKING:
    from datetime import datetime

    from blueprints.weather.client import Client
    from blueprints.weather.core.forecast import Place, Wanted

COUNTRIES = frozenset({"US", "PR", "GU", "VI", "AS", "MP", "UM"})
BOXES = (
    (24.4, 49.4, -125.0, -66.9),  # the 48 states
    (51.0, 71.6, -180.0, -129.9),  # Alaska
    (51.0, 54.0, 172.0, 180.0),  # the Aleutians beyond the date line
    (18.5, 22.6, -160.6, -154.5),  # Hawaii
    (17.6, 18.6, -67.5, -64.4),  # Puerto Rico, Virgin Islands
    (13.0, 20.7, 144.5, 146.2),  # Guam, Northern Marianas
    (-14.7, -11.0, -171.2, -168.0),  # American Samoa
)
"""South, north, west, east in degrees; for coordinates whose country is not known."""
STATIONS = 3
"""How many stations are asked for a measurement."""


@dataclass(frozen=True)
class Settings:
    base_url: Annotated[str, "Address of the API."] = "https://api.weather.gov"


class Provider:
    name = "nws"
    title = "US National Weather Service"
    max_days = 7
    alerts = True
    needs_key = False
    opt_in = False
    terms = "https://www.weather.gov/disclaimer"
    attribution = "Data from the US National Weather Service, public domain"
    accepts = frozenset({"coordinates"})
    coverage = "the United States"

    def __init__(self, settings: Settings) -> None:
        self.base_url = settings.base_url

    def covers(self, place: Place) -> bool:
        if place.country_code:
            return place.country_code in COUNTRIES
        latitude, longitude = place.coordinates
        return place.has_coordinates and any(
            south <= latitude <= north and west <= longitude <= east for south, north, west, east in BOXES
        )

    alerts_cover = covers

    async def fetch(self, place: Place, wanted: Wanted, client: Client) -> Forecast:
        point = _properties(await client.json("/points/{},{}".format(*place.coordinates)))
        forecast, hourly, stations = await asyncio.gather(
            client.json(_link(point, "forecast")),
            _optional(client, text(point.get("forecastHourly"))),
            _optional(client, text(point.get("observationStations"))),
        )
        timezone = place.timezone or text(point.get("timeZone")) or "UTC"
        hours = reading.hours(_properties(hourly)) if hourly else ()
        observed = await _observed(stations, wanted.now, client)
        return Forecast(
            provider=self.name,
            timezone=timezone,
            attribution=self.attribution,
            issued_at=instant(_properties(forecast).get("updateTime") or _properties(forecast).get("updated")),
            current=observed or reading.current_hour(hours, wanted.now),
            days=reading.days(_properties(forecast), hours, ZoneInfo(timezone)),
            hours=hours,
            notices=() if hourly else ("nws: its hourly forecast is missing",),
        )

    async def fetch_alerts(self, place: Place, client: Client) -> tuple[Alert, ...]:
        body = await client.json("/alerts/active", {"point": "{},{}".format(*place.coordinates)})
        return reading.alerts(body)


def _properties(body: Any) -> dict[str, Any]:
    return mapping(mapping(body, "answer").get("properties"), "properties")


def _link(point: dict[str, Any], name: str) -> str:
    link = text(point.get(name))
    if link is None:
        raise Changed(f"no {name} address found")
    return link


async def _optional(client: Client, address: str | None) -> Any:
    """The answer; None when there is none: days can be shown without it."""
    try:
        return await client.json(address) if address else None
    except BlueprintsError:
        return None


async def _observed(stations: Any, now: datetime, client: Client) -> Conditions | None:
    """The newest measurement of the nearest station that has a fresh one."""
    for feature in sequence(mapping(stations or {}, "stations").get("features") or [], "stations")[:STATIONS]:
        station = text(mapping(mapping(feature, "station").get("properties"), "station").get("stationIdentifier"))
        body = await _optional(client, f"/stations/{station}/observations/latest") if station else None
        found = reading.observation(_properties(body), now) if body else None
        if found is not None:
            return found
    return None
