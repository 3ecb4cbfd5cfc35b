"""What `--json` prints is held to docs/json.md: whichever test runs a command with it, its keys must stand there."""

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from blueprints.cli import cli

PAGE = Path(__file__).parent.parent / "docs" / "json.md"
BLOCK = re.compile(r"^```text\n(.*?)^```", re.DOTALL | re.MULTILINE)
Shape = dict[str, frozenset[str]]
"""Keys of the object at a path such as `results[].legs[]`; the whole is at the empty path."""


def check(arguments: tuple[str, ...], stdout: str) -> None:
    """Every object that was printed has one of the shapes that the page gives for its command."""
    name = command(arguments)
    known = described()
    options = [f"{name} {each}" for each in arguments if each.startswith("--")]
    name = next((each for each in options if each in known), name)
    shapes = known.get(name, [])
    assert shapes, f"docs/json.md does not tell what `blueprints {name} --json` prints"
    for printed in objects(stdout):
        found = [list(faults(printed, shape)) for shape in shapes]
        assert [] in found, f"not as docs/json.md tells of `blueprints {name} --json`: {min(found, key=len)}"


def command(arguments: tuple[str, ...]) -> str:
    """The words that call the command: `store keys report`; values of options and arguments left out."""
    group: click.Command = cli
    words: list[str] = []
    for before, word in pairwise(("", *arguments)):
        inner = group.get_command(click.Context(group), word) if isinstance(group, click.Group) else None
        if inner is not None:
            words.append(word)
            group = inner
        elif not word.startswith("-") and not before.startswith("-"):
            break  # an argument, behind which a word is none that calls
    return " ".join(words)


def objects(stdout: str) -> list[Any]:
    """One object over several lines, or one a line."""
    try:
        return [json.loads(stdout)]
    except ValueError:
        return [json.loads(line) for line in stdout.splitlines()]


def faults(value: Any, shape: Shape, path: str = "") -> Iterator[str]:
    """What is there and not told, or told and not there."""
    if isinstance(value, list):
        for one in value:
            yield from faults(one, shape, f"{path}[]")
    elif isinstance(value, dict):
        told = shape.get(path, frozenset())
        if "*" in told:
            for one in value.values():
                yield from faults(one, shape, f"{path}.*".removeprefix("."))
            return
        always = {key for key in told if not key.endswith("?")}
        yield from (f"{path} lacks {key}" for key in always - set(value))
        yield from (f"{path} has {key}" for key in set(value) - {key.removesuffix("?") for key in told})
        for key, one in value.items():
            yield from faults(one, shape, f"{path}.{key}".removeprefix("."))


@cache
def described() -> dict[str, list[Shape]]:
    """The shapes of each command, from the page: its names, below them the keys and `path: keys` of what is inside.

    A name may end with an option that changes what is printed.
    """
    result: dict[str, list[Shape]] = {}
    for block in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        for entry in re.split(r"^(?=\S)", block, flags=re.MULTILINE):
            names, *lines = entry.splitlines() or [""]
            shape = dict(_told(line) for line in lines if line.strip())
            for name in filter(None, map(str.strip, names.split(","))):
                result.setdefault(name, []).append(shape)
    return result


def _told(line: str) -> tuple[str, frozenset[str]]:
    path, colon, keys = line.partition(":")
    return (path.strip(), frozenset(keys.split())) if colon else ("", frozenset(path.split()))
