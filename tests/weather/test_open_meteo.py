"""Open-Meteo's answers, by value."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from blueprints.weather.core.forecast import Place, Wanted
from blueprints.weather.core.reading import Changed
from blueprints.weather.providers import open_meteo
from tests.weather import bodies
from tests.weather.conftest import NOW, Json, Weather
from tests.weather.world import Reply, World

BERLIN = Place(name="Berlin", latitude=52.52437, longitude=13.41053, timezone="Europe/Berlin")


def body(**changes: Any) -> dict[str, Any]:
    return {**bodies.open_meteo(NOW, days=2), **changes}


def test_local_times_become_instants() -> None:
    found = open_meteo.read(body(), "Europe/Berlin", NOW)
    assert found.hours[0].time == datetime(2026, 11, 21, 23, tzinfo=UTC)
    assert found.current is not None
    assert found.current.time == datetime(2026, 11, 22, 13, 3, tzinfo=UTC)
    assert found.days[0].sunrise == datetime(2026, 11, 22, 6, 37, tzinfo=UTC)


def test_one_offset_holds_for_the_whole_answer_also_across_a_change_to_winter_time() -> None:
    now = datetime(2026, 10, 24, 10, tzinfo=UTC)
    found = open_meteo.read(bodies.open_meteo(now, days=3), "Europe/Berlin", now)
    steps = {later.time - earlier.time for earlier, later in zip(found.hours, found.hours[1:], strict=False)}
    assert steps == {timedelta(hours=1)}
    assert found.hours[0].time == datetime(2026, 10, 23, 22, tzinfo=UTC)
    assert [day.date.day for day in found.days] == [24, 25, 26]


def test_values_are_converted_from_the_units_that_the_answer_names() -> None:
    told = body()
    told["hourly_units"] = {**told["hourly_units"], "temperature_2m": "°F", "wind_speed_10m": "mp/h"}
    told["hourly"] = {**told["hourly"], "temperature_2m": [57.0] * 48, "wind_speed_10m": [10.0] * 48}
    hour = open_meteo.read(told, "Europe/Berlin", NOW).hours[0]
    assert hour.temperature == pytest.approx(13.8889, abs=1e-4)
    assert hour.wind_speed == pytest.approx(4.4704)
    day = open_meteo.read(body(), "Europe/Berlin", NOW).days[0]
    assert day.wind_speed == pytest.approx(18.4 / 3.6)
    assert day.snow == pytest.approx(7.0)


def test_a_unit_never_seen_is_taken_as_it_is() -> None:
    told = body()
    told["hourly_units"] = {**told["hourly_units"], "uv_index": "index"}
    assert open_meteo.read(told, "Europe/Berlin", NOW).hours[0].uv == 0.4


def test_humidity_of_a_day_is_the_mean_of_its_hours() -> None:
    told = body()
    told["hourly"] = {**told["hourly"], "relative_humidity_2m": [70] * 12 + [90] * 12 + [None] * 24}
    assert [day.humidity for day in open_meteo.read(told, "Europe/Berlin", NOW).days] == [80.0, None]


def test_nulls_and_absent_columns_stay_unknown() -> None:
    told = bodies.open_meteo(NOW, days=1, drop=("temperature_2m_max", "snowfall_sum", "uv_index", "sunrise"))
    told["daily"]["temperature_2m_min"] = [None]
    told["current"]["temperature_2m"] = None
    found = open_meteo.read(told, "Europe/Berlin", NOW)
    day = found.days[0]
    assert (day.high, day.low, day.snow, day.sunrise) == (None, None, None, None)
    assert found.current is not None
    assert found.current.uv is None
    assert found.current.temperature == bodies.celsius(NOW)  # of the hour that covers now


def test_an_answer_without_hours_or_current_conditions() -> None:
    told = body()
    del told["hourly"], told["current"]
    found = open_meteo.read(told, "Europe/Berlin", NOW)
    assert (found.hours, found.current, found.days[0].partial) == ((), None, False)


@pytest.mark.parametrize(("sunrise", "sunset"), [("00:00", "00:00"), (None, None), ("", "")])
def test_a_sun_that_does_not_cross_the_horizon(sunrise: str | None, sunset: str | None) -> None:
    told = body()
    for name, clock in (("sunrise", sunrise), ("sunset", sunset)):
        told["daily"][name] = [f"2026-11-22T{clock}" if clock else clock] * 2
    day = open_meteo.read(told, "Europe/Berlin", NOW).days[0]
    assert (day.sunrise, day.sunset) == (None, None)


def test_a_sunrise_of_another_year_is_none() -> None:
    told = body()
    told["daily"]["sunrise"] = ["1970-01-01T00:00"] * 2
    assert open_meteo.read(told, "Europe/Berlin", NOW).days[0].sunrise is None


@pytest.mark.parametrize(
    ("block", "name", "value", "why"),
    [
        ("hourly", "temperature_2m", [1.0], "temperature_2m is not 48 numbers"),
        ("hourly", "temperature_2m", ["warm"] * 48, "temperature_2m is not 48 numbers"),
        ("hourly", "temperature_2m", "warm", "temperature_2m is not 48 numbers"),
        ("hourly", "time", None, "no hourly times found"),
        ("hourly", "time", ["soon"] * 48, "its times are not dates"),
        ("hourly", "time", [1] * 48, "its times are not dates"),
        ("daily", "time", ["soon", "later"], "its days are not dates"),
        ("daily", "time", None, "no daily times found"),
    ],
)
def test_wrong_types_are_said(block: str, name: str, value: Any, why: str) -> None:
    told = body()
    told[block] = {**told[block], name: value}
    with pytest.raises(Changed, match=why):
        open_meteo.read(told, "Europe/Berlin", NOW)


@pytest.mark.parametrize("told", [[], {}, {"daily": []}, {"daily": {"time": []}, "hourly": 1}])
def test_other_answers_are_said(told: Any) -> None:
    with pytest.raises(Changed, match="found"):
        open_meteo.read(told, "Europe/Berlin", NOW)


def test_the_request_has_four_decimals_and_the_zone() -> None:
    asked = open_meteo.parameters(BERLIN, Wanted(now=NOW, days=5))
    assert (asked["latitude"], asked["longitude"]) == ("52.5244", "13.4105")
    assert (asked["timezone"], asked["forecast_days"]) == ("Europe/Berlin", "5")


def test_paying_customers_have_a_host_of_their_own() -> None:
    assert open_meteo.Provider(open_meteo.Settings()).base_url == open_meteo.HOST
    assert open_meteo.Provider(open_meteo.Settings(key="k")).base_url == open_meteo.CUSTOMER_HOST
    assert open_meteo.Provider(open_meteo.Settings(base_url="http://mine", key="k")).base_url == "http://mine"


def test_request_and_answer_keep_to_the_published_contract(contracts: Path, told: Json, world: World) -> None:
    import jsonschema
    import yaml

    operation = yaml.load((contracts / "open-meteo-forecast-openapi.yml").read_text(), yaml.CSafeLoader)["paths"][
        "/v1/forecast"
    ]
    told("-p", "Berlin", "--provider", "open_meteo")
    asked = world.requests("open_meteo")[0].query
    schemas = {one["name"]: one["schema"] for one in operation["get"]["parameters"]}
    for name in ("hourly", "daily", "current"):
        known = schemas.get(name, {}).get("items", {}).get("enum")
        assert not known or set(asked[name].split(",")) <= set(known), name
    assert set(asked) <= set(schemas)
    answer = operation["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(bodies.open_meteo(NOW, days=2), answer)
    assert set(asked["daily"].split(",")) <= set(answer["properties"]["daily"]["properties"])


def test_a_key_is_sent_but_neither_cached_nor_shown(weather: Weather, world: World, isolated: Path) -> None:
    world.broken["open_meteo"] = Reply({"error": True, "reason": "The supplied API key s3cret is invalid."}, 400)
    refused = weather("-p", "52,13", "--provider", "open_meteo", expect=4, open_meteo__key="s3cret")
    assert refused.stderr == "Error: open_meteo refuses its key: check the setting weather.open_meteo.key\n"
    del world.broken["open_meteo"]
    weather("-p", "52,13", "--provider", "open_meteo", open_meteo__key="s3cret")
    assert world.requests("open_meteo")[-1].query["apikey"] == "s3cret"
    for file in (isolated / "cache").iterdir():
        assert b"s3cret" not in file.read_bytes()


def test_a_refused_key_makes_way_for_the_next_provider(told: Json, world: World) -> None:
    world.broken["open_meteo"] = Reply("no", 401)
    found = told("-p", "52,13", open_meteo__key="s3cret")
    assert found["provider"] == "met_norway"
    assert "s3cret" not in str(found)


def test_the_reason_of_a_bad_request_is_passed_on(weather: Weather, world: World) -> None:
    world.broken["open_meteo"] = Reply({"error": True, "reason": "Latitude must be in range"}, 400)
    said = weather("-p", "52,13", "--provider", "open_meteo", expect=3).stderr
    assert said == "Error: open_meteo: answers 400 Bad Request (Latitude must be in range)\n"


def test_sixteen_days_are_sixteen_rows(told: Json) -> None:
    days = told("-p", "Berlin", "--days", "16", "--provider", "open_meteo")["days"]
    assert [day["date"] for day in days] == [str(date(2026, 11, 22) + timedelta(days=ahead)) for ahead in range(16)]
