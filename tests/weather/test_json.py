"""The JSON of a report: exact keys and values."""

from datetime import UTC, datetime

import pytest
import time_machine

from tests.conftest import Run
from tests.weather import bodies
from tests.weather.conftest import NOW, PATIENT, Json, Weather
from tests.weather.world import Reply, World, running

CURRENT = [
    "time", "observed", "temperature", "feels", "code", "condition", "source_text", "is_day", "wind_speed", "wind_gust",
    "wind_direction", "wind_compass", "humidity", "precipitation", "pressure", "cloud", "visibility", "dew_point", "uv",
]  # fmt: skip
DAY = [
    "date", "partial", "high", "low", "feels_high", "feels_low", "code", "condition", "source_text", "wind_speed",
    "wind_gust", "wind_direction", "wind_compass", "humidity", "precipitation", "snow", "probability", "uv", "sunrise",
    "sunset",
]  # fmt: skip


def test_every_key_in_its_place(told: Json) -> None:
    found = told("-p", "Springfield, Missouri", "--provider", "nws")
    assert list(found) == [
        "place", "provider", "attribution", "fetched_at", "issued_at", "stale", "units", "current", "days", "hours",
        "alerts", "notices", "attempts",
    ]  # fmt: skip
    assert list(found["current"]) == CURRENT
    assert list(found["days"][0]) == DAY
    assert list(found["hours"][0]) == [name for name in CURRENT if name != "observed"] + ["probability"]
    assert list(found["alerts"][0]) == [
        "id", "provider", "event", "severity", "headline", "description", "instruction", "area", "starts", "ends",
        "sender",
    ]  # fmt: skip
    assert list(found["attempts"][0]) == ["provider", "outcome", "seconds", "error"]


def test_berlin_today_by_value(told: Json) -> None:
    found = told("-p", "Berlin")
    assert found["place"] == {
        "name": "Berlin",
        "admin1": "Berlin",
        "country": "Germany",
        "country_code": "DE",
        "latitude": 52.5244,
        "longitude": 13.4105,
        "elevation": 74,
        "timezone": "Europe/Berlin",
        "id": 2950159,
    }
    assert found["current"] == {
        "time": "2026-11-22T14:03:00+01:00",
        "observed": False,
        "temperature": 12.8,
        "feels": 1.5,
        "code": 3,
        "condition": "overcast",
        "source_text": None,
        "is_day": False,
        "wind_speed": 16.2,
        "wind_gust": 30.6,
        "wind_direction": 112,
        "wind_compass": "ESE",
        "humidity": 79,
        "precipitation": 0.0,
        "pressure": 1012.4,
        "cloud": 100,
        "visibility": 24.1,
        "dew_point": 4.6,
        "uv": 0.4,
    }
    assert found["days"] == [
        {
            "date": "2026-11-22",
            "partial": False,
            "high": 13.0,
            "low": 3.0,
            "feels_high": 6.0,
            "feels_low": 0.9,
            "code": 61,
            "condition": "slight rain",
            "source_text": None,
            "wind_speed": 18.4,
            "wind_gust": 39.6,
            "wind_direction": 110,
            "wind_compass": "ESE",
            "humidity": 79,
            "precipitation": 1.2,
            "snow": 0.7,
            "probability": 63,
            "uv": 0.9,
            "sunrise": "2026-11-22T07:37:00+01:00",
            "sunset": "2026-11-22T16:01:00+01:00",
        }
    ]
    assert [hour["time"][11:16] for hour in found["hours"]] == [f"{hour}:00" for hour in range(14, 24)]
    assert found["units"] == {
        "temperature": "°C", "wind": "km/h", "precipitation": "mm", "snow": "cm", "pressure": "hPa", "visibility": "km",
    }  # fmt: skip


def test_days_or_hours_never_both_but_today(told: Json) -> None:
    assert [len(told("-p", "Berlin", "-5")[name]) for name in ("days", "hours")] == [5, 0]
    assert [len(told("-p", "Berlin", "-H")[name]) for name in ("days", "hours")] == [0, 24]


@pytest.mark.parametrize(
    ("units", "values"),
    [
        ("imperial", [55.0, 10.1, 0.0, 29.9, 15.0, 0.3]),
        ("si", [286.0, 4.5, 1.2, 1012.4, 24.1, 0.7]),
        ("fahrenheit", [55.0, 16.2, 1.2, 1012.4, 24.1, 0.7]),
    ],
)
def test_numbers_are_in_the_units_named(told: Json, units: str, values: list[float]) -> None:
    found = told("-p", "Berlin", "-u", units)
    now, day = found["current"], found["days"][0]
    assert [
        now["temperature"],
        now["wind_speed"],
        day["precipitation"],
        round(now["pressure"], 1),
        now["visibility"],
        day["snow"],
    ] == values


def test_inches_of_mercury_keep_two_decimals(told: Json, weather: Weather) -> None:
    assert told("-p", "Berlin", "-u", "imperial")["current"]["pressure"] == 29.9
    assert "29.90 inHg" in weather("-p", "Berlin", "-u", "imperial", "-f", "pressure").stdout


def test_unknown_is_null_and_shown_as_two_dashes(told: Json, weather: Weather, world: World) -> None:
    body = bodies.open_meteo(NOW)
    for block in ("current", "daily"):
        for name, value in body[block].items():
            if name not in ("time", "interval"):
                body[block][name] = [None] if isinstance(value, list) else None
    del body["hourly"]
    world.broken["open_meteo"] = Reply(body)
    found = told("-p", "52,13", "--provider", "open_meteo")
    assert {name for name, value in found["current"].items() if value is not None} == {"time", "observed", "is_day"}
    known = {name for name, value in found["days"][0].items() if value is not None}
    assert known == {"date", "partial", "sunrise", "sunset"}
    shown = weather("-p", "52,13", "--provider", "open_meteo", "-f", "all").stdout.splitlines()
    assert {line.split()[-1] for line in shown[2:18] if not line.startswith("Sun ")} == {"--"}


def test_a_condition_without_a_code_is_in_the_providers_words(told: Json, world: World) -> None:
    body = bodies.nws_forecast(NOW)
    for period in body["properties"]["periods"]:
        period["icon"] = "/icons/land/day/plague"

    def plague(asked):  # type: ignore[no-untyped-def]  # a rule of the world
        return Reply(body) if asked.path.endswith("/forecast") else world.truth(asked)

    world.broken["nws"] = plague
    day = told("-p", "Springfield, Missouri", "--provider", "nws")["days"][0]
    assert (day["code"], day["condition"]) == (None, "Chance Showers And Thunderstorms")
    assert day["source_text"] == day["condition"]


def test_the_first_day_is_the_date_there(run: Run) -> None:
    import json

    with time_machine.travel(datetime(2026, 11, 22, 11, tzinfo=UTC), tick=False):
        from blueprints import clock

        with running(clock.now) as world:
            environment = {**world.environment, **PATIENT, "TZ": "Pacific/Honolulu"}
            done = run("weather", "-p", "Kiritimati", "-5", "--json", env=environment, expect=0)
    found = json.loads(done.stdout)
    assert [day["date"] for day in found["days"]][:2] == ["2026-11-23", "2026-11-24"]
    assert found["current"]["time"] == "2026-11-23T01:00:00+14:00"


@pytest.mark.parametrize("place", ["-90,0", "90,0", "0,180", "0,-180", "-77.85,166.67"])
def test_poles_and_the_date_line(told: Json, place: str) -> None:
    for provider in ("open_meteo", "met_norway", "wttr_in"):
        found = told("-p", place, "--provider", provider)
        assert found["days"][0]["date"][:7] == "2026-11"
        assert found["place"]["timezone"]


def test_comparison_by_value(told: Json) -> None:
    found = told("-p", "Berlin", "--compare", "-d", "2", "-u", "imperial")
    assert list(found) == ["place", "units", "providers", "spread"]
    assert [(one["provider"], one["error"], len(one["days"])) for one in found["providers"]] == [
        ("open_meteo", None, 2),
        ("met_norway", None, 2),
        ("nws", "covers the United States only", 0),
        ("wttr_in", None, 2),
    ]
    assert list(found["providers"][0]) == ["provider", "error", "fetched_at", "stale", "days"]
    assert list(found["providers"][0]["days"][0]) == DAY
    assert found["spread"][1] == {
        "date": "2026-11-23",
        "high": {"min": 55.4, "max": 55.4, "median": 55.4, "spread": 0.0, "count": 3},
        "low": {"min": 32.0, "max": 37.4, "median": 37.4, "spread": 5.4, "count": 3},
        "precipitation": {"min": 0.0, "max": 0.2, "median": 0.1, "spread": 0.1, "count": 3},
    }


def test_one_that_fails_does_not_fail_the_comparison(
    told: Json, weather: Weather, world: World, traveller: time_machine.Traveller
) -> None:
    told("-p", "Berlin", "--compare", "-d", "2")
    traveller.shift(3 * 3600)
    world.broken["open_meteo"] = Reply("", 500)
    found = {one["provider"]: one for one in told("-p", "Berlin", "--compare", "-d", "2")["providers"]}
    assert (found["open_meteo"]["stale"], found["open_meteo"]["error"]) == (True, "answers 500 Internal Server Error")
    assert len(found["open_meteo"]["days"]) == 2
    assert found["met_norway"]["stale"] is False
    shown = weather("-p", "Berlin", "--compare", "-d", "2")
    assert "open_meteo*" in shown.stdout
    assert "open_meteo · * as of Sun 14:03, 3 h old · Weather data by" in shown.stdout


def test_a_comparison_of_nobody(weather: Weather, world: World) -> None:
    for name in ("open_meteo", "met_norway", "wttr_in"):
        world.broken[name] = Reply("", 500)
    said = weather("-p", "Berlin", "--compare", expect=3).stderr
    assert said.startswith("Error: no provider has an answer: open_meteo: answers 500")
    said = weather("-p", "Berlin", "--compare", "--offline", expect=3).stderr
    assert said == "Error: nothing is stored for Berlin, Germany: ask once without --offline\n"


def test_a_comparison_offline(told: Json, world: World) -> None:
    told("-p", "Berlin", "-5")
    world.broken["geocoding"] = Reply("", 500)
    found = {one["provider"]: one for one in told("-p", "Berlin", "-5", "--compare", "--offline")["providers"]}
    assert (len(found["open_meteo"]["days"]), found["open_meteo"]["stale"]) == (5, False)
    assert found["met_norway"]["error"] == "nothing is stored"


def test_a_comparison_with_a_broken_plug_in(told: Json, plugin) -> None:  # type: ignore[no-untyped-def]  # a fixture
    plugin("mine", "raise ValueError('no')")
    found = told("-p", "Berlin", "--compare", providers="open_meteo,mine")
    assert found["providers"][1] == {
        "provider": "mine",
        "error": "does not work: ValueError: no",
        "fetched_at": None,
        "stale": False,
        "days": [],
    }
