"""`fx convert` as people call it: what is read, what is printed, what is remembered, and each failure."""

import json
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests.conftest import Run
from tests.fx.conftest import LAST, SEEDED
from tests.fx.world import KEY, World, rates_of

BERLIN = ZoneInfo("Europe/Berlin")
STALE = "Rate of 2026-10-30; 15 publications are missing: blueprints fx update.\n"


@pytest.fixture(autouse=True)
def _moment(clock: time_machine.Traveller, world: World, short: Path) -> None:
    """A fixed moment, the world, and a short history."""


def used(run: Run, *words: str) -> str:
    """The day of the rate that a conversion used."""
    found = json.loads(run("fx", "convert", *words, "--json", expect=0).stdout)
    day: str = found["results"][0]["date"]
    return day


class TestFreshness:
    def test_first_use_loads_the_seed_and_fetches_what_is_due(self, run: Run, world: World, short: Path) -> None:
        result = run("fx", "convert", "100", "EUR", "USD", expect=0)
        assert (
            result.stdout
            == f"100.00 EUR = {float(rates_of(LAST)['USD']) * 100:.2f} USD   (1 EUR = 1.1323 USD, ecb, 2026-11-20)\n"
        )
        assert result.stderr == f"Loaded ECB rates 2026-08-03 to 2026-10-30 (65 days) from {short}.\n"

    def test_a_fresh_store_touches_no_network(self, run: Run, world: World) -> None:
        run("fx", "convert", "1", "EUR", "USD", expect=0)
        world.asked.clear()
        result = run("fx", "convert", "1", "EUR", "USD", expect=0)
        assert world.asked == []
        assert result.stderr == ""

    def test_offline_never_does(self, run: Run, world: World) -> None:
        result = run("fx", "convert", "1", "EUR", "USD", "--offline", expect=0)
        assert world.asked == []
        assert result.stderr.endswith(STALE)

    def test_nor_with_auto_update_off(self, run: Run, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BLUEPRINTS_FX__AUTO_UPDATE", "false")
        assert used(run, "1", "EUR", "USD") == "2026-10-30"
        assert world.asked == []

    def test_a_failure_is_told_once_and_remembered_for_ten_minutes(
        self, run: Run, world: World, clock: time_machine.Traveller
    ) -> None:
        run("fx", "base", "SEK", expect=0)
        world.fail("/stats")
        first = run("fx", "convert", "1", "EUR", "USD", expect=0)
        assert first.stderr == f"ecb: the server answers 500.\n{STALE}"
        world.heal()
        world.asked.clear()
        second = run("fx", "convert", "1", "EUR", "USD", expect=0)
        assert second.stderr == STALE
        assert world.asked == []
        clock.shift(timedelta(minutes=11))
        assert used(run, "1", "EUR", "USD") == "2026-11-20"

    def test_nothing_new_is_remembered_too(self, run: Run, world: World, clock: time_machine.Traveller) -> None:
        world.days = {day: rates for day, rates in world.days.items() if day <= SEEDED}
        for _ in range(2):
            assert run("fx", "convert", "1", "EUR", "USD", expect=0).stderr.endswith(STALE)
        assert len(world.asked) == 1

    def test_past_days_that_are_stored_ask_nobody(self, run: Run, world: World) -> None:
        assert used(run, "1", "EUR", "USD", "--date", "2026-10-31") == "2026-10-30"
        assert used(run, "1", "EUR", "USD", "--date", "2026-09-01") == "2026-09-01"
        assert world.asked == []

    def test_a_missing_day_is_fetched(self, run: Run, world: World) -> None:
        assert used(run, "1", "EUR", "USD", "--date", "2026-11-04") == "2026-11-04"
        assert world.asked

    def test_a_missing_day_that_cannot_be_fetched_is_marked(self, run: Run, world: World) -> None:
        result = run("fx", "convert", "1", "EUR", "USD", "--date", "2026-11-03", "--offline", expect=0)
        assert result.stderr.endswith("Rate of 2026-10-30; 2 publications are missing: blueprints fx update.\n")

    def test_too_far_from_any_stored_day_is_an_error_and_not_an_old_rate(self, run: Run, world: World) -> None:
        result = run("fx", "convert", "1", "EUR", "USD", "--date", "today", "--offline", expect=1)
        assert "the last before is of 2026-10-30" in result.stderr
        world.fail("/stats")
        run("fx", "convert", "1", "EUR", "USD", "--date", "today", expect=3)

    @pytest.mark.parametrize(
        ("moment", "asks"),
        [
            (datetime(2026, 11, 20, 15, 59, tzinfo=BERLIN), False),
            (datetime(2026, 11, 20, 16, 0, tzinfo=BERLIN), True),
            (datetime(2026, 11, 21, 12, 0, tzinfo=BERLIN), True),
        ],
    )
    def test_thursdays_rate_is_fresh_until_fridays_is_due(
        self, run: Run, world: World, clock: time_machine.Traveller, moment: datetime, asks: bool
    ) -> None:
        friday = world.days.pop(LAST)
        run("fx", "update", expect=0)
        world.days[LAST] = friday
        world.asked.clear()
        clock.move_to(moment)
        assert used(run, "1", "EUR", "USD") == ("2026-11-20" if asks else "2026-11-19")
        assert bool(world.asked) == asks


class TestSources:
    def test_a_source_chosen_for_one_call(self, run: Run, world: World) -> None:
        result = run("fx", "convert", "1", "USD", "EUR", "--source", "fixer", expect=0)
        assert result.stdout.endswith("EUR, fixer, 2026-11-22)\n")
        found = json.loads(run("fx", "convert", "1", "USD", "EUR", "--source", "fixer", "--json", expect=0).stdout)
        assert found["results"][0]["fetched_at"] == "2026-11-22T12:00:00Z"

    def test_a_source_by_setting(self, run: Run, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BLUEPRINTS_FX__SOURCE", "frankfurter")
        assert run("fx", "convert", "1", "USD", "EUR", expect=0).stdout.endswith("frankfurter, 2026-11-20)\n")

    def test_crypto_has_eight_decimals(self, run: Run, world: World) -> None:
        result = run("fx", "convert", "100", "eur", "btc", "--source", "fawazahmed0", expect=0)
        assert result.stdout.startswith("100.00 EUR = 0.00105000 BTC")

    def test_a_past_day_is_asked_once_for_good(self, run: Run, world: World) -> None:
        for _ in range(2):
            assert used(run, "1", "USD", "EUR", "--source", "openexchangerates", "--date", "2026-09-02") == "2026-09-02"
        assert len(world.asked) == 1

    def test_today_is_asked_again_when_it_is_stale(self, run: Run, world: World, clock: time_machine.Traveller) -> None:
        for _ in range(2):
            used(run, "1", "USD", "EUR", "--source", "openexchangerates")
        assert len(world.asked) == 1
        clock.shift(timedelta(minutes=61))
        used(run, "1", "USD", "EUR", "--source", "openexchangerates")
        assert len(world.asked) == 2

    def test_a_day_answered_before_it_was_over_is_asked_again_later(
        self, run: Run, world: World, clock: time_machine.Traveller
    ) -> None:
        used(run, "1", "USD", "EUR", "--source", "fixer")
        world.asked.clear()
        clock.shift(timedelta(days=1))
        used(run, "1", "USD", "EUR", "--source", "fixer", "--date", "2026-11-22")
        assert len(world.asked) == 1

    def test_a_day_that_a_source_lacks_leads_to_the_day_before(self, run: Run, world: World) -> None:
        world.fail("/cdn@2026-09-03", 404)
        world.fail("/pages.2026-09-03", 404)
        result = run("fx", "convert", "1", "EUR", "USD", "--source", "fawazahmed0", "--date", "2026-09-03", expect=0)
        assert result.stdout.endswith("fawazahmed0, 2026-09-02)\n")
        assert result.stderr.endswith("No rate on 2026-09-03 (Thursday): used 2026-09-02.\n")
        world.asked.clear()
        assert used(run, "1", "EUR", "USD", "--source", "fawazahmed0", "--date", "2026-09-03") == "2026-09-02"
        assert world.asked == []

    def test_a_source_without_any_rate_near_the_day(self, run: Run, world: World) -> None:
        world.fail("/cdn@", 404)
        world.fail("/pages.", 404)
        words = ("1", "EUR", "USD", "--source", "fawazahmed0")
        result = run("fx", "convert", *words, "--date", "2024-02-01", expect=1)
        assert "fawazahmed0 has no EUR" in result.stderr or "no rates of fawazahmed0" in result.stderr
        assert len(world.asked) == 8 * 4

    def test_a_day_never_fetched_is_not_taken_for_a_day_without_rates(self, run: Run, world: World) -> None:
        used(run, "1", "EUR", "USD", "--source", "fixer", "--date", "2026-09-01")
        words = ("fx", "convert", "1", "EUR", "USD", "--source", "fixer", "--date", "2026-09-03", "--offline")
        assert run(*words, expect=0).stderr == "2026-09-03 was never fetched from fixer: used 2026-09-01.\n"

    def test_the_fixed_rate_needs_no_source_at_all(self, run: Run, world: World) -> None:
        result = run("fx", "convert", "100", "DEM", "EUR", "--source", "fixer", expect=0)
        assert "= 51.13 EUR" in result.stdout
        assert world.asked == []

    def test_a_fixed_rate_through_a_source_in_dollars(self, run: Run, world: World) -> None:
        words = ("100", "DEM", "USD", "--source", "openexchangerates", "--json")
        found = json.loads(run("fx", "convert", *words, expect=0).stdout)["results"][0]
        assert found["kind"] == "fixed"
        assert [leg["quote"] for leg in found["legs"]] == ["EUR", "DEM", "USD"]


class TestBase:
    def test_a_default_currency_set_once(self, run: Run) -> None:
        assert run("fx", "base", "sek", expect=0).stdout == "Base currency set to SEK\n"
        assert run("fx", "base", expect=0).stdout == "SEK\n"
        assert run("fx", "convert", "100", "USD", expect=0).stdout.startswith("100.00 SEK = ")
        run("fx", "convert", "100", "JPY", "SEK", expect=0)
        assert run("fx", "base", expect=0).stdout == "SEK\n"

    def test_a_second_one_replaces_the_first(self, run: Run, isolated: Path) -> None:
        run("fx", "base", "SEK", expect=0)
        run("fx", "base", "USD", expect=0)
        connection = sqlite3.connect(isolated / "data" / "fx.sqlite")
        assert connection.execute("SELECT value FROM settings WHERE name = 'base'").fetchall() == [("USD",)]
        connection.close()

    def test_none_is_needed_when_the_call_names_one(self, run: Run) -> None:
        run("fx", "convert", "100", "SEK", "USD", expect=0)

    def test_without_any(self, run: Run) -> None:
        result = run("fx", "convert", "100", "USD", expect=2)
        assert result.stderr.endswith("Error: name a currency, or set one: blueprints fx base SEK\n")
        run("fx", "base", expect=2)

    def test_a_setting_decides_and_is_named(self, run: Run, isolated: Path) -> None:
        file = isolated / "config" / "config.yaml"
        file.parent.mkdir(parents=True)
        file.write_text("fx:\n  base: NOK\n")
        assert run("fx", "convert", "100", "USD", expect=0).stdout.startswith("100.00 NOK = ")
        result = run("fx", "base", "SEK", expect=2)
        assert str(file) in result.stderr
        assert "NOK" in result.stderr

    def test_an_unknown_code_is_not_set(self, run: Run) -> None:
        assert "no currency SEX: did you mean SEK?" in run("fx", "base", "SEX", expect=2).stderr


class TestWrongCalls:
    @pytest.mark.parametrize(
        ("words", "message"),
        [
            ([], "name an amount and currencies"),
            (["5"], "name a currency to convert 5 to"),
            (["5", "to"], "name a currency to convert 5 to"),
            (["nan", "EUR", "USD"], "'nan' is not an amount"),
            (["inf", "EUR", "USD"], "'inf' is not an amount"),
            (["1e5", "EUR", "USD"], "'1e5' is not an amount"),
            (["1,5", "EUR", "USD"], "'1,5' is not an amount"),
            (["EUR", "USD"], "'EUR' is not an amount"),
            (["5", "EUR", "USD", "--date", "2026-11-23"], "in the future"),
            (["5", "EUR", "USD", "--date", "23.11.2026"], "is not a day"),
            (["5", "EUR", "USD", "--colour"], "o such option"),
            (["5", "EUR", "USX"], "no currency USX: did you mean USD? (blueprints fx currencies)"),
            (["5", "EUR", "USD", "--digits", "13"], "13"),
            (["5", "EUR", "USD", "--source", "ebc"], "no source ebc"),
            (["5", "EUR", "USD", "--out", "x.csv"], "--out needs --file"),
            (["5", "EUR", "USD", "--map", "amount=x"], "--map needs --file"),
            (["5", "EUR", "USD", "--strict"], "--strict needs --file"),
        ],
    )
    def test_usage(self, run: Run, words: list[str], message: str) -> None:
        result = run("fx", "convert", *words, expect=2)
        assert message in result.stderr
        assert result.stdout == ""

    def test_no_arguments_show_usage_and_an_example(self, run: Run) -> None:
        result = run("fx", "convert", expect=2)
        assert "Usage: blueprints fx convert" in result.stderr
        assert "Example: blueprints fx convert 100 SEK USD" in result.stderr

    def test_amounts_that_look_like_options(self, run: Run) -> None:
        assert run("fx", "convert", "-5", "EUR", "USD", expect=0).stdout.startswith("-5.00 EUR = -5.66 USD")
        assert run("fx", "convert", "-.5", "EUR", "USD", expect=0).stdout.startswith("-0.50 EUR = -0.57 USD")
        assert run("fx", "convert", "0", "EUR", "USD", expect=0).stdout.startswith("0.00 EUR = 0.00 USD")

    def test_an_unknown_code_costs_no_request(self, run: Run, world: World) -> None:
        run("fx", "convert", "5", "EUR", "USX", expect=2)
        assert world.asked == []


class TestFailures:
    def test_nothing_stored_and_no_network(self, run: Run, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BLUEPRINTS_FX__SEED", "none")
        world.fail("/stats")
        result = run("fx", "convert", "1", "EUR", "USD", expect=3)
        assert result.stdout == ""
        assert result.stderr == "Error: ecb: the server answers 500\n"
        assert run("fx", "convert", "1", "EUR", "USD", expect=3).stderr == "Error: ecb: the server answers 500\n"
        result = run("fx", "convert", "1", "EUR", "USD", "--offline", expect=1)
        assert "no rates of ecb are stored: blueprints fx update --source ecb" in result.stderr

    def test_a_code_of_nobody_while_the_only_source_is_down(self, run: Run, world: World) -> None:
        world.fail("/")
        run("fx", "convert", "1", "EUR", "QQQQ", "--source", "fawazahmed0", expect=3)

    def test_a_key_that_is_missing(self, run: Run, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("BLUEPRINTS_FX__FIXER__KEY")
        assert "set fx.fixer.key" in run("fx", "convert", "1", "EUR", "USD", "--source", "fixer", expect=4).stderr

    def test_a_key_that_is_refused(self, run: Run, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BLUEPRINTS_FX__FIXER__KEY", "s3cret")
        result = run("fx", "convert", "1", "EUR", "USD", "--source", "fixer", expect=4)
        assert "invalid_access_key" in result.stderr
        assert "s3cret" not in result.stderr

    def test_a_quota_used_up_uses_the_stored_rate(self, run: Run, world: World, clock: time_machine.Traveller) -> None:
        used(run, "1", "EUR", "USD", "--source", "fixer")
        clock.shift(timedelta(days=2))
        world.fail("/fixer", 200, b'{"success":false,"error":{"code":104}}')
        result = run("fx", "convert", "1", "EUR", "USD", "--source", "fixer", expect=0)
        assert "fixer: the quota is used up" in result.stderr
        assert "Rate of 2026-11-22; a newer one is due: blueprints fx update --source fixer.\n" in result.stderr
        run("fx", "convert", "1", "EUR", "USD", "--source", "exchangerate_host", expect=0)

    def test_a_quota_used_up_with_nothing_stored(self, run: Run, world: World) -> None:
        world.fail("/fixer", 200, b'{"success":false,"error":{"code":104}}')
        assert "quota" in run("fx", "convert", "1", "EUR", "USD", "--source", "fixer", expect=3).stderr

    def test_rubbish_stores_nothing(self, run: Run, world: World) -> None:
        world.fail("/stats", 200, b"<html>")
        result = run("fx", "convert", "1", "EUR", "USD", expect=0)
        assert "ecb: the answer is not a rate file" in result.stderr
        assert result.stdout.endswith("2026-10-30)\n")

    def test_a_code_that_only_other_sources_have(self, run: Run, world: World) -> None:
        used(run, "1", "EUR", "BTC", "--source", "fawazahmed0")
        result = run("fx", "convert", "1", "EUR", "BTC", expect=1)
        assert result.stderr.endswith("Error: ecb has no BTC; fawazahmed0 has it: --source fawazahmed0\n")
        result = run("fx", "convert", "1", "EUR", "KWD", expect=1)
        assert "ecb has no KWD, nor has any stored source; not yet asked: " in result.stderr

    def test_a_store_that_cannot_be_opened(self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BLUEPRINTS_FX__STORE", f"sqlite:///{tmp_path}/none/fx.sqlite")
        assert (
            f"cannot open the store {tmp_path}/none/fx.sqlite"
            in run("fx", "convert", "1", "EUR", "USD", expect=1).stderr
        )

    def test_a_clock_behind_the_seed(self, run: Run) -> None:
        with time_machine.travel(datetime(2020, 1, 1, tzinfo=UTC), tick=False):
            told = run("fx", "convert", "1", "EUR", "USD", expect=2).stderr
        assert "Error: fx.seed: " in told
        assert "which is after today, 2020-01-01: is this machine's clock right?" in told

    def test_a_gap_of_ages(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BLUEPRINTS_FX__MAX_GAP", "9999999d")
        assert "EUR" in run("fx", "convert", "1", "USD", "EUR", "--date", "2026-10-31", "--offline", expect=0).stdout

    @pytest.mark.parametrize("seed", ["/none/eurofxref-hist.zip", __file__])
    def test_a_seed_that_cannot_be_read(self, run: Run, seed: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BLUEPRINTS_FX__SEED", seed)
        assert f"fx.seed: {seed}: cannot read" in run("fx", "convert", "1", "EUR", "USD", expect=2).stderr

    def test_a_broken_plugin_is_named(self, run: Run, isolated: Path) -> None:
        folder = isolated / "config" / "plugins" / "fx" / "sources"
        folder.mkdir(parents=True)
        (folder / "mine.py").write_text("import nothing_of_that_name\n")
        assert (
            "plug-in mine does not work" in run("fx", "convert", "1", "EUR", "USD", "--source", "mine", expect=1).stderr
        )
        assert "plug-in mine does not work" in run("fx", "sources", expect=0).stderr
        run("fx", "convert", "1", "EUR", "USD", expect=0)


class TestLog:
    def test_every_conversion_is_in_the_log(self, run: Run) -> None:
        run("fx", "convert", "100", "SEK", "USD", "EUR", expect=0)
        run("fx", "convert", "5", "SEK", "SEK", expect=0)
        conversions = json.loads(run("fx", "log", "--json", expect=0).stdout)["conversions"]
        assert [(one["to"], one["kind"]) for one in conversions] == [
            ("USD", "published"),
            ("EUR", "published"),
            ("SEK", "identity"),
        ]
        assert conversions[0] == {
            "at": "2026-11-22T12:00:00Z",
            "amount": "100",
            "from": "SEK",
            "to": "USD",
            "result": conversions[0]["result"],
            "rate": conversions[0]["rate"],
            "date": "2026-11-20",
            "source": "ecb",
            "kind": "published",
            "file": None,
            "rows": None,
        }
        assert conversions[2]["date"] is None

    def test_a_log_that_is_off(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BLUEPRINTS_FX__LOG", "false")
        run("fx", "convert", "100", "SEK", "USD", expect=0)
        assert json.loads(run("fx", "log", "--json", expect=0).stdout) == {"conversions": []}

    def test_a_log_that_cannot_be_written_is_a_notice(self, run: Run, isolated: Path) -> None:
        run("fx", "convert", "100", "SEK", "USD", expect=0)
        connection = sqlite3.connect(isolated / "data" / "fx.sqlite")
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON log BEGIN SELECT RAISE(FAIL, 'disk is full'); END")
        connection.commit()
        connection.close()
        result = run("fx", "convert", "100", "SEK", "USD", expect=0)
        assert result.stdout.startswith("100.00 SEK = ")
        assert "This conversion is not in the log: " in result.stderr
        assert "disk is full" in result.stderr

    def test_shown_limited_and_cleared(self, run: Run, clock: time_machine.Traveller) -> None:
        assert run("fx", "log", expect=0).stderr.endswith("no conversions in the log\n")
        for amount in ("1", "2", "3"):
            run("fx", "convert", amount, "SEK", "USD", expect=0)
            clock.shift(timedelta(days=1))
        lines = run("fx", "log", "--csv", "--limit", "2", expect=0).stdout.splitlines()
        assert lines[0] == "at,amount,from,to,result,rate,date,source,kind,file,rows"
        assert [line.split(",")[1] for line in lines[1:]] == ["2", "3"]
        assert len(run("fx", "log", "--since", "2026-11-24", "--csv", expect=0).stdout.splitlines()) == 2
        assert "SEK" in run("fx", "log", expect=0).stdout
        assert run("fx", "log", "--clear", expect=0).stderr == "Removed 3 conversions from the log.\n"
        run("fx", "log", "--clear", "--json", expect=2)


def test_no_key_is_ever_printed(run: Run, world: World) -> None:
    for path in ("/fixer", "/oxr", "/host"):
        world.fail(path)
    for name in ("fixer", "openexchangerates", "exchangerate_host"):
        result = run("fx", "convert", "1", "EUR", "USD", "--source", name, expect=3)
        assert KEY not in result.stderr + result.stdout
        assert result.stderr.startswith(f"Loaded ECB rates {date(2026, 8, 3)}") or result.stderr.startswith(
            f"Error: {name}: "
        )


@pytest.mark.parametrize("words", [("1e5", "SEK", "USD"), ("1", "SEK", "USD", "--date", "soon")])
def test_a_bad_amount_or_date_is_told_with_usage_and_an_example(run: Run, words: tuple[str, ...]) -> None:
    lines = run("fx", "convert", *words, expect=2).stderr.splitlines()
    assert lines[0].startswith("Usage: blueprints fx convert")
    assert lines[1].startswith("Error: ")
    assert lines[2].startswith("Example: blueprints fx convert 100 SEK USD")
