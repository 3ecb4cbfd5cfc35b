"""What commands print: data on stdout as text, table, JSON or CSV; notices and progress on stderr.

Nothing that a stranger wrote steers the terminal: see `terminal`.

rich is imported only for tables and progress, so that a command that prints one line starts quickly.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from blueprints.terminal import escaped, escaped_json

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

DEFAULT_WIDTH = 80
NATURAL = 10_000
"""More columns than any table has: what is piped is not folded."""


LINES = "\n\t"
"""What text of several lines may hold."""


def counted(number: int, noun: str) -> str:
    """`1 game`, `2 games`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def line(text: str = "") -> None:
    """Text of one line or more."""
    sys.stdout.write(escaped(text, LINES) + "\n")


def picture(text: str) -> None:
    """What was drawn here, with its colours."""
    sys.stdout.write(text + "\n")


def json(value: Any) -> None:
    """One object, indented; Decimal and other types must already be what JSON has."""
    import json as library

    line(escaped_json(library.dumps(value, indent=2, ensure_ascii=False)))


def json_line(value: Any) -> None:
    """One object on one line, flushed: for commands that stream."""
    import json as library

    line(escaped_json(library.dumps(value, ensure_ascii=False, separators=(",", ":"))))
    sys.stdout.flush()


def csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Rows under a header; a missing or None value is an empty cell. Only a terminal gets texts escaped."""
    import csv as library

    cell = _plain if sys.stdout.isatty() else _given
    writer = library.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(row.get(name)) for name in columns] for row in rows)


def _given(value: Any) -> Any:
    return "" if value is None else value


def _plain(value: Any) -> str:
    return escaped(str(_given(value)))


def table(
    rows: Iterable[Sequence[Any]],
    columns: Sequence[str],
    *,
    right: Sequence[str] = (),
    title: str | None = None,
    empty: str = "nothing to show",
) -> None:
    """Rows under headings, `right` naming the columns of numbers; without rows a notice says `empty`.

    Cells are text (None shows as `--`) or rich renderables. Off a terminal no cell is folded or cut.
    """
    cells = [[_cell(value) for value in row] for row in rows]
    if not cells:
        notice(empty)
        return
    from rich.table import Table

    made = Table(title=title, box=None, pad_edge=False, header_style="bold", title_justify="left", title_style="bold")
    for name in columns:
        made.add_column(name, justify="right" if name in right else "left", overflow="fold")
    for row in cells:
        made.add_row(*row)
    show(made, columns=NATURAL)


def _cell(value: Any) -> Any:
    if value is None:
        return "--"
    if hasattr(value, "__rich__") or hasattr(value, "__rich_console__"):
        return value
    from rich.text import Text

    return Text(escaped(str(value), "\n"))


def show(renderable: "RenderableType", columns: int | None = None) -> None:
    """A rich renderable on stdout; off a terminal plain, `columns` wide ($COLUMNS, or 80), without trailing blanks."""
    out = console()
    if columns is not None and not out.is_terminal:
        out.width = columns
    harmless = Harmless(renderable)
    if out.is_terminal:
        out.print(harmless)
        return
    with out.capture() as captured:
        out.print(harmless)
    sys.stdout.write("\n".join(text.rstrip() for text in captured.get().splitlines()) + "\n")


class Harmless:
    """A renderable whose text cannot steer the terminal; its styles can."""

    def __init__(self, renderable: "RenderableType") -> None:
        self.renderable = renderable

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "Iterator[Segment]":
        for segment in console.render(self.renderable, options):
            yield segment if segment.control else segment._replace(text=escaped(segment.text, LINES))


def console(stream: TextIO | None = None) -> "Console":
    """A rich console on stdout or the stream given; as wide as the terminal, or $COLUMNS, or 80."""
    from rich.console import Console

    target = stream or sys.stdout
    return Console(file=target, highlight=False, width=None if target.isatty() else width(), soft_wrap=False)


def width() -> int:
    """Columns of the terminal, or $COLUMNS, or 80."""
    import shutil

    return shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns


def colour(stream: TextIO | None = None) -> bool:
    """Whether colours may be sent: a terminal, and no NO_COLOR."""
    return (stream or sys.stdout).isatty() and not os.environ.get("NO_COLOR")


def notice(text: str) -> None:
    """Something worth knowing that is no data."""
    _say(escaped(text, LINES))


def warning(text: str) -> None:
    """Something that may need doing; yellow on a terminal."""
    plain = escaped(text, LINES)
    _say(f"\x1b[33m{plain}\x1b[0m" if colour(sys.stderr) else plain)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - the one place that prints


@contextmanager
def progress(label: str, total: float | None = None) -> Iterator[Callable[[float], None]]:
    """A bar on stderr while long work runs on a terminal, else nothing; call the value with each advance."""
    if not sys.stderr.isatty():
        yield lambda _advance: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = [
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=console(sys.stderr), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda advance: bar.advance(task, advance)
