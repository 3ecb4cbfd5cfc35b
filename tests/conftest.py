"""What every test gets: an empty home, a fixed terminal, and the program to run, in process or as a process."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import click.testing
import hypothesis
import pytest

from blueprints import command
from blueprints.cli import cli
from tests import json_keys

pytest_plugins = [
    "tests.measuring",
    "tests.servers.aws",
    "tests.servers.mongo",
    "tests.servers.postgres",
    "tests.servers.redis",
    "tests.servers.services",
    "tests.servers.sink",
    "tests.servers.smtp",
]

ROOT = Path(__file__).parent.parent
CONTRACTS = ROOT.parent / "shared" / "contracts"

hypothesis.settings.register_profile(
    "blueprints",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("blueprints")
"""Each run tries the same examples, however slow the machine; `--hypothesis-profile=default` looks for new ones."""

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A run started in the background ignores Ctrl-C and hands that on: the processes under test would never end by it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class Result:
    exit_code: int
    stdout: str
    stderr: str


class Run(Protocol):
    def __call__(
        self,
        *args: str,
        input: str | bytes | None = None,
        env: Mapping[str, str] | None = None,
        expect: int | None = None,
    ) -> Result: ...


@pytest.fixture(autouse=True)
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for the program, no settings from outside, 80 columns without colour; returns the home."""
    for name in list(os.environ):
        if name.startswith("BLUEPRINTS_") or name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    monkeypatch.setenv("BLUEPRINTS_HOME", str(home))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm-256color")
    return home


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Tests make hundreds of passwords: they are hashed with little effort in this process; services are not spared."""
    from blueprints.web.accounts.passwords import Argon2id

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Argon2id, "time_cost", 1)
        patch.setattr(Argon2id, "memory_cost", 8)
        yield


@pytest.fixture
def run() -> Run:
    """The program in this process: `run("fx", "convert", "1", "USD", "EUR", expect=0)`; stdout and stderr apart."""

    def invoke(
        *args: str, input: str | bytes | None = None, env: Mapping[str, str] | None = None, expect: int | None = None
    ) -> Result:
        runner = click.testing.CliRunner()
        with runner.isolation(input=input, env=env) as (stdout, stderr, _both):
            try:
                code = command.run(cli, args)
            except SystemExit as error:
                code = int(error.code or 0)
            sys.stdout.flush()
            sys.stderr.flush()
            result = Result(code, stdout.getvalue().decode(), stderr.getvalue().decode())
        if expect is not None:
            assert result.exit_code == expect, result
        if "--json" in args and result.exit_code == 0:
            json_keys.check(args, result.stdout)
        return result

    return invoke


@pytest.fixture
def spawn() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """The installed program as a process of its own, stdout and stderr as pipes; killed at the end if still there."""
    started: list[subprocess.Popen[str]] = []

    def start(*args: str, env: Mapping[str, str] | None = None, **options: Any) -> "subprocess.Popen[str]":
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options
        whole = {**os.environ, **(env or {})}
        process = subprocess.Popen([str(Path(sys.executable).parent / "blueprints"), *args], env=whole, **options)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def contracts() -> Path:
    """The folder of official API descriptions beside the checkout."""
    if not CONTRACTS.is_dir():
        pytest.skip("the folder of outside contracts is not beside this checkout")
    return CONTRACTS
