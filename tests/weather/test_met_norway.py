"""MET Norway's steps and symbols, by value."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from blueprints.weather.core.forecast import Place
from blueprints.weather.core.reading import Changed
from blueprints.weather.providers import met_norway
from tests.weather import bodies
from tests.weather.conftest import NOW, Json, Weather
from tests.weather.world import Reply, World

SYMBOLS = [
    ("clearsky_day", 0), ("fair_night", 1), ("partlycloudy_polartwilight", 2), ("cloudy", 3), ("fog", 45),
    ("lightrain", 61), ("rain", 63), ("heavyrain", 65), ("lightsleet", 68), ("sleet", 69), ("heavysleet", 69),
    ("lightsnow", 71), ("snow", 73), ("heavysnow", 75),
    ("lightrainshowers_day", 80), ("rainshowers_day", 81), ("heavyrainshowers_night", 82),
    ("lightsleetshowers_day", 83), ("sleetshowers_day", 84), ("heavysleetshowers_day", 84),
    ("lightsnowshowers_day", 85), ("snowshowers_day", 86), ("heavysnowshowers_day", 86),
    ("lightrainandthunder", 95), ("rainandthunder", 95), ("heavyrainandthunder", 97),
    ("heavysnowshowersandthunder_night", 97), ("snowshowersandthunder_day", 95),
    ("lightssleetshowersandthunder_day", 95), ("lightssnowshowersandthunder_day", 95),
    ("lightssnowshowers_day", 85), ("lightssleet", 68), ("rainbow", None), ("", None), (None, None),
]  # fmt: skip


@pytest.mark.parametrize(("symbol", "code"), SYMBOLS)
def test_symbols(symbol: str | None, code: int | None) -> None:
    assert met_norway.code(symbol) == code


def test_every_symbol_of_the_contract_has_a_code(contracts: Path) -> None:
    import json

    schema = json.loads((contracts / "met-norway-forecast.schema.json").read_text())
    assert [symbol for symbol in schema["WeatherSymbol"]["enum"] if met_norway.code(symbol) is None] == []


def test_the_fake_keeps_to_the_contract(contracts: Path) -> None:
    import json

    import jsonschema

    schemas = json.loads((contracts / "met-norway-forecast.schema.json").read_text())
    whole = {"$ref": "#/components/schemas/METJSONForecast", "components": {"schemas": schemas}}
    jsonschema.validate(bodies.met_norway(NOW), whole)


def step(time: str, temperature: float | None = None, **periods: Any) -> dict[str, Any]:
    details = {} if temperature is None else {"air_temperature": temperature}
    return {"time": time, "data": {"instant": {"details": details}, **periods}}


def answer(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"properties": {"meta": {"updated_at": "2026-11-22T12:00:00Z"}, "timeseries": list(steps)}}


def rain(symbol: str = "rain", **details: float) -> dict[str, Any]:
    return bodies.met_period(symbol, **details)


def test_highs_are_of_instants_and_of_six_hour_periods_wholly_inside_the_day() -> None:
    found = met_norway.read(
        answer(
            step("2026-11-22T00:00:00Z", 1.0, next_6_hours=rain(air_temperature_max=4.0, air_temperature_min=-3.0)),
            step("2026-11-22T18:00:00Z", 2.0, next_6_hours=rain(air_temperature_max=30.0, air_temperature_min=-30.0)),
            step("2026-11-23T00:00:00Z", 3.0),
            step("2026-11-23T23:00:00Z", 3.0),
        ),
        "Europe/Oslo",
        NOW,
    )
    assert (found.days[0].high, found.days[0].low) == (4.0, -3.0)  # the second period ends at 01:00 the next day


def test_a_period_that_ends_at_midnight_lies_inside_the_day() -> None:
    found = met_norway.read(
        answer(
            step("2026-11-22T18:00:00Z", 2.0, next_6_hours=rain(air_temperature_max=30.0)),
            step("2026-11-22T23:00:00Z", 1.0),
        ),
        "UTC",
        NOW,
    )
    assert found.days[0].high == 30.0


def test_precipitation_counts_for_the_day_of_the_middle_of_its_period() -> None:
    found = met_norway.read(
        answer(
            step("2026-11-22T12:00:00Z", 1.0, next_6_hours=rain(precipitation_amount=1.0)),
            step("2026-11-22T20:00:00Z", 1.0, next_6_hours=rain("heavysnow", precipitation_amount=2.0)),
            step("2026-11-22T22:00:00Z", 1.0, next_6_hours=rain("lightsnow", precipitation_amount=4.0)),
            step("2026-11-23T20:00:00Z", 1.0),
        ),
        "UTC",
        NOW,
    )
    assert [(day.precipitation, day.code) for day in found.days] == [(3.0, 75), (4.0, 71)]


def test_the_next_hour_is_taken_before_the_next_six() -> None:
    both = {
        "next_1_hours": rain("lightrain", precipitation_amount=0.1, probability_of_precipitation=20.0),
        "next_6_hours": rain("heavyrain", precipitation_amount=9.0, probability_of_precipitation=90.0),
    }
    found = met_norway.read(answer(step("2026-11-22T12:00:00Z", 1.0, **both)), "UTC", NOW)
    day = found.days[0]
    assert (day.precipitation, day.probability, day.code) == (0.1, 20.0, 61)
    assert (found.hours[0].precipitation, found.hours[0].code) == (0.1, 61)


def test_an_hour_does_not_claim_the_rain_of_six() -> None:
    found = met_norway.read(
        answer(step("2026-11-22T12:00:00Z", 1.0, next_6_hours=rain(precipitation_amount=9.0))), "UTC", NOW
    )
    assert found.hours[0].precipitation is None


def test_current_is_the_last_step_not_later_than_now_else_the_first() -> None:
    steps = [step(f"2026-11-22T{hour}:00:00Z", float(hour)) for hour in (12, 13, 14)]
    found = met_norway.read(answer(*steps), "UTC", NOW).current
    assert found is not None
    assert found.temperature == 13.0
    early = met_norway.read(answer(*steps), "UTC", NOW - timedelta(days=1)).current
    assert early is not None
    assert early.temperature == 12.0


def test_a_last_day_that_ends_before_six_in_the_evening_is_dropped() -> None:
    kept = met_norway.read(bodies.met_norway(datetime(2026, 11, 22, 0, tzinfo=UTC)), "UTC", NOW)
    assert kept.days[-1].date == date(2026, 12, 1)
    found = met_norway.read(answer(step("2026-11-22T12:00:00Z", 1.0), step("2026-11-23T17:00:00Z", 2.0)), "UTC", NOW)
    assert [day.date.day for day in found.days] == [22]


def test_wind_is_the_strongest_instant_with_its_direction() -> None:
    windy = step("2026-11-22T13:00:00Z", 1.0)
    windy["data"]["instant"]["details"].update(wind_speed=9.0, wind_from_direction=220.0, wind_speed_of_gust=15.0)
    calm = step("2026-11-22T12:00:00Z", 1.0)
    calm["data"]["instant"]["details"].update(wind_speed=1.0, wind_from_direction=10.0, relative_humidity=60.0)
    day = met_norway.read(answer(calm, windy), "UTC", NOW).days[0]
    assert (day.wind_speed, day.wind_direction, day.wind_gust, day.humidity) == (9.0, 220.0, 15.0, 60.0)
    assert (day.high, day.partial) == (1.0, True)


def test_day_and_night_stand_in_the_symbol() -> None:
    def at(symbol: str) -> bool | None:
        steps = answer(step("2026-11-22T12:00:00Z", 1.0, next_1_hours=rain(symbol)))
        return met_norway.read(steps, "UTC", NOW).hours[0].is_day

    assert [at("fair_day"), at("fair_night"), at("fair_polartwilight"), at("fog")] == [True, False, False, None]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ([], "no answer found"),
        ({"properties": {}}, "no timeseries found"),
        ({"properties": {"timeseries": []}}, "its timeseries is empty"),
        ({"properties": {"timeseries": [1]}}, "no step found"),
        ({"properties": {"timeseries": [{"time": "soon"}]}}, "a step without a time"),
        (answer(step("2026-11-22T12:00:00Z", [])), "a list where a number was expected"),  # type: ignore[arg-type]
    ],
)
def test_changed_answers_are_said(told: Any, why: str) -> None:
    with pytest.raises(Changed, match=why):
        met_norway.read(told, "UTC", NOW)


def test_kilometres_an_hour_from_the_south_west(told: Json) -> None:
    found = told("-p", "Oslo", "--provider", "met_norway")
    assert (found["current"]["wind_speed"], found["current"]["wind_compass"]) == (9.0, "SW")
    assert found["issued_at"] == "2026-11-22T14:00:00+01:00"


def test_the_request_names_altitude_and_contact(told: Json, world: World) -> None:
    told("-p", "Oslo", "--provider", "met_norway", contact="me@example.org")
    asked = world.requests("met_norway")[0]
    assert asked.query == {"lat": "59.9127", "lon": "10.7461", "altitude": "26"}
    agent = asked.headers["user-agent"]
    assert agent.startswith("blueprints/")
    assert agent.endswith(" me@example.org")
    assert "gzip" in asked.headers["accept-encoding"]


def test_bare_coordinates_have_no_altitude() -> None:
    assert met_norway.parameters(Place(name="x", latitude=1.0, longitude=2.0)) == {"lat": "1.0", "lon": "2.0"}


def test_a_deprecated_interface_is_a_notice(told: Json, world: World) -> None:
    world.broken["met_norway"] = Reply(bodies.met_norway(NOW), 203)
    notices = told("-p", "Oslo", "--provider", "met_norway")["notices"]
    assert notices == ["met_norway: this version of its API is deprecated"]


def test_outside_its_area(weather: Weather, world: World) -> None:
    world.broken["met_norway"] = Reply("", 422)
    said = weather("-p", "1,1", "--provider", "met_norway", expect=3).stderr
    assert said == "Error: met_norway: answers 422 Unprocessable Entity\n"


def test_ten_days_are_ten_rows_or_it_is_said(told: Json) -> None:
    found = told("-p", "Oslo", "--ten-days", "--provider", "met_norway")
    assert len(found["days"]) == 10
    found = told("-p", "Oslo", "--days", "16", "--provider", "met_norway")
    assert len(found["days"]) == 10
    assert "met_norway gives 10 of 16 days" in found["notices"]


def test_alerts_are_read(world: World) -> None:
    alert = met_norway.read_alerts(bodies.met_alerts(NOW))[0]
    assert (alert.event, alert.severity, alert.area) == ("Wind gusts", "moderate", "Oslofjorden")
    assert alert.starts == NOW.replace(second=11) - timedelta(hours=1)
    assert alert.ends == NOW + timedelta(hours=20)
    bare = met_norway.read_alerts(
        {"features": [{"properties": {"title": "Ice", "eventEndingTime": "2026-11-23T00:00:00Z"}}]}
    )
    assert (bare[0].event, bare[0].severity, bare[0].starts) == ("Ice", "unknown", None)
    assert bare[0].ends == datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("place", "covered"),
    [
        (Place(name="a", latitude=59.9, longitude=10.7), True),
        (Place(name="a", latitude=78.2, longitude=15.6), True),
        (Place(name="a", latitude=52.5, longitude=13.4), False),
        (Place(name="a", latitude=52.5, longitude=13.4, country_code="NO"), True),
        (Place(name="a", latitude=59.9, longitude=10.7, country_code="SE"), False),
        (Place(name="a"), False),
    ],
)
def test_alerts_cover_norway(place: Place, covered: bool) -> None:
    assert met_norway.Provider(met_norway.Settings()).alerts_cover(place) is covered
