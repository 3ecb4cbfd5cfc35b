"""The markup of a weather.com page, by its `data-testid` marks; class names are hashed and change with every build."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from blueprints.weather.core import compass
from blueprints.weather.core.forecast import Conditions, Day
from blueprints.weather.core.horizon import WEEKDAYS
from blueprints.weather.core.reading import Changed
from blueprints.weather.core.units import INHG, MILE, MPH, celsius
from blueprints.weather.pages.icons import code

if TYPE_CHECKING:
    from bs4 import Tag

NUMBER = re.compile(r"[-\u2212]?\d+(?:\.\d+)?")
TODAY = ("today", "tonight")
SEARCHED_DAYS = 40
"""How far ahead of yesterday a day such as `Mon 23` is looked for."""


def parsed(page: str) -> Tag:
    from bs4 import BeautifulSoup

    return BeautifulSoup(page, "lxml")


def number(text: str | None) -> float | None:
    """The first number in a text, minus written as `-` or U+2212; None for `--` and other words."""
    found = NUMBER.search((text or "").replace(",", ""))  # English pages: a comma parts thousands
    return float(found[0].replace("\u2212", "-")) + 0.0 if found else None


def days(page: Tag, now: datetime, timezone: str | None) -> tuple[Day, ...]:
    """The day rows; () when there are none. Raises Changed for a row whose day is not understood."""
    rows = page.select('[data-testid="DetailsSummary"]')
    imperial = is_imperial(page)
    zone = ZoneInfo(timezone or "UTC")
    labels = [marked(row, "daypartName") or "" for row in rows]
    dates = _dates(labels, now.astimezone(zone).date())
    return tuple(_day(row, on, imperial, zone) for row, on in zip(rows, dates, strict=True))


def _dates(labels: list[str], today: date) -> list[date]:
    """Dates of `Today`, `Mon 23`, …: today is the day before the first dated row, whatever this machine thinks."""
    dated = [_dated(label, today) for label in labels]
    first = next(((index, on) for index, on in enumerate(dated) if on is not None), None)
    anchor = first[1] - timedelta(days=first[0]) if first else today
    found = []
    for index, (label, on) in enumerate(zip(labels, dated, strict=True)):
        if on is None and (index or label.strip().lower() not in TODAY):
            raise Changed(f"the day {label!r} is not understood")
        found.append(on or anchor)
    return found


def _dated(label: str, today: date) -> date | None:
    """The first date from yesterday on with the weekday and the day of the month of `Mon 23`."""
    found = re.fullmatch(r"([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2})", label.strip())
    if found is None or found[1].lower() not in WEEKDAYS:
        return None
    for ahead in range(-1, SEARCHED_DAYS):
        on = today + timedelta(days=ahead)
        if on.weekday() == WEEKDAYS.index(found[1].lower()) and on.day == int(found[2]):
            return on
    return None


def _day(row: Tag, on: date, imperial: bool, zone: ZoneInfo) -> Day:
    details = row.find_parent("details") or row
    high = marked(row, "TemperatureValue", outside="lowTempValue")
    speed, direction = wind(marked(row, "Wind") or marked(details, "Wind"), imperial)
    return Day(
        date=on,
        partial=number(high) is None,
        high=degrees(high, imperial),
        low=degrees(marked(row, "lowTempValue"), imperial),
        code=icon(row),
        source_text=phrase(row),
        wind_speed=speed,
        wind_direction=direction,
        humidity=number(marked(details, "HumiditySection")),
        probability=number(marked(row, "Precip")),
        uv=number(marked(details, "UVIndexValue")),
        sunrise=_clock(marked(details, "SunriseTime"), on, zone),
        sunset=_clock(marked(details, "SunsetTime"), on, zone),
    )


def current(page: Tag, now: datetime) -> Conditions | None:
    """The conditions on the page; None when it has no such part."""
    box = page.select_one('[data-testid="CurrentConditionsContainer"]')
    if box is None:
        return None
    imperial = is_imperial(page)
    details = {
        (marked(item, "WeatherDetailsLabel") or "").lower(): marked(item, "wxData")
        for item in page.select('[data-testid="WeatherDetailsListItem"]')
    }
    speed, direction = wind(details.get("wind"), imperial)
    return Conditions(
        time=now,
        temperature=degrees(marked(box, "TemperatureValue"), imperial),
        code=icon(box),
        source_text=marked(box, "wxPhrase"),
        wind_speed=speed,
        wind_direction=direction,
        humidity=number(details.get("humidity")),
        dew_point=degrees(details.get("dew point"), imperial),
        pressure=_pressure(details.get("pressure")),
        visibility=_visibility(details.get("visibility")),
        uv=number(details.get("uv index")),
    )


def is_imperial(page: Tag) -> bool:
    """Wind in miles means Fahrenheit on these pages."""
    winds = page.select('[data-testid="Wind"], [data-testid="wxData"]')
    return any("mph" in one.get_text().lower() for one in winds)


def wind(text: str | None, imperial: bool) -> tuple[float | None, float | None]:
    """Metres per second and degrees in `ESE 16 km/h`."""
    speed = number(text)
    words = re.findall(r"[A-Z]+", (text or "").replace("Wind", ""))
    direction = next((found for word in words if (found := compass.degrees(word)) is not None), None)
    return (None if speed is None else speed * (MPH if imperial else 1 / 3.6)), direction


def degrees(text: str | None, imperial: bool) -> float | None:
    return celsius(number(text)) if imperial else number(text)


def _pressure(text: str | None) -> float | None:
    value = number(text)
    inches = value is not None and value < 50  # hPa are near 1000, inches of mercury near 30
    return value * INHG if value is not None and inches else value


def _visibility(text: str | None) -> float | None:
    value = number(text)
    return None if value is None else value * (MILE if "mi" in (text or "") else 1000.0)


def icon(row: Tag) -> int | None:
    """The code of the first icon below, which says its number in `skycode`."""
    for svg in row.select("svg[skycode]"):
        told = str(svg.get("skycode"))
        return code(int(told)) if told.isdigit() else None
    return None


def phrase(row: Tag) -> str | None:
    box = row.select_one('[data-testid="wxIcon"]')
    return None if box is None else box.get_text(" ", strip=True) or None


def _clock(text: str | None, on: date, zone: ZoneInfo) -> datetime | None:
    """`7:37 am` or `16:01` on a date there."""
    found = re.search(r"(\d{1,2}):(\d{2})\s*([ap]m)?", text or "", re.IGNORECASE)
    if found is None:
        return None
    hour = int(found[1]) % 12 + 12 * (found[3].lower() == "pm") if found[3] else int(found[1])
    return datetime.combine(on, time(hour % 24, int(found[2])), tzinfo=zone)


def marked(tag: Tag, mark: str, outside: str = "") -> str | None:
    """The joined text of the first element with a mark, not below one marked `outside`; None when there is none."""
    for found in tag.select(f'[data-testid="{mark}"]'):
        if not outside or found.find_parent(attrs={"data-testid": outside}) is None:
            return found.get_text(" ", strip=True) or None
    return None
