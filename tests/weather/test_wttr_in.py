"""wttr.in's texts and codes, by value."""

from datetime import UTC, datetime
from typing import Any

import pytest

from blueprints.weather.core.forecast import Place
from blueprints.weather.core.reading import Changed
from blueprints.weather.providers import wttr_in
from tests.weather import bodies
from tests.weather.conftest import NOW, Json, Weather
from tests.weather.world import Reply, World

BERLIN = Place(name="Berlin", latitude=52.52, longitude=13.41, timezone="Europe/Berlin")
CODES = """113→0 116→2 119,122→3 143→10 248→45 260→48 227→38 263,266→51 185,281→56 284→57 293,296→61 299,302→63
305,308→65 311→66 314→67 182,317→68 320→69 323,326→71 329,332→73 230,335,338→75
350→79 176,353→80 356→81 359→82 362→83 365→84 179,368→85 371→86 374→87 377→88 200,386,392→95 389,395→97"""


def test_all_codes() -> None:
    wanted = {}
    for group in CODES.split():
        theirs, _, ours = group.partition("→")
        wanted.update(dict.fromkeys(map(int, theirs.split(",")), int(ours)))
    assert wanted == wttr_in.CODES


@pytest.mark.parametrize("wrapped", [False, True])
def test_days_are_made_of_their_hours(wrapped: bool) -> None:
    found = wttr_in.read(bodies.wttr(NOW, wrapped=wrapped), BERLIN)
    day = found.days[0]
    assert (day.high, day.low, str(day.low)) == (13.0, 0.0, "0.0")
    assert (day.precipitation, day.probability, day.humidity, day.snow) == (4.0, 81.0, 80.0, 15.0)
    assert (day.code, day.source_text, day.uv, day.partial) == (61, "Light rain", 2.0, False)
    assert day.wind_speed == pytest.approx(31 / 3.6)
    assert day.sunrise == datetime(2026, 11, 22, 6, 37, tzinfo=UTC)
    assert day.sunset == datetime(2026, 11, 22, 15, 1, tzinfo=UTC)
    assert len(found.hours) == 24
    assert found.hours[1].time == datetime(2026, 11, 22, 2, tzinfo=UTC)


def test_current_conditions_in_metric() -> None:
    found = wttr_in.read(bodies.wttr(NOW), BERLIN).current
    assert found is not None
    assert found.time == NOW.replace(second=0)
    assert (found.code, found.source_text, found.visibility) == (3, "Overcast", 10000.0)
    assert found.wind_speed == pytest.approx(5.0)
    assert (found.humidity, found.pressure) == (79.0, 1012.0)


def test_a_broken_observation_time_leaves_only_the_current_conditions_out() -> None:
    body = bodies.wttr(NOW)
    body["current_condition"][0]["localObsDateTime"] = "soon"
    assert wttr_in.read(body, BERLIN).current is None
    body["current_condition"] = []
    assert wttr_in.read(body, BERLIN).current is None


def test_polar_night_is_no_sunrise() -> None:
    body = bodies.wttr(NOW)
    body["weather"][0]["astronomy"] = [{"sunrise": "No sunrise", "sunset": "No sunset"}]
    day = wttr_in.read(body, BERLIN).days[0]
    assert (day.sunrise, day.sunset) == (None, None)


def changed(**weather: Any) -> dict[str, Any]:
    body = bodies.wttr(NOW)
    body["weather"][0].update(weather)
    return body


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ([], "no answer found"),
        ({}, "no day rows found"),
        ({"weather": []}, "no day rows found"),
        ({"weather": [1]}, "no day found"),
        (changed(date="soon"), "a day without a date"),
        (changed(hourly=None), "no hours found"),
        (changed(hourly=[{"time": "later"}]), "an hour without a time"),
        (changed(hourly=[{"time": "2500"}]), "an hour without a time"),
    ],
)
def test_changed_answers_are_said(body: Any, why: str) -> None:
    with pytest.raises(Changed, match=why):
        wttr_in.read(body, BERLIN)


def test_a_name_is_looked_up_by_wttr_itself() -> None:
    found = wttr_in.read(bodies.wttr(NOW), Place(name="Berlin"))
    assert found.timezone == "Europe/Berlin"
    assert found.place is not None
    assert (found.place.name, found.place.country, found.place.latitude) == ("Berlin", "Germany", 52.517)
    body = bodies.wttr(NOW)
    body["nearest_area"] = []
    with pytest.raises(Changed, match="which place it means"):
        wttr_in.read(body, Place(name="Berlin"))


def test_without_a_geocoder_the_name_goes_to_wttr(told: Json, world: World) -> None:
    world.broken["geocoding"] = Reply("", 500)
    found = told("-p", "Sao Paulo")
    assert found["provider"] == "wttr_in"
    assert world.requests("wttr_in")[0].path == "/Sao Paulo"
    assert found["place"]["timezone"] == "Europe/Berlin"
    assert found["days"][0]["date"] == "2026-11-22"
    assert found["notices"][0].startswith("the geocoder does not answer (")


def test_plain_text_is_no_answer(weather: Weather, world: World) -> None:
    world.broken["wttr_in"] = Reply("Sorry, we are running out of queries", headers={"Content-Type": "text/plain"})
    said = weather("-p", "52,13", "--provider", "wttr_in", expect=3).stderr
    assert said == "Error: wttr_in: its answer has changed (it is not JSON)\n"
