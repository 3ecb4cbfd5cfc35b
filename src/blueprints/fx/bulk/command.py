"""`fx convert --file`: a table converted row by row, in order, in memory that does not grow with it."""

import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any, BinaryIO

from blueprints import output
from blueprints.errors import BlueprintsError, UsageError
from blueprints.fx.bulk.blocks import BYTES, blocks
from blueprints.fx.bulk.crew import Crew
from blueprints.fx.bulk.files import STDIN, sink, source
from blueprints.fx.bulk.task import LATEST, Task, rows
from blueprints.fx.commands import _given
from blueprints.fx.core.sheets import layout as layouts
from blueprints.fx.core.sheets.rows import Converted
from blueprints.fx.desk import Desk, rfc3339
from blueprints.fx.refreshing import refreshed
from blueprints.fx.single import log

TWO = 2


def convert_file(
    words: Sequence[str],
    file: str,
    *,
    date_text: str | None,
    source: str | None,
    digits: int | None,
    offline: bool,
    as_json: bool,
    out: str | None,
    mapping: str | None,
    decimal: str,
    strict: bool,
    workers: int | None,
) -> None:
    """Convert the rows of `file`; raises BlueprintsError at the end if some are bad."""
    codes = _given.codes(words)
    if len(codes) > TWO:
        raise UsageError("with --file name at most [FROM] TO: the rows name the rest")
    asked = _given.day(date_text)
    desk = Desk.opened(_given.settings(), source or "", offline=offline)
    desk.require(codes)
    with ExitStack() as stack:
        stream = stack.enter_context(_opened(file))
        header = stream.readline()
        table = layouts.layout(header.decode("utf-8", "replace"), layouts.mapped(mapping or ""))
        refreshed(desk, None)
        task = Task(
            settings=desk.settings,
            source=desk.name,
            now=desk.now,
            latest=desk.newest,
            layout=table,
            origin=_origin(desk, codes, header, table),
            target=_target(codes, header, table),
            date=str(asked) if asked else ("" if table.date is not None else LATEST),
            mark=decimal,
            digits=digits,
            strict=strict,
            as_json=as_json,
        )
        for notice in desk.notices:
            output.notice(notice)
        written = stack.enter_context(sink(out))
        if not as_json:
            ending = b"\r\n" if header.endswith(b"\r\n") else b"\n"
            names = table.delimiter.join(("", *layouts.APPENDED)).encode()
            written.write(header.rstrip(b"\r\n") + names + ending)
        total, bad = _converted(desk, task, stream, written, workers or os.cpu_count() or 1)
    name = file.encode("utf-8", "backslashreplace").decode()  # not every name of a file is text
    _finish(desk, task, "stdin" if file == STDIN else name, total, bad)


_opened = source


def _converted(desk: Desk, task: Task, stream: BinaryIO, written: BinaryIO, workers: int) -> tuple[int, int]:
    """Convert all parts; the numbers of rows and of bad ones. Raises BlueprintsError for a bad row if strict."""
    total = bad = 0
    size = _size(stream)
    with output.progress("Converting", size) as advance:
        for part in _parts(desk, task, blocks(stream, task.layout.delimiter), workers):
            written.write(part.text.encode("latin-1"))
            total, bad = total + part.rows, bad + part.bad
            advance(BYTES)
            if part.fault and task.strict:
                raise BlueprintsError(f"row {total + 1}: {part.fault}")
    return total, bad


def _parts(desk: Desk, task: Task, parts: Iterator[str], workers: int) -> Iterator[Converted]:
    """The converted parts in order: a table of one part, or for one worker, needs no further process."""
    first = list(itertools.islice(parts, TWO))
    everything: Iterable[str] = itertools.chain(first, parts)
    if workers == 1 or len(first) < TWO:
        converter = rows(task, desk)
        yield from map(converter.converted, everything)
        return
    with Crew(task, workers) as crew:
        yield from crew.converted(everything)


def _origin(desk: Desk, codes: list[str], header: bytes, table: layouts.Layout) -> str:
    """The currency of rows that name none. Raises UsageError if there is none and no row can name one."""
    if len(codes) == TWO:
        return codes[0]
    found = desk.settings.base or desk.store.setting(_given.BASE) or ""
    if not found:
        layouts.require(table.origin, "from", header.decode("utf-8", "replace"), table)
    return found.strip().upper()


def _target(codes: list[str], header: bytes, table: layouts.Layout) -> str:
    if codes:
        return codes[-1]
    layouts.require(table.target, "to", header.decode("utf-8", "replace"), table)
    return ""


def _finish(desk: Desk, task: Task, file: str, total: int, bad: int) -> None:
    entry: Any = {"amount": None, "result": None, "rate": None, "kind": None}
    entry |= {"from": task.origin or None, "to": task.target or None, "date": task.date or None}
    entry |= {"at": rfc3339(desk.now), "source": desk.name, "file": file, "rows": total}
    log(desk, [entry])
    desk.store.close()
    rows = "1 row" if total == 1 else f"{total:,} rows"
    if bad:
        raise BlueprintsError(f"{bad:,} of {rows} {'was' if bad == 1 else 'were'} not converted: {_see(bad)}")
    output.notice(f"Converted {rows}.")


def _see(bad: int) -> str:
    return "its note says why" if bad == 1 else "their notes say why"


def _size(stream: BinaryIO) -> int | None:
    try:
        return os.fstat(stream.fileno()).st_size or None
    except (OSError, AttributeError):
        return None
