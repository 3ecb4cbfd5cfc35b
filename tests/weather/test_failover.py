"""The program against upstreams that are down, slow, full, confused, or silent."""

import re
import signal
from datetime import timedelta
from email.utils import format_datetime

import pytest
import time_machine

from blueprints import clock
from blueprints.weather import answer
from tests.waiting import until
from tests.weather import bodies
from tests.weather.conftest import NOW, PATIENT, Json, Weather
from tests.weather.world import Asked, Reply, World

BERLIN = ("-p", "52.52,13.41")
OUTCOMES = list[tuple[str, str]]


def outcomes(found: dict) -> OUTCOMES:  # type: ignore[type-arg]  # JSON
    return [(one["provider"], one["outcome"]) for one in found["attempts"]]


def test_the_first_provider_answers_alone(told: Json, world: World) -> None:
    found = told(*BERLIN)
    assert found["provider"] == "open_meteo"
    assert outcomes(found)[0] == ("open_meteo", "ok")
    assert {one.upstream for one in world.asked} == {"open_meteo"}
    assert {outcome for _, outcome in outcomes(found)[1:]} == {"skipped"}


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply("", 500), "answers 500 Internal Server Error"),
        (Reply({"error": True, "reason": "bad"}, 400), "answers 400 Bad Request (bad)"),
        (Reply("<html>hello</html>", headers={"Content-Type": "text/html"}), "its answer has changed (it is not JSON)"),
        (Reply("[" * 100_000), "its answer has changed (it is not JSON)"),
        (Reply({"daily": {"time": ["x"]}}), "its answer has changed (its days are not dates)"),
        (Reply({"daily": {"time": [], "weather_code": []}}), "has none of the days and hours asked for"),
        (Reply({"daily": 7}), "its answer has changed (no daily values found)"),
        (Reply(bodies.open_meteo(NOW - timedelta(days=9))), "has none of the days and hours asked for"),
    ],
)
def test_what_cannot_be_used_makes_way_for_the_next(told: Json, world: World, reply: Reply, why: str) -> None:
    world.broken["open_meteo"] = reply
    found = told(*BERLIN)
    assert found["provider"] == "met_norway"
    assert outcomes(found)[:2] == [("open_meteo", "error"), ("met_norway", "ok")]
    assert found["attempts"][0]["error"] == why


def test_a_truncated_answer_makes_way_for_the_next(told: Json, world: World) -> None:
    world.broken["open_meteo"] = Reply(bodies.open_meteo(NOW), truncate=True)
    found = told(*BERLIN)
    assert outcomes(found)[:2] == [("open_meteo", "error"), ("met_norway", "ok")]
    assert "broke off" in found["attempts"][0]["error"]


def test_a_refused_connection_makes_way_for_the_next(told: Json) -> None:
    found = told(*BERLIN, open_meteo__base_url="http://127.0.0.1:9")
    assert found["provider"] == "met_norway"
    assert found["attempts"][0]["error"] == "open_meteo: cannot reach 127.0.0.1:9: connection refused"


def test_a_silent_provider_is_overtaken(told: Json, world: World) -> None:
    world.broken["open_meteo"] = Reply(hang=True)
    found = told(*BERLIN, hedge_after="100ms", providers="open_meteo,met_norway")  # a third could overtake both
    assert outcomes(found) == [("open_meteo", "cancelled"), ("met_norway", "ok")]


def test_all_silent_is_said_at_the_deadline(weather: Weather, world: World) -> None:
    for name in ("open_meteo", "met_norway", "wttr_in"):
        world.broken[name] = Reply(hang=True)
    said = weather(*BERLIN, expect=3, hedge_after="1ms", deadline="6s").stderr
    within = re.compile(r"no answer within \d(\.\d)? s")  # what is left after the place was looked at
    assert within.sub("silent", said) == (
        "Error: no provider has an answer: open_meteo: silent; met_norway: silent; wttr_in: silent; "
        "nws: covers the United States only\n"
    )


def test_one_provider_that_fails_is_said_plainly(weather: Weather, world: World) -> None:
    world.broken["open_meteo"] = Reply("", 500)
    said = weather(*BERLIN, "--provider", "open_meteo", expect=3)
    assert (said.stdout, said.stderr) == ("", "Error: open_meteo: answers 500 Internal Server Error\n")


def test_a_provider_without_user_agent_rights(weather: Weather, world: World) -> None:
    world.broken["met_norway"] = Reply("no", 403)
    said = weather(*BERLIN, "--provider", "met_norway", expect=3).stderr
    assert said == "Error: met_norway: answers 403 Forbidden\n"


def test_those_that_look_far_enough_ahead_come_first(told: Json, world: World) -> None:
    found = told(*BERLIN, "--days", "12", providers="wttr_in,met_norway,open_meteo")
    assert [name for name, _ in outcomes(found)] == ["open_meteo", "wttr_in", "met_norway"]
    found = told(*BERLIN, "--days", "3", providers="wttr_in,met_norway,open_meteo")
    assert found["provider"] == "wttr_in"


def test_fewer_days_than_asked_are_said(told: Json) -> None:
    assert told(*BERLIN, "-5", "--provider", "wttr_in")["notices"] == ["wttr_in gives 3 of 5 days"]


def test_providers_are_asked_in_the_order_named(told: Json, world: World) -> None:
    world.broken["wttr_in"] = Reply("", 500)
    found = told(*BERLIN, "--provider", "wttr_in", "--provider", "met_norway")
    assert outcomes(found) == [("wttr_in", "error"), ("met_norway", "ok")]


@pytest.mark.parametrize("status", [429, 503])
def test_a_full_provider_is_left_alone_until_it_says(
    told: Json, weather: Weather, world: World, traveller: time_machine.Traveller, status: int
) -> None:
    world.broken["open_meteo"] = Reply("busy", status, {"Retry-After": "120"})
    assert told(*BERLIN)["provider"] == "met_norway"
    del world.broken["open_meteo"]
    found = told(*BERLIN, "--refresh")
    assert found["provider"] == "met_norway"
    held = next(one for one in found["attempts"] if one["provider"] == "open_meteo")
    assert (held["outcome"], held["error"]) == ("skipped", "asked for a pause until 13:05:11 UTC")
    assert len(world.requests("open_meteo")) == 1
    assert "open_meteo   on hold until 13:05 UTC" in weather("providers").stdout
    said = weather(*BERLIN, "--provider", "open_meteo", expect=3).stderr
    assert said == "Error: open_meteo: asked for a pause until 13:05:11 UTC\n"
    traveller.shift(121)
    assert told(*BERLIN, "--refresh")["provider"] == "open_meteo"


def test_a_pause_may_be_a_date_or_without_a_time(told: Json, world: World, traveller: time_machine.Traveller) -> None:
    until = format_datetime(clock.now() + timedelta(minutes=30), usegmt=True)
    world.broken["open_meteo"] = Reply("", 503, {"Retry-After": until})
    world.broken["met_norway"] = Reply("", 429)
    assert told(*BERLIN)["provider"] == "wttr_in"
    traveller.shift(61)
    del world.broken["met_norway"]
    found = told(*BERLIN, "--refresh")
    assert found["provider"] == "met_norway"
    assert len(world.requests("open_meteo")) == 1


def test_a_silent_geocoder_leaves_time_for_those_that_know_names(
    told: Json, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answer.GEOCODING_SHARE == 0.5
    monkeypatch.setattr(answer, "GEOCODING_SHARE", 0.005)
    world.broken["geocoding"] = Reply(hang=True)
    found = told("-p", "Berlin", deadline="60s")
    assert found["provider"] == "wttr_in"
    notice = "the geocoder does not answer (no answer within 0.3 s): asking providers that know names"
    assert notice in found["notices"]


def test_a_broken_geocoder_uses_the_place_found_before(
    told: Json, world: World, traveller: time_machine.Traveller
) -> None:
    told("-p", "Berlin")
    traveller.shift(timedelta(days=31))
    world.broken["geocoding"] = Reply("", 502)
    found = told("-p", "Berlin")
    assert (found["place"]["id"], found["provider"]) == (2950159, "open_meteo")
    assert found["notices"] == [
        "the geocoder does not answer (answers 502 Bad Gateway): the place is the one found before"
    ]


def test_without_geocoder_and_without_anybody_who_knows_names(weather: Weather, world: World) -> None:
    world.broken["geocoding"] = Reply("not json")
    said = weather("-p", "Berlin", "--provider", "met_norway", expect=3).stderr
    assert said == "Error: cannot tell where 'Berlin' is: it is not JSON\n"


def test_no_query_string_is_ever_shown(weather: Weather, world: World) -> None:
    def leak(asked: Asked) -> Reply:
        return Reply({"reason": "see https://api.example.org/?apikey=s3cret"}, 400)

    world.broken["open_meteo"] = leak
    said = weather(*BERLIN, "--provider", "open_meteo", expect=3).stderr
    assert said == "Error: open_meteo: answers 400 Bad Request\n"


def test_an_address_that_is_none(weather: Weather) -> None:
    said = weather(*BERLIN, "--provider", "open_meteo", expect=2, open_meteo__base_url="api.example.org").stderr
    assert said == "Error: weather.open_meteo.base_url: 'api.example.org' is no http address\n"


def test_ctrl_c_closes_everything(world: World, spawn) -> None:  # type: ignore[no-untyped-def]  # a fixture of the house
    world.broken["open_meteo"] = Reply(hang=True)
    process = spawn("weather", *BERLIN, "--provider", "open_meteo", env={**world.environment, **PATIENT})
    until(lambda: world.requests("open_meteo"))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.strip()) == (130, "", "")
