"""The command line's frame: groups that import a feature only when it runs, and errors as one line and an exit code.

click's own way to a lazy group loads every command for the list that `--help` shows. Here the help lines are read from
the docstrings of the feature packages, as text, so that the list costs no import.
"""

import errno
import io
import os
import re
import sys
from collections.abc import Sequence
from os.path import dirname, join
from typing import Any

import click

from blueprints.errors import BlueprintsError, ConfigError, UsageError

FOLDER = dirname(__file__)  # noqa: PTH120 - pathlib would be a tenth of the start-up
WHOLE = 300
"""Characters of a command's first sentence that its group shows."""
MACHINE = frozenset(
    {
        *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO),
        *(errno.EMFILE, errno.ENFILE, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG),
    }
)
"""What goes wrong with the machine and not with the program."""
SURROGATES = "surrogates not allowed"
"""Python's words for bytes of the command line that are no text."""
NO_TEXT = "the call holds bytes that are no text: write it in the encoding of the terminal"
SETTINGS = {"help_option_names": ["-h", "--help"]}


class ReaderGone(Exception):
    """Whoever read stdout has left. click would make exit code 1 of the BrokenPipeError itself."""


class Group(click.Group):
    """A group whose unknown command names the nearest known one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = _nearest(args[0], self.list_commands(ctx)) if args else ""
            hint = f"did you mean {near}?" if near else f"see: {ctx.command_path} --help"
            raise click.UsageError(f"no command {args[0]}: {hint}", ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """As click does, but with the first sentence of each help whole instead of cut."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, command.get_short_help_str(limit=WHOLE)) for name, command in commands if command]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


class LazyGroup(Group):
    """A group over features: command name -> (package, attribute of its `cli` module), in headed lists."""

    def __init__(self, *args: Any, lists: dict[str, dict[str, tuple[str, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lists = lists

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for commands in self.lists.values() for name in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for commands in self.lists.values():
            if cmd_name in commands:
                package, attribute = commands[cmd_name]
                return _loaded(package, attribute)
        return None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGone from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for heading, commands in self.lists.items():
            if not commands:
                continue
            with formatter.section(heading):
                formatter.write_dl([(name, help_line(package)) for name, (package, _) in commands.items()])


def help_line(package: str) -> str:
    """The first line of a package's docstring, read without importing it."""
    path = join(FOLDER, *package.split(".")[1:], "__init__.py")  # noqa: PTH118 - as above
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - as above
        head = file.readline()
    found = re.match(r'"""(.+?)(?:"""|\n)', head)
    return found[1].strip() if found else ""


def _loaded(package: str, attribute: str) -> click.Command:
    from importlib import import_module

    command = getattr(import_module(f"{package}.cli"), attribute)
    assert isinstance(command, click.Command)  # noqa: S101 - a feature's `cli` is a click command
    return command


def _nearest(word: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, known, n=1, cutoff=0.6)), "")


def run(command: click.Command, args: Sequence[str] | None = None) -> int:
    """Run a command and answer its exit code: 0, 1, 2 usage, 3 upstream, 4 authentication, 130 Ctrl-C.

    Whatever goes wrong is one line on stderr; `--debug` before the command adds the traceback.
    """
    _open_streams()
    try:
        words = None if args is None else list(args)
        answer = command.main(words, prog_name="blueprints", standalone_mode=False, terminal_width=_columns())
        sys.stdout.flush()
        return answer if isinstance(answer, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.UsageError as error:
        return _usage(error)
    except click.ClickException as error:
        return _failed(error, error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return 130
    except (BrokenPipeError, ReaderGone):
        return _dropped_output()
    except BlueprintsError as error:
        return _failed(error, str(error), error.exit_code)
    except OSError as error:
        return _machine_failed(error) if error.errno in MACHINE or error.filename else _unexpected(error)
    except UnicodeEncodeError as error:
        return _failed(error, NO_TEXT, UsageError.exit_code) if error.reason == SURROGATES else _unexpected(error)
    except Exception as error:  # noqa: BLE001 - the one place that turns a bug into one line
        return _unexpected(error)


def _open_streams() -> None:
    """A stream that the caller has closed leads nowhere, instead of into the file that is opened next.

    A letter that the terminal's encoding lacks is written as its number, as on stderr.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: PTH123, SIM115 - stays open as long as the program runs
    out = sys.stdout
    if out is not sys.__stdout__ or not isinstance(out, io.TextIOWrapper):
        return
    if out.errors == "strict" or out.encoding.lower() not in ("utf-8", "utf8"):
        out.reconfigure(errors="backslashreplace")


def _machine_failed(error: OSError) -> int:
    """A full disk, a file that cannot be had and the like, which no part of the program has told in its own words."""
    where = f"{error.filename}: " if error.filename and not isinstance(error.filename, int) else ""
    code = _failed(error, f"{where}{(error.strerror or str(error)).lower()}", 1)
    try:
        sys.stdout.flush()
    except OSError:  # what could not be written there cannot be written at exit either
        _dropped_output()
    return code


def _unexpected(error: Exception) -> int:
    from blueprints import extras

    if line := extras.missing(error):
        return _failed(error, line, ConfigError.exit_code)
    line = f"this is a bug in blueprints ({type(error).__name__}); the same call with `blueprints --debug` shows where"
    return _failed(error, line, 1)


def _columns() -> int:
    """Columns for help texts, at most 100; click would import shutil and four compression libraries to know them."""
    try:
        found = int(os.environ["COLUMNS"])
    except (KeyError, ValueError):
        found = _terminal_columns()
    return max(min(found, 100) - 2, 50)


def _terminal_columns() -> int:
    try:
        return os.get_terminal_size(1).columns
    except OSError:  # stdout is no terminal
        return 80


def _usage(error: click.UsageError) -> int:
    message = error.format_message()
    line = message[:1].lower() + message[1:] if not message[:2].isupper() else message
    example = getattr(getattr(error.ctx, "command", None), "epilog", None) if error.ctx else None
    if error.ctx is not None:
        click.echo(error.ctx.get_usage(), err=True)
    code = _failed(error, line.removesuffix("."), UsageError.exit_code)
    if example:
        click.echo(example.strip("\b \n").splitlines()[0].strip(), err=True)
    return code


def _failed(error: BaseException, message: str, code: int) -> int:
    if debugging():
        import traceback

        traceback.print_exception(error)
    from blueprints.terminal import escaped

    click.echo(f"Error: {escaped(' '.join(message.split()))}", err=True)
    return code


def debugging() -> bool:
    """Whether the user asked for tracebacks: `blueprints --debug …`, or $BLUEPRINTS_DEBUG."""
    return bool(os.environ.get("BLUEPRINTS_DEBUG"))


def _dropped_output() -> int:
    """The reader of stdout is gone: keep the interpreter from complaining about it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    return 0
