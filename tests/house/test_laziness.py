"""Help is quick because it imports nothing: each level is looked at in a fresh interpreter."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from blueprints.cli import SERVICES, TOOLS
from tests.measuring import UNMEASURED

HEAVY = {
    "aiohttp", "allauth", "argon2", "astral", "asyncio", "authlib", "boto3", "bs4", "currency_converter", "django",
    "granian", "hishel", "httpx", "importlib.metadata", "jinja2", "lxml", "ninja", "PIL", "playwright", "plotext",
    "psycopg", "pydantic", "pymongo", "redis", "rich", "sqlite3", "starlette", "textual", "tweepy", "tzfpy", "yaml",
}  # fmt: skip
PROGRAM = """
import sys
from blueprints.cli import cli
from blueprints.command import run
code = run(cli, sys.argv[1:])
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(code)
"""


def imported(tmp_path: Path, *args: str) -> set[str]:
    """Names of the modules that a call has imported, in an interpreter of its own."""
    environment = {**os.environ, **UNMEASURED}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *args],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        check=True,
    )
    return set(done.stderr.split())


def test_the_front_door_imports_no_feature(tmp_path: Path) -> None:
    found = imported(tmp_path, "--help")
    assert not found & HEAVY
    ours = {name for name in found if name.startswith("blueprints")}
    assert ours == {"blueprints", "blueprints.cli", "blueprints.command", "blueprints.errors"}


@pytest.mark.parametrize("words", [(name,) for name in (*TOOLS, *SERVICES)] + [("serve", name) for name in SERVICES])
def test_the_help_of_a_feature_imports_nothing_heavy(tmp_path: Path, words: tuple[str, ...]) -> None:
    found = imported(tmp_path, *words, "--help")
    assert not found & HEAVY
    others = {name for name in (*TOOLS, *SERVICES) if name not in words}
    assert not {name for name in others if f"blueprints.{name}" in found}
