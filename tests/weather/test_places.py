"""What people call a place, and the place they get."""

import json
from datetime import timedelta

import pytest
import time_machine

from blueprints.errors import UsageError
from blueprints.weather import places
from blueprints.weather.core.reading import Changed
from blueprints.weather.store import Store
from tests.weather import bodies
from tests.weather.conftest import NOW, Json, Weather
from tests.weather.world import Reply, World


@pytest.mark.parametrize(
    ("said", "latitude", "longitude", "zone"),
    [
        ("-33.87,151.21", -33.87, 151.21, "Australia/Sydney"),
        (" 59.91 , 10.75 ", 59.91, 10.75, "Europe/Oslo"),
        ("+1.87,-157.43", 1.87, -157.43, "Pacific/Kiritimati"),
        ("78.2232,15.6267", 78.2232, 15.6267, "Arctic/Longyearbyen"),
        ("-90,0", -90.0, 0.0, None),
        ("0,180", 0.0, 180.0, None),
        ("0,-180", 0.0, -180.0, None),
        (".5,-.5", 0.5, -0.5, None),
        ("52.123456,13.987654", 52.1235, 13.9877, "Europe/Berlin"),
    ],
)
def test_coordinates_know_their_zone_without_a_network(
    said: str, latitude: float, longitude: float, zone: str | None
) -> None:
    direct = places.direct(said)
    assert direct is not None
    store = Store(None)
    place = places.zoned(direct, store, NOW)
    assert (place.latitude, place.longitude) == (latitude, longitude)
    assert place.timezone
    assert zone in (None, place.timezone)
    assert store.places(f"zone|{place.key}") == [place]
    assert places.zoned(direct, store, NOW) == place
    assert places.zoned(place, store, NOW) is place


@pytest.mark.parametrize(("said", "why"), [("91,0", "latitude 91"), ("0,-180.5", "longitude -180.5")])
def test_impossible_coordinates(said: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        places.direct(said)


def test_area_codes_and_names() -> None:
    code = places.direct("swxx2372:1:sw")
    assert code is not None
    assert code.code == "SWXX2372:1:SW"
    long = places.direct("A" * 64)
    assert long is not None
    assert long.code == "a" * 64
    assert [places.direct(name) for name in ("Berlin", "52", "1,2,3", "Oslo,1")] == [None] * 4


def test_same_named_places_are_said(weather: Weather) -> None:
    shown = weather("-p", "Springfield")
    assert shown.stderr == (
        "Springfield, Missouri, United States (37.22, -93.30). 9 more: blueprints weather places Springfield\n"
    )
    assert shown.stdout.splitlines()[0].startswith("Extreme: Tornado Warning")


def test_a_name_of_several_words_is_quoted(weather: Weather, world: World) -> None:
    twins = [bodies.geocoded(id=index, name="Bad Ems", admin1=None, country=None) for index in (1, 2)]
    world.broken["geocoding"] = Reply({"results": twins})
    assert "1 more: blueprints weather places 'Bad Ems'" in weather("-p", "Bad Ems").stderr


def test_a_prefix_is_not_a_namesake(weather: Weather, world: World) -> None:
    world.broken["geocoding"] = Reply({"results": [bodies.geocoded(), bodies.geocoded(name="Berlingen")]})
    assert weather("-p", "Berlin").stderr == ""


@pytest.mark.parametrize(
    ("said", "region"),
    [("Springfield, Oregon", "Oregon"), ("Springfield,US", "Missouri"), ("Springfield, Illinois, Sangamon", "Illinois"),
     ("Springfield, US, Vermont", "Vermont"), ("springfield, United States, hampden, us", "Massachusetts")],
)  # fmt: skip
def test_qualifiers(told: Json, said: str, region: str) -> None:
    assert told("-p", said)["place"]["admin1"] == region


def test_a_geocoder_that_knows_no_qualifier_is_helped(told: Json, weather: Weather, world: World) -> None:
    def plain(asked):  # type: ignore[no-untyped-def]  # a rule of the world
        found = bodies.SPRINGFIELDS if asked.query["name"] == "Springfield" else []
        return Reply({"results": found} if found else {})

    world.broken["geocoding"] = plain
    assert told("-p", "Springfield, Ohio")["place"]["admin1"] == "Ohio"
    assert 'no place called "Springfield, Utah"' in weather("-p", "Springfield, Utah", expect=1).stderr


def test_unknown_places(weather: Weather) -> None:
    said = weather("-p", "Xyzzy", expect=1)
    assert (said.stdout, said.stderr) == (
        "",
        'Error: no place called "Xyzzy": check the spelling, try `blueprints weather places`, or give lat,lon\n',
    )
    assert "no place called" in weather("-p", "Springfield, US, Utah", expect=1).stderr


def test_geonames_ids(told: Json, weather: Weather, world: World) -> None:
    assert told("-p", "geonames:3143244")["place"]["name"] == "Oslo"
    told("-p", "GeoNames:3143244")
    assert len(world.requests("geocoding")) == 1
    assert "no place has the GeoNames id 1:" in weather("-p", "geonames:1", expect=1).stderr
    assert "geonames:x is no GeoNames id" in weather("-p", "geonames:x", expect=2).stderr
    world.broken["geocoding"] = Reply("", 500)
    assert told("-p", "geonames:3143244", "--refresh")["place"]["id"] == 3143244


def test_an_id_found_before_helps_without_a_geocoder(
    told: Json, world: World, traveller: time_machine.Traveller
) -> None:
    told("-p", "geonames:3143244")
    traveller.shift(timedelta(days=31))
    world.broken["geocoding"] = Reply("", 500)
    assert told("-p", "geonames:3143244")["place"]["name"] == "Oslo"


def test_places_are_asked_for_once_in_a_month(told: Json, world: World, traveller: time_machine.Traveller) -> None:
    told("-p", "Oslo")
    traveller.shift(timedelta(days=29))
    told("-p", "oslo")
    assert len(world.requests("geocoding")) == 1
    traveller.shift(timedelta(days=2))
    told("-p", "Oslo")
    assert len(world.requests("geocoding")) == 2


def test_what_the_geocoder_is_asked(told: Json, world: World) -> None:
    told("-p", "Springfield, US, Vermont")
    asked = world.requests("geocoding")[0]
    assert (asked.path, asked.query) == (
        "/v1/search", {"name": "Springfield, US", "count": "10", "language": "en", "format": "json"},
    )  # fmt: skip


def test_absent_fields_are_unknown_and_the_zone_is_found() -> None:
    found = places.read({"name": "A", "latitude": 1.87, "longitude": -157.43, "timezone": "Mars/Olympus"})
    assert (found.timezone, found.elevation, found.country_code) == ("Pacific/Kiritimati", None, None)
    for broken in ({}, {"name": "A", "latitude": 1}, {"latitude": 1, "longitude": 2}):
        with pytest.raises(Changed, match="a place without"):
            places.read(broken)


def test_the_list_of_places(weather: Weather) -> None:
    shown = weather("places", "Springfield", "--count", "2").stdout
    assert shown == (
        "     Id  Name         Region      CC  Coordinates     m  Zone             People\n"
        "4409896  Springfield  Missouri,…  US  37.22,-93.30  396  America/Chicago  170067\n"
        "4409897  Springfield  Massachus…  US  37.32,-93.30  396  America/Chicago  170067\n"
    )


def test_the_list_of_places_as_json(weather: Weather) -> None:
    found = json.loads(weather("places", "Kiritimati", "--json").stdout)
    assert found == {
        "places": [
            {
                "id": 4030940,
                "name": "Kiritimati",
                "admin1": "Line Islands",
                "admin2": None,
                "country": "Kiribati",
                "country_code": "KI",
                "latitude": 1.94,
                "longitude": -157.47,
                "elevation": None,
                "timezone": "Pacific/Kiritimati",
                "population": None,
            }
        ]
    }
    assert json.loads(weather("places", "Xyzzy", "--json").stdout) == {"places": []}


def test_the_list_of_places_in_a_country(weather: Weather, world: World) -> None:
    assert "Oslo" in weather("places", "Oslo", "--country", "no").stdout
    assert world.requests("geocoding")[0].query["countryCode"] == "NO"
    assert "no place called" in weather("places", "Oslo", "--country", "US", expect=1).stderr
    assert "is no country code" in weather("places", "Oslo", "--country", "Norway", expect=2).stderr


def test_the_list_of_places_needs_the_geocoder(weather: Weather, world: World) -> None:
    world.broken["geocoding"] = Reply(hang=True)
    said = weather("places", "Oslo", expect=3, deadline="200ms").stderr
    assert said == "Error: the geocoder does not answer: try again later\n"
    world.broken["geocoding"] = Reply({"results": 3})
    assert weather("places", "Oslo", expect=3).stderr == "Error: no results found\n"
