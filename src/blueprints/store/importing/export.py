"""The catalogue as a file that an import takes back without changing anything."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any, TextIO

from blueprints.store.core.records import FIELDS
from blueprints.store.importing.batch import exported
from blueprints.store.models import Game

if TYPE_CHECKING:
    from collections.abc import Iterator


def records() -> Iterator[dict[str, Any]]:
    """Every game by platform, name and year."""
    games = Game.objects.select_related("platform", "developer", "publisher")
    ordered = games.order_by("platform__name_key", "name_words", "year_key", "pk")
    for game in ordered.iterator(chunk_size=2000):
        yield _record(game)


def _record(game: Game) -> dict[str, Any]:
    return {
        "platform": game.platform.name,
        "name": game.name,
        "developer": game.developer.name if game.developer else None,
        "publisher": game.publisher.name if game.publisher else None,
        "release_year": game.release_year,
        "release_date": game.release_date.isoformat() if game.release_date else None,
        "description": game.description,
        "image": exported(game.cover) or None,
        "price": None if game.price is None else str(game.price),
        "stock": game.stock,
        "highlighted": game.highlighted,
        "sku": game.sku,
        "published": game.is_published,
    }


def write_csv(file: TextIO) -> int:
    """Write a CSV with header; the number of games."""
    table = csv.writer(file, lineterminator="\n")
    table.writerow(FIELDS)
    count = 0
    for record in records():
        table.writerow(cells(record))
        count += 1
    return count


def cells(record: dict[str, Any]) -> list[object]:
    """A record as the cells of a CSV row."""
    return [_cell(record[name]) for name in FIELDS]


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value


def write_json(file: TextIO) -> int:
    """Write a JSON list, an object a line; the number of games."""
    count = 0
    file.write("[")
    for record in records():
        file.write(",\n" if count else "\n")
        json.dump(record, file, ensure_ascii=False)
        count += 1
    file.write("\n]\n")
    return count
