"""wttr.in: three days for any place that it can name itself, so it also helps when no geocoder answers.

Its numbers are text. Hours come in steps of three. Only the metric keys are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from blueprints.weather.core import daycut
from blueprints.weather.core.forecast import Conditions, Day, Forecast, Place
from blueprints.weather.core.reading import Changed, integer, mapping, number, sequence, text
from blueprints.weather.core.units import scaled
from blueprints.weather.core.wmo import worst

if TYPE_CHECKING:
    from blueprints.weather.client import Client
    from blueprints.weather.core.forecast import Wanted

CODES = {
    wwo: wmo
    for wmo, group in {
        0: (113,),
        2: (116,),
        3: (119, 122),
        10: (143,),
        45: (248,),
        48: (260,),
        38: (227,),
        51: (263, 266),
        56: (185, 281),
        57: (284,),
        61: (293, 296),
        63: (299, 302),
        65: (305, 308),
        66: (311,),
        67: (314,),
        68: (182, 317),
        69: (320,),
        71: (323, 326),
        73: (329, 332),
        75: (230, 335, 338),
        79: (350,),
        80: (176, 353),
        81: (356,),
        82: (359,),
        83: (362,),
        84: (365,),
        85: (179, 368),
        86: (371,),
        87: (374,),
        88: (377,),
        95: (200, 386, 392),
        97: (389, 395),
    }.items()
    for wwo in group
}
"""Codes of World Weather Online to WMO."""
NUMBERS = {
    "feels": "FeelsLikeC",
    "wind_direction": "winddirDegree",
    "wind_gust": "WindGustKmph",
    "humidity": "humidity",
    "precipitation": "precipMM",
    "pressure": "pressure",
    "cloud": "cloudcover",
    "dew_point": "DewPointC",
    "uv": "uvIndex",
}


@dataclass(frozen=True)
class Settings:
    base_url: Annotated[str, "Address of the service."] = "https://wttr.in"


class Provider:
    name = "wttr_in"
    title = "wttr.in"
    max_days = 3
    alerts = False
    needs_key = False
    opt_in = False
    terms = "https://github.com/chubin/wttr.in"
    attribution = "Data from wttr.in and World Weather Online"
    accepts = frozenset({"coordinates", "name"})
    coverage = "the world"

    def __init__(self, settings: Settings) -> None:
        self.base_url = settings.base_url

    def covers(self, place: Place) -> bool:
        return True

    async def fetch(self, place: Place, wanted: Wanted, client: Client) -> Forecast:
        where = "{},{}".format(*place.coordinates) if place.has_coordinates else quote(place.name, safe=",")
        return read(await client.json(f"/{where}", {"format": "j1"}), place)


def read(body: Any, place: Place) -> Forecast:
    """The forecast in an answer of `?format=j1`, whose place is kept where only a name was asked; raises Changed."""
    answer = mapping(body, "answer")
    answer = mapping(answer.get("data", answer), "answer")
    area = place if place.has_coordinates else _area(answer, place)
    zone = ZoneInfo(area.timezone or "UTC")
    days = [mapping(entry, "day") for entry in sequence(answer.get("weather"), "day rows")]
    if not days:
        raise Changed("no day rows found")
    return Forecast(
        provider=Provider.name,
        timezone=zone.key,
        attribution=Provider.attribution,
        current=_current(answer, zone),
        days=tuple(_day(day, _hours(day, zone), zone) for day in days),
        hours=tuple(hour for day in days for hour in _hours(day, zone)),
        place=None if area is place else area,
    )


def _area(answer: dict[str, Any], place: Place) -> Place:
    """The place that wttr.in took the name for."""
    from blueprints.weather.zones import zone_at

    found = _first(answer.get("nearest_area"))
    latitude, longitude = number(found.get("latitude")), number(found.get("longitude"))
    if latitude is None or longitude is None:
        raise Changed("it does not say which place it means")
    return Place(
        name=_value(found.get("areaName")) or place.name,
        admin1=_value(found.get("region")),
        country=_value(found.get("country")),
        latitude=latitude,
        longitude=longitude,
        timezone=zone_at(latitude, longitude),
    )


def _current(answer: dict[str, Any], zone: ZoneInfo) -> Conditions | None:
    said = _first(answer.get("current_condition"))
    try:
        local = datetime.strptime(str(said.get("localObsDateTime")), "%Y-%m-%d %I:%M %p")  # noqa: DTZ007 - zone follows
    except ValueError:
        return None
    return _conditions(said, local.replace(tzinfo=zone), number(said.get("temp_C")))


def _hours(day: dict[str, Any], zone: ZoneInfo) -> list[Conditions]:
    on = _date(day)
    found = []
    for entry in sequence(day.get("hourly"), "hours"):
        hour = mapping(entry, "hour")
        clock = integer(hour.get("time"))
        if clock is None or not 0 <= clock // 100 <= 23:
            raise Changed("an hour without a time")
        start = datetime.combine(on, time(clock // 100, clock % 100 % 60), tzinfo=zone)
        found.append(_conditions(hour, start, number(hour.get("tempC"))))
    return found


def _conditions(said: dict[str, Any], local: datetime, temperature: float | None) -> Conditions:
    values: dict[str, Any] = {ours: number(said.get(theirs)) for ours, theirs in NUMBERS.items()}
    values["wind_gust"] = scaled(values["wind_gust"], 1 / 3.6)
    return Conditions(
        time=local.astimezone(UTC),
        temperature=temperature,
        code=CODES.get(integer(said.get("weatherCode")) or 0),
        source_text=_value(said.get("weatherDesc")),
        wind_speed=scaled(number(said.get("windspeedKmph")), 1 / 3.6),
        visibility=scaled(number(said.get("visibility")), 1000),
        probability=daycut.highest(number(said.get(name)) for name in ("chanceofrain", "chanceofsnow")),
        **values,
    )


def _day(day: dict[str, Any], hours: list[Conditions], zone: ZoneInfo) -> Day:
    speed, direction = daycut.strongest(hours)
    worst_hour = max(hours, key=lambda hour: -1 if hour.code is None else hour.code, default=None)
    astronomy = _first(day.get("astronomy"))
    return Day(
        date=_date(day),
        partial=bool(hours) and daycut.is_partial(hours, zone),
        high=number(day.get("maxtempC")),
        low=number(day.get("mintempC")),
        feels_high=daycut.highest(hour.feels for hour in hours),
        feels_low=daycut.lowest(hour.feels for hour in hours),
        code=worst(hour.code for hour in hours),
        source_text=worst_hour.source_text if worst_hour else None,
        wind_speed=speed,
        wind_direction=direction,
        wind_gust=daycut.highest(hour.wind_gust for hour in hours),
        humidity=daycut.mean(hour.humidity for hour in hours),
        precipitation=daycut.total(hour.precipitation for hour in hours),
        snow=scaled(number(day.get("totalSnow_cm")), 10),
        probability=daycut.highest(hour.probability for hour in hours),
        uv=number(day.get("uvIndex")),
        sunrise=_sun(_date(day), astronomy.get("sunrise"), zone),
        sunset=_sun(_date(day), astronomy.get("sunset"), zone),
    )


def _date(day: dict[str, Any]) -> date:
    try:
        return date.fromisoformat(str(day.get("date")))
    except ValueError as error:
        raise Changed("a day without a date") from error


def _sun(on: date, told: Any, zone: ZoneInfo) -> datetime | None:
    """`07:37 AM` on a date; None for `No sunrise`."""
    try:
        clock = datetime.strptime(text(told) or "", "%I:%M %p").time()  # noqa: DTZ007 - the zone is added below
    except ValueError:
        return None
    return datetime.combine(on, clock, tzinfo=zone).astimezone(UTC)


def _first(value: Any) -> dict[str, Any]:
    return value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else {}


def _value(value: Any) -> str | None:
    """The text in `[{"value": "Sunny "}]`."""
    return text(_first(value).get("value"))
