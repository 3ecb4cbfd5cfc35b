"""The US National Weather Service, by value."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from blueprints.weather.core import nws_reading as reading
from blueprints.weather.core.forecast import Place
from blueprints.weather.core.reading import Changed
from blueprints.weather.providers import nws
from tests.weather import bodies
from tests.weather.conftest import NOW, Json, Weather
from tests.weather.world import Asked, Reply, World

CHICAGO = ZoneInfo("America/Chicago")
SPRINGFIELD = "Springfield, Missouri"


@pytest.mark.parametrize(
    ("icon", "code"),
    [
        ("https://api.weather.gov/icons/land/day/skc?size=medium", 0),
        ("/icons/land/night/few", 1),
        ("/icons/land/day/sct,20", 2),
        ("/icons/land/day/wind_bkn?size=small", 3),
        ("/icons/land/day/ovc", 3),
        ("/icons/land/day/fog", 45),
        ("/icons/land/day/smoke", 4),
        ("/icons/land/day/haze", 5),
        ("/icons/land/day/dust", 6),
        ("/icons/land/day/rain_showers_hi,30", 80),
        ("/icons/land/day/rain_showers,30/rain,80", 81),
        ("/icons/land/day/rain,30/few", 63),
        ("/icons/land/day/rain_snow", 69),
        ("/icons/land/day/snow,70/blizzard,90", 75),
        ("/icons/land/day/snow", 73),
        ("/icons/land/day/sleet", 79),
        ("/icons/land/day/snow_sleet", 79),
        ("/icons/land/day/fzra", 67),
        ("/icons/land/day/rain_fzra", 67),
        ("/icons/land/day/tsra_hi,30/rain,90", 95),
        ("/icons/land/day/tsra/tornado", 19),
        ("/icons/land/day/hurricane", 82),
        ("/icons/land/day/hot", 0),
        ("/icons/land/day/plague", None),
        (None, None),
    ],
)
def test_icons(icon: str | None, code: int | None) -> None:
    assert reading.icon_code(icon) == code


@pytest.mark.parametrize(
    ("text", "kmh"),
    [("10 mph", 16.1), ("0 to 5 mph", 8.0), ("16 km/h", 16.0), ("5 mph to 10 mph", 16.1), ("10 kt", 18.5), ("", None),
     (None, None), ({"unitCode": "wmoUnit:km_h-1", "value": 18}, 18.0)],
)  # fmt: skip
def test_wind_is_the_upper_number(text: Any, kmh: float | None) -> None:
    found = reading.wind_speed(text)
    assert (None if found is None else round(found * 3.6, 1)) == kmh


@pytest.mark.parametrize(
    ("value", "ours"),
    [
        ({"unitCode": "wmoUnit:degC", "value": 7.2}, 7.2),
        ({"unitCode": "unit:degF", "value": 32}, 0.0),
        ({"unitCode": "wmoUnit:km_h-1", "value": 18}, 5.0),
        ({"unitCode": "wmoUnit:m_s-1", "value": 5}, 5.0),
        ({"unitCode": "wmoUnit:Pa", "value": 101240}, 1012.4),
        ({"unitCode": "wmoUnit:percent", "value": "60"}, 60.0),
        ({"unitCode": "wmoUnit:m", "value": None}, None),
        ("12", 12.0),
    ],
)
def test_quantities(value: Any, ours: float | None) -> None:
    assert reading.quantity(value) == (None if ours is None else pytest.approx(ours))


def period(start: str | None, *, day: bool | None, temperature: Any = 57, **more: Any) -> dict[str, Any]:
    return {
        "startTime": start,
        "isDaytime": day,
        "temperature": temperature,
        "temperatureUnit": "F",
        "windSpeed": "10 mph" if day else "5 mph",
        "windDirection": "ESE" if day else "W",
        "icon": "/icons/land/day/rain" if day else "/icons/land/night/skc",
        "shortForecast": "Rain" if day else "Clear",
        **more,
    }


def days(*periods: dict[str, Any]) -> list[Any]:
    return list(reading.days({"periods": list(periods)}, (), CHICAGO))


def test_a_day_is_its_daytime_and_the_night_that_starts_on_the_same_date() -> None:
    found = days(
        period("2026-11-22T06:00:00-06:00", day=True, probabilityOfPrecipitation={"value": 20}),
        period("2026-11-22T18:00:00-06:00", day=False, temperature=48, probabilityOfPrecipitation={"value": "60"}),
        period("2026-11-23T06:00:00-06:00", day=True, temperature=None),
    )
    first = found[0]
    assert (round(first.high, 1), round(first.low, 1), first.probability) == (13.9, 8.9, 60.0)
    assert (first.code, first.source_text, first.wind_direction) == (63, "Rain", 112.5)
    assert (found[1].high, found[1].low, found[1].partial) == (None, None, False)


def test_in_the_evening_there_is_no_high() -> None:
    found = days(period("2026-11-22T18:00:00-06:00", day=False, temperature=48))[0]
    assert (found.high, round(found.low, 1), found.partial) == (None, 8.9, True)
    assert (found.code, found.source_text, found.wind_direction) == (0, "Clear", 270.0)


def test_the_night_before_morning_is_not_the_low_of_the_day() -> None:
    found = days(
        period("2026-11-22T02:00:00-06:00", day=False, temperature=30),
        period("2026-11-22T06:00:00-06:00", day=True),
        period("2026-11-22T18:00:00-06:00", day=False, temperature=48),
    )
    assert round(found[0].low, 1) == 8.9


def test_a_period_without_a_start_is_ignored_and_text_counts_as_a_number() -> None:
    found = days(period(None, day=True), period("2026-11-22T06:00:00-06:00", day=True, temperature="57"))
    assert [round(day.high, 1) for day in found] == [13.9]


def test_a_period_that_does_not_say_whether_it_is_day_is_told_by_its_clock() -> None:
    found = days(
        period("2026-11-22T06:00:00-06:00", day=None), period("2026-11-22T18:00:00-06:00", day=None, temperature=48)
    )
    assert (round(found[0].high, 1), round(found[0].low, 1)) == (13.9, 8.9)


def test_celsius_and_quantities_as_temperature() -> None:
    found = days(
        period("2026-11-22T06:00:00-06:00", day=True, temperature=14, temperatureUnit="C"),
        period("2026-11-22T18:00:00-06:00", day=False, temperature={"unitCode": "wmoUnit:degC", "value": 9}),
    )
    assert (found[0].high, found[0].low) == (14.0, 9.0)


def test_a_last_day_that_ends_in_the_afternoon_is_partial() -> None:
    start, end = "2026-11-22T06:00:00-06:00", "2026-11-22T15:00:00-06:00"
    assert days(period(start, day=True, endTime=end))[0].partial is True


def test_no_periods_are_said() -> None:
    bodies_: tuple[dict[str, Any], ...] = ({"periods": []}, {"periods": None})
    for body in bodies_:
        with pytest.raises(Changed, match="no forecast periods found"):
            reading.days(body, (), CHICAGO)


def test_a_measurement_older_than_two_hours_or_without_temperature_is_none() -> None:
    def at(time: datetime, temperature: float | None = 7.2) -> Any:
        return reading.observation(bodies.nws_observation(time, temperature)["properties"], NOW)

    assert at(NOW - timedelta(hours=2, seconds=1)) is None
    assert at(NOW, None) is None
    found = at(NOW - timedelta(hours=1))
    assert (found.observed, found.temperature, found.wind_speed, found.pressure) == (True, 7.2, 5.0, 1012.4)
    assert (found.feels, found.visibility, found.wind_gust, found.code) == (5.0, 16090.0, None, 3)
    assert (found.is_day, found.dew_point, found.humidity) == (True, 3.0, 74.5)


def test_pressure_at_sea_level_and_heat_come_first() -> None:
    body = bodies.nws_observation(NOW)["properties"]
    body["seaLevelPressure"] = {"unitCode": "wmoUnit:Pa", "value": 101500}
    body["windChill"]["value"], body["heatIndex"]["value"], body["icon"] = None, 35.0, None
    found = reading.observation(body, NOW)
    assert found is not None
    assert (found.pressure, found.feels, found.is_day) == (1015.0, 35.0, None)


def test_exercises_are_no_alerts() -> None:
    found = reading.alerts(bodies.nws_alerts(NOW))
    assert [alert.event for alert in found] == ["Wind Advisory", "Tornado Warning"]
    assert found[0].starts == NOW
    assert found[0].ends == NOW + timedelta(hours=6)
    assert reading.alerts({"features": [{"properties": {"status": "Actual"}}]})[0].event == "alert"


PLACE = Place(name="x", latitude=37.2, longitude=-93.3)


@pytest.mark.parametrize(
    ("place", "covered"),
    [
        (PLACE, True),
        (replace(PLACE, latitude=61.2, longitude=-149.9), True),
        (replace(PLACE, latitude=52.9, longitude=173.2), True),  # Attu, beyond the date line
        (replace(PLACE, latitude=21.3, longitude=-157.9), True),
        (replace(PLACE, latitude=18.4, longitude=-66.1), True),
        (replace(PLACE, latitude=13.5, longitude=144.8), True),
        (replace(PLACE, latitude=-14.3, longitude=-170.7), True),
        (replace(PLACE, latitude=52.5, longitude=13.4), False),
        (replace(PLACE, country_code="CA"), False),
        (replace(PLACE, latitude=0.0, country_code="US"), True),
        (Place(name="x"), False),
    ],
)
def test_coverage(place: Place, covered: bool) -> None:
    assert nws.Provider(nws.Settings()).covers(place) is covered


def test_links_of_the_official_host_are_followed_to_the_configured_one(told: Json, world: World) -> None:
    found = told("-p", SPRINGFIELD, "--five-days", "--provider", "nws")
    assert found["current"]["observed"] is True
    assert found["current"]["wind_speed"] == 18.0
    assert [day["high"] for day in found["days"]] == [13.9] * 5
    assert found["days"][0]["wind_speed"] == 8.0
    assert {one.path for one in world.requests("nws")} == {
        "/points/37.2153,-93.2982",
        "/gridpoints/SGF/66,42/forecast",
        "/gridpoints/SGF/66,42/forecast/hourly",
        "/gridpoints/SGF/66,42/stations",
        "/stations/KSGF/observations/latest",
    }


def test_the_next_station_is_asked_three_at_most_then_the_hour_is_taken(told: Json, world: World) -> None:
    def stale(asked: Asked) -> Reply:
        if "/observations/" not in asked.path:
            return world.truth(asked)
        return Reply(bodies.nws_observation(NOW - timedelta(hours=5))) if "KSGF" in asked.path else Reply("", 500)

    world.broken["nws"] = stale
    found = told("-p", SPRINGFIELD, "--provider", "nws")["current"]
    assert (found["observed"], found["time"]) == (False, "2026-11-22T07:00:00-06:00")
    stations = [one.path.split("/")[2] for one in world.requests("nws") if "/observations/" in one.path]
    assert stations == ["KSGF", "KBBG", "KJLN"]


def test_days_without_hours_are_better_than_nothing(told: Json, world: World) -> None:
    def partly(asked: Asked) -> Reply:
        return Reply("", 500) if asked.path.endswith(("hourly", "stations")) else world.truth(asked)

    world.broken["nws"] = partly
    found = told("-p", SPRINGFIELD, "--five-days", "--provider", "nws")
    assert found["notices"] == ["nws: its hourly forecast is missing"]
    assert (found["current"], len(found["days"])) == (None, 5)


@pytest.mark.parametrize("point", [{"properties": {}}, {"properties": {"forecast": 3}}])
def test_a_point_without_a_forecast_is_said(weather: Weather, world: World, point: dict[str, Any]) -> None:
    world.broken["nws"] = Reply(point)
    said = weather("-p", SPRINGFIELD, "--provider", "nws", expect=3).stderr
    assert said.splitlines()[-1] == "Error: nws: its answer has changed (no forecast address found)"


def test_days_are_cut_there(told: Json) -> None:
    found = told("-p", SPRINGFIELD, "--provider", "nws")
    assert found["place"]["timezone"] == "America/Chicago"
    assert found["days"][0]["date"] == "2026-11-22"
    assert found["current"]["time"].endswith("-06:00")
    assert datetime.fromisoformat(found["issued_at"]).astimezone(UTC) == NOW.replace(microsecond=0)
