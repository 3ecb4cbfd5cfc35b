"""Errors of the command line read alike: `Error: what is wrong, and what to do about it`, without a full stop."""

import ast
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

import blueprints
from blueprints.errors import BlueprintsError

SOURCE = Path(blueprints.__file__).parent
PLACES = (
    "auth", "config", "fx", "http", "spotify", "vote", "weather", "web/client", "web/serving", "web/together",
    "messenger/client", "notifier/commands", "orders/commands", "store/commands",
)  # fmt: skip
SINGLE = ("clock.py", "command.py", "output.py", "paths.py", "plugins.py", "*/cli.py", "web/manage/cli.py")
NAMES = ("Django", "FILE", "GeoNames", "MongoDB", "PostgreSQL", "Redis", "SQLite", "Spotify", "WHAT", "WORDS", "X")
"""Words that are written so wherever they stand."""
THE_FAKE = "spotify/demo"
"""Speaks as Spotify does."""


def modules() -> list[Path]:
    """The files whose errors a command prints."""
    inside = [file for place in PLACES for file in sorted((SOURCE / place).rglob("*.py"))]
    single = [file for pattern in SINGLE for file in sorted(SOURCE.glob(pattern))]
    return [file for file in (*inside, *single) if THE_FAKE not in file.as_posix()]


def kinds() -> set[str]:
    """The names of all errors that a command prints as they are."""
    for module in pkgutil.walk_packages([str(SOURCE)], "blueprints."):
        if module.name.split(".")[-1] in ("errors", "http", "plugins") or module.name.startswith("blueprints.auth"):
            import_module(module.name)
    found, waiting = {"UsageError", "BadParameter", "ClickException"}, [BlueprintsError]
    while waiting:
        kind = waiting.pop()
        found.add(kind.__name__)
        waiting += kind.__subclasses__()
    return found | {click.UsageError.__name__}


def messages(file: Path, errors: set[str]) -> Iterator[tuple[int, str]]:
    """(line, text) of each error's message; what is put in is shown as {}."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).split(".")[-1] in errors:
            message = node.args[0]
            parts = message.values if isinstance(message, ast.JoinedStr) else [message]
            texts = [part.value if isinstance(part, ast.Constant) else "{}" for part in parts]
            if isinstance(texts[0], str):
                yield node.lineno, "".join(map(str, texts))


def is_alike(message: str) -> bool:
    first = re.split(r"[ :']", message)[0]
    return not message.endswith(".") and (not message[:1].isupper() or first in NAMES)


def test_errors_are_worded_alike() -> None:
    errors = kinds()
    found = [(file, line, text) for file in modules() for line, text in messages(file, errors)]
    assert len(found) > 200
    assert [each for each in found if not is_alike(each[2])] == []


@pytest.mark.parametrize(
    ("message", "alike"),
    [("no place given", True), ("Spotify's answer", True), ("No place given", False), ("no place given.", False)],
)
def test_what_is_alike(message: str, alike: bool) -> None:
    assert is_alike(message) is alike
