"""What commands print: data on stdout as text, table, JSON or CSV; notices and progress on stderr.

rich is imported only for tables and progress, so that a command that prints one line starts quickly.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

DEFAULT_WIDTH = 80
NATURAL = 10_000
"""More columns than any table has: what is piped is not folded."""


def line(text: str = "") -> None:
    sys.stdout.write(text + "\n")


def json(value: Any) -> None:
    """One object, indented; Decimal and other types must already be what JSON has."""
    import json as library

    line(library.dumps(value, indent=2, ensure_ascii=False))


def json_line(value: Any) -> None:
    """One object on one line, flushed: for commands that stream."""
    import json as library

    line(library.dumps(value, ensure_ascii=False, separators=(",", ":")))
    sys.stdout.flush()


def csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Rows under a header; a missing or None value is an empty cell."""
    import csv as library

    writer = library.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(["" if row.get(name) is None else row[name] for name in columns] for row in rows)


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

    return Text(str(value))


def show(renderable: "RenderableType", columns: int | None = None) -> None:
    """A rich renderable on stdout; off a terminal plain, `columns` wide ($COLUMNS, or 80), without trailing blanks."""
    out = console()
    if columns is not None and not out.is_terminal:
        out.width = columns
    if out.is_terminal:
        out.print(renderable)
        return
    with out.capture() as captured:
        out.print(renderable)
    sys.stdout.write("\n".join(text.rstrip() for text in captured.get().splitlines()) + "\n")


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
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - the one place that prints


def warning(text: str) -> None:
    """Something that may need doing; yellow on a terminal."""
    notice(f"\x1b[33m{text}\x1b[0m" if colour(sys.stderr) else text)


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
