"""The state script of a weather.com page, `window.__data=JSON.parse("…");`: a JavaScript literal that holds JSON."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from blueprints.weather.core import compass
from blueprints.weather.core.forecast import Conditions, Day, Place
from blueprints.weather.core.reading import Changed, branch, integer, number, sequence, text
from blueprints.weather.core.units import INCH, INHG, MILE, MPH, celsius
from blueprints.weather.pages.icons import code

if TYPE_CHECKING:
    from collections.abc import Iterator

LITERAL = re.compile(r'window\.__data\s*=\s*JSON\.parse\("((?:[^"\\]|\\.)*)"\)', re.DOTALL)
ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u\{[0-9a-fA-F]+\}|.)", re.DOTALL)
UNITS = re.compile(r"units:([emh])\b")
CURRENT, HOURLY, DAILY = "CurrentObservations", "HourlyForecast", "DailyForecast"


class Data(NamedTuple):
    """One answer in the state. `imperial` means °F and inches, `mph` miles, which also go with °C (in the UK)."""

    values: dict[str, Any]
    imperial: bool
    mph: bool


def state(page: str) -> dict[str, Any] | None:
    """The state of a page; None when it has none. Raises Changed when it cannot be read."""
    found = LITERAL.search(page)
    if found is None:
        return None
    try:
        read = json.loads(json.loads(f'"{ESCAPE.sub(_escape, found[1])}"'))
    except ValueError as error:
        raise Changed("its state script cannot be read") from error
    return read if isinstance(read, dict) else None


def _escape(found: re.Match[str]) -> str:
    """An escape of JavaScript as one that JSON has too."""
    sequence_ = found[1]
    if sequence_[0] == "x" and len(sequence_) == 3:
        return rf"\u00{sequence_[1:]}"
    if sequence_.startswith("u{"):
        return json.dumps(chr(int(sequence_[2:-1], 16)))[1:-1]
    return found[0] if sequence_[0] in '"\\/bfnrtu' else sequence_


def data(state: dict[str, Any], kind: str) -> Data | None:
    """The first answer of the configurations whose name holds `kind`."""
    for name, answers in branch(state, "dal").items():
        if kind in name and isinstance(answers, dict):
            for key, answer in answers.items():
                values = branch(answer, "data")
                values = branch(values, "data") or values
                units = UNITS.search(key)
                if values and units:
                    return Data(values, units[1] == "e", units[1] in "eh")
    return None


def place(state: dict[str, Any], asked: Place) -> Place:
    """What the page says about where it is, added to what was asked."""
    found = data_any(state, "LocationPoint")
    where = branch(found, "location") or found
    latitude, longitude = number(where.get("latitude")), number(where.get("longitude"))
    return Place(
        name=text(where.get("displayName")) or text(where.get("city")) or asked.name,
        admin1=text(where.get("adminDistrict")),
        country=text(where.get("country")),
        country_code=text(where.get("countryCode")),
        latitude=latitude,
        longitude=longitude,
        timezone=text(where.get("ianaTimeZone")),
        code=asked.code,
    )


def data_any(state: dict[str, Any], kind: str) -> dict[str, Any]:
    """The values of the first answer of a kind, whatever its units."""
    for name, answers in branch(state, "dal").items():
        for answer in answers.values() if kind in name and isinstance(answers, dict) else ():
            values = branch(answer, "data")
            if values:
                return branch(values, "data") or values
    return {}


def current(found: Data) -> Conditions | None:
    said = found.values
    time = instant(said.get("validTimeLocal")) or instant(said.get("validTimeUtc"))
    return None if time is None else _conditions(said, time, found)


def hours(found: Data) -> tuple[Conditions, ...]:
    rows = _rows(found.values, "validTimeLocal")
    times = [instant(row.get("validTimeLocal")) for row in rows]
    return tuple(_conditions(row, time, found) for row, time in zip(rows, times, strict=True) if time is not None)


def days(found: Data) -> tuple[Day, ...]:
    """Rows of the parallel arrays; `daypart` has two entries a day, the first null in the afternoon."""
    parts = _rows(_first(found.values.get("daypart")), "wxPhraseLong")
    rows = _rows(found.values, "validTimeLocal")
    return tuple(_day(row, parts[2 * index : 2 * index + 2], found) for index, row in enumerate(rows))


def _day(row: dict[str, Any], parts: list[dict[str, Any]], found: Data) -> Day:
    local = str(row.get("validTimeLocal"))[:10]
    try:
        on = datetime.fromisoformat(local).date()
    except ValueError as error:
        raise Changed(f"the day {local!r} is not understood") from error
    day_is_over = not parts or text(parts[0].get("wxPhraseLong")) is None
    part = (parts[-1] if day_is_over else parts[0]) if parts else {}
    high = row.get("temperatureMax")
    return Day(
        date=on,
        partial=day_is_over and high is None,
        high=_temperature(row.get("calendarDayTemperatureMax") if high is None else high, found),
        low=_temperature(row.get("temperatureMin"), found),
        code=code(integer(part.get("iconCode"))),
        source_text=text(part.get("wxPhraseLong")),
        wind_speed=_wind(part.get("windSpeed"), found),
        wind_direction=number(part.get("windDirection")),
        humidity=number(part.get("relativeHumidity")),
        precipitation=_water(row.get("qpf"), found),
        snow=_snow(row.get("qpfSnow"), found),
        probability=_highest(parts, "precipChance"),
        uv=number(part.get("uvIndex")),
        sunrise=instant(row.get("sunriseTimeLocal")),
        sunset=instant(row.get("sunsetTimeLocal")),
    )


def _highest(parts: list[dict[str, Any]], name: str) -> float | None:
    known = [value for part in parts if (value := number(part.get(name))) is not None]
    return max(known, default=None)


def _conditions(said: dict[str, Any], time: datetime, found: Data) -> Conditions:
    part_of_day = text(said.get("dayOrNight"))
    pressure = said.get("pressureMeanSeaLevel", said.get("pressureAltimeter"))
    return Conditions(
        time=time,
        temperature=_temperature(said.get("temperature"), found),
        feels=_temperature(said.get("temperatureFeelsLike"), found),
        dew_point=_temperature(said.get("temperatureDewPoint"), found),
        code=code(integer(said.get("iconCode"))),
        source_text=text(said.get("wxPhraseLong")),
        is_day=None if part_of_day is None else part_of_day == "D",
        wind_speed=_wind(said.get("windSpeed"), found),
        wind_gust=_wind(said.get("windGust"), found),
        wind_direction=_direction(said),
        humidity=number(said.get("relativeHumidity")),
        precipitation=_water(said.get("precip1Hour", said.get("qpf")), found),
        probability=number(said.get("precipChance")),
        pressure=_times(pressure, INHG if found.imperial else 1.0),
        cloud=number(said.get("cloudCover")),
        visibility=_times(said.get("visibility"), MILE if found.mph else 1000.0),
        uv=number(said.get("uvIndex")),
    )


def _direction(said: dict[str, Any]) -> float | None:
    told = number(said.get("windDirection"))
    return compass.degrees(text(said.get("windDirectionCardinal"))) if told is None else told


def _temperature(value: Any, found: Data) -> float | None:
    return celsius(number(value)) if found.imperial else number(value)


def _wind(value: Any, found: Data) -> float | None:
    return _times(value, MPH if found.mph else 1 / 3.6)


def _water(value: Any, found: Data) -> float | None:
    return _times(value, INCH if found.imperial else 1.0)


def _snow(value: Any, found: Data) -> float | None:
    return _times(value, INCH if found.imperial else 10.0)


def _times(value: Any, factor: float) -> float | None:
    told = number(value)
    return None if told is None else told * factor


def _rows(values: dict[str, Any], ruler: str) -> list[dict[str, Any]]:
    """Parallel arrays as one mapping for each member of the array named `ruler`."""
    count = len(sequence(values.get(ruler), f"{ruler} values"))
    arrays = {name: array for name, array in values.items() if isinstance(array, list) and len(array) == count}
    return [{name: array[index] for name, array in arrays.items()} for index in range(count)]


def _first(value: Any) -> dict[str, Any]:
    return next(_mappings(value), {})


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def instant(value: Any) -> datetime | None:
    """`2026-11-22T07:00:00+0100`, or seconds since 1970, in UTC."""
    if isinstance(value, int) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    try:
        read = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return read.astimezone(UTC) if read.tzinfo else None
