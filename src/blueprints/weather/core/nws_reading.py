"""Reading the answers of the US National Weather Service."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from blueprints.weather.core import compass, daycut
from blueprints.weather.core.forecast import Alert, Conditions, Day
from blueprints.weather.core.horizon import running
from blueprints.weather.core.reading import Changed, instant, mapping, number, sequence, text
from blueprints.weather.core.severity import severity
from blueprints.weather.core.units import MPH, celsius
from blueprints.weather.core.wmo import worst

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

ICONS = {
    "skc": 0,
    "few": 1,
    "sct": 2,
    "bkn": 3,
    "ovc": 3,
    "fog": 45,
    "smoke": 4,
    "haze": 5,
    "dust": 6,
    "rain_showers_hi": 80,
    "rain_showers": 81,
    "rain": 63,
    "rain_snow": 69,
    "snow": 73,
    "sleet": 79,
    "rain_sleet": 79,
    "snow_sleet": 79,
    "fzra": 67,
    "rain_fzra": 67,
    "snow_fzra": 67,
    "blizzard": 75,
    "tsra": 95,
    "tsra_sct": 95,
    "tsra_hi": 95,
    "tornado": 19,
    "hurricane": 82,
    "tropical_storm": 82,
    "hot": 0,
    "cold": 0,
}
FRESH = timedelta(hours=2)
"""The greatest age of a measurement that counts as current."""
WIND = re.compile(r"(\d+(?:\.\d+)?)\s*(mph|km/h|kt|m/s)?", re.IGNORECASE)
SPEEDS = {"mph": MPH, "km/h": 1 / 3.6, "kt": 0.514444, "m/s": 1.0}


def icon_code(icon: str | None) -> int | None:
    """The WMO code of an icon's address, `…/land/day/tsra,40/rain,20?size=medium`: the worse of its two names."""
    path = (icon or "").partition("?")[0]
    names = [part.partition(",")[0].removeprefix("wind_") for part in path.split("/")]
    return worst(ICONS.get(name) for name in names)


def wind_speed(value: Any) -> float | None:
    """Metres per second in `10 mph`, `0 to 5 mph` (the upper number), `16 km/h` or a quantity."""
    if isinstance(value, dict):
        return quantity(value)
    found = WIND.findall(str(value or ""))
    if not found:
        return None
    unit = next((unit for _, unit in reversed(found) if unit), "mph").lower()
    return max(float(amount) for amount, _ in found) * SPEEDS[unit]


def quantity(value: Any) -> float | None:
    """A `{unitCode, value}` in our units; a bare number as it is."""
    if not isinstance(value, dict):
        return number(value)
    amount = number(value.get("value"))
    unit = str(value.get("unitCode") or "").rpartition(":")[2]
    if amount is None:
        return None
    return {
        "degF": celsius(amount),
        "km_h-1": amount / 3.6,
        "Pa": amount / 100,
    }.get(unit, amount)


class Period(NamedTuple):
    """Twelve hours, or one, of a forecast."""

    start: datetime
    end: datetime | None
    is_day: bool
    conditions: Conditions


def hours(properties: dict[str, Any]) -> tuple[Conditions, ...]:
    found = [period.conditions for period in _periods(properties)]
    return tuple(sorted(found, key=lambda hour: hour.time))


def current_hour(hours: tuple[Conditions, ...], now: datetime) -> Conditions | None:
    return next(iter(running(hours, now)), None)


def days(properties: dict[str, Any], hours: Sequence[Conditions], zone: ZoneInfo) -> tuple[Day, ...]:
    """A day is a daytime period and the night that starts on the same date."""
    dates: dict[date, list[Period]] = {}
    for period in _periods(properties):
        dates.setdefault(period.start.astimezone(zone).date(), []).append(period)
    if not dates:
        raise Changed("no forecast periods found")
    hours_of = daycut.by_date(hours, zone)
    return tuple(_day(on, dates[on], hours_of.get(on, []), zone) for on in sorted(dates))


def _day(on: date, periods: list[Period], hours: list[Conditions], zone: ZoneInfo) -> Day:
    day = next((period.conditions for period in periods if period.is_day), None)
    night = next((period.conditions for period in reversed(periods) if not period.is_day), None)
    told = [period for period in (day, night) if period is not None]
    main = told[0]
    return Day(
        date=on,
        partial=daycut.starts_late(periods[0].start, zone) or _ends_early(periods[-1], on, zone),
        high=day.temperature if day else None,
        low=night.temperature if night else None,
        code=main.code,
        source_text=main.source_text,
        wind_speed=main.wind_speed,
        wind_direction=main.wind_direction,
        wind_gust=daycut.highest(hour.wind_gust for hour in hours),
        humidity=main.humidity if main.humidity is not None else daycut.mean(hour.humidity for hour in hours),
        probability=daycut.highest(period.probability for period in told),
    )


def _ends_early(period: Period, on: date, zone: ZoneInfo) -> bool:
    end = (period.end or period.start + timedelta(hours=12)).astimezone(zone)
    return end.date() == on and end.time() < daycut.EVENING


def _periods(properties: dict[str, Any]) -> list[Period]:
    found = [_period(mapping(entry, "period")) for entry in sequence(properties.get("periods"), "forecast periods")]
    return [period for period in found if period is not None]


def _period(entry: dict[str, Any]) -> Period | None:
    """None for a period that does not say when it starts."""
    start = instant(entry.get("startTime"))
    if start is None:
        return None
    conditions = Conditions(
        time=start,
        temperature=_temperature(entry),
        code=icon_code(text(entry.get("icon"))),
        source_text=text(entry.get("shortForecast")),
        is_day=entry.get("isDaytime") if isinstance(entry.get("isDaytime"), bool) else None,
        wind_speed=wind_speed(entry.get("windSpeed")),
        wind_gust=wind_speed(entry.get("windGust")),
        wind_direction=compass.degrees(text(entry.get("windDirection"))),
        humidity=quantity(entry.get("relativeHumidity")),
        probability=quantity(entry.get("probabilityOfPrecipitation")),
        dew_point=quantity(entry.get("dewpoint")),
    )
    return Period(start, instant(entry.get("endTime")), _is_daytime(entry), conditions)


def _temperature(entry: dict[str, Any]) -> float | None:
    value = entry.get("temperature")
    if isinstance(value, dict):
        return quantity(value)
    told = number(value)
    return told if entry.get("temperatureUnit") == "C" else celsius(told)


def _is_daytime(entry: dict[str, Any]) -> bool:
    """As told, else by the clock of the place, which stands in the period's own start."""
    told = entry.get("isDaytime")
    if isinstance(told, bool):
        return told
    return daycut.MORNING <= datetime.fromisoformat(entry["startTime"]).time() < daycut.EVENING


def observation(properties: dict[str, Any], now: datetime) -> Conditions | None:
    """What a station measured; None when it has no temperature or is older than two hours."""
    time = instant(properties.get("timestamp"))
    temperature = quantity(properties.get("temperature"))
    if time is None or temperature is None or now - time > FRESH:
        return None
    measured = {
        ours: quantity(properties.get(theirs))
        for ours, theirs in (
            ("wind_speed", "windSpeed"),
            ("wind_gust", "windGust"),
            ("wind_direction", "windDirection"),
            ("humidity", "relativeHumidity"),
            ("visibility", "visibility"),
            ("dew_point", "dewpoint"),
            ("precipitation", "precipitationLastHour"),
            ("pressure", "seaLevelPressure"),
        )
    }
    icon = text(properties.get("icon"))
    seen = Conditions(
        time=time,
        observed=True,
        temperature=temperature,
        feels=_feels(properties),
        code=icon_code(icon),
        source_text=text(properties.get("textDescription")),
        is_day=None if icon is None else "/day/" in icon,
        **measured,
    )
    if seen.pressure is None:
        return replace(seen, pressure=quantity(properties.get("barometricPressure")))
    return seen


def _feels(properties: dict[str, Any]) -> float | None:
    chill, heat = (quantity(properties.get(name)) for name in ("windChill", "heatIndex"))
    return chill if chill is not None else heat


def alerts(body: Any) -> tuple[Alert, ...]:
    """Only those that are meant: exercises and tests are left out."""
    features = sequence(mapping(body, "alerts").get("features"), "alerts")
    told = [mapping(mapping(feature, "alert").get("properties"), "alert") for feature in features]
    return tuple(_alert(properties) for properties in told if properties.get("status") == "Actual")


def _alert(properties: dict[str, Any]) -> Alert:
    return Alert(
        id=text(properties.get("id")) or "",
        provider="nws",
        event=text(properties.get("event")) or "alert",
        severity=severity(properties.get("severity")),
        headline=text(properties.get("headline")),
        description=text(properties.get("description")),
        instruction=text(properties.get("instruction")),
        area=text(properties.get("areaDesc")),
        starts=instant(properties.get("onset")) or instant(properties.get("effective")),
        ends=instant(properties.get("ends")) or instant(properties.get("expires")),
        sender=text(properties.get("senderName")),
    )
