"""What is asked again and what is not; stale answers; working without a network."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from tests.weather import bodies
from tests.weather.conftest import NOW, Json, Weather
from tests.weather.world import PROVIDERS, Reply, World


def down(world: World) -> None:
    for name in (*PROVIDERS, "geocoding", "met_alerts", "nws_alerts"):
        world.broken[name] = Reply("", 500)


def test_inside_the_freshness_nobody_is_asked(told: Json, world: World) -> None:
    first = told("-p", "Berlin")
    for _ in range(5):
        again = told("-p", "Berlin")
    assert [one.upstream for one in world.asked] == ["geocoding", "open_meteo"]
    assert (again["attempts"][0]["outcome"], again["stale"]) == ("cached", False)
    assert again["fetched_at"] == first["fetched_at"] == "2026-11-22T14:03:11+01:00"


def test_after_the_freshness_one_conditional_request(
    told: Json, world: World, traveller: time_machine.Traveller
) -> None:
    world.etags["open_meteo"] = '"v1"'
    told("-p", "Berlin")
    traveller.shift(timedelta(minutes=10, seconds=1))
    found = told("-p", "Berlin")
    asked = world.requests("open_meteo")
    assert [one.status for one in asked] == [200, 304]
    assert asked[1].headers["if-none-match"] == '"v1"'
    assert found["attempts"][0]["outcome"] == "ok"
    assert found["fetched_at"] == "2026-11-22T14:13:12+01:00"
    told("-p", "Berlin")
    assert len(world.requests("open_meteo")) == 2


def test_how_long_an_answer_is_fresh_is_a_setting_unless_it_says_so(
    told: Json, world: World, traveller: time_machine.Traveller
) -> None:
    told("-p", "52,13", max_age="1h")
    traveller.shift(timedelta(minutes=59))
    told("-p", "52,13", max_age="1h")
    assert len(world.requests("open_meteo")) == 1
    world.headers["open_meteo"] = {"Cache-Control": "public, max-age=60"}
    traveller.shift(timedelta(minutes=2))
    told("-p", "52,13", max_age="1h")
    traveller.shift(61)
    told("-p", "52,13", max_age="1h")
    assert len(world.requests("open_meteo")) == 3


@pytest.mark.parametrize("control", ["no-store", "no-cache"])
def test_what_may_not_be_kept_is_asked_again(told: Json, world: World, control: str) -> None:
    world.headers["open_meteo"] = {"Cache-Control": control}
    told("-p", "52,13")
    told("-p", "52,13")
    assert len(world.requests("open_meteo")) == 2


def test_more_days_are_asked_for_and_fewer_are_not(told: Json, world: World) -> None:
    told("-p", "52,13", "-10")
    assert len(told("-p", "52,13", "-5")["days"]) == 5
    assert len(world.requests("open_meteo")) == 1
    told("-p", "52,13", "--days", "11")
    assert len(world.requests("open_meteo")) == 2


def test_refresh_revalidates_but_met_norway_never_before_it_expires(
    told: Json, world: World, traveller: time_machine.Traveller
) -> None:
    world.etags["open_meteo"] = '"v1"'
    for provider in ("open_meteo", "met_norway"):
        told("-p", "52,13", "--provider", provider)
        told("-p", "52,13", "--provider", provider, "--refresh")
    assert [one.status for one in world.requests("open_meteo")] == [200, 304]
    assert len(world.requests("met_norway")) == 1
    traveller.shift(timedelta(minutes=31))
    told("-p", "52,13", "--provider", "met_norway")
    assert len(world.requests("met_norway")) == 2


def test_when_all_fail_the_last_answer_is_shown_with_its_age(
    weather: Weather, told: Json, world: World, traveller: time_machine.Traveller
) -> None:
    told("-p", "Berlin", "-5")
    traveller.shift(timedelta(hours=7))
    down(world)
    shown = weather("-p", "Berlin", "-5")
    assert shown.stdout.splitlines()[0] == "as of Sun 14:03, 7 h old"
    assert shown.stderr.splitlines() == [
        "open_meteo: answers 500 Internal Server Error",
        "met_norway: answers 500 Internal Server Error",
        "wttr_in: answers 500 Internal Server Error",
        "nws: covers the United States only",
    ]
    found = told("-p", "Berlin", "-5")
    assert (found["stale"], found["fetched_at"]) == (True, "2026-11-22T14:03:11+01:00")


def test_yesterday_of_a_stale_answer_is_not_today(told: Json, world: World, traveller: time_machine.Traveller) -> None:
    told("-p", "Berlin", "-5")
    traveller.shift(timedelta(days=2))
    down(world)
    found = told("-p", "Berlin", "-5")
    assert [day["date"] for day in found["days"]] == ["2026-11-24", "2026-11-25", "2026-11-26"]
    assert found["current"]["time"] == "2026-11-24T14:00:00+01:00"


def test_an_answer_too_old_is_not_shown(weather: Weather, world: World, traveller: time_machine.Traveller) -> None:
    weather("-p", "Berlin", "-5")
    traveller.shift(timedelta(hours=73))
    down(world)
    assert "no provider has an answer" in weather("-p", "Berlin", "-5", expect=3).stderr
    assert weather("-p", "Berlin", "-5", keep_stale="96h").stdout.startswith("as of Sun 14:03, 3 d old")


def test_a_stale_answer_with_all_the_days_is_better_than_a_newer_one_with_fewer(
    told: Json, world: World, traveller: time_machine.Traveller
) -> None:
    told("-p", "Berlin", "-10")
    traveller.shift(timedelta(hours=1))
    told("-p", "Berlin", "--today", "--provider", "wttr_in")
    traveller.shift(timedelta(hours=1))
    down(world)
    found = told("-p", "Berlin", "-10")
    assert (found["provider"], len(found["days"])) == ("open_meteo", 10)


def test_offline_asks_nobody(told: Json, weather: Weather, world: World, traveller: time_machine.Traveller) -> None:
    told("-p", "Berlin")
    before = len(world.asked)
    found = told("-p", "Berlin", "--offline")
    assert (found["stale"], found["attempts"]) == (
        False,
        [{"provider": "open_meteo", "outcome": "cached", "seconds": 0.0, "error": None}],
    )
    traveller.shift(timedelta(minutes=45))
    shown = weather("-p", "Berlin", "--offline")
    assert shown.stdout.startswith("as of Sun 14:03, 45 min old\n")
    assert shown.stderr == ""
    assert len(world.asked) == before


def test_offline_with_nothing_stored(weather: Weather) -> None:
    said = weather("-p", "52,13", "--offline", expect=3).stderr
    assert said == "Error: nothing is stored for 52, 13: ask once without --offline\n"
    said = weather("-p", "Berlin", "--offline", expect=3).stderr
    assert said == (
        "Error: cannot tell where 'Berlin' is: this place is not among the stored ones, and --offline asks nobody\n"
    )


def test_offline_knows_places_for_longer_than_a_month(
    told: Json, world: World, traveller: time_machine.Traveller
) -> None:
    told("-p", "Berlin", "-5")
    traveller.shift(timedelta(days=40))
    assert told("-p", "52.52437,13.41053", "-5")
    found = told("-p", "Berlin", "-5", "--offline")
    assert (found["place"]["id"], found["notices"]) == (2950159, [])


def test_a_damaged_cache_is_said_and_made_anew(told: Json, isolated: Path) -> None:
    told("-p", "Berlin")
    for name in ("http.sqlite", "weather.sqlite"):
        for more in ("-wal", "-shm"):
            (isolated / "cache" / f"{name}{more}").unlink(missing_ok=True)
        (isolated / "cache" / name).write_bytes(b"damaged" * 1000)
    found = told("-p", "Berlin")
    assert sorted(found["notices"]) == [
        "http.sqlite was damaged: set aside as http.sqlite.corrupt",
        "weather.sqlite was damaged: set aside as weather.sqlite.corrupt",
    ]
    assert told("-p", "Berlin")["attempts"][0]["outcome"] == "cached"


def test_a_cache_that_cannot_be_written_is_a_notice(told: Json, weather: Weather, isolated: Path) -> None:
    isolated.mkdir(exist_ok=True)
    (isolated / "cache").write_text("a file where the folder should be")
    for _ in range(2):
        found = told("-p", "Berlin")
        assert found["attempts"][0]["outcome"] == "ok"
        assert len(found["notices"]) == 1
        assert found["notices"][0].startswith("the cache cannot be used (")
    assert weather("providers").exit_code == 0


def test_a_folder_without_write_permission_is_a_notice(told: Json, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert "is not writable): answers are not kept" in told("-p", "Berlin")["notices"][0]


def test_responses_are_kept_by_rfc_9111_beside_the_answers(told: Json, world: World, isolated: Path) -> None:
    told("-p", "52,13")
    sqlite3.connect(isolated / "cache" / "weather.sqlite", isolation_level=None).execute("DELETE FROM answers").close()
    found = told("-p", "52,13")
    assert len(world.requests("open_meteo")) == 1
    assert found["attempts"][0]["outcome"] == "cached"
    assert found["fetched_at"] == "2026-11-22T14:03:11+01:00"


def test_an_expiry_date_counts_as_freshness(told: Json, world: World, traveller: time_machine.Traveller) -> None:
    told("-p", "52,13", "--provider", "met_norway", max_age="1s")
    traveller.shift(timedelta(minutes=29))
    told("-p", "52,13", "--provider", "met_norway", max_age="1s")
    assert len(world.requests("met_norway")) == 1


def test_an_unreadable_body_is_not_kept(told: Json, world: World) -> None:
    world.broken["open_meteo"] = Reply({"daily": {"time": ["soon"]}})
    assert told("-p", "52,13")["provider"] == "met_norway"
    world.broken["open_meteo"] = Reply(bodies.open_meteo(NOW))
    assert told("-p", "52,13")["provider"] == "open_meteo"
