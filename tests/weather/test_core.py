"""The rules, by value."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from blueprints.weather.core import compass, daycut, reading, rounding, spread, stored, units, wmo, words
from blueprints.weather.core.forecast import Alert, Conditions, Day, Forecast, Place
from blueprints.weather.core.horizon import Horizon, running
from blueprints.weather.core.selection import current, selected
from blueprints.weather.core.severity import severest_first, severity

NOW = datetime(2026, 11, 22, 13, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("fahrenheit", "celsius"),
    [(57, 13.9), (48, 8.9), (49, 9.4), (50, 10), (51, 10.6), (55, 12.8), (60, 15.6), (32, 0), (26, -3.3), (25, -3.9),
     (-40, -40)],
)  # fmt: skip
def test_fahrenheit_becomes_celsius(fahrenheit: float, celsius: float) -> None:
    assert rounding.number(units.celsius(fahrenheit)) == celsius
    assert rounding.number(units.temperature(units.celsius(fahrenheit), "°F")) == fahrenheit


@pytest.mark.parametrize(("celsius", "fahrenheit"), [(0, 32), (37, 98.6), (21.5, 70.7)])
def test_celsius_becomes_fahrenheit(celsius: float, fahrenheit: float) -> None:
    assert rounding.number(units.temperature(celsius, "°F")) == fahrenheit


def test_kelvin_is_rounded_from_its_decimal_value() -> None:
    assert rounding.rounded(units.temperature(30.4, "K") or 0) == 303.6


def test_nothing_stays_nothing_in_every_unit() -> None:
    assert units.celsius(None) is None
    assert units.scaled(None, 3.6) is None
    assert units.temperature(None, "K") is None


@pytest.mark.parametrize(
    ("value", "text"),
    [(8.0, "8°"), (8.04, "8°"), (8.05, "8.1°"), (-8.05, "-8.1°"), (0.25, "0.3°"), (-0.25, "-0.3°"), (-0.04, "0°"),
     (-0.0, "0°"), (-5.0, "-5°"), (-10.0, "-10°"), (None, "--"), (13.888889, "13.9°")],
)  # fmt: skip
def test_numbers_are_rounded_half_away_from_zero_and_never_minus_zero(value: float | None, text: str) -> None:
    assert rounding.text(value, "°") == text


def test_whole_numbers_round_half_away_from_zero() -> None:
    assert [rounding.whole(value, " %") for value in (79.5, 0.5, None)] == ["80 %", "1 %", "--"]
    assert [rounding.tenth(value) for value in (1.25, None)] == [1.3, None]
    assert str(rounding.tenth(-0.01)) == "0.0"
    assert rounding.number(None) is None


@pytest.mark.parametrize(
    ("name", "base", "labels"),
    [
        ("metric", "metric", ("°C", "km/h", "mm", "cm", "hPa", "km")),
        ("imperial", "metric", ("°F", "mph", "in", "in", "inHg", "mi")),
        ("si", "metric", ("K", "m/s", "mm", "cm", "hPa", "km")),
        ("fahrenheit", "metric", ("°F", "km/h", "mm", "cm", "hPa", "km")),
        ("celsius", "imperial", ("°C", "mph", "in", "in", "inHg", "mi")),
        ("celsius", "fahrenheit", ("°C", "km/h", "mm", "cm", "hPa", "km")),
    ],
)
def test_units_by_name(name: str, base: str, labels: tuple[str, ...]) -> None:
    found = units.named(name, base)
    assert (found.temperature, found.wind, found.precipitation, found.snow, found.pressure, found.visibility) == labels


@pytest.mark.parametrize(
    ("degrees", "point"),
    [(348.75, "N"), (348.7, "NNW"), (11.25, "NNE"), (11.2, "N"), (0, "N"), (360, "N"), (220, "SW"), (112, "ESE")],
)
def test_compass_points(degrees: float, point: str) -> None:
    assert compass.point(degrees) == point


def test_compass_both_ways() -> None:
    assert [compass.point(compass.degrees(name)) for name in compass.POINTS] == list(compass.POINTS)
    assert compass.point(None) is None
    assert [compass.degrees(name) for name in ("VAR", "", None)] == [None, None, None]


def test_all_hundred_codes_have_words_of_their_own() -> None:
    assert len({wmo.words(code) for code in range(100)}) == 100
    assert [wmo.words(code) for code in (None, -1, 100)] == [None, None, None]


@pytest.mark.parametrize(
    ("code", "said"),
    [(0, "clear"), (3, "overcast"), (45, "fog"), (53, "drizzle"), (61, "slight rain"), (66, "freezing rain"),
     (71, "snow"), (77, "snow grains"), (82, "violent rain showers"), (85, "snow showers"), (95, "thunderstorm"),
     (99, "hail")],
)  # fmt: skip
def test_codes_say_what_they_mean(code: int, said: str) -> None:
    assert said in (wmo.words(code) or "")


def test_the_worst_code_is_the_highest_but_a_tornado_outranks_all() -> None:
    assert wmo.worst([3, None, 61, 2]) == 61
    assert wmo.worst([99, 19]) == 19
    assert wmo.worst([None]) is None


def test_horizons_count_from_today() -> None:
    today = date(2026, 11, 22)
    assert Horizon("today").dates(today) == [today]
    assert len(Horizon("days", 10).dates(today)) == 10
    assert Horizon("days", 5).dates(today)[-1] == date(2026, 11, 26)
    assert Horizon("hourly").days(today) == 2


@pytest.mark.parametrize(
    ("today", "dates"),
    [
        (date(2017, 9, 27), [29, 30, 1]),  # a Wednesday: the next one
        (date(2017, 9, 29), [29, 30, 1]),  # Friday: all of it
        (date(2017, 9, 30), [30, 1]),  # Saturday: what is left
        (date(2017, 10, 1), [1]),
        (date(2017, 10, 2), [6, 7, 8]),
    ],
)
def test_the_weekend_is_what_is_left_of_it_else_the_next(today: date, dates: list[int]) -> None:
    assert [on.day for on in Horizon("weekend").dates(today)] == dates


def test_a_weekend_of_one_day_and_of_all_days() -> None:
    assert Horizon("weekend", weekend=("sun",)).days(date(2017, 9, 27)) == 5
    everyday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    assert len(Horizon("weekend", weekend=everyday).dates(date(2017, 9, 27))) == 7


def hours(start: datetime, count: int, step: int = 1) -> tuple[Conditions, ...]:
    return tuple(
        Conditions(time=start + timedelta(hours=step * index), temperature=float(index), humidity=50.0 + index)
        for index in range(count)
    )


def test_hourly_is_twenty_four_hours_from_the_current_one() -> None:
    chosen = Horizon("hourly").chosen_hours(hours(NOW.replace(hour=0, minute=0), 72), NOW, BERLIN)
    assert [chosen[0].time.hour, len(chosen)] == [13, 24]


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"])
@pytest.mark.parametrize("minute", [0, 14, 15, 29, 30, 44, 45, 59])
def test_hourly_is_twenty_four_hours_where_hours_begin_at_half_past(zone: str, minute: int) -> None:
    there = ZoneInfo(zone)
    now = NOW.replace(minute=minute)
    midnight = now.astimezone(there).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    chosen = Horizon("hourly").chosen_hours(hours(midnight, 72), now, there)
    assert len(chosen) == 24
    assert chosen[0].time <= now < chosen[1].time


def test_three_hourly_steps_begin_with_the_one_that_covers_now() -> None:
    chosen = Horizon("hourly").chosen_hours(hours(NOW.replace(hour=0, minute=0), 24, step=3), NOW, BERLIN)
    assert [hour.time.hour for hour in chosen] == [12, 15, 18, 21, 0, 3, 6, 9, 12]


def test_today_has_the_hours_that_are_left_of_it_there() -> None:
    chosen = Horizon("today").chosen_hours(hours(NOW.replace(hour=0, minute=0), 72), NOW, BERLIN)
    assert [hour.time.astimezone(BERLIN).hour for hour in chosen] == list(range(14, 24))
    assert Horizon("days", 3).chosen_hours(chosen, NOW, BERLIN) == ()


def test_a_step_begun_long_ago_no_longer_describes_now() -> None:
    old = hours(NOW - timedelta(hours=8), 1)
    assert running(old, NOW) == ()
    assert running(hours(NOW + timedelta(hours=1), 2), NOW) == hours(NOW + timedelta(hours=1), 2)


def test_days_are_cut_in_the_zone_of_the_place() -> None:
    cut = daycut.by_date(hours(datetime(2026, 11, 22, 22, tzinfo=UTC), 3), BERLIN)
    assert {on.day: len(found) for on, found in cut.items()} == {22: 1, 23: 2}


@pytest.mark.parametrize(("first", "last", "partial"), [(6, 18, False), (7, 18, True), (6, 17, True), (0, 23, False)])
def test_a_day_is_partial_after_six_or_before_eighteen(first: int, last: int, partial: bool) -> None:
    start = datetime(2026, 11, 22, first, tzinfo=BERLIN)
    end = datetime(2026, 11, 22, last, tzinfo=BERLIN)
    assert daycut.is_partial([Conditions(time=start), Conditions(time=end)], BERLIN) is partial


def test_nothing_known_is_never_zero() -> None:
    for of in (daycut.highest, daycut.lowest, daycut.mean, daycut.total):
        assert of([None, None]) is None
    assert daycut.strongest([Conditions(time=NOW)]) == (None, None)
    assert daycut.mean([70.0, None, 80.0]) == 75.0
    assert daycut.total([0.5, None, 1.0]) == 1.5


def test_the_strongest_wind_keeps_its_direction() -> None:
    windy = [
        Conditions(time=NOW, wind_speed=2, wind_direction=10),
        Conditions(time=NOW, wind_speed=5, wind_direction=90),
    ]
    assert daycut.strongest(windy) == (5, 90)


def test_spread_over_those_that_have_a_value() -> None:
    on = date(2026, 11, 22)
    found = spread.spreads(
        {
            "one": [Day(date=on, high=9.0, low=None, precipitation=1.0)],
            "two": [Day(date=on, high=11.0), Day(date=on + timedelta(days=1), high=4.0)],
            "three": [Day(date=on, high=12.0)],
        }
    )
    assert found[0].high == spread.Range(9.0, 12.0, 11.0, 3.0, 3)
    assert found[0].low == spread.Range(None, None, None, None, 0)
    assert found[0].precipitation == spread.Range(1.0, 1.0, 1.0, 0.0, 1)
    assert found[1].date.day == 23


def forecast(**changes: object) -> Forecast:
    days = tuple(Day(date=date(2026, 11, 20) + timedelta(days=index), high=float(index)) for index in range(6))
    made = Forecast(provider="one", timezone="Europe/Berlin", days=days, hours=hours(NOW - timedelta(hours=2), 5))
    return replace(made, **changes)  # type: ignore[arg-type]  # the fields named by the tests


def test_yesterday_is_never_called_today() -> None:
    chosen = selected(forecast(), Horizon("days", 5), NOW)
    assert [day.date.day for day in chosen.days] == [22, 23, 24, 25]
    assert chosen.asked == 5
    assert not chosen.is_empty


def test_today_is_the_date_there_not_here() -> None:
    far = forecast(timezone="Pacific/Kiritimati")
    assert selected(far, Horizon("today"), NOW).days[0].date == date(2026, 11, 23)


def test_hours_need_no_days() -> None:
    chosen = selected(forecast(days=()), Horizon("hourly"), NOW)
    assert (chosen.asked, chosen.is_empty) == (0, False)
    assert selected(forecast(days=(), hours=()), Horizon("hourly"), NOW).is_empty


def test_current_conditions_long_past_give_way_to_the_hour_that_covers_now() -> None:
    said = Conditions(time=NOW - timedelta(minutes=10), temperature=99.0, observed=True)
    assert current(forecast(current=said), NOW) == said
    old = replace(said, time=NOW - timedelta(days=1))
    told = current(forecast(current=old), NOW)
    assert told is not None
    assert (told.temperature, told.observed) == (2.0, False)
    assert current(forecast(hours=()), NOW) is None
    assert current(forecast(hours=hours(NOW + timedelta(hours=2), 1)), NOW) is None


def test_a_forecast_survives_being_stored() -> None:
    whole = forecast(
        current=Conditions(time=NOW, temperature=-0.5, is_day=True, source_text="Wolkig"),
        issued_at=NOW,
        fetched_at=NOW,
        notices=("polar night",),
        place=Place(name="Oslo", latitude=59.9, longitude=10.7),
        days=(Day(date=date(2026, 11, 22), sunrise=NOW, sunset=None, partial=True),),
    )
    assert stored.loaded(stored.dumped(whole)) == whole
    assert stored.loaded(stored.dumped(forecast())) == forecast()


@pytest.mark.parametrize("text", ["", "{}", '{"version": 0}', '{"version": 1, "forecast": []}', "[1"])
def test_a_damaged_stored_forecast_is_none(text: str) -> None:
    assert stored.loaded(text) is None


def test_places_survive_being_stored() -> None:
    place = Place(name="Oslo", latitude=59.9, longitude=10.7, id=3143244)
    assert stored.loaded_places(stored.dumped_places([place])) == [place]


def test_a_place_says_what_it_is() -> None:
    assert Place(name="Berlin", admin1="Berlin", country="Germany").title == "Berlin, Germany"
    assert Place(name="A", latitude=-0.00001, longitude=179.99996).coordinates == (0.0, 180.0)
    assert Place(name="A", latitude=1.0, longitude=2.0).key == "1.0000,2.0000"
    assert [Place(name="Oslo").key, Place(name="X", code="SWXX2372:1:SW").key] == ["oslo", "SWXX2372:1:SW"]


@pytest.mark.parametrize(
    ("value", "number"),
    [("12", 12.0), (" -3 ", -3.0), ("-0", 0.0), (None, None), ("--", None), ("NaN", None), ("inf", None), (True, None),
     ("", None), (4, 4.0)],
)  # fmt: skip
def test_reading_numbers(value: object, number: float | None) -> None:
    assert reading.number(value) == number
    assert str(reading.number("-0")) == "0.0"


def test_reading_refuses_what_is_no_number() -> None:
    with pytest.raises(reading.Changed, match="a list where a number was expected"):
        reading.number([1])


def test_text_that_would_steer_a_terminal_is_only_text() -> None:
    assert reading.text("\x1b]0;title\x07 Storm\r\nand\tmore\x9b2J\x7f") == "]0;title Storm\nand\tmore2J"
    assert reading.text("\x00") is None


def test_reading_other_things() -> None:
    assert [reading.integer("61"), reading.integer(None)] == [61, None]
    assert [reading.text(" x "), reading.text(""), reading.text(3)] == ["x", None, None]
    assert reading.branch({"a": {"b": {"c": 1}}}, "a", "b") == {"c": 1}
    assert [reading.branch({"a": 1}, "a", "b"), reading.branch({"a": 1}, "a")] == [{}, {}]
    assert reading.instant("2026-11-22T14:00:00+01:00") == datetime(2026, 11, 22, 13, tzinfo=UTC)
    assert [reading.instant(value) for value in (None, "soon", "2026-11-22T14:00:00")] == [None, None, None]
    for read, bad in ((reading.mapping, []), (reading.sequence, {})):
        with pytest.raises(reading.Changed, match="no day rows found"):
            read(bad, "day rows")


def test_severities() -> None:
    assert [severity(word) for word in ("Extreme", "severe ", "Unknown", None, "hm")] == [
        "extreme", "severe", "unknown", "unknown", "unknown",
    ]  # fmt: skip
    alerts = [Alert(id=word, provider="nws", event="x", severity=severity(word)) for word in ("minor", "x", "extreme")]
    assert [alert.id for alert in severest_first(alerts)] == ["extreme", "minor", "x"]


def test_dates_and_ages_in_words() -> None:
    assert words.day(date(2018, 2, 10)) == "Sat 10 Feb"
    assert words.day(date(2026, 12, 1)) == "Tue  1 Dec"
    assert words.day_clock(datetime(2018, 2, 10, 9, 5, tzinfo=UTC)) == "Sat 09:05"
    ages = [timedelta(minutes=45), timedelta(hours=7), timedelta(hours=47), timedelta(hours=72), timedelta(seconds=5)]
    assert [words.age(value) for value in ages] == ["45 min", "7 h", "47 h", "3 d", "0 min"]
