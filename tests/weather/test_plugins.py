"""Providers of the user's own: one file works, a broken one breaks nothing else."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.conftest import ROOT, Run
from tests.weather.conftest import Json, Weather
from tests.weather.world import World

GARDEN = (ROOT / "docs" / "examples" / "garden.py").read_text(encoding="utf-8")
READINGS = """\
date,high,low,text,wind,speed,humidity
2017-09-28,60,50,Sunny,N,5,60
2017-09-29,57,48,Partly Cloudy,ESE,10,79
2017-09-30,57,49,Partly Cloudy,SE,10,77
2017-10-01,55,51,Cloudy,SE,14,74
2017-10-02,-40,,,,,
"""
WEDNESDAY = datetime(2017, 9, 27, 12, tzinfo=UTC)
PLACE = ("-p", "59.91,10.75", "--provider", "garden")
MINIMAL = """
from datetime import timedelta
from blueprints.weather.core.forecast import Day, Forecast

class Provider:
    async def fetch(self, place, wanted, client):
        days = [Day(date=(wanted.now + timedelta(days=ahead)).date(), high=float(ahead)) for ahead in range(15)]
        return Forecast(provider="whatever", timezone="UTC", days=tuple(days))
"""


@pytest.fixture
def garden(plugin: Any, run: Run, tmp_path: Path) -> Any:
    """The example of the docs with its readings; calls run on Wednesday 27 September 2017."""
    plugin("garden", GARDEN)
    readings = tmp_path / "garden.csv"
    readings.write_text(READINGS, encoding="utf-8")

    def call(*args: str, now: datetime = WEDNESDAY, expect: int = 0) -> Any:
        with time_machine.travel(now, tick=False):
            return run("weather", *PLACE, *args, env={"BLUEPRINTS_WEATHER__GARDEN__FILE": str(readings)}, expect=expect)

    call.readings = readings  # type: ignore[attr-defined]  # what tests change
    return call


def test_the_example_of_the_docs_on_a_weekend(garden: Any) -> None:
    assert garden("--weekend", "-u", "celsius").stdout.splitlines()[2:6] == [
        "             High    Low  Condition      Wind           Humidity  Rain",
        "Fri 29 Sep  13.9°   8.9°  Partly Cloudy  ESE 16.1 km/h      79 %    --",
        "Sat 30 Sep  13.9°   9.4°  Partly Cloudy  SE 16.1 km/h       77 %    --",
        "Sun  1 Oct  12.8°  10.6°  Cloudy         SE 22.5 km/h       74 %    --",
    ]
    assert "garden · fetched 14:00 · Measured at home" in garden("--weekend").stdout


def test_on_saturday_two_rows_are_left(garden: Any) -> None:
    lines = garden("--weekend", now=datetime(2017, 9, 30, 12, tzinfo=UTC)).stdout.splitlines()
    assert [line[:10] for line in lines[3:5]] == ["Sat 30 Sep", "Sun  1 Oct"]
    assert lines[5] == ""


def test_imperial_units_convert_the_wind_too(garden: Any) -> None:
    row = garden("--weekend", "-u", "imperial").stdout.splitlines()[3]
    assert row == "Fri 29 Sep   57°  48°  Partly Cloudy  ESE 10 mph      79 %    --"


def test_missing_cells_are_missing(garden: Any) -> None:
    rows = garden("--days", "6").stdout.splitlines()
    assert rows[-3] == "Mon  2 Oct   -40°     --  --             --                   --    --"
    assert garden("--days", "6").stderr == "garden gives 5 of 6 days\n"


def test_a_reading_that_cannot_be_had(garden: Any) -> None:
    garden.readings.unlink()
    said = garden("-5", expect=3).stderr
    assert said == f"Error: garden: cannot read {garden.readings}: No such file or directory\n"
    garden.readings.write_text("date\nsoon\n")
    said = garden("-5", expect=3).stderr
    assert said == "Error: garden: its answer cannot be read (ValueError: Invalid isoformat string: 'soon')\n"


def test_signs_and_missing_values(garden: Any) -> None:
    garden.readings.write_text("date,high,low\n2017-09-27,23,14\n2017-09-28,,50\n2017-09-29,60,\n2017-09-30,31.9,NaN\n")
    rows = garden("--days", "4", "-u", "celsius", "-f", "high,low").stdout.splitlines()
    assert rows[3:7] == [
        "Wed 27 Sep    -5°  -10°",
        "Thu 28 Sep     --   10°",
        "Fri 29 Sep  15.6°    --",
        "Sat 30 Sep  -0.1°    --",
    ]


def test_a_class_with_nothing_but_fetch_is_enough(plugin: Any, told: Json, weather: Weather) -> None:
    plugin("mine", MINIMAL)
    plugin("_parts", "raise ValueError")
    found = told("-p", "52,13", "--provider", "mine", "-5")
    assert (found["provider"], [day["high"] for day in found["days"]]) == ("mine", [0.0, 1.0, 2.0, 3.0, 4.0])
    assert "mine" in weather("--help").stdout
    shown = weather("providers").stdout
    assert "mine         ready\n             mine, 7 days, no key, no alerts\n             the world\n" in shown
    assert "_parts" not in shown


def test_more_days_than_asked_are_not_shown(plugin: Any, weather: Weather) -> None:
    plugin("mine", MINIMAL)
    rows = weather("-p", "52,13", "--provider", "mine", "--ten-days", "-f", "high").stdout.splitlines()[3:]
    assert rows.index("") == 10


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("class Provider(", "SyntaxError: '(' was never closed"),
        ("", "it defines no class Provider"),
        ("from blueprints.weather.providers import Provider", "it defines no class Provider"),
        ("class Provider:\n  pass", "its class Provider has no method fetch"),
        ("class Provider:\n  def __init__(self):\n    raise KeyError('x')", "KeyError: 'x'"),
    ],
)
def test_one_that_does_not_work_is_reported_and_breaks_nothing(
    plugin: Any, weather: Weather, told: Json, source: str, why: str
) -> None:
    plugin("mine", source)
    assert weather("--help").exit_code == 0
    assert told("-p", "52,13")["provider"] == "open_meteo"
    row = next(row for row in told("providers")["providers"] if row["name"] == "mine")
    assert row["state"].startswith(f"broken: {why}")
    assert row["max_days"] is None
    assert "mine         broken: " in weather("providers").stdout
    said = weather("-p", "52,13", "--provider", "mine", expect=1).stderr
    assert said.startswith(f"Error: plug-in mine does not work: {why}")
    found = told("-p", "52,13", "--provider", "mine", "--provider", "met_norway")
    assert found["provider"] == "met_norway"
    assert found["attempts"][-1]["error"].startswith("does not work: ")


def test_a_built_in_name_is_not_replaced(plugin: Any, weather: Weather, told: Json) -> None:
    plugin("nws", "raise ValueError")
    rows = [row for row in told("providers")["providers"] if row["name"] == "nws"]
    assert [row["state"][:22] for row in rows] == ["ready", "broken: nws is built in"[:22]]
    said = weather("-p", "Springfield, Missouri", "--provider", "nws").stderr
    assert "nws is built in: the plug-in of that name in " in said
    assert said.rstrip().endswith("is ignored, rename it")


@pytest.mark.parametrize(
    ("result", "why"),
    [
        ("3", "its answer has changed (it gave a int, not a Forecast)"),
        ("{}['x']", "its answer cannot be read (KeyError: 'x')"),
    ],
)
def test_what_it_gives_is_looked_at(plugin: Any, told: Json, result: str, why: str) -> None:
    plugin("mine", f"class Provider:\n  async def fetch(self, place, wanted, client):\n    return {result}")
    found = told("-p", "52,13", "--provider", "mine", "--provider", "open_meteo")
    assert (found["attempts"][0]["error"], found["provider"]) == (why, "open_meteo")


def test_it_can_ask_the_web_and_warn(plugin: Any, told: Json, world: World) -> None:
    plugin(
        "mine",
        MINIMAL.replace("from datetime", "from blueprints.weather.core.forecast import Alert\nfrom datetime", 1)
        + f"""
    base_url = {world.url!r}
    alerts = True

    def alerts_cover(self, place):
        return True

    async def fetch_alerts(self, place, client):
        body = await client.json("/alerts/active?point=1,2")
        return [Alert(id="1", provider="mine", event=body["features"][0]["properties"]["event"])]
""",
    )
    found = told("-p", "52,13", "--provider", "mine")
    assert [(alert["provider"], alert["event"], alert["severity"]) for alert in found["alerts"]] == [
        ("mine", "Wind Advisory", "unknown")
    ]
    assert world.requests("nws_alerts")[0].query == {"point": "1,2"}


def test_its_wrong_setting_is_reported(plugin: Any, weather: Weather, told: Json) -> None:
    plugin("garden", GARDEN)
    rows = {row["name"]: row for row in told("providers", garden__fil="x")["providers"]}
    assert rows["garden"]["state"].startswith("broken: unknown setting weather.garden.fil")
    said = weather("-p", "52,13", expect=2, garden__fil="x", providers="garden").stderr
    assert "unknown setting weather.garden.fil" in said
    assert "did you mean weather.garden.file?" in said


def test_an_entry_point_is_a_provider_too(
    told: Json, isolated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    folder = site / "theirs-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(
        "[blueprints.weather.providers]\ntheirs = their_weather:Provider\nlost = no_such_module:Provider\n"
    )
    (site / "their_weather.py").write_text(MINIMAL)
    monkeypatch.syspath_prepend(str(site))
    assert told("-p", "52,13", "--provider", "theirs")["provider"] == "theirs"
    states = {row["name"]: row["state"] for row in told("providers")["providers"]}
    assert states["theirs"] == "ready"
    assert states["lost"].startswith("broken: ModuleNotFoundError")


def test_nothing_depends_on_the_working_directory(
    garden: Any, weather: Weather, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert "Partly Cloudy" in garden("--weekend").stdout
    assert "garden" in weather("--help").stdout
    assert list((tmp_path / "elsewhere").iterdir()) == []
