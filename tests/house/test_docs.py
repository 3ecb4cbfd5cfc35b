"""The docs are held to the code: generated parts are up to date, every command has help and an example."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from blueprints.cli import cli
from tests.conftest import ROOT


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command below one, with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name="blueprints")
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None, name
            yield from commands(inner, (*path, name))


ALL = dict(commands(cli))


def test_generated_parts_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_each_command_has_help_and_an_example(path: tuple[str, ...]) -> None:
    command = ALL[path]
    assert command.help, "it is missing its help"
    if not isinstance(command, click.Group) or command.invoke_without_command:
        assert command.epilog, "it is missing its example"
        assert "Example" in command.epilog


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_each_option_has_help(path: tuple[str, ...]) -> None:
    for parameter in ALL[path].params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert parameter.help, f"{parameter.opts[0]} is missing its help"


@pytest.mark.parametrize("path", [path for path in ALL if len(path) == 1], ids=" ".join)
def test_each_tool_and_service_has_a_page(path: tuple[str, ...]) -> None:
    page = ROOT / "docs" / f"{path[0]}.md"
    assert path[0] in ("config", "serve", "manage") or page.exists()
