"""MET Norway's locationforecast: the world for ten days, hourly for about 60 hours, then in steps of six.

Each step holds an `instant` and, but for the last, summaries of the next 1, 6 and 12 hours. Days are cut from the
steps here. Alerts of MetAlerts cover Norway.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

from blueprints.weather.core import daycut
from blueprints.weather.core.forecast import Alert, Conditions, Day, Forecast
from blueprints.weather.core.reading import Changed, branch, instant, mapping, number, sequence, text
from blueprints.weather.core.severity import severity
from blueprints.weather.core.wmo import worst

if TYPE_CHECKING:
    from blueprints.weather.client import Client
    from blueprints.weather.core.forecast import Place, Wanted

DETAILS = {
    "temperature": "air_temperature",
    "wind_speed": "wind_speed",
    "wind_gust": "wind_speed_of_gust",
    "wind_direction": "wind_from_direction",
    "humidity": "relative_humidity",
    "pressure": "air_pressure_at_sea_level",
    "cloud": "cloud_area_fraction",
    "dew_point": "dew_point_temperature",
    "uv": "ultraviolet_index_clear_sky",
}
SKY = {"clearsky": 0, "fair": 1, "partlycloudy": 2, "cloudy": 3, "fog": 45}
STEADY = {"rain": (61, 63, 65), "sleet": (68, 69, 69), "snow": (71, 73, 75)}
SHOWERS = {"rain": (80, 81, 82), "sleet": (83, 84, 84), "snow": (85, 86, 86)}
THUNDER = (95, 95, 97)
STRENGTHS = ("light", "", "heavy")
SYMBOL = re.compile(r"(lights?(?=s[ln]|r)|heavy|)(rain|sleet|snow)(showers)?(andthunder)?")
"""`lights?` because two of their names are misspelt, `lightssleet…` and `lightssnow…`."""
NORWAY = ((57.8, 71.5, 4.0, 31.5), (74.0, 81.0, 10.0, 35.0))
"""South, north, west, east of the mainland and of Svalbard, in degrees."""


@dataclass(frozen=True)
class Settings:
    base_url: Annotated[str, "Address of the API."] = "https://api.met.no"


class Provider:
    name = "met_norway"
    title = "MET Norway"
    max_days = 10
    alerts = True
    needs_key = False
    opt_in = False
    terms = "https://api.met.no/doc/TermsOfService"
    attribution = "Data from MET Norway, CC BY 4.0"
    accepts = frozenset({"coordinates"})
    coverage = "the world; alerts: Norway"
    refreshable = False
    """Its terms forbid asking again before the answer has expired."""

    def __init__(self, settings: Settings) -> None:
        self.base_url = settings.base_url

    def covers(self, place: Place) -> bool:
        return place.has_coordinates

    async def fetch(self, place: Place, wanted: Wanted, client: Client) -> Forecast:
        answer = await client.get("/weatherapi/locationforecast/2.0/complete", parameters(place))
        deprecated = ("met_norway: this version of its API is deprecated",) if answer.status == 203 else ()
        return read(answer.json(), place.timezone or "UTC", wanted.now, deprecated)

    def alerts_cover(self, place: Place) -> bool:
        if place.country_code:
            return place.country_code in {"NO", "SJ"}
        latitude, longitude = place.coordinates
        return place.has_coordinates and any(
            south <= latitude <= north and west <= longitude <= east for south, north, west, east in NORWAY
        )

    async def fetch_alerts(self, place: Place, client: Client) -> tuple[Alert, ...]:
        latitude, longitude = place.coordinates
        where = {"lat": str(latitude), "lon": str(longitude), "lang": "en"}
        return read_alerts(await client.json("/weatherapi/metalerts/2.0/current.json", where))


def parameters(place: Place) -> dict[str, str]:
    latitude, longitude = place.coordinates
    where = {"lat": str(latitude), "lon": str(longitude)}
    return where if place.elevation is None else {**where, "altitude": str(round(place.elevation))}


class Period(NamedTuple):
    """A summary of the hours after a step."""

    start: datetime
    end: datetime
    code: int | None
    precipitation: float | None
    probability: float | None
    high: float | None
    low: float | None

    @property
    def midpoint(self) -> datetime:
        return self.start + (self.end - self.start) / 2


class Step(NamedTuple):
    conditions: Conditions
    summary: Period | None
    """The next hour, else the next six."""
    six_hours: Period | None


def read(body: Any, timezone: str, now: datetime, notices: tuple[str, ...] = ()) -> Forecast:
    """The forecast in `locationforecast/2.0/complete`; raises Changed for an answer of another form."""
    properties = mapping(mapping(body, "answer").get("properties"), "properties")
    steps = [_step(entry) for entry in sequence(properties.get("timeseries"), "timeseries")]
    if not steps:
        raise Changed("its timeseries is empty")
    hours = tuple(step.conditions for step in steps)
    return Forecast(
        provider=Provider.name,
        timezone=timezone,
        attribution=Provider.attribution,
        issued_at=instant(branch(properties, "meta").get("updated_at")),
        current=next((hour for hour in reversed(hours) if hour.time <= now), hours[0]),
        days=_days(steps, ZoneInfo(timezone)),
        hours=hours,
        notices=notices,
    )


def code(symbol: str | None) -> int | None:
    """The WMO code of a symbol such as `lightrainshowersandthunder_day`; None for one never seen."""
    name = (symbol or "").partition("_")[0]
    if name in SKY:
        return SKY[name]
    match = SYMBOL.fullmatch(name)
    if match is None:
        return None
    strength = STRENGTHS.index("light" if match[1].startswith("light") else match[1])
    if match[4]:
        return THUNDER[strength]
    return (SHOWERS if match[3] else STEADY)[match[2]][strength]


def _step(entry: Any) -> Step:
    time = instant(mapping(entry, "step").get("time"))
    if time is None:
        raise Changed("a step without a time")
    details = branch(entry, "data", "instant", "details")
    values: dict[str, Any] = {ours: number(details.get(theirs)) for ours, theirs in DETAILS.items()}
    one, six = (_period(entry, time, hours) for hours in (1, 6))
    summary = one or six
    conditions = Conditions(
        time=time,
        code=summary.code if summary else None,
        is_day=_is_day(branch(entry, "data", "next_1_hours" if one else "next_6_hours", "summary").get("symbol_code")),
        precipitation=one.precipitation if one else None,
        probability=summary.probability if summary else None,
        **values,
    )
    return Step(conditions, summary, six)


def _period(entry: Any, start: datetime, hours: int) -> Period | None:
    block = branch(entry, "data", f"next_{hours}_hours")
    if not block:
        return None
    details = branch(block, "details")
    return Period(
        start,
        start + timedelta(hours=hours),
        code(text(branch(block, "summary").get("symbol_code"))),
        number(details.get("precipitation_amount")),
        number(details.get("probability_of_precipitation")),
        number(details.get("air_temperature_max")),
        number(details.get("air_temperature_min")),
    )


def _is_day(symbol: Any) -> bool | None:
    suffix = str(symbol or "").partition("_")[2]
    return {"day": True, "night": False, "polartwilight": False}.get(suffix)


def _days(steps: list[Step], zone: ZoneInfo) -> tuple[Day, ...]:
    dates = daycut.by_date((step.conditions for step in steps), zone)
    last = max(dates)
    if len(dates) > 1 and daycut.ends_early(dates[last][-1].time, zone):
        del dates[last]
    return tuple(_day(on, hours, steps, zone) for on, hours in dates.items())


def _day(on: date, hours: list[Conditions], steps: list[Step], zone: ZoneInfo) -> Day:
    summaries = [step.summary for step in steps if step.summary and _local(step.summary.midpoint, zone) == on]
    within = [step.six_hours for step in steps if step.six_hours and _lies_within(step.six_hours, on, zone)]
    speed, direction = daycut.strongest(hours)
    return Day(
        date=on,
        partial=daycut.is_partial(hours, zone),
        high=daycut.highest([*(hour.temperature for hour in hours), *(period.high for period in within)]),
        low=daycut.lowest([*(hour.temperature for hour in hours), *(period.low for period in within)]),
        code=worst(period.code for period in summaries),
        wind_speed=speed,
        wind_direction=direction,
        wind_gust=daycut.highest(hour.wind_gust for hour in hours),
        humidity=daycut.mean(hour.humidity for hour in hours),
        precipitation=daycut.total(period.precipitation for period in summaries),
        probability=daycut.highest(period.probability for period in summaries),
        uv=daycut.highest(hour.uv for hour in hours),
    )


def _local(time: datetime, zone: ZoneInfo) -> date:
    return time.astimezone(zone).date()


def _lies_within(period: Period, on: date, zone: ZoneInfo) -> bool:
    """True also for a period that ends at the day's midnight."""
    return _local(period.start, zone) == on == _local(period.end - timedelta(microseconds=1), zone)


def read_alerts(body: Any) -> tuple[Alert, ...]:
    features = sequence(mapping(body, "alerts").get("features"), "alerts")
    return tuple(_alert(mapping(feature, "alert")) for feature in features)


def _alert(feature: dict[str, Any]) -> Alert:
    properties = branch(feature, "properties")
    interval = branch(feature, "when").get("interval") or [None, None]
    title = text(properties.get("title"))
    return Alert(
        id=text(properties.get("id")) or "",
        provider=Provider.name,
        event=text(properties.get("eventAwarenessName")) or title or "alert",
        severity=severity(properties.get("severity")),
        headline=title,
        description=text(properties.get("description")),
        instruction=text(properties.get("instruction")),
        area=text(properties.get("area")),
        starts=instant(interval[0]),
        ends=instant(interval[-1]) or instant(properties.get("eventEndingTime")),
        sender="MET Norway",
    )
