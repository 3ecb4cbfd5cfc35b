"""Answers in each provider's format, made for any moment; temperatures follow one curve, so values can be checked."""

import json
import math
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
MET_HOURLY = 60


def celsius(time: datetime) -> float:
    """The temperature of the world at an instant: between 3 and 13 °C, warmest at 14:00 UTC."""
    return round(8 + 5 * math.cos((time.astimezone(UTC).hour - 14) / 24 * 2 * math.pi), 1)


def floored(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def open_meteo(
    now: datetime, timezone: str = "Europe/Berlin", days: int = 1, drop: tuple[str, ...] = ()
) -> dict[str, Any]:
    zone = ZoneInfo(timezone)
    local = now.astimezone(zone)
    offset = local.utcoffset() or timedelta()
    start = datetime(local.year, local.month, local.day)  # without offset, as they send it
    times = [start + HOUR * index for index in range(24 * days)]
    instants = [time.replace(tzinfo=UTC) - offset for time in times]
    temperatures = [celsius(time) for time in instants]
    dates = [start.date() + timedelta(days=index) for index in range(days)]
    hourly: dict[str, Any] = {
        "time": [time.isoformat(timespec="minutes") for time in times],
        "temperature_2m": temperatures,
        "apparent_temperature": [round(value - 3, 1) for value in temperatures],
        "weather_code": [61 if time.hour == 12 else 3 for time in times],
        "is_day": [int(8 <= time.hour < 16) for time in times],
        "wind_speed_10m": [16.2] * len(times),
        "wind_gusts_10m": [30.6] * len(times),
        "wind_direction_10m": [112] * len(times),
        "relative_humidity_2m": [79] * len(times),
        "precipitation": [0.0] * len(times),
        "precipitation_probability": [63] * len(times),
        "pressure_msl": [1012.4] * len(times),
        "cloud_cover": [100] * len(times),
        "visibility": [24140.0] * len(times),
        "dew_point_2m": [4.6] * len(times),
        "uv_index": [0.4] * len(times),
    }
    daily: dict[str, Any] = {
        "time": [on.isoformat() for on in dates],
        "weather_code": [61] * days,
        "temperature_2m_max": [max(temperatures[24 * index : 24 * index + 24]) for index in range(days)],
        "temperature_2m_min": [min(temperatures[24 * index : 24 * index + 24]) for index in range(days)],
        "apparent_temperature_max": [6.0] * days,
        "apparent_temperature_min": [0.9] * days,
        "wind_speed_10m_max": [18.4] * days,
        "wind_gusts_10m_max": [39.6] * days,
        "wind_direction_10m_dominant": [110] * days,
        "precipitation_sum": [1.2] * days,
        "snowfall_sum": [0.7] * days,
        "precipitation_probability_max": [63] * days,
        "uv_index_max": [0.9] * days,
        "sunrise": [f"{on}T07:37" for on in dates],
        "sunset": [f"{on}T16:01" for on in dates],
    }
    units = {
        "temperature_2m": "°C",
        "apparent_temperature": "°C",
        "dew_point_2m": "°C",
        "weather_code": "wmo code",
        "is_day": "",
        "wind_speed_10m": "km/h",
        "wind_gusts_10m": "km/h",
        "wind_direction_10m": "°",
        "relative_humidity_2m": "%",
        "precipitation": "mm",
        "precipitation_probability": "%",
        "pressure_msl": "hPa",
        "cloud_cover": "%",
        "visibility": "m",
        "uv_index": "",
        "time": "iso8601",
    }
    hourly_only = ("time", "precipitation_probability", "visibility", "dew_point_2m", "uv_index")
    current = {name: values[0] for name, values in hourly.items() if name not in hourly_only}
    current["temperature_2m"] = celsius(now)
    return {
        "latitude": 52.52,
        "longitude": 13.41,
        "elevation": 38.0,
        "generationtime_ms": 0.4,
        "utc_offset_seconds": int(offset.total_seconds()),
        "timezone": timezone,
        "timezone_abbreviation": "CET",
        "current_units": units,
        "current": {"time": local.strftime("%Y-%m-%dT%H:%M"), "interval": 900, **current},
        "hourly_units": units,
        "hourly": {name: values for name, values in hourly.items() if name not in drop},
        "daily_units": {
            "time": "iso8601",
            "temperature_2m_max": "°C",
            "temperature_2m_min": "°C",
            "apparent_temperature_max": "°C",
            "apparent_temperature_min": "°C",
            "weather_code": "wmo code",
            "wind_speed_10m_max": "km/h",
            "wind_gusts_10m_max": "km/h",
            "wind_direction_10m_dominant": "°",
            "precipitation_sum": "mm",
            "snowfall_sum": "cm",
            "precipitation_probability_max": "%",
            "uv_index_max": "",
            "sunrise": "iso8601",
            "sunset": "iso8601",
        },
        "daily": {name: values for name, values in daily.items() if name not in drop},
    }


def met_details(time: datetime) -> dict[str, float]:
    return {
        "air_temperature": celsius(time),
        "wind_speed": 2.5,
        "wind_from_direction": 220.0,
        "relative_humidity": 80.0,
        "air_pressure_at_sea_level": 1009.3,
        "cloud_area_fraction": 90.0,
        "dew_point_temperature": 3.1,
    }


def met_period(symbol: str, **details: float) -> dict[str, Any]:
    return {"summary": {"symbol_code": symbol}, "details": details}


def met_norway(now: datetime, days: int = 10) -> dict[str, Any]:
    """Hourly for 60 hours, then six-hourly; the last step has only its instant."""
    start = floored(now)
    hourly = [start + HOUR * index for index in range(MET_HOURLY)]
    first = hourly[-1] + HOUR
    first += timedelta(hours=-first.hour % 6)
    hourly += [hourly[-1] + HOUR * (index + 1) for index in range(int((first - hourly[-1]) / HOUR) - 1)]
    six_hourly = [first + 6 * HOUR * index for index in range(int((start + timedelta(days=days) - first) / (6 * HOUR)))]
    steps: list[dict[str, Any]] = []
    for time in hourly:
        data = {
            "instant": {"details": met_details(time)},
            "next_1_hours": met_period("lightrain", precipitation_amount=0.1, probability_of_precipitation=40.0),
            "next_6_hours": met_period("rain", precipitation_amount=0.6, air_temperature_max=13.0),
            "next_12_hours": met_period("cloudy"),
        }
        steps.append({"time": f"{time:%Y-%m-%dT%H:%M:%SZ}", "data": data})
    for time in six_hourly:
        data = {
            "instant": {"details": met_details(time)},
            "next_6_hours": met_period(
                "lightrain", precipitation_amount=0.6, air_temperature_max=12.5, air_temperature_min=3.5
            ),
            "next_12_hours": met_period("cloudy"),
        }
        steps.append({"time": f"{time:%Y-%m-%dT%H:%M:%SZ}", "data": data})
    last = (six_hourly or hourly)[-1] + 6 * HOUR
    steps.append({"time": f"{last:%Y-%m-%dT%H:%M:%SZ}", "data": {"instant": {"details": met_details(last)}}})
    units = {"air_temperature": "celsius", "wind_speed": "m/s", "precipitation_amount": "mm"}
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [10.75, 59.91, 23]},
        "properties": {"meta": {"updated_at": f"{start:%Y-%m-%dT%H:%M:%SZ}", "units": units}, "timeseries": steps},
    }


def met_alerts(now: datetime) -> dict[str, Any]:
    start, end = now - HOUR, now + timedelta(hours=20)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "id": "2.49.0.1.578.0.1",
                    "eventAwarenessName": "Wind gusts",
                    "title": "Wind gusts, yellow level",
                    "description": "Strong gusts from the west.",
                    "instruction": "Secure loose items.",
                    "severity": "Moderate",
                    "area": "Oslofjorden",
                    "eventEndingTime": f"{end:%Y-%m-%dT%H:%M:%S+00:00}",
                },
                "when": {"interval": [f"{start:%Y-%m-%dT%H:%M:%S+00:00}", f"{end:%Y-%m-%dT%H:%M:%S+00:00}"]},
            }
        ],
    }


def fahrenheit(value: float) -> int:
    return round(value * 9 / 5 + 32)


def nws_point(host: str, timezone: str = "America/Chicago") -> dict[str, Any]:
    """Its links are absolute and name the official host, whatever was asked."""
    return {
        "properties": {
            "forecast": f"{host}/gridpoints/SGF/66,42/forecast",
            "forecastHourly": f"{host}/gridpoints/SGF/66,42/forecast/hourly",
            "observationStations": f"{host}/gridpoints/SGF/66,42/stations",
            "timeZone": timezone,
        }
    }


def nws_forecast(now: datetime, timezone: str = "America/Chicago") -> dict[str, Any]:
    zone = ZoneInfo(timezone)
    local = now.astimezone(zone)
    first = datetime(local.year, local.month, local.day, 6 if local.hour < 18 else 18, tzinfo=zone)
    periods = []
    for index in range(14):
        start = first + timedelta(hours=12 * index)
        day = start.hour == 6
        periods.append(
            {
                "number": index + 1,
                "startTime": start.isoformat(),
                "endTime": (start + timedelta(hours=12)).isoformat(),
                "isDaytime": day,
                "temperature": 57 if day else 48,
                "temperatureUnit": "F",
                "windSpeed": "0 to 5 mph" if day else "5 mph",
                "windDirection": "ESE",
                "icon": f"/icons/land/{'day' if day else 'night'}/tsra,40/rain_showers,60?size=medium",
                "shortForecast": "Chance Showers And Thunderstorms",
                "probabilityOfPrecipitation": {"unitCode": "wmoUnit:percent", "value": 40 if day else "60"},
            }
        )
    periods.insert(1, {"number": 99, "startTime": None, "temperature": 1, "temperatureUnit": "F"})
    return {"properties": {"updateTime": f"{now:%Y-%m-%dT%H:%M:%S+00:00}", "periods": periods}}


def nws_hourly(now: datetime, timezone: str = "America/Chicago") -> dict[str, Any]:
    start = floored(now)
    periods = [
        {
            "startTime": (start + HOUR * index).astimezone(ZoneInfo(timezone)).isoformat(),
            "endTime": (start + HOUR * (index + 1)).astimezone(ZoneInfo(timezone)).isoformat(),
            "isDaytime": True,
            "temperature": fahrenheit(celsius(start + HOUR * index)),
            "temperatureUnit": "F",
            "windSpeed": "10 mph",
            "windDirection": "NW",
            "icon": "https://api.weather.gov/icons/land/day/few?size=small",
            "shortForecast": "Mostly Sunny",
            "relativeHumidity": {"unitCode": "wmoUnit:percent", "value": 70},
            "dewpoint": {"unitCode": "wmoUnit:degC", "value": 4.4},
            "probabilityOfPrecipitation": {"unitCode": "wmoUnit:percent", "value": None},
        }
        for index in range(156)
    ]
    return {"properties": {"periods": periods}}


def nws_stations() -> dict[str, Any]:
    names = ("KSGF", "KBBG", "KJLN", "KFAR")
    return {"features": [{"properties": {"stationIdentifier": name}} for name in names]}


def nws_observation(time: datetime, temperature: float | None = 7.2) -> dict[str, Any]:
    def quantity(value: float | None, unit: str, prefix: str = "wmoUnit:") -> dict[str, Any]:
        return {"unitCode": prefix + unit, "value": value}

    return {
        "properties": {
            "timestamp": f"{time:%Y-%m-%dT%H:%M:%S+00:00}",
            "textDescription": "Mostly Cloudy",
            "icon": "https://api.weather.gov/icons/land/day/bkn?size=medium",
            "temperature": quantity(temperature, "degC"),
            "dewpoint": quantity(3.0, "degC", "unit:"),
            "windDirection": quantity(300, "degree_(angle)"),
            "windSpeed": quantity(18.0, "km_h-1"),
            "windGust": quantity(None, "km_h-1"),
            "seaLevelPressure": quantity(None, "Pa"),
            "barometricPressure": quantity(101240, "Pa"),
            "visibility": quantity(16090, "m"),
            "relativeHumidity": quantity(74.5, "percent"),
            "windChill": quantity(5.0, "degC"),
            "heatIndex": quantity(None, "degC"),
            "precipitationLastHour": quantity(None, "mm"),
        }
    }


def nws_alerts(now: datetime) -> dict[str, Any]:
    def alert(event: str, severity: str, status: str = "Actual", **more: Any) -> dict[str, Any]:
        return {
            "properties": {
                "id": f"urn:oid:{event}",
                "event": event,
                "severity": severity,
                "status": status,
                "headline": f"{event} issued by NWS Springfield MO",
                "description": "Take care.",
                "instruction": None,
                "areaDesc": "Greene, MO",
                "effective": f"{now:%Y-%m-%dT%H:%M:%S+00:00}",
                "onset": None,
                "ends": None,
                "expires": f"{now + timedelta(hours=6):%Y-%m-%dT%H:%M:%S+00:00}",
                "senderName": "NWS Springfield MO",
                **more,
            }
        }

    return {
        "features": [
            alert("Wind Advisory", "Moderate"),
            alert("Tornado Warning", "Extreme"),
            alert("Monthly Test", "Minor", status="Test"),
        ]
    }


def wttr(now: datetime, timezone: str = "Europe/Berlin", wrapped: bool = False) -> dict[str, Any]:
    zone = ZoneInfo(timezone)
    local = now.astimezone(zone)

    def value(text: str) -> list[dict[str, str]]:
        return [{"value": text}]

    def hour(on: date, start: int) -> dict[str, Any]:
        time = datetime(on.year, on.month, on.day, start, tzinfo=zone)
        return {
            "time": str(100 * start),
            "tempC": str(round(celsius(time))),
            "tempF": "999",
            "FeelsLikeC": "-0",
            "windspeedKmph": str(10 + start),
            "WindGustKmph": "36",
            "winddirDegree": "110",
            "humidity": "80",
            "precipMM": "0.5",
            "pressure": "1010",
            "visibility": "9",
            "cloudcover": "75",
            "DewPointC": "4",
            "uvIndex": 1,
            "weatherCode": "296" if start == 12 else "116",
            "weatherDesc": value("Light rain" if start == 12 else "Partly cloudy "),
            "chanceofrain": "70",
            "chanceofsnow": "81" if start == 0 else "0",
        }

    def day(on: date) -> dict[str, Any]:
        return {
            "date": on.isoformat(),
            "maxtempC": "13",
            "mintempC": "-0",
            "maxtempF": "999",
            "uvIndex": "2",
            "totalSnow_cm": "1.5",
            "astronomy": [{"sunrise": "07:37 AM", "sunset": "04:01 PM"}],
            "hourly": [hour(on, start) for start in range(0, 24, 3)],
        }

    body = {
        "current_condition": [
            {
                "temp_C": str(round(celsius(now))),
                "FeelsLikeC": "5",
                "humidity": "79",
                "windspeedKmph": "18",
                "winddirDegree": "112",
                "pressure": "1012",
                "visibility": "10",
                "cloudcover": "100",
                "precipMM": "0.0",
                "uvIndex": "1",
                "weatherCode": "122",
                "weatherDesc": value("Overcast "),
                "localObsDateTime": local.strftime("%Y-%m-%d %I:%M %p"),
            }
        ],
        "nearest_area": [
            {
                "areaName": value("Berlin"),
                "region": value("Berlin"),
                "country": value("Germany"),
                "latitude": "52.517",
                "longitude": "13.400",
            }
        ],
        "weather": [day(local.date() + timedelta(days=index)) for index in range(3)],
    }
    return {"data": body} if wrapped else body


def geocoded(**changes: Any) -> dict[str, Any]:
    """A place of the geocoder; a value of None leaves the field out, as the service does."""
    place = {
        "id": 2950159,
        "name": "Berlin",
        "latitude": 52.52437,
        "longitude": 13.41053,
        "elevation": 74.0,
        "timezone": "Europe/Berlin",
        "country": "Germany",
        "country_code": "DE",
        "admin1": "Berlin",
        "population": 3426354,
    }
    return {name: value for name, value in {**place, **changes}.items() if value is not None}


OSLO = geocoded(
    id=3143244, name="Oslo", latitude=59.91273, longitude=10.74609, elevation=26.0, timezone="Europe/Oslo",
    country="Norway", country_code="NO", admin1="Oslo", population=580000,
)  # fmt: skip
LONGYEARBYEN = geocoded(
    id=2729907, name="Longyearbyen", latitude=78.22334, longitude=15.64689, elevation=None,
    timezone="Arctic/Longyearbyen", country="Svalbard and Jan Mayen", country_code="SJ", admin1="Svalbard",
    population=2060,
)  # fmt: skip
KIRITIMATI = geocoded(
    id=4030940, name="Kiritimati", latitude=1.94, longitude=-157.47, elevation=None, timezone="Pacific/Kiritimati",
    country="Kiribati", country_code="KI", admin1="Line Islands", population=None,
)  # fmt: skip
SPRINGFIELDS = [
    geocoded(
        id=4409896 + index, name="Springfield", latitude=37.21533 + index / 10, longitude=-93.29824,
        elevation=396.0, timezone="America/Chicago", country="United States", country_code="US", admin1=state,
        admin2=county, population=170067,
    )
    for index, (state, county) in enumerate(
        [("Missouri", "Greene"), ("Massachusetts", "Hampden"), ("Illinois", "Sangamon"), ("Oregon", "Lane"),
         ("Ohio", "Clark"), ("Virginia", "Fairfax"), ("Tennessee", "Robertson"), ("New Jersey", "Union"),
         ("Pennsylvania", "Delaware"), ("Vermont", "Windsor")]
    )
]  # fmt: skip
PLACES = [geocoded(), OSLO, LONGYEARBYEN, KIRITIMATI, *SPRINGFIELDS]


def js_string(value: Any) -> str:
    """A value as the JavaScript literal that weather.com embeds: JSON, escaped once more, with `\\x3C` for `<`."""
    return json.dumps(json.dumps(value, ensure_ascii=False))[1:-1].replace("<", "\\x3C").replace("'", "\\'")


def weather_com_state(
    now: datetime, timezone: str = "Europe/Berlin", units: str = "m", days: int = 15
) -> dict[str, Any]:
    """The state of a page; in the afternoon the first day's own values are null."""
    zone = ZoneInfo(timezone)
    local = now.astimezone(zone)
    afternoon = local.hour >= 15

    def stamp(time: datetime) -> str:
        return time.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S%z")

    mornings = [
        datetime(local.year, local.month, local.day, 7, tzinfo=zone) + timedelta(days=index) for index in range(days)
    ]
    starts = [floored(now) + HOUR * index for index in range(48)]
    daily = {
        "validTimeLocal": [stamp(time) for time in mornings],
        "temperatureMax": [None if afternoon and index == 0 else 9 for index in range(days)],
        "calendarDayTemperatureMax": [10] * days,
        "temperatureMin": [-4] * days,
        "qpf": [1.2] * days,
        "qpfSnow": [0.7] * days,
        "sunriseTimeLocal": [stamp(time.replace(hour=7, minute=37)) for time in mornings],
        "sunsetTimeLocal": [stamp(time.replace(hour=16, minute=1)) for time in mornings],
        "daypart": [
            {
                name: [None if afternoon and index == 0 else pair[index % 2] for index in range(2 * days)]
                for name, pair in {
                    "wxPhraseLong": ("Partly Cloudy", "Mostly Clear"),
                    "iconCode": (30, 33),
                    "precipChance": (24, 31),
                    "relativeHumidity": (79, 88),
                    "windSpeed": (16, 10),
                    "windDirection": (112, 90),
                    "uvIndex": (1, 0),
                }.items()
            }
        ],
    }
    hourly = {
        "validTimeLocal": [stamp(time) for time in starts],
        "temperature": [round(celsius(time)) for time in starts],
        "temperatureFeelsLike": [round(celsius(time)) - 3 for time in starts],
        "iconCode": [26] * 48,
        "wxPhraseLong": ["Cloudy"] * 48,
        "precipChance": [15] * 48,
        "relativeHumidity": [80] * 48,
        "windSpeed": [18] * 48,
        "windDirection": [270] * 48,
        "dayOrNight": ["D"] * 48,
        "qpf": [0.0] * 48,
        "visibility": [16.0] * 48,
        "cloudCover": [91] * 48,
        "uvIndex": [0] * 48,
    }
    current = {
        "validTimeLocal": stamp(now),
        "temperature": 8,
        "temperatureFeelsLike": 5,
        "temperatureDewPoint": 4,
        "relativeHumidity": 79,
        "iconCode": 26,
        "wxPhraseLong": "Cloudy",
        "windSpeed": 16,
        "windGust": None,
        "windDirection": 112,
        "pressureAltimeter": 1012.4,
        "visibility": 9.7,
        "uvIndex": 0,
        "dayOrNight": "D",
    }
    location = {
        "latitude": 52.52, "longitude": 13.41, "city": "Berlin", "displayName": "Berlin", "adminDistrict": "Berlin",
        "country": "Germany", "countryCode": "DE", "ianaTimeZone": timezone,
    }  # fmt: skip
    key = f"geocode:52.52,13.41:language:en-US:units:{units}"
    return {
        "dal": {
            "getSunV3CurrentObservationsUrlConfig": {key: {"status": 200, "data": current}},
            "getSunV3HourlyForecastWithHeadersUrlConfig": {key: {"data": {"data": hourly}}},
            "getSunV3DailyForecastWithHeadersUrlConfig": {key: {"data": {"data": daily}}},
            "getSunV3LocationPointUrlConfig": {"language:en-US": {"data": {"location": location}}},
        }
    }


def weather_com_page(state: dict[str, Any]) -> str:
    return (
        "<!doctype html><html><head><title>10-Day Weather Forecast</title></head><body><div id='app'></div>"
        f'<script>window.__data=JSON.parse("{js_string(state)}");window.env={{}};</script></body></html>'
    )


def weather_com_markup(now: datetime, days: int = 15, wind: str = "ESE 16 km/h") -> str:
    """The markup that a rendered page has; class names are hashed, whitespace stands between the tags."""
    rows = []
    for index in range(days):
        on = now.date() + timedelta(days=index)
        name = "Today" if index == 0 else f"{on:%a} {on:%d}"
        rows.append(
            f"""
<details class="DaypartDetails--DayPartDetail--{index}x9" data-testid="ExpandedDetailsCard">
 <summary> <div data-testid="DetailsSummary" class="DetailsSummary--q1">
  <h2 data-testid="daypartName" class="z{index}"> {name} </h2>
  <div data-testid="detailsTemperature">
   <span data-testid="TemperatureValue" class="k3"> 9<span>°</span> </span>
   <span>/</span>
   <span data-testid="lowTempValue"> <span data-testid="TemperatureValue">\u22124<span>°</span></span> </span>
  </div>
  <div data-testid="wxIcon"> <svg skycode="30" viewBox="0 0 1 1"></svg> <span> Partly Cloudy </span> </div>
  <div data-testid="Precip"> <span data-testid="PercentageValue"> 24<span>%</span></span> </div>
  <div data-testid="wind"> <span data-testid="Wind" class="Wind--z">{wind}</span> </div>
 </div> </summary>
 <ul>
  <li data-testid="HumiditySection"> <span>Humidity</span> <span data-testid="PercentageValue">79%</span> </li>
  <li data-testid="uvIndexSection"> <span>UV Index</span> <span data-testid="UVIndexValue">1 of 11</span> </li>
  <li> <span>Sunrise</span> <span data-testid="SunriseTime">7:37 am</span> </li>
  <li> <span>Sunset</span> <span data-testid="SunsetTime">4:01 pm</span> </li>
 </ul>
</details>"""
        )
    items = {
        "High / Low": "9°/-4°",
        "Wind": wind,
        "Humidity": "79%",
        "Dew Point": "4°",
        "Pressure": "Arrow Up 1,012.4 mb",
        "UV Index": "0 of 11",
        "Visibility": "9.7 km",
    }
    details = "".join(
        f'<div data-testid="WeatherDetailsListItem"> <div data-testid="WeatherDetailsLabel">{label}</div>'
        f' <div data-testid="wxData">{value}</div> </div>'
        for label, value in items.items()
    )
    return f"""<section data-testid="CurrentConditionsContainer" class="card a8f">
 <span data-testid="TemperatureValue"> 8<span>°</span> </span> <div data-testid="wxPhrase"> Cloudy </div>
 <svg skycode="26"></svg> </section> {details} {"".join(rows)}"""


def weather_com_scripted(now: datetime) -> str:
    """A page that is empty until its script has run: only a browser sees its content."""
    html = json.dumps(weather_com_markup(now)).replace("</", "<\\/")
    return (
        "<!doctype html><html><body><div id='app'></div>"
        f"<script>setTimeout(() => {{ document.getElementById('app').innerHTML = {html}; }}, 50)</script></body></html>"
    )
