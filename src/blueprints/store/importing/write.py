"""Writing an import: checked as a whole first, then in batches, in one transaction."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction

from blueprints.store import versions
from blueprints.store.core import folding, records
from blueprints.store.importing.batch import Batch, Names
from blueprints.store.importing.report import Report
from blueprints.store.importing.rows import BadFile
from blueprints.web.database import look_over, writing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from blueprints.store.importing.rows import Source

BATCH = 500
MANY = 1000
"""Games that an import changes before PostgreSQL is not left to find out by itself."""


@dataclass(frozen=True)
class Options:
    """How to import."""

    images: Path | None = None
    skip_bad: bool = False
    update: bool = True
    dry_run: bool = False


def write(source: Source, options: Options) -> Report:
    """Import `source`. Nothing is written when there are errors, unless they are to be skipped."""
    begun = time.monotonic()
    report = Report(source.name, dry_run=options.dry_run, is_skipping=options.skip_bad)
    good = _checked(source, report)
    if options.skip_bad or not report.errors:
        _write(source, options, report, good)
    if report.created + report.updated >= MANY and not options.dry_run:
        look_over("store_game", "store_price", "store_word", "store_search")
    report.seconds = round(time.monotonic() - begun, 3)
    return report


def _checked(source: Source, report: Report) -> set[int]:
    """Read every record once; the lines of the good ones."""
    good: set[int] = set()
    seen: dict[tuple[str, str, int], int] = {}
    skus: dict[str, int] = {}
    try:
        for line, cells in source.records():
            report.rows += 1
            if (record := _record(line, cells, report)) is None:
                continue
            key, sku = identity(record.values), record.values.get("sku")
            if key in seen:
                report.fail(line, "name", f"is the same game as on line {seen[key]}")
            elif sku and sku in skus:
                report.fail(line, "sku", f"is the same as on line {skus[sku]}")
            else:
                seen[key] = line
                skus |= {sku: line} if sku else {}
                good.add(line)
    except BadFile as error:
        report.fail(error.line, "", error.problem)
        good.clear()
    return good


def _record(line: int, cells: Any, report: Report) -> records.Record | None:
    if "" in cells:
        report.fail(line, "", str(cells[""]))
        return None
    record = records.parsed(cells)
    if record.faults:
        fault = record.faults[0]
        report.fail(line, fault.field, fault.message)
        return None
    return record


def identity(values: dict[str, Any]) -> tuple[str, str, int]:
    """What makes a game the same game."""
    return folding.identity(values["platform"]), folding.identity(values["name"]), values.get("release_year") or 0


class _Undo(Exception):
    """Takes the transaction back."""


def _write(source: Source, options: Options, report: Report, good: set[int]) -> None:
    names = Names()
    batches: list[Batch] = []
    try:
        with writing(), transaction.atomic(), versions.at_the_end():
            for chunk in _chunks(source, good):
                batch = Batch(chunk, names, options, report)
                batches.append(batch)
                batch.write()
                batch.games.clear()
            if report.created or report.updated:
                versions.bump()
            _keep_if(not options.dry_run and (options.skip_bad or not report.errors))
    except _Undo:
        _forget_pictures(batches)
        if not options.dry_run:
            report.created = report.updated = report.unchanged = 0
    except BaseException:
        _forget_pictures(batches)
        raise


def _keep_if(is_wanted: bool) -> None:
    if not is_wanted:
        raise _Undo


def _chunks(source: Source, good: set[int]) -> Iterator[list[tuple[int, dict[str, Any]]]]:
    found = (
        ((line, records.parsed(cells).values) for line, cells in source.records() if line in good) if good else iter(())
    )
    while chunk := list(islice(found, BATCH)):
        yield chunk


def _forget_pictures(batches: list[Batch]) -> None:
    from blueprints.store import covers

    for batch in batches:
        for cover in batch.new_covers:
            covers.delete(cover)
