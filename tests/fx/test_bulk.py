"""`fx convert --file`: tables as people have them, in one process and in several."""

import csv
import io
import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine

from blueprints.fx.bulk import blocks as cutting
from tests.conftest import Run
from tests.fx.conftest import LAST
from tests.fx.world import World, rates_of
from tests.waiting import until

TABLE = "id,amount,from,to,date\n1,100.00,EUR,USD,2026-10-30\n2,7,USD,EUR,2026-10-31\n3,x,USD,EUR,2026-10-31\n"
CONVERTED = (
    "id,amount,from,to,date,result,rate,date_used,source,note\n"
    "1,100.00,EUR,USD,2026-10-30,113.02,1.1302,2026-10-30,ecb,\n"
    "2,7,USD,EUR,2026-10-31,6.19,0.884799150593,2026-10-30,ecb,No rate on 2026-10-31 (Saturday): used 2026-10-30.\n"
    "3,x,USD,EUR,2026-10-31,,,,,\"error: 'x' is not an amount: write digits with decimals after '.', e.g. 1234.56\"\n"
)


@pytest.fixture
def _moment(clock: time_machine.Traveller, world: World, short: Path) -> None:
    """A fixed moment, the world, and a short history."""


@pytest.fixture
def table(tmp_path: Path) -> Callable[[str], str]:
    """Writes a table and gives its path."""

    def write(text: str) -> str:
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode())
        return str(path)

    return write


Table = Callable[[str], str]


@pytest.mark.usefixtures("_moment")
class TestHere:
    def test_rows_and_their_notes(self, run: Run, table: Table) -> None:
        result = run("fx", "convert", "--file", table(TABLE), expect=1)
        assert result.stdout == CONVERTED
        assert result.stderr.endswith("Error: 1 of 3 rows was not converted: its note says why\n")

    def test_from_stdin(self, run: Run) -> None:
        result = run("fx", "convert", "--file", "-", input=TABLE.rpartition("3,x")[0], expect=0)
        assert result.stdout == CONVERTED.rpartition("3,x")[0]
        assert result.stderr.endswith("Converted 2 rows.\n")

    def test_into_a_file_that_may_be_the_input(self, run: Run, table: Table) -> None:
        path = Path(table(TABLE))
        path.chmod(0o640)
        result = run("fx", "convert", "--file", str(path), "--out", str(path), expect=1)
        assert result.stdout == ""
        assert path.read_text() == CONVERTED
        assert path.stat().st_mode & 0o777 == 0o640
        assert [one.name for one in path.parent.glob("*table*")] == ["table.csv"]

    def test_a_new_file_has_the_mode_of_new_files(self, run: Run, table: Table, tmp_path: Path) -> None:
        run("fx", "convert", "--file", table(TABLE), "--out", str(tmp_path / "new.csv"), expect=1)
        (tmp_path / "any").touch()
        assert (tmp_path / "new.csv").stat().st_mode == (tmp_path / "any").stat().st_mode

    def test_strict_stops_and_leaves_the_output_alone(self, run: Run, table: Table, tmp_path: Path) -> None:
        out = tmp_path / "out.csv"
        out.write_text("before")
        result = run("fx", "convert", "--file", table(TABLE), "--out", str(out), "--strict", expect=1)
        assert "Error: row 3: 'x' is not an amount" in result.stderr
        assert out.read_text() == "before"

    def test_codes_of_the_call_and_the_latest_rate(self, run: Run, table: Table, world: World) -> None:
        path = table("Betrag;from\r\n1.000,50;USD\r\n2,00;\r\n")
        words = ("--map", "amount=Betrag", "--decimal", ",", "--digits", "1")
        result = run("fx", "convert", "SEK", "USD", "--file", path, *words, expect=0)
        rows = list(csv.reader(io.StringIO(result.stdout, newline=""), delimiter=";"))
        assert result.stdout.count("\r\n") == 3
        assert rows[1][2:] == ["1000.5", "1", "", "", ""]
        assert rows[2][2:4] == ["0.2", str(rows[2][3])]
        assert rows[2][4] == "2026-11-20"

    def test_one_update_at_the_start_and_none_after(self, run: Run, table: Table, world: World) -> None:
        run("fx", "convert", "USD", "--file", table("amount,from\n" + "1,EUR\n" * 50), expect=0)
        assert len(world.asked) == 2

    def test_a_date_for_rows_that_have_none(self, run: Run, table: Table) -> None:
        path = table("amount,date\n1,\n1,2026-09-01\n")
        rows = run("fx", "convert", "EUR", "USD", "--file", path, "--date", "2026-10-30", expect=0).stdout.splitlines()
        assert [row.split(",")[4] for row in rows[1:]] == ["2026-10-30", "2026-09-01"]
        assert "error: the row has no date" in run("fx", "convert", "EUR", "USD", "--file", path, expect=1).stdout

    def test_the_default_currency(self, run: Run, table: Table) -> None:
        run("fx", "base", "SEK", expect=0)
        result = run("fx", "convert", "USD", "--file", table("amount\n100\n"), expect=0)
        assert result.stdout.splitlines()[1].startswith(f"100,{100 * 1.1323 / 11.0323:.2f},")

    def test_ended_currencies_and_errors_in_rows(self, run: Run, table: Table) -> None:
        path = table("amount,from,date\n1000,HRK,2026-09-01\n5,USX,2026-09-01\n5,USD,2026-12-01\n5,USD,2026-01-05\n")
        rows = run("fx", "convert", "EUR", "--file", path, expect=1).stdout.splitlines()
        assert rows[1].endswith(
            "132.72,0.132722808415,2026-09-01,ecb,HRK ended on 2022-12-31: fixed rate 1 EUR = 7.5345 HRK."
        )
        assert "error: no currency USX: did you mean USD?" in rows[2]
        assert "in the future" in rows[3]
        assert "the first after of 2026-08-03" in rows[4]

    def test_a_fixed_and_an_old_rate_are_both_noted(self, run: Run, table: Table) -> None:
        rows = run("fx", "convert", "USD", "--file", table("amount,from,date\n1,HRK,2026-10-31\n"), expect=0).stdout
        assert "fixed rate 1 EUR = 7.5345 HRK. No rate on 2026-10-31 (Saturday): used 2026-10-30." in rows

    def test_a_day_never_fetched_is_an_error_that_says_how(self, run: Run, table: Table, world: World) -> None:
        run("fx", "convert", "1", "EUR", "USD", "--source", "fixer", "--date", "2026-09-01", expect=0)
        world.asked.clear()
        path = table("amount,date\n1,2026-09-01\n1,2026-09-02\n1,2026-11-22\n")
        result = run("fx", "convert", "EUR", "USD", "--file", path, "--source", "fixer", expect=1)
        rows = result.stdout.splitlines()
        assert rows[1].endswith(",2026-09-01,fixer,")
        assert "error: 2026-09-02 was never fetched from fixer: blueprints fx update --source fixer --since" in rows[2]
        assert rows[3].endswith(",2026-11-22,fixer,")
        assert len(world.asked) == 1

    def test_objects(self, run: Run, table: Table) -> None:
        text = TABLE + '4,1,"EUR","EU\nR",\n\n5,1,EUR,EUR,2026-10-30\n'
        lines = run("fx", "convert", "--file", table(text), "--json", expect=1).stdout.splitlines()
        found = [json.loads(line) for line in lines]
        assert [one["results"][0]["result"] if one["results"] else None for one in found] == [
            "113.02",
            "6.19",
            None,
            None,
            "1.00",
        ]
        assert found[0]["date_asked"] == "2026-10-30"
        assert found[1]["notices"] == ["No rate on 2026-10-31 (Saturday): used 2026-10-30."]
        assert found[2] == {
            "amount": "x",
            "from": "USD",
            "date_asked": "2026-10-31",
            "results": [],
            "notices": found[2]["notices"],
        }
        assert set(found[0]) == set(found[2])
        one = run(
            "fx", "convert", "EUR", "USD", "--file", table("amount\n1\nx\n"), "--json", "--strict", expect=1
        ).stdout
        assert json.loads(one)["date_asked"] is None

    def test_one_line_of_the_log_for_a_run(self, run: Run, table: Table) -> None:
        path = table(TABLE)
        run("fx", "convert", "--file", path, expect=1)
        (entry,) = json.loads(run("fx", "log", "--json", expect=0).stdout)["conversions"]
        assert (entry["file"], entry["rows"], entry["source"], entry["amount"]) == (path, 3, "ecb", None)

    @pytest.mark.parametrize(
        ("text", "words", "message"),
        [
            ("sum,to\n1,USD\n", ["EUR", "USD"], "no column amount; its columns are: sum, to"),
            ("amount,to\n1,USD\n", [], "no column from"),
            ("amount,from\n1,USD\n", [], "no column to"),
            ("amount,rate\n1,USD\n", ["EUR", "USD"], "a column rate already"),
            ("amount\n", ["EUR", "USD", "SEK"], "at most [FROM] TO"),
            ("amount\n", ["EUR", "USX"], "no currency USX"),
            ("amount\n", ["EUR", "USD", "--map", "sum=x"], "--map: 'sum=x'"),
        ],
    )
    def test_wrong_calls(self, run: Run, table: Table, text: str, words: list[str], message: str) -> None:
        result = run("fx", "convert", *words, "--file", table(text), expect=2)
        assert message in result.stderr
        assert result.stdout == ""

    def test_an_input_and_an_output_that_are_not_there(self, run: Run, table: Table, tmp_path: Path) -> None:
        result = run("fx", "convert", "EUR", "USD", "--file", str(tmp_path / "none.csv"), expect=2)
        assert "cannot read" in result.stderr
        run("fx", "convert", "EUR", "USD", "--file", str(tmp_path), expect=2)
        result = run("fx", "convert", "--file", table(TABLE), "--out", str(tmp_path / "none" / "out.csv"), expect=1)
        assert "cannot write" in result.stderr

    def test_an_output_that_is_a_folder(self, run: Run, table: Table, tmp_path: Path) -> None:
        for out in (str(tmp_path), "."):
            result = run("fx", "convert", "--file", table(TABLE), "--out", out, expect=1)
            assert f"Error: cannot write {out}: is a directory" in result.stderr

    def test_an_output_that_is_a_link_stays_one(self, run: Run, table: Table, tmp_path: Path) -> None:
        (tmp_path / "link.csv").symlink_to(tmp_path / "behind.csv")
        for _ in range(2):  # first where the link leads to nothing yet
            run("fx", "convert", "--file", table(TABLE), "--out", str(tmp_path / "link.csv"), expect=1)
            assert (tmp_path / "link.csv").is_symlink()
            assert (tmp_path / "behind.csv").read_text() == CONVERTED

    def test_an_output_that_is_a_device_is_not_replaced(self, run: Run, table: Table, tmp_path: Path) -> None:
        path = table(TABLE)
        os.mkfifo(tmp_path / "pipe")
        reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
        run("fx", "convert", "--file", path, "--out", str(tmp_path / "pipe"), expect=1)
        assert os.read(reader, 10_000).decode() == CONVERTED
        os.close(reader)
        assert (tmp_path / "pipe").is_fifo()
        assert "/dev/full: no space" in run("fx", "convert", "--file", path, "--out", "/dev/full", expect=1).stderr

    def test_an_output_called_as_stdin_is_stdout(self, run: Run, table: Table) -> None:
        assert run("fx", "convert", "--file", table(TABLE), "--out", "-", expect=1).stdout == CONVERTED

    def test_a_file_whose_name_is_no_text(self, run: Run, tmp_path: Path) -> None:
        path = os.fsdecode(bytes(tmp_path) + b"/\xff.csv")
        Path(path).write_text("amount\n1\n")
        run("fx", "convert", "EUR", "USD", "--file", path, expect=0)
        assert "\\udcff.csv" in run("fx", "log", "--csv", expect=0).stdout

    def test_a_single_row_is_one_row(self, run: Run, table: Table) -> None:
        result = run("fx", "convert", "EUR", "USD", "--file", table("amount\n1\n"), expect=0)
        assert result.stderr.endswith("Converted 1 row.\n")
        result = run("fx", "convert", "EUR", "USD", "--file", table("amount\nx\n"), expect=1)
        assert "Error: 1 of 1 row was not converted: its note says why" in result.stderr

    def test_a_day_of_another_age_is_an_error_of_its_row(self, run: Run, table: Table) -> None:
        path = table("amount,date\n1,0001-01-01\n1,2026-10-30\n")
        result = run("fx", "convert", "EUR", "USD", "--file", path, expect=1)
        assert result.stdout.splitlines()[1].endswith(
            "error: 0001-01-01 is too long ago: no source has rates of before 1900-01-01"
        )

    def test_a_quote_that_never_ends(self, run: Run, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cutting, "LONGEST_RECORD", 1000)
        monkeypatch.setattr(cutting, "BYTES", 600)
        path = table('amount,text\n1,"' + "x" * 3000)
        assert "does not end within" in run("fx", "convert", "EUR", "USD", "--file", path, expect=2).stderr


def many(rows: int) -> str:
    """A table of several parts, with quotes and bad rows among the plain ones."""
    lines = ["amount,from,to,date,text"]
    for number in range(rows):
        text = f'"line {number}\nand ""another"""' if number % 1000 == 7 else f"row {number}"
        amount = "bad" if number % 5000 == 4999 else f"{number}.{number % 100:02}"
        lines.append(
            f"{amount},EUR,{('USD', 'SEK', 'JPY')[number % 3]},2026-{8 + number % 3:02}-{3 + number % 20:02},{text}"
        )
    return "\n".join(lines) + "\n"


class TestProcesses:
    """The installed command, over its own workers."""

    @pytest.fixture(autouse=True)
    def _offline(self, short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BLUEPRINTS_FX__AUTO_UPDATE", "false")

    def test_two_workers_give_what_one_does(self, run: Run, table: Table, tmp_path: Path) -> None:
        path = table(many(20_000))
        outputs = []
        for workers in ("1", "2"):
            out = tmp_path / f"{workers}.csv"
            result = run("fx", "convert", "--file", path, "--workers", workers, "--out", str(out), expect=1)
            assert "Error: 4 of 20,000 rows were not converted" in result.stderr
            outputs.append(out.read_bytes())
        assert outputs[0] == outputs[1]
        with (tmp_path / "2.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["text"] for row in rows[6:9]] == ["row 6", 'line 7\nand "another"', "row 8"]
        assert len(rows) == 20_000

    def test_modules_in_the_folder_of_the_table_are_left_alone(
        self, run: Run, table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "csv.py").write_text("raise SystemExit('not this one')")
        path = table(many(12_000).replace("bad,", "1,"))
        monkeypatch.chdir(tmp_path)
        run("fx", "convert", "--file", path, "--workers", "2", "--out", "out.csv", expect=0)

    def test_strict_names_the_row(self, run: Run, table: Table) -> None:
        result = run("fx", "convert", "--file", table(many(12_000)), "--workers", "2", "--strict", expect=1)
        assert "Error: row 5000: 'bad' is not an amount" in result.stderr

    def test_a_store_that_workers_cannot_open(
        self, run: Run, table: Table, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        path = table(many(12_000))
        monkeypatch.setattr("blueprints.fx.bulk.command.Crew", broken_crew(tmp_path))
        assert "newer version" in run("fx", "convert", "--file", path, "--workers", "2", expect=1).stderr

    def test_a_worker_that_is_killed(self, run: Run, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("blueprints.fx.bulk.command.Crew", KilledCrew)
        result = run("fx", "convert", "--file", table(many(20_000)), "--workers", "2", expect=1)
        assert "a process that converts rows has ended" in result.stderr

    def test_ctrl_c_leaves_the_output_alone(
        self, spawn: Callable[..., "subprocess.Popen[str]"], tmp_path: Path, run: Run
    ) -> None:
        run("fx", "base", "EUR", expect=0)
        out = tmp_path / "out.csv"
        out.write_text("before")
        words = ("fx", "convert", "--file", "-", "--workers", "2", "--out", str(out))
        process = spawn(*words, stdin=subprocess.PIPE, start_new_session=True)
        assert process.stdin is not None
        process.stdin.write(many(50_000))
        process.stdin.flush()
        until(lambda: any(one.stat().st_size for one in tmp_path.glob(".out.csv.*")))
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert out.read_text() == "before"
        assert list(tmp_path.glob(".out.csv.*")) == []

    def test_a_reader_that_goes_away(
        self, spawn: Callable[..., "subprocess.Popen[str]"], table: Table, run: Run
    ) -> None:
        run("fx", "base", "EUR", expect=0)
        process = spawn("fx", "convert", "--file", table(many(20_000)), "--workers", "1")
        assert process.stdout is not None
        assert process.stdout.readline().startswith("amount,")
        process.stdout.close()
        assert process.wait(60) == 0
        assert process.stderr is not None
        assert "Error" not in process.stderr.read()


def broken_crew(tmp_path: Path) -> Any:
    """Workers whose store is of a newer version."""
    import sqlite3

    from blueprints.fx.bulk.crew import Crew

    path = tmp_path / "newer.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    def made(task: Any, workers: int) -> Crew:
        from dataclasses import replace

        return Crew(task._replace(settings=replace(task.settings, store=f"sqlite:///{path}")), workers)

    return made


def KilledCrew(task: Any, workers: int) -> Any:  # noqa: N802 - stands where a class stood
    """Workers of which the first dies at once."""
    from blueprints.fx.bulk.crew import Crew

    crew = Crew(task, workers)
    crew._processes[0].kill()
    crew._processes[0].wait()
    return crew


def test_the_world_is_as_the_table_says() -> None:
    assert rates_of(LAST)["USD"] == "1.1323"
