"""weather.com's pages: their state, their markup, and the browser for pages with neither."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from blueprints.weather import browser
from blueprints.weather.core.forecast import Place, Wanted
from blueprints.weather.core.reading import Changed
from blueprints.weather.pages import hour_rows, icons, markup, state
from blueprints.weather.providers import weather_com
from tests.servers import chromium
from tests.weather import bodies
from tests.weather.conftest import NOW, Json, Weather
from tests.weather.world import Asked, Reply, World

BERLIN = Place(name="Berlin", latitude=52.52, longitude=13.41, timezone="Europe/Berlin")
CODES = """0→19 1,2→82 3,4,37,38,47→95 5,7→69 6,18→79 8→56 9→53 10→66 11,39,45→80 12→63 13→71 14,41,46→85 15→38 16→73
17,35→89 19→6 20→45 21→5 22→4 26,27,28→3 29,30→2 31,32,36→0 33,34→1 40→65 42,43→75"""
HTML = {"Content-Type": "text/html"}


def test_all_icons() -> None:
    wanted = {}
    for group in CODES.split():
        theirs, _, ours = group.partition("→")
        wanted.update(dict.fromkeys(map(int, theirs.split(",")), int(ours)))
    assert wanted == icons.CODES
    assert [icons.code(icon) for icon in (23, 24, 25, 44, None)] == [None] * 5


def page(kind: str, **arrays: Any) -> dict[str, Any]:
    made = bodies.weather_com_state(NOW)
    for name, answers in made["dal"].items():
        if kind in name:
            for answer in answers.values():
                data = answer["data"].get("data", answer["data"])
                data.update(arrays)
    return made


def daily(**arrays: Any) -> Any:
    found = state.data(page("Daily", **arrays), state.DAILY)
    assert found is not None
    return state.days(found)


def test_the_state_is_a_javascript_literal_holding_json() -> None:
    made = {"dal": {"a": {"text": 'it\'s <b>"quoted"</b> \u2212 é \n done'}}}
    literal = bodies.js_string(made)
    assert "\\x3C" in literal
    assert "\\'" in literal
    assert state.state(f'<script>window.__data = JSON.parse("{literal}");</script>') == made


def test_other_escapes_of_javascript() -> None:
    assert state.state(r'window.__data=JSON.parse("{\"a\":\"\u{e9}\x41\/\0\"}")') == {"a": "éA/0"}


@pytest.mark.parametrize("literal", ["{", r"{\"a\":}", r"\u{zz}"])
def test_a_state_that_is_no_json_is_said(literal: str) -> None:
    with pytest.raises(Changed, match="its state script cannot be read"):
        state.state(f'window.__data=JSON.parse("{literal}")')


def test_a_page_without_a_state() -> None:
    assert state.state("<html></html>") is None
    assert state.state('window.__data=JSON.parse("[]")') is None


def test_days_of_the_state() -> None:
    day = daily()[1]
    assert (day.date, day.high, day.low, day.code, day.source_text) == (
        date(2026, 11, 23),
        9.0,
        -4.0,
        2,
        "Partly Cloudy",
    )
    assert (day.wind_direction, day.humidity, day.probability) == (112.0, 79.0, 31.0)
    assert day.wind_speed == pytest.approx(16 / 3.6)
    assert day.sunrise == datetime(2026, 11, 23, 6, 37, tzinfo=UTC)
    assert (day.precipitation, day.snow, day.partial) == (1.2, 7.0, False)


def test_in_the_afternoon_the_night_speaks_for_today() -> None:
    now = NOW + timedelta(hours=4)
    found = state.data(bodies.weather_com_state(now), state.DAILY)
    assert found is not None
    parts = found.values["daypart"][0]
    for name, value in (
        ("wxPhraseLong", "Mostly Clear"),
        ("iconCode", 33),
        ("windSpeed", 10),
        ("relativeHumidity", 88),
    ):
        parts[name][1] = value
    day = state.days(found)[0]
    assert (day.high, day.low, day.code, day.source_text) == (10.0, -4.0, 1, "Mostly Clear")
    assert (day.humidity, day.partial) == (88.0, True)


@pytest.mark.parametrize(
    ("units", "high", "kmh", "visibility"), [("m", 9.0, 16.0, 9.7), ("e", -12.8, 25.7, 15.6), ("h", 9.0, 25.7, 15.6)]
)
def test_units_stand_in_the_key(units: str, high: float, kmh: float, visibility: float) -> None:
    made = bodies.weather_com_state(NOW, units=units)
    found, now = state.data(made, state.DAILY), state.data(made, state.CURRENT)
    assert found is not None
    assert now is not None
    day, current = state.days(found)[1], state.current(now)
    assert current is not None
    assert day.high is not None
    assert day.wind_speed is not None
    assert current.visibility is not None
    assert (round(day.high, 1), round(day.wind_speed * 3.6, 1)) == (high, kmh)
    assert round(current.visibility / 1000, 1) == visibility


def test_imperial_pressure_and_rain() -> None:
    made = bodies.weather_com_state(NOW, units="e")
    values = state.data(made, state.CURRENT)
    assert values is not None
    values.values.update(pressureAltimeter=29.92, precip1Hour=1, windDirection=None, windDirectionCardinal="SW")
    current = state.current(values)
    assert current is not None
    assert current.pressure == pytest.approx(1013.2, abs=0.1)
    assert (current.precipitation, current.wind_direction) == (25.4, 225.0)


def test_hours_of_the_state() -> None:
    found = state.data(bodies.weather_com_state(NOW), state.HOURLY)
    assert found is not None
    hours = state.hours(found)
    assert (len(hours), hours[0].time, hours[0].code) == (48, datetime(2026, 11, 22, 13, tzinfo=UTC), 3)
    assert (hours[0].is_day, hours[0].cloud, hours[0].probability) == (True, 91.0, 15.0)


def test_a_state_of_other_shape_has_no_data() -> None:
    assert state.data({"dal": {"getSunV3DailyForecast": {"language:en": {"data": {"a": 1}}}}}, state.DAILY) is None
    assert state.data({"dal": {"getSunV3DailyForecast": None}}, state.DAILY) is None
    assert state.data_any({"dal": {"LocationPoint": {"x": {}}}}, "LocationPoint") == {}
    assert state.current(state.Data({}, False, False)) is None
    assert state.instant(1795352591) == datetime(2026, 11, 22, 13, 3, 11, tzinfo=UTC)
    assert [state.instant(value) for value in (None, "soon", True, "2026-11-22T07:00:00")] == [None] * 4


def test_a_day_that_is_not_understood_is_said_not_dropped() -> None:
    with pytest.raises(Changed, match="the day 'soon' is not understood"):
        daily(validTimeLocal=["soon"] * 15)
    with pytest.raises(Changed, match="no validTimeLocal values found"):
        daily(validTimeLocal=None)


def test_days_without_their_parts() -> None:
    day = daily(daypart=[{"wxPhraseLong": []}])[0]
    assert (day.high, day.code, day.probability, day.humidity) == (9.0, None, None, None)


def test_the_markup_by_its_marks() -> None:
    found = markup.days(markup.parsed(bodies.weather_com_markup(NOW)), NOW, "Europe/Berlin")
    assert [day.date for day in found] == [date(2026, 11, 22) + timedelta(days=index) for index in range(15)]
    day = found[1]
    assert (day.high, day.low, day.code, day.source_text) == (9.0, -4.0, 2, "Partly Cloudy")
    assert (day.humidity, day.probability, day.uv, day.wind_direction) == (79.0, 24.0, 1.0, 112.5)
    assert day.wind_speed == pytest.approx(16 / 3.6)
    assert day.sunrise == datetime(2026, 11, 23, 6, 37, tzinfo=UTC)
    assert day.sunset == datetime(2026, 11, 23, 15, 1, tzinfo=UTC)


def test_current_conditions_of_the_markup_keep_apart_what_is_apart() -> None:
    found = markup.current(markup.parsed(bodies.weather_com_markup(NOW)), NOW)
    assert found is not None
    assert (found.temperature, found.source_text, found.code) == (8.0, "Cloudy", 3)
    assert (found.humidity, found.dew_point, found.pressure, found.visibility) == (79.0, 4.0, 1012.4, 9700.0)
    assert found.wind_speed == pytest.approx(16 / 3.6)
    assert found.uv == 0.0


def test_miles_mean_fahrenheit() -> None:
    tag = markup.parsed(bodies.weather_com_markup(NOW, wind="ESE 10 mph"))
    day = markup.days(tag, NOW, None)[1]
    assert day.high == pytest.approx(-12.78, abs=0.01)
    assert day.low == pytest.approx(-20, abs=0.01)
    assert day.wind_speed == pytest.approx(4.4704)


ROW = """<details><div data-testid="DetailsSummary"><h3 data-testid="daypartName">{day}</h3>
<span data-testid="TemperatureValue">{high}</span><span data-testid="lowTempValue"><span data-testid="TemperatureValue">
{low}</span></span></div></details>"""


def rows(*told: tuple[str, str, str], now: datetime = NOW) -> Any:
    html = "".join(ROW.format(day=day, high=high, low=low) for day, high, low in told)
    return markup.days(markup.parsed(html), now, "Europe/Berlin")


def test_signs_and_missing_values_survive() -> None:
    found = rows(("Today", "-5°", "\u221210°"), ("Mon 23", "--", "50°"), ("Tue 24", "60°", "--"))
    assert [(day.high, day.low) for day in found] == [(-5.0, -10.0), (None, 50.0), (60.0, None)]
    assert [day.code for day in found] == [None] * 3
    assert (found[0].humidity, found[0].sunrise, found[0].source_text) == (None, None, None)


def test_a_missing_high_is_not_the_low() -> None:
    html = ROW.replace('<span data-testid="TemperatureValue">{high}</span>', "", 1).format(day="Today", low="4°")
    day = markup.days(markup.parsed(html), NOW, None)[0]
    assert (day.high, day.low) == (None, 4.0)


def test_today_is_the_day_before_the_first_dated_row() -> None:
    found = rows(("Tonight", "--", "4°"), ("Tue 24", "9°", "4°"))
    assert [day.date.day for day in found] == [23, 24]
    assert [day.date.day for day in rows(("Today", "9°", "4°"))] == [22]


def test_a_dated_row_may_be_yesterday_there() -> None:
    assert [day.date.day for day in rows(("Sat 21", "9°", "4°"), ("Sun 22", "9°", "4°"))] == [21, 22]


@pytest.mark.parametrize("label", ["Someday", "Mon 24", "Xyz 23", ""])
def test_a_row_that_is_not_understood_is_said(label: str) -> None:
    with pytest.raises(Changed, match="is not understood"):
        rows(("Today", "9°", "4°"), (label, "9°", "4°"))


def test_numbers_and_clocks_in_words() -> None:
    assert [markup.number(text) for text in ("1,012.4 mb", "--", None, "\u22120°", "UV 3 of 11")] == [
        1012.4, None, None, 0.0, 3.0,
    ]  # fmt: skip
    html = bodies.weather_com_markup(NOW, days=1).replace("7:37 am", "07:37").replace("4:01 pm", "12:05 am")
    day = markup.days(markup.parsed(html), NOW, "Europe/Berlin")[0]
    assert day.sunrise is not None
    assert day.sunset is not None
    assert (day.sunrise.hour, day.sunset.hour, day.sunset.minute) == (7, 0, 5)


def test_an_icon_that_is_no_number_and_a_pressure_in_inches() -> None:
    html = bodies.weather_com_markup(NOW).replace('skycode="26"', 'skycode="x"').replace("1,012.4 mb", "29.92 in")
    found = markup.current(markup.parsed(html.replace("9.7 km", "6 mi")), NOW)
    assert found is not None
    assert found.code is None
    assert found.pressure == pytest.approx(1013.2, abs=0.1)
    assert found.visibility == pytest.approx(9656, abs=1)
    assert markup.current(markup.parsed("<p></p>"), NOW) is None


def test_a_page_is_read_by_its_kind() -> None:
    wanted = Wanted(now=NOW, days=5)
    whole = bodies.weather_com_page(bodies.weather_com_state(NOW))
    found = weather_com.read(whole, "tenday", BERLIN, wanted)
    assert found is not None
    assert (len(found.days), len(found.hours), found.current is not None) == (15, 48, True)
    marked = bodies.weather_com_markup(NOW)
    assert weather_com.read(marked, "hourbyhour", BERLIN, wanted) is None
    assert weather_com.read("<html></html>", "tenday", BERLIN, wanted) is None
    without = bodies.weather_com_page({"dal": {}}) + marked
    found = weather_com.read(without, "tenday", BERLIN, wanted)
    assert found is not None
    assert len(found.days) == 15


def hour_page(*labels: str, wind: str = "ESE 16 km/h") -> str:
    """A page of hours as the site renders it, from 8 degrees downwards."""
    rows = (
        f"""<details><summary><div data-testid="DetailsSummary"><h2 data-testid="daypartName">{label}</h2>
        <span data-testid="TemperatureValue">{8 - number}<span>°</span></span>
        <div data-testid="wxIcon"><svg skycode="26"></svg><span>Cloudy</span></div>
        <div data-testid="Precip"><span data-testid="PercentageValue">{10 + number}%</span></div>
        <span data-testid="Wind">{wind}</span></div></summary>
        <span data-testid="HumiditySection"><span data-testid="PercentageValue">79%</span></span>
        <span data-testid="UVIndexValue">1 of 11</span></details>"""
        for number, label in enumerate(labels)
    )
    return "<html><body>" + "".join(rows) + "</body></html>"


@pytest.mark.parametrize("labels", [("2 pm", "3 pm", "12 am"), ("14:00", "15:00", "0:00")])
def test_hours_are_read_from_the_markup(labels: tuple[str, ...]) -> None:
    found = weather_com.read(hour_page(*labels), "hourbyhour", BERLIN, Wanted(now=NOW, days=1, hours=True))
    assert found is not None
    assert [hour.time.isoformat() for hour in found.hours] == [
        "2026-11-22T13:00:00+00:00",
        "2026-11-22T14:00:00+00:00",
        "2026-11-22T23:00:00+00:00",
    ]
    first = found.hours[0]
    assert (first.temperature, first.probability, first.humidity, first.uv) == (8, 10, 79, 1)
    assert (first.code, first.source_text) == (3, "Cloudy")
    assert first.wind_speed == pytest.approx(16 / 3.6)


def test_hours_in_fahrenheit_and_an_hour_behind() -> None:
    page = hour_page("1 pm", "2 pm", wind="ESE 10 mph")
    found = hour_rows.hours(markup.parsed(page), NOW, "Europe/Berlin")
    assert found[0].temperature == pytest.approx(-13.33, abs=0.01)
    assert found[0].time.hour == 12


def test_hours_whose_place_has_no_known_zone_are_not_guessed() -> None:
    assert hour_rows.hours(markup.parsed(hour_page("2 pm")), NOW, None) == ()


@pytest.mark.parametrize("label", ["noon", "25:00", "13 pm"])
def test_an_hour_that_is_not_understood(label: str) -> None:
    with pytest.raises(Changed, match="is not understood"):
        hour_rows.hours(markup.parsed(hour_page("2 pm", label)), NOW, "Europe/Berlin")


def test_ten_days_by_name(told: Json, world: World) -> None:
    found = told("-p", "Berlin", "-10", "--provider", "weather_com")
    assert [len(found["days"]), found["provider"]] == [10, "weather_com"]
    assert [(one.path, one.query) for one in world.requests("weather_com")] == [
        ("/weather/tenday/l/52.5244,13.4105", {"unit": "m"})
    ]


def test_an_area_code_tells_its_place_and_zone(told: Json, world: World) -> None:
    found = told("-p", "swxx2372:1:sw", "--hourly", "--provider", "weather_com")
    assert found["place"]["name"] == "Berlin"
    assert found["place"]["timezone"] == "Europe/Berlin"
    assert (found["current"]["time"], len(found["hours"])) == ("2026-11-22T14:03:11+01:00", 24)
    assert world.requests("weather_com")[0].path == "/weather/tenday/l/SWXX2372:1:SW"


def test_pages_are_asked_only_for_what_is_missing(told: Json, world: World) -> None:
    def split(asked: Asked) -> Reply:
        kind = {"tenday": "Daily", "hourbyhour": "Hourly", "today": "Current"}[asked.path.split("/")[2]]
        made = bodies.weather_com_state(NOW)["dal"]
        part = {name: answers for name, answers in made.items() if kind in name}
        return Reply(bodies.weather_com_page({"dal": part}), headers=HTML)

    world.broken["weather_com"] = split
    found = told("-p", "ABCD1234", "--today", "--provider", "weather_com")
    assert [one.path.split("/")[2] for one in world.requests("weather_com")] == ["tenday", "hourbyhour", "today"]
    assert found["current"]["temperature"] == 8.0
    assert found["place"]["timezone"] == "UTC"
    assert found["notices"] == ["weather_com does not say which time zone this is: times are UTC"]


def test_an_unknown_area_code(weather: Weather, world: World) -> None:
    world.broken["weather_com"] = Reply("<title>Not found</title>", 404, HTML)
    said = weather("-p", "ABCD1234", "--provider", "weather_com", expect=1).stderr
    assert said == "Error: weather_com knows no place ABCD1234: check the code\n"


def test_changed_markup_is_said_and_the_page_not_kept(weather: Weather, world: World, told: Json) -> None:
    world.broken["weather_com"] = Reply("<title>Weather</title><p>New look</p>", headers=HTML)
    never = {"weather_com__browser": "never"}
    said = weather("-p", "52,13", "-5", "--provider", "weather_com", expect=3, **never).stderr
    assert said == "Error: weather_com: its page has changed (no day rows found)\n"
    del world.broken["weather_com"]
    assert len(told("-p", "52,13", "-5", "--provider", "weather_com", **never)["days"]) == 5
    assert told("-p", "52,13", "--provider", "weather_com", "--provider", "open_meteo", **never)["days"]


def test_changed_markup_makes_way_for_the_next_provider(told: Json, world: World) -> None:
    world.broken["weather_com"] = Reply("<p>New look</p>", headers=HTML)
    found = told(
        "-p", "52,13", "--provider", "weather_com", "--provider", "met_norway", weather_com__browser="never"
    )  # fmt: skip
    assert found["provider"] == "met_norway"
    assert found["attempts"][0]["error"] == "its page has changed (no day rows found)"


@pytest.fixture(scope="module")
def a_chromium() -> None:
    if chromium.executable() is None:
        pytest.skip("no Chromium on this machine")


@pytest.mark.usefixtures("a_chromium")
@pytest.mark.parametrize("mode", ["auto", "always"])
def test_a_page_that_renders_itself_is_read_with_a_real_browser(told: Json, world: World, mode: str) -> None:
    world.broken["weather_com"] = Reply(bodies.weather_com_scripted(NOW), headers=HTML)
    found = told(
        "-p", "Berlin", "-5", "--provider", "weather_com", weather_com__browser=mode
    )  # fmt: skip
    assert [(day["high"], day["low"], day["humidity"]) for day in found["days"]] == [(9.0, -4.0, 79)] * 5
    assert found["current"]["temperature"] == 8.0
    agents = {one.headers["user-agent"].partition("/")[0] for one in world.requests("weather_com")}
    assert agents == ({"Mozilla"} if mode == "always" else {"Mozilla", "blueprints"})


@pytest.mark.usefixtures("a_chromium")
def test_a_browser_that_finds_nothing_is_closed_and_says_so(
    weather: Weather, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "SETTLED_MS", 500)
    world.broken["weather_com"] = Reply("<p>New look</p>", headers=HTML)
    said = weather("-p", "52,13", "-5", "--provider", "weather_com", expect=3).stderr
    assert said == "Error: weather_com: its page has changed (no day rows found)\n"
    world.broken["weather_com"] = Reply(hang=True)
    said = weather("-p", "52,13", "--provider", "weather_com", expect=3, weather_com__browser="always").stderr
    assert said.startswith("Error: weather_com: the browser cannot show the page")


def test_no_browser_anywhere(weather: Weather, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "system_chromium", lambda: "/nonexistent/chromium")
    world.broken["weather_com"] = Reply("<p>New look</p>", headers=HTML)
    said = weather("-p", "52,13", "--provider", "weather_com", expect=1).stderr
    assert "`playwright install chromium`" in said
    assert "or install Chromium" in said


def test_a_system_chromium_is_found_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/chromium-browser" if "browser" in name else None)
    assert browser.system_chromium() == "/usr/bin/chromium-browser"
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert browser.system_chromium() is None
