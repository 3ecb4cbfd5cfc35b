"""Fresh interpreters prove what is not imported: a conversion from the store needs no network and no tables."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.measuring import UNMEASURED

HEAVY = ("httpx", "rich", "pydantic", "pymongo", "iso4217", "importlib.metadata", "multiprocessing", "asyncio", "yaml")


def imported(*words: str) -> set[str]:
    """The modules that a command has imported when it ends."""
    script = (
        "import sys; from blueprints.cli import cli; from blueprints.command import run; "
        f"code = run(cli, {list(words)!r}); "
        "print(*sys.modules, file=sys.stderr, sep='\\n'); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, **UNMEASURED}, capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


def test_a_conversion_from_the_store_imports_nothing_heavy(full_store: Path, isolated: Path) -> None:
    target = isolated / "data" / "fx.sqlite"
    target.parent.mkdir(parents=True)
    target.write_bytes(full_store.read_bytes())
    modules = imported("fx", "convert", "100", "SEK", "USD", "--offline")
    assert modules.isdisjoint(HEAVY), modules & set(HEAVY)
    assert "blueprints.fx.bulk" not in modules
    assert "xml.etree.ElementTree" not in modules


@pytest.mark.parametrize("words", [["fx", "--help"], ["fx", "convert", "--help"], ["fx", "update", "--help"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    modules = imported(*words)
    assert modules.isdisjoint({*HEAVY, "sqlite3"})
    assert "blueprints.fx.desk" not in modules
