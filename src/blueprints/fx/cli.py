"""`blueprints fx`: the list of its commands, each loaded only when it runs."""

import re
from pathlib import Path

import click

from blueprints import command

FOLDER = Path(__file__).parent / "commands"
COMMANDS = ("convert", "rates", "history", "compare", "update", "base", "currencies", "sources", "log")


class Commands(command.Group):
    """A group whose commands stand in files of their own; help lines are read from their docstrings as text."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        found = import_module(f"blueprints.fx.commands.{cmd_name}").cli
        assert isinstance(found, click.Command)  # noqa: S101 - each of our own files defines one
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _help_line(name)) for name in COMMANDS])


def _help_line(name: str) -> str:
    head = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    found = re.match(r'"""(.+?)(?:"""|\n)', head)
    assert found is not None  # noqa: S101 - each of our own files begins with its help line
    return found[1].strip()


@click.group(cls=Commands, epilog="Example: blueprints fx convert 100 SEK USD --date 2018-02-12")
def cli() -> None:
    """Convert currencies at dated, stored, attributable rates.

    The history of the European Central Bank since 1999 is there from the first call, without key or network. Every
    answer names the day and the source of its rate; no rate is guessed, interpolated or silently old.
    """
