"""Text that fits: cells in aligned columns, cut into several blocks where a terminal is too narrow for one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from blueprints import output

if TYPE_CHECKING:
    from rich.text import Text

GAP = 2
SHORTEST = 10
"""Cells of a flexible column are not cut below this."""


class Span(NamedTuple):
    """Text in a style of rich; the style counts on a terminal only."""

    text: str
    style: str = ""


Line = Sequence[Span]


@dataclass(frozen=True)
class Column:
    title: str
    cells: Sequence[Span]
    right: bool = False
    flexible: bool = False
    """Whether its cells may be cut to make the table fit."""

    @property
    def natural(self) -> int:
        return max(width(self.title), *(width(cell.text) for cell in self.cells), 1)


def width(text: str) -> int:
    """Columns of a terminal that a text takes; wide letters take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def table(columns: Sequence[Column], columns_free: int) -> list[Line]:
    """A table as lines no wider than `columns_free`; each block repeats the first column."""
    lines: list[Line] = []
    for block in _blocks(columns, columns_free):
        if lines:
            lines.append(())
        lines += _block(block, columns_free)
    return lines


def fits(columns: Sequence[Column], free: int) -> bool:
    """Whether the columns stand side by side without a cell being cut."""
    return sum(column.natural for column in columns) + GAP * (len(columns) - 1) <= free


def _blocks(columns: Sequence[Column], free: int) -> list[list[Column]]:
    label, rest = columns[0], list(columns[1:])
    blocks: list[list[Column]] = []
    while rest:
        block, used = [label], label.natural
        while rest and (len(block) == 1 or used + GAP + _least(rest[0]) <= free):
            used += GAP + _least(rest[0])
            block.append(rest.pop(0))
        blocks.append(block)
    return blocks


def _least(column: Column) -> int:
    return min(column.natural, SHORTEST) if column.flexible else column.natural


def _block(columns: Sequence[Column], free: int) -> list[Line]:
    widths = [column.natural for column in columns]
    excess = sum(widths) + GAP * (len(widths) - 1) - free
    for index, column in reversed(list(enumerate(columns))):
        if column.flexible and excess > 0:
            cut = min(excess, widths[index] - _least(column))
            widths[index] -= cut
            excess -= cut
    header = _line([Span(column.title, "bold") for column in columns], columns, widths, free)
    rows = zip(*(column.cells for column in columns), strict=True)
    return [header, *(_line(row, columns, widths, free) for row in rows)]


def _line(cells: Iterable[Span], columns: Sequence[Column], widths: Sequence[int], free: int) -> Line:
    spans: list[Span] = []
    left = free
    for cell, column, wide in zip(cells, columns, widths, strict=True):
        if spans:
            spans.append(Span(" " * min(GAP, left)))
            left -= min(GAP, left)
        shown = shortened(cell.text, min(wide, left))
        pad = " " * (min(wide, left) - width(shown))
        left -= min(wide, left)
        spans.append(Span(pad + shown if column.right else shown + pad, cell.style))
    return spans


def fitted(line: Line, free: int) -> Line:
    """The line, cut where it is wider than `free`."""
    spans: list[Span] = []
    for span in line:
        spans.append(Span(shortened(span.text, free), span.style))
        free = max(0, free - width(spans[-1].text))
    return spans


def shortened(text: str, free: int) -> str:
    """The text, cut with `…` where it is wider than `free`."""
    if width(text) <= free:
        return text
    kept = ""
    for letter in text:
        if width(kept + letter) > free - 1:
            break
        kept += letter
    return f"{kept.rstrip()}…" if free > 0 else ""


def wrapped(text: str, free: int, style: str = "") -> list[Line]:
    """A sentence on as many lines as it needs."""
    import textwrap

    return [(Span(shortened(line, free), style),) for line in textwrap.wrap(text, max(free, 1))]


def show(lines: Iterable[Line]) -> None:
    """On stdout: in colour on a terminal, plain and without trailing blanks elsewhere."""
    if not output.colour():
        for line in lines:
            output.line("".join(span.text for span in line).rstrip())
        return
    output.show(_styled(lines))


def _styled(lines: Iterable[Line]) -> Text:
    from rich.text import Text

    return Text("\n").join(Text.assemble(*((span.text, span.style) for span in line)) for line in lines)
