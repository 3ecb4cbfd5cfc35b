"""Errors become one line and an exit code; the traceback only with --debug; a reader that leaves ends silently."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from blueprints import command, errors
from blueprints.cli import cli
from tests.conftest import Run


def failing(error: BaseException) -> click.Command:
    @click.command(epilog="Example: sample 5")
    @click.argument("number", type=int, default=1)
    def sample(number: int) -> None:
        raise error

    return sample


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.BlueprintsError("no such thing"), 1),
        (errors.UsageError("no such thing"), 2),
        (errors.ConfigError("no such thing"), 2),
        (errors.UpstreamError("no such thing"), 3),
        (errors.AuthError("no such thing"), 4),
        (click.ClickException("no such thing"), 1),
    ],
)
def test_an_error_is_one_line_and_its_code(error: Exception, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(failing(error), []) == code
    assert capsys.readouterr() == ("", "Error: no such thing\n")


@pytest.mark.parametrize(
    ("module", "package", "extra"),
    [("psycopg2", "psycopg", "postgres"), ("redis.asyncio", "redis", "redis"), ("botocore.config", "botocore", "aws")],
)
def test_a_missing_extra_is_named(module: str, package: str, extra: str, capsys: pytest.CaptureFixture[str]) -> None:
    error = RuntimeError("cannot load the driver")
    error.__context__ = ModuleNotFoundError(f"No module named {module!r}", name=module)
    assert command.run(failing(error), []) == 2
    assert capsys.readouterr().err == f"Error: {package} is not installed: pip install 'blueprints[{extra}]'\n"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_ctrl_c_is_130_and_silent(error: BaseException, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(failing(error), []) == 130
    assert "Error" not in capsys.readouterr().err


def test_a_wrong_call_shows_usage_fault_and_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(failing(ValueError()), ["five"]) == 2
    shown = capsys.readouterr().err.splitlines()
    assert shown[0].startswith("Usage: blueprints")
    assert shown[1] == "Error: invalid value for '[NUMBER]': 'five' is not a valid integer"
    assert shown[2] == "Example: sample 5"


def test_a_bug_is_one_line_and_a_traceback_with_debug(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command.run(failing(ZeroDivisionError("secret detail")), []) == 1
    shown = capsys.readouterr().err
    assert shown.startswith("Error: this is a bug in blueprints (ZeroDivisionError)")
    assert "secret detail" not in shown
    monkeypatch.setenv("BLUEPRINTS_DEBUG", "1")
    command.run(failing(ZeroDivisionError("detail")), [])
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_a_full_disk_is_no_bug(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(failing(OSError(errno.ENOSPC, "No space left on device", "/data/x")), []) == 1
    assert capsys.readouterr().err == "Error: /data/x: no space left on device\n"
    assert command.run(failing(OSError(errno.EINVAL, "Invalid argument")), []) == 1
    assert "this is a bug" in capsys.readouterr().err


def test_an_output_that_is_full(spawn: Callable[..., "subprocess.Popen[str]"]) -> None:
    with Path("/dev/full").open("w") as full:
        process = spawn("config", "show", stdout=full)
        assert process.communicate(timeout=60)[1] == "Error: no space left on device\n"
    assert process.returncode == 1


@pytest.mark.parametrize("closed", [0, 1, 2])
def test_closed_streams(closed: int, spawn: Callable[..., "subprocess.Popen[str]"]) -> None:
    process = spawn("config", "path", preexec_fn=lambda: os.close(closed))
    told = process.communicate(timeout=60)
    assert process.returncode == 0
    assert told == ("" if closed == 1 else told[0], "")
    assert ("config.yaml" in told[0]) == (closed != 1)


@pytest.mark.parametrize("env", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}])
def test_letters_that_an_encoding_lacks_are_numbers(env: dict[str, str]) -> None:
    code = (
        "import click; from blueprints import command, output; "
        "command.run(click.Command('x', callback=lambda: output.line('a' + chr(0x2026))), [])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **env}, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("a\\u2026\n", "")


def test_bytes_that_are_no_text_are_a_wrong_call(run: Run) -> None:
    told = run("vote", "results", os.fsdecode(b"\xff"), expect=2).stderr
    assert told == "Error: the call holds bytes that are no text: write it in the encoding of the terminal\n"


def test_debug_is_a_flag_before_the_command(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEPRINTS_CONFIG", "/no/such/file.yaml")
    monkeypatch.setenv("BLUEPRINTS_DEBUG", "")
    assert "Traceback" not in run("config", "check", expect=2).stderr
    assert "Traceback" in run("--debug", "config", "check", expect=2).stderr


def test_a_group_without_a_command_shows_its_help(run: Run) -> None:
    assert "Commands:" in run("config", expect=2).stderr
    assert "Usage: blueprints config" in run("config", "--help", expect=0).stdout


def test_an_unknown_command_with_nothing_near_points_to_help(run: Run) -> None:
    assert "Error: no command zzz: see: blueprints --help" in run("zzz", expect=2).stderr


def test_version(run: Run) -> None:
    assert run("--version", expect=0).stdout.startswith("blueprints 0.")


def test_help_lines_are_docstrings() -> None:
    assert command.help_line("blueprints.config") == "Show, check and start the configuration file."
    assert cli.get_command(click.Context(cli), "nothing") is None


def test_a_reader_that_goes_away_ends_silently(spawn: Callable[..., "subprocess.Popen[str]"]) -> None:
    process = spawn("config", "show", "--json")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(60) == 0


def test_an_interrupt_from_outside_is_130(spawn: Callable[..., "subprocess.Popen[str]"], tmp_path: object) -> None:
    fifo = f"{tmp_path}/fifo"
    os.mkfifo(fifo)
    process = spawn("config", "check", env={"BLUEPRINTS_CONFIG": fifo})
    with open(fifo, "wb"):  # noqa: PTH123 - opening the pipe waits until the program reads it
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130


@pytest.mark.parametrize(("columns", "wide"), [(60, 58), (500, 98), (10, 50)])
def test_help_is_as_wide_as_the_terminal_within_reason(
    monkeypatch: pytest.MonkeyPatch, columns: int, wide: int
) -> None:
    monkeypatch.delenv("COLUMNS")
    monkeypatch.setattr("os.get_terminal_size", lambda _stream: os.terminal_size((columns, 24)))
    assert command._columns() == wide


def test_help_off_a_terminal_is_80_columns_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_stream: int) -> os.terminal_size:
        raise OSError("no terminal")

    monkeypatch.setenv("COLUMNS", "wide")
    monkeypatch.setattr("os.get_terminal_size", none)
    assert command._columns() == 78
