"""Rates, history, comparison, updates, currencies and sources, as people call them."""

import csv
import io
import itertools
import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from blueprints.fx import updates, updating
from blueprints.fx.sources import fawazahmed0
from tests.conftest import Run
from tests.fx.conftest import LAST
from tests.fx.world import World, rates_of


@pytest.fixture(autouse=True)
def _moment(clock: time_machine.Traveller, world: World, short: Path) -> None:
    """A fixed moment, the world, and a short history."""


def objects(run: Run, *words: str) -> Any:
    return json.loads(run("fx", *words, "--json", expect=0).stdout)


class TestRates:
    def test_everything_of_a_day(self, run: Run) -> None:
        found = objects(run, "rates", "USD", "--date", "2026-10-30")
        assert (found["base"], found["date"], found["source"]) == ("USD", "2026-10-30", "ecb")
        assert {"EUR", "SEK"} < set(found["rates"])
        assert "USD" not in found["rates"]

    def test_without_a_base_it_is_the_default_or_that_of_the_source(self, run: Run) -> None:
        assert objects(run, "rates")["rates"]["USD"] == rates_of(LAST)["USD"]
        run("fx", "base", "SEK", expect=0)
        assert objects(run, "rates")["base"] == "SEK"

    def test_chosen_codes_ended_ones_too(self, run: Run) -> None:
        result = run("fx", "rates", "EUR", "--to", "usd,DEM", "--csv", "--date", "2026-10-31", expect=0)
        assert result.stdout.splitlines() == [
            "base,code,rate,date,source",
            "EUR,USD,1.1302,2026-10-30,ecb",
            "EUR,DEM,1.95583,2026-10-31,ecb",
        ]
        assert "No rate on 2026-10-31 (Saturday): used 2026-10-30." in result.stderr

    def test_the_day_is_that_of_the_published_rates(self, run: Run) -> None:
        assert objects(run, "rates", "DEM", "--to", "EUR,USD", "--date", "2026-10-31")["date"] == "2026-10-30"
        assert objects(run, "rates", "DEM", "--to", "EUR", "--date", "2026-10-31")["date"] == "2026-10-31"
        assert objects(run, "rates", "SEK", "--to", "SEK", "--date", "2026-10-31")["date"] == "2026-10-31"

    def test_as_a_table(self, run: Run) -> None:
        lines = run("fx", "rates", "EUR", "--date", "2026-10-30", expect=0).stdout.splitlines()
        assert lines[0] == "1 EUR, ecb, 2026-10-30"
        assert lines[1].split() == ["code", "rate", "name"]
        assert any(line.startswith("USD") and line.endswith("US Dollar") for line in lines)

    def test_a_source_in_dollars(self, run: Run) -> None:
        assert objects(run, "rates", "--source", "openexchangerates")["base"] == "USD"

    def test_two_forms_at_once(self, run: Run) -> None:
        run("fx", "rates", "--json", "--csv", expect=2)


class TestHistory:
    def test_the_last_ninety_days(self, run: Run) -> None:
        points = objects(run, "history", "EUR", "USD")["points"]
        assert (points[0]["date"], points[-1]["date"]) == ("2026-08-24", "2026-11-20")
        assert points[-1]["rate"] == rates_of(LAST)["USD"]

    @pytest.mark.parametrize(
        ("every", "dates"),
        [
            ("week", ["2026-09-04", "2026-09-11", "2026-09-18", "2026-09-25", "2026-10-01"]),
            ("month", ["2026-09-30", "2026-10-01"]),
        ],
    )
    def test_the_last_published_day_of_each(self, run: Run, every: str, dates: list[str]) -> None:
        words = ("history", "EUR", "USD", "--since", "2026-09-01", "--until", "2026-10-01", "--every", every)
        assert [point["date"] for point in objects(run, *words)["points"]] == dates

    def test_as_csv_table_and_plot(self, run: Run) -> None:
        words = ("fx", "history", "EUR", "USD", "--since", "2026-10-01", "--until", "2026-10-05")
        assert run(*words, "--csv", expect=0).stdout == (
            "date,rate\n2026-10-01,1.1273\n2026-10-02,1.1274\n2026-10-05,1.1277\n"
        )
        assert "2026-10-05" in run(*words, expect=0).stdout
        drawing = run(*words, "--plot", expect=0).stdout
        assert "1 EUR in USD, ecb" in drawing
        assert "2026-10-01" in drawing
        assert "\x1b" not in drawing
        assert len(drawing.splitlines()) == 20

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (["--since", "2026-10-05", "--until", "2026-10-01"], "is after --until"),
            (["--csv", "--plot"], "exclude one another"),
        ],
    )
    def test_wrong_calls(self, run: Run, words: list[str], message: str) -> None:
        assert message in run("fx", "history", "EUR", "USD", *words, expect=2).stderr

    def test_a_pair_without_rates(self, run: Run, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        assert "ecb has no KWD" in run("fx", "history", "EUR", "KWD", expect=1).stderr
        monkeypatch.setenv("BLUEPRINTS_FX__SOURCE", "fixer")
        world.fail("/fixer")
        run("fx", "history", "EUR", "USD", expect=3)

    def test_an_old_end_is_marked(self, run: Run, world: World) -> None:
        world.fail("/stats")
        result = run("fx", "history", "EUR", "USD", expect=0)
        assert result.stderr.endswith("Rate of 2026-10-30; 15 publications are missing: blueprints fx update.\n")


class TestCompare:
    def test_side_by_side(self, run: Run) -> None:
        found = objects(run, "compare", "EUR", "USD")
        assert (found["from"], found["to"], found["date_asked"]) == ("EUR", "USD", None)
        rows = {row["source"]: row for row in found["sources"]}
        assert set(rows) == {"ecb", "frankfurter", "fawazahmed0", "fixer", "openexchangerates", "exchangerate_host"}
        assert all(row["error"] is None for row in rows.values())
        assert rows["ecb"]["difference_percent"] == "0"
        assert float(found["spread_percent"]) < 0.001

    def test_one_that_fails_is_a_row(self, run: Run, world: World) -> None:
        world.fail("/v2")
        found = objects(run, "compare", "EUR", "USD", "--source", "ecb", "--source", "frankfurter")
        assert found["sources"][1] == {
            "source": "frankfurter",
            "date": None,
            "rate": None,
            "difference_percent": None,
            "error": "frankfurter: the server answers 500",
        }
        assert found["median"] == rates_of(LAST)["USD"]

    def test_sources_without_their_key_are_left_out(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("BLUEPRINTS_FX__FIXER__KEY")
        names = [row["source"] for row in objects(run, "compare", "EUR", "USD", "--date", "2026-10-30")["sources"]]
        assert "fixer" not in names
        assert "openexchangerates" in names

    def test_all_that_fail(self, run: Run, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BLUEPRINTS_FX__SEED", "none")
        world.fail("/v2")
        world.fail("/stats")
        result = run("fx", "compare", "EUR", "USD", "--source", "ecb", "--source", "frankfurter", expect=3)
        assert "ecb: the server answers 500; frankfurter: the server answers 500" in result.stderr
        run("fx", "compare", "EUR", "USD", "--source", "frankfurter", expect=3)

    def test_as_a_table(self, run: Run) -> None:
        result = run("fx", "compare", "EUR", "USD", "--source", "ecb", "--source", "fixer", expect=0)
        assert "difference %" in result.stdout
        assert result.stdout.splitlines()[-1] == f"median {rates_of(LAST)['USD']}, spread 0 %"

    def test_a_currency_with_itself(self, run: Run) -> None:
        run("fx", "compare", "EUR", "eur", expect=2)

    def test_notices_name_their_source(self, run: Run, world: World) -> None:
        words = ("fx", "compare", "EUR", "USD", "--source", "ecb", "--source", "frankfurter", "--date", "2026-10-31")
        assert "ecb: No rate on 2026-10-31 (Saturday): used 2026-10-30.\n" in run(*words, expect=0).stderr
        run("fx", "compare", "EUR", "USX", expect=2)


class TestUpdate:
    def test_what_is_new(self, run: Run) -> None:
        assert run("fx", "update", expect=0).stdout == "ecb: 15 new days, 0 changed, latest 2026-11-20\n"
        assert run("fx", "update", expect=0).stdout == "ecb: 0 new days, 0 changed, latest 2026-11-20\n"

    def test_as_an_object(self, run: Run) -> None:
        assert objects(run, "update") == {
            "sources": [
                {"source": "ecb", "new": 15, "changed": 0, "first": "2026-08-03", "latest": "2026-11-20", "error": None}
            ]
        }

    def test_one_day_more(self, run: Run, world: World, clock: time_machine.Traveller) -> None:
        run("fx", "update", expect=0)
        clock.shift(timedelta(days=1, hours=6))
        world.days[LAST + timedelta(days=3)] = rates_of(LAST + timedelta(days=3))
        assert run("fx", "update", expect=0).stdout == "ecb: 1 new day, 0 changed, latest 2026-11-23\n"

    def test_corrections_are_counted_and_equal_values_are_none(self, run: Run, world: World) -> None:
        run("fx", "update", expect=0)
        world.days[LAST]["USD"] = "9.9"
        world.days[LAST - timedelta(days=1)] = {
            code: rate + "0" for code, rate in rates_of(LAST - timedelta(days=1)).items()
        }
        result = run("fx", "update", "--since", "2026-11-10", expect=0)
        assert result.stdout == "ecb: 0 new days, 1 changed, latest 2026-11-20\n"

    def test_a_range_in_one_request(self, run: Run, world: World) -> None:
        result = run("fx", "update", "--source", "frankfurter", "--since", "2026-11-01", expect=0)
        assert result.stdout == "frankfurter: 15 new days, 0 changed, latest 2026-11-20\n"
        world.asked.clear()
        run("fx", "convert", "1", "EUR", "USD", "--source", "frankfurter", "--date", "2026-11-08", expect=0)
        assert world.asked == []

    def test_each_day_by_itself(self, run: Run, world: World) -> None:
        result = run("fx", "update", "--source", "fawazahmed0", "--since", "2026-11-17", expect=0)
        assert result.stdout == "fawazahmed0: 6 new days, 0 changed, latest 2026-11-22\n"
        world.asked.clear()
        run("fx", "update", "--source", "fawazahmed0", "--since", "2026-11-16", expect=0)
        assert len(world.asked) == 2

    def test_days_before_the_source_began_are_not_asked_for(
        self, run: Run, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fawazahmed0.Source, "begins", date(2026, 11, 20))
        result = run("fx", "update", "--source", "fawazahmed0", "--since", "1999-01-01", expect=0)
        assert result.stderr.endswith("\nfawazahmed0 has no rates before 2026-11-20.\n")
        days = {found[0] for address in world.asked if (found := re.search(r"\d{4}-\d\d-\d\d", str(address)))}
        assert days == {"2026-11-20", "2026-11-21"}

    def test_what_was_fetched_before_ctrl_c_is_kept(
        self, run: Run, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        words = ("fx", "update", "--source", "fawazahmed0", "--since", "2026-11-17")
        update: Any = updating.update  # a generator, which can be closed

        def interrupted(*given: Any) -> Iterator[Any]:
            with closing(update(*given)) as rows:
                yield from itertools.islice(rows, 2)
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(updates, "update", interrupted)
            patch.setattr(fawazahmed0.Source, "at_once", 1)  # nothing is under way where it is interrupted
            said = run(*words, expect=130).stderr
        assert "\nfawazahmed0: 2 new days stored; the same command goes on from there.\n" in said
        assert run(*words, expect=0).stdout == "fawazahmed0: 4 new days, 0 changed, latest 2026-11-22\n"

    def test_many_requests_to_a_metered_source_want_consent(self, run: Run, world: World) -> None:
        words = ("fx", "update", "--source", "fixer", "--since", "2026-11-01")
        assert "fixer counts requests, and this needs 22 of them: add --yes" in run(*words, expect=2).stderr
        assert world.asked == []
        assert "fixer: 22 new days" in run(*words, "--yes", expect=0).stdout

    def test_a_failure_leaves_the_store_and_the_other_sources_alone(self, run: Run, world: World) -> None:
        world.fail("/stats", 200, b"<html>")
        result = run("fx", "update", "--source", "ecb", "--source", "frankfurter", expect=3)
        assert result.stdout == "frankfurter: 2 new days, 0 changed, latest 2026-11-20\n"
        assert "Error: ecb: the answer is not a rate file" in result.stderr
        world.heal()
        found = json.loads(run("fx", "sources", "--json", expect=0).stdout)["sources"]
        assert next(row for row in found if row["name"] == "ecb")["stored_latest"] == "2026-10-30"

    def test_failures_of_two_kinds(self, run: Run, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("BLUEPRINTS_FX__FIXER__KEY")
        assert "set fx.fixer.key" in run("fx", "update", "--source", "fixer", expect=4).stderr
        world.fail("/v2")
        result = run("fx", "update", "--source", "fixer", "--source", "frankfurter", "--json", expect=3)
        assert [row["error"] is None for row in json.loads(result.stdout)["sources"]] == [False, False]
        assert "set fx.fixer.key" in result.stderr
        assert "frankfurter: the server answers 500" in result.stderr

    def test_a_success_ends_the_memory_of_a_failure(self, run: Run, world: World) -> None:
        world.fail("/stats")
        run("fx", "convert", "1", "EUR", "USD", expect=0)
        world.heal()
        run("fx", "update", expect=0)
        assert run("fx", "convert", "1", "EUR", "USD", expect=0).stderr == ""

    def test_the_future(self, run: Run) -> None:
        run("fx", "update", "--since", "2027-01-01", expect=2)


class TestCurrencies:
    def test_those_of_a_source(self, run: Run) -> None:
        found = objects(run, "currencies")["currencies"]
        dollar = next(row for row in found if row["code"] == "USD")
        assert dollar == {
            "code": "USD",
            "name": "US Dollar",
            "digits": 2,
            "first": "2026-08-03",
            "last": "2026-10-30",
            "status": "current",
            "successor": None,
        }
        assert "DEM" not in [row["code"] for row in found]

    def test_all_that_there_are(self, run: Run) -> None:
        found = {row["code"]: row for row in objects(run, "currencies", "--all")["currencies"]}
        assert (found["DEM"]["status"], found["DEM"]["successor"], found["DEM"]["name"]) == (
            "ended",
            "EUR",
            "Deutsche Mark",
        )
        assert (found["ROL"]["status"], found["ROL"]["successor"]) == ("ended", "RON")
        assert found["KWD"]["first"] is None
        assert found["KWD"]["digits"] == 3
        assert all(row["name"] for row in found.values())

    def test_one_that_the_source_stopped_is_suspended(self, run: Run, world: World) -> None:
        world.days[LAST].pop("TRY")
        for day in world.days:
            if day.month > 8:
                world.days[day].pop("TRY", None)
        run("fx", "update", "--source", "frankfurter", "--since", "2026-08-03", expect=0)
        found = {
            row["code"]: row for row in objects(run, "currencies", "--source", "frankfurter", "--all")["currencies"]
        }
        assert (found["TRY"]["status"], found["TRY"]["last"]) == ("suspended", "2026-08-31")
        assert "suspended" not in run("fx", "currencies", "--source", "frankfurter", expect=0).stdout

    def test_a_source_never_asked_is_asked(self, run: Run, world: World) -> None:
        assert "BTC" in [row["code"] for row in objects(run, "currencies", "--source", "fawazahmed0")["currencies"]]
        world.fail("/fixer")
        run("fx", "currencies", "--source", "fixer", expect=3)


class TestSources:
    def test_what_there_is(self, run: Run, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("BLUEPRINTS_FX__FIXER__KEY")
        rows = {row["name"]: row for row in objects(run, "sources")["sources"]}
        assert rows["ecb"] == {
            "name": "ecb",
            "base": "EUR",
            "key": "none",
            "stored_first": "2026-08-03",
            "stored_latest": "2026-10-30",
            "stale": True,
            "base_url": world.url,
            "terms": rows["ecb"]["terms"],
        }
        assert all(row["terms"].startswith("https://") for row in rows.values())
        assert (rows["fixer"]["key"], rows["openexchangerates"]["key"]) == ("missing", "set")
        assert rows["fixer"]["stored_latest"] is None
        run("fx", "update", expect=0)
        assert run("fx", "sources", expect=0).stdout.splitlines()[1].split()[5] == "no"


def test_csv_of_rates_is_read_back_by_any_reader(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("fx", "rates", "EUR", "--csv", expect=0).stdout)))
    assert {row["code"]: row["rate"] for row in rows}["USD"] == rates_of(LAST)["USD"]
