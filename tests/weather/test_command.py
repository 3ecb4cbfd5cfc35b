"""The command as people call it: exact output and exit codes."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from blueprints.weather import choices
from blueprints.weather.config import ALL_FIELDS, FIELDS
from tests.conftest import Run
from tests.weather.conftest import Json, Weather
from tests.weather.world import Reply, World

CARD = """\
Berlin, Germany · Sun 22 Nov · 14:03 · °C

Now             12.8°
High            13°
Low             3°
Condition       overcast
Wind            ESE 16.2 km/h
Humidity        79 %
Chance of rain  63 %

open_meteo · fetched 14:03 · Weather data by Open-Meteo.com, CC BY 4.0
"""
FIVE_DAYS = """\
Berlin, Germany · now 12.8°, overcast · °C

            High  Low  Condition    Wind           Humidity  Rain
Sun 22 Nov   13°   3°  slight rain  ESE 18.4 km/h      79 %  63 %
Mon 23 Nov   13°   3°  slight rain  ESE 18.4 km/h      79 %  63 %
Tue 24 Nov   13°   3°  slight rain  ESE 18.4 km/h      79 %  63 %
Wed 25 Nov   13°   3°  slight rain  ESE 18.4 km/h      79 %  63 %
Thu 26 Nov   13°   3°  slight rain  ESE 18.4 km/h      79 %  63 %

open_meteo · fetched 14:03 · Weather data by Open-Meteo.com, CC BY 4.0
"""


def test_the_card_of_today(weather: Weather) -> None:
    shown = weather("-p", "Berlin")
    assert (shown.stdout, shown.stderr) == (CARD, "")
    assert weather("-p", "Berlin", "--today").stdout == CARD


def test_five_days(weather: Weather) -> None:
    assert weather("-p", "Berlin", "-5").stdout == FIVE_DAYS
    assert weather("--place", "Berlin", "--five-days").stdout == FIVE_DAYS


def test_the_locale_changes_nothing(weather: Weather, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert weather("-p", "Berlin", "-5").stdout == FIVE_DAYS


def test_the_configured_place_is_taken(weather: Weather) -> None:
    assert weather(place="Berlin").stdout == CARD


def test_without_a_place(weather: Weather, isolated: Path) -> None:
    said = weather(expect=2)
    file = isolated / "config" / "config.yaml"
    assert said.stderr == f'Error: no place given: use --place "Oslo" or set weather.place in {file}\n'
    assert said.stdout == ""


def test_on_a_terminal_the_place_is_asked_for(run: Run, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from blueprints.weather import cli

    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("sys.stderr", Terminal())
    monkeypatch.setattr("click.prompt", lambda text, err: f"{text}? Oslo" if err else "")
    assert cli._asked_place() == "Place? Oslo"


@pytest.mark.parametrize(
    ("flags", "count"),
    [(["-10"], 10), (["--ten-days"], 10), (["-d", "1"], 1), (["--days", "16"], 16), (["-w"], 1), (["--weekend"], 1)],
)
def test_horizons(told: Json, flags: list[str], count: int) -> None:
    assert len(told("-p", "Berlin", *flags)["days"]) == count  # NOW is a Sunday


def test_the_days_of_the_weekend_are_a_setting(told: Json) -> None:
    dates = [day["date"] for day in told("-p", "Berlin", "-w", weekend="fri,sat")["days"]]
    assert dates == ["2026-11-27", "2026-11-28"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("weekend", "fri,son", "weather.weekend: son is none of mon, tue, wed, thu, fri, sat, sun"),
        ("weekend", ",", "weather.weekend: nothing is none of mon, tue, wed, thu, fri, sat, sun"),
        ("deadline", "0s", "weather.deadline: it must be longer than nothing"),
        ("keep_stale", "9999999d", "weather.keep_stale: at most 3660d"),
        ("max_age", "9999999d", "weather.max_age: at most 3660d"),
        ("providers", ",", "weather.providers: name at least one"),
    ],
)
def test_settings_that_make_no_sense(weather: Weather, name: str, value: str, said: str) -> None:
    place = f"environment BLUEPRINTS_WEATHER__{name.upper()}"
    assert weather("-p", "52,13", expect=2, **{name: value}).stderr == f"Error: {said} ({place})\n"


def test_hourly(weather: Weather) -> None:
    lines = weather("-p", "Berlin", "-H").stdout.splitlines()
    assert lines[0] == "Berlin, Germany · 24 hours · °C"
    assert lines[2] == "            Temp  Condition    Wind           Humidity  Rain"
    assert lines[3] == "Sun 14:00  12.8°  overcast     ESE 16.2 km/h      79 %  63 %"
    assert lines[26] == "Mon 13:00  12.3°  overcast     ESE 16.2 km/h      79 %  63 %"
    assert len(lines) == 29


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-5", "-w"], "Error: --five-days and --weekend exclude each other: name one horizon"),
        (["-t", "-H"], "Error: --today and --hourly exclude each other: name one horizon"),
        (["--offline", "--refresh"], "Error: --offline and --refresh exclude each other"),
        (["--compare", "-H"], "Error: --compare compares days: leave out --hourly"),
        (["-d", "0"], "Error: invalid value for '-d' / '--days': 0 is not in the range 1<=x<=16"),
        (["-d", "17"], "Error: invalid value for '-d' / '--days': 17 is not in the range 1<=x<=16"),
        (["-p", "  "], "Error: '' is no place: give a name, lat,lon, geonames:ID or an area code"),
        (["-p", ","], "Error: ',' is no place: give a name, lat,lon, geonames:ID or an area code"),
        (["-p", "91,0"], "Error: latitude 91 is not between -90 and 90 (coordinates are lat,lon)"),
        (
            ["-u", "imperail"],
            "Error: invalid value for '-u' / '--units': no units 'imperail', did you mean imperial? there are metric, "
            "imperial, si, celsius, fahrenheit",
        ),
        (
            ["-u", "zzz"],
            "Error: invalid value for '-u' / '--units': no units 'zzz': there are metric, imperial, si, celsius, "
            "fahrenheit",
        ),
        (
            ["--provider", "open-meteo"],
            "Error: no provider 'open-meteo', did you mean open_meteo? there are met_norway, nws, open_meteo, "
            "weather_com, wttr_in",
        ),
        (["-f", "windd"], f"Error: no field 'windd', did you mean wind? there are {', '.join(ALL_FIELDS)}, all"),
        (["-f", "-all"], "Error: no field is left to show: name one with --fields"),
        (
            ["-p", "SWXX2372:1:SW"],
            "Error: SWXX2372:1:SW is an area code of weather.com, which only weather_com takes: add --provider "
            "weather_com",
        ),
        (
            ["-p", "SWXX2372:1:SW", "--provider", "nws"],
            "Error: SWXX2372:1:SW is an area code of weather.com, which only weather_com takes: add --provider "
            "weather_com",
        ),
    ],
)
def test_usage_errors(weather: Weather, arguments: list[str], said: str) -> None:
    shown = weather("-p", "52,13", *arguments, expect=2)
    assert said in shown.stderr.splitlines()
    assert shown.stdout == ""


def test_a_search_for_nothing_asks_nobody(run: Run, world: World) -> None:
    assert "Error: '' is no place" in run("weather", "places", "  ", expect=2).stderr
    assert world.asked == []


def test_a_provider_that_does_not_cover_the_place(weather: Weather) -> None:
    said = weather("-p", "Berlin", "--provider", "nws", expect=1).stderr
    assert said == "Error: nws covers the United States only; use another --provider\n"


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("wind", ["wind"]),
        ("wind, high", ["wind", "high"]),
        ("all", list(ALL_FIELDS)),
        ("+uv", [*FIELDS, "uv"]),
        ("-wind,+sun", [name for name in FIELDS if name != "wind"] + ["sun"]),
        ("WIND,wind", ["wind"]),
        ("dew-point", ["dew_point"]),
        ("all,-all,high", ["high"]),
        (["high", "low"], ["high", "low"]),
    ],
)
def test_fields(said: str | list[str], chosen: list[str]) -> None:
    assert choices.fields(said, FIELDS) == chosen


def test_fields_change_the_printed_text_only(weather: Weather, told: Json) -> None:
    assert weather("-p", "Berlin", "-f", "high,sun").stdout.splitlines()[2:4] == ["High  13°", "Sun   07:37-16:01"]
    for name in ("current", "days", "hours", "units"):
        assert told("-p", "Berlin", "-f", "high")[name] == told("-p", "Berlin")[name]
    lines = weather("-p", "Berlin", "-5", fields="low").stdout.splitlines()
    assert lines[2] == "            Low"
    lines = weather("-p", "Berlin", "-5", "-f", "+high", fields="low").stdout.splitlines()
    assert lines[2] == "            Low  High"
    shown = weather("-p", "Berlin", "-5", "-f", "-low,-condition", fields="-wind,-humidity,-probability").stdout
    assert shown.splitlines()[2] == "            High"


def test_units(weather: Weather) -> None:
    first = {
        "metric": "Sun 22 Nov   13°   3°  slight rain  ESE 18.4 km/h      79 %  63 %",
        "imperial": "Sun 22 Nov  55.4°  37.4°  slight rain  ESE 11.4 mph      79 %  63 %",
        "SI": "Sun 22 Nov  286.2 K  276.2 K  slight rain  ESE 5.1 m/s      79 %  63 %",
        "fahrenheit": "Sun 22 Nov  55.4°  37.4°  slight rain  ESE 18.4 km/h      79 %  63 %",
    }
    for name, line in first.items():
        assert weather("-p", "Berlin", "-5", "-u", name).stdout.splitlines()[3] == line
    assert "ESE 11.4 mph" in weather("-p", "Berlin", "-5", "-u", "celsius", units="imperial").stdout


def test_everything_in_columns_that_fit(weather: Weather, monkeypatch: pytest.MonkeyPatch) -> None:
    for columns in (80, 60, 40, 24, 12):
        monkeypatch.setenv("COLUMNS", str(columns))
        for horizon in ("-t", "-5", "-H"):
            for line in weather("-p", "Springfield", horizon, "-f", "all", "-u", "imperial").stdout.splitlines():
                assert len(line) <= columns


def test_alerts_come_first_severest_first(weather: Weather) -> None:
    lines = weather("-p", "Springfield, Missouri").stdout.splitlines()
    assert lines[:6] == [
        "Extreme: Tornado Warning until Sun 13:03, Greene, MO",
        "Tornado Warning issued by NWS Springfield MO",
        "",
        "Moderate: Wind Advisory until Sun 13:03, Greene, MO",
        "Wind Advisory issued by NWS Springfield MO",
        "",
    ]


def test_alerts_can_be_switched_off_and_are_of_named_providers_only(told: Json, world: World) -> None:
    place = ("-p", "Springfield, Missouri")
    assert [alert["event"] for alert in told(*place)["alerts"]] == ["Tornado Warning", "Wind Advisory"]
    assert told(*place, alerts="false")["alerts"] == []
    assert told(*place, "--provider", "open_meteo")["alerts"] == []
    assert len(told(*place, "--provider", "nws")["alerts"]) == 2
    assert told(*place, providers="open_meteo")["alerts"] != []
    assert told(*place, "--offline", alerts="false")["alerts"] == []


def test_alerts_told_before_are_shown_while_nobody_answers(
    told: Json, world: World, traveller: time_machine.Traveller
) -> None:
    place = ("-p", "Springfield, Missouri")
    first = told(*place)["alerts"]
    assert len(first) == 2
    traveller.shift(timedelta(minutes=40))
    offline = told(*place, "--offline")
    assert offline["alerts"] == first
    assert "alerts of nws: those of 40 min ago" in offline["notices"]
    world.broken["nws_alerts"] = Reply("", 500)
    failed = told(*place)
    assert failed["alerts"] == first
    assert "alerts of nws: answers 500 Internal Server Error; shown are those of 40 min ago" in failed["notices"]
    traveller.shift(timedelta(hours=8))  # all of them have ended
    assert told(*place, "--offline")["alerts"] == []


def test_alerts_that_cannot_be_read_from_the_store_are_none(told: Json, isolated: Path) -> None:
    import sqlite3

    place = ("-p", "Springfield, Missouri")
    told(*place)
    with closing(sqlite3.connect(isolated / "cache" / "weather.sqlite")) as store:
        store.execute("UPDATE alerts SET body = '[[1]]'")
        store.commit()
    assert told(*place, "--offline")["alerts"] == []


def test_alerts_that_fail_are_a_notice(told: Json, world: World) -> None:
    world.broken["nws_alerts"] = Reply("", 500)
    found = told("-p", "Springfield, Missouri")
    assert (found["alerts"], found["notices"]) == ([], ["alerts of nws: answers 500 Internal Server Error"])
    world.broken["nws_alerts"] = Reply({"features": [3]})
    assert told("-p", "Springfield, Missouri")["notices"] == ["alerts of nws: no alert found"]
    world.broken["met_alerts"] = Reply({"features": [{"when": {"interval": 3}}]})
    assert told("-p", "Oslo")["notices"] == ["alerts of met_norway: 'int' object is not subscriptable"]


def test_alerts_delay_the_answer_for_a_second_at_most(
    told: Json, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from blueprints.weather import alerts

    monkeypatch.setattr(alerts, "PATIENCE_S", 0.1)
    world.broken["nws_alerts"] = Reply(hang=True)
    assert told("-p", "Springfield, Missouri")["notices"] == ["alerts of nws: no answer in time"]


def test_alerts_that_are_over_are_left_out(told: Json, world: World) -> None:
    from tests.weather import bodies
    from tests.weather.conftest import NOW

    world.broken["nws_alerts"] = Reply(bodies.nws_alerts(NOW - timedelta(hours=7)))
    assert told("-p", "Springfield, Missouri")["alerts"] == []


def test_compare(weather: Weather) -> None:
    shown = weather("-p", "Berlin", "--compare", "-d", "2")
    assert shown.stderr == "nws: covers the United States only\n"
    assert shown.stdout == COMPARED


COMPARED = """\
Berlin, Germany · °C

                  open_meteo  met_norway  wttr_in  median  spread
Sun 22 Nov  high         13°         13°      13°     13°      0°
            low           3°        5.5°       0°      3°    5.5°
            rain      1.2 mm        1 mm     4 mm  1.2 mm    3 mm
Mon 23 Nov  high         13°         13°      13°     13°      0°
            low           3°          3°       0°      3°      3°
            rain      1.2 mm      2.4 mm     4 mm  2.4 mm  2.8 mm

open_meteo · fetched 14:03 · Weather data by Open-Meteo.com, CC BY 4.0
met_norway · fetched 14:03 · Data from MET Norway, CC BY 4.0
wttr_in · fetched 14:03 · Data from wttr.in and World Weather Online
"""


def test_the_list_of_providers(weather: Weather) -> None:
    shown = weather("providers", met_norway__base_url="http://127.0.0.1:1").stdout
    assert shown.splitlines()[:6] == [
        "met_norway   ready",
        "             MET Norway, 10 days, no key, alerts",
        "             the world; alerts: Norway",
        "             http://127.0.0.1:1",
        "             terms: https://api.met.no/doc/TermsOfService",
        "             Data from MET Norway, CC BY 4.0",
    ]
    assert "             The Weather Channel, 15 days, no key, no alerts, opt-in\n" in shown


def test_the_list_of_providers_as_json(told: Json, world: World) -> None:
    import json

    found = {row["name"]: row for row in told("providers")["providers"]}
    assert sorted(found) == ["met_norway", "nws", "open_meteo", "weather_com", "wttr_in"]
    assert json.dumps(found["open_meteo"]) == json.dumps(
        {
            "name": "open_meteo",
            "title": "Open-Meteo",
            "max_days": 16,
            "needs_key": False,
            "alerts": False,
            "coverage": "the world",
            "opt_in": False,
            "base_url": world.url,
            "terms": "https://open-meteo.com/en/terms",
            "attribution": "Weather data by Open-Meteo.com, CC BY 4.0",
            "state": "ready",
        }
    )


def test_names_of_units_can_be_completed() -> None:
    name = choices.Name("units", ("metric", "imperial"))
    completed = name.shell_complete(None, None, "IM")  # type: ignore[arg-type]  # neither is looked at
    assert [item.value for item in completed] == ["imperial"]
