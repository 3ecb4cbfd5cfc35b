"""How mails look on a terminal of any width."""

import sys
from collections.abc import Iterable

from blueprints import output


def is_narrow(columns: int) -> bool:
    """Whether stdout is a terminal with fewer columns; what is piped has all it needs."""
    return sys.stdout.isatty() and output.width() < columns


def fields(pairs: Iterable[tuple[str, str]]) -> None:
    """Labels and what they stand for, in two columns; on a terminal long texts are folded in the second."""
    from rich.table import Table
    from rich.text import Text

    made = Table(box=None, show_header=False, pad_edge=False)
    made.add_column(no_wrap=True, style="dim")
    made.add_column(overflow="fold")
    for label, value in pairs:
        made.add_row(label, Text(value))
    output.show(made, columns=output.NATURAL)
